import { afterAll, beforeAll } from 'vitest';
import { directory as connector } from '../../connectors/active-directory/index.ts';
import type { DirectoryConnector, RawRecord } from '../../src/core/connector.ts';
import { type Source, testDirectory } from '../contracts/directory.ts';
import { type Acts, actsIn, inTurn } from './acts.ts';
import { type Domain, startDomain } from './samba.ts';

let domain: Domain;
let acts: Acts;
/** The domain gives ids of its own; the kit knows people by their number. */
let ids: Map<string, string> = new Map();
let units = 0;

beforeAll(async () => {
  domain = await startDomain();
  acts = actsIn(domain);
  await acts.user('reader', domain.base);
  await acts.password(`CN=reader,${domain.base}`, domain.administrator.password);
});
afterAll(() => domain.stop());

const names = {
  employeeId: 'employeeID',
  email: 'mail',
  givenName: 'givenName',
  familyName: 'sn',
  department: 'department',
};
const places = Object.entries({ ...names, title: 'title', startDate: 'extensionName' });
const groupsOf = ({ attributes }: RawRecord) => [attributes.memberOf ?? []].flat().map((name) => `${name} ${units}`);
const controlOf = ({ status }: RawRecord) => (status === 'active' ? '544' : '546');

/** What Active Directory can say of a record: nobody in it has left, and it names the object. */
const told =
  (unit: () => string) =>
  (record: RawRecord): RawRecord => ({
    externalId: ids.get(record.externalId) ?? record.externalId,
    status: record.status === 'active' ? 'active' : 'suspended',
    attributes: {
      ...record.attributes,
      memberOf: groupsOf(record),
      samAccountName: `${record.externalId}-${units}`,
      distinguishedName: `CN=${record.externalId},${unit()}`,
    },
  });

let unit = '';

async function start(): Promise<Source> {
  units += 1;
  unit = await acts.unit(`Kit ${units}`);
  for (const group of ['staff', 'team 0', 'team 1', 'team 2']) await acts.group(`${group} ${units}`, unit);
  let held = new Map<string, RawRecord>();
  const dnOf = (id: string) => `CN=${id},${unit}`;
  const same = (one: RawRecord, other: RawRecord | undefined) => JSON.stringify(one) === JSON.stringify(other);
  const make = (record: RawRecord) => {
    const values = places.flatMap(([ours, theirs]) => {
      const value = record.attributes[ours];
      return value === undefined ? [] : [[theirs, String(value)] as const];
    });
    const account = { sAMAccountName: `${record.externalId}-${units}`, userAccountControl: controlOf(record) };
    return acts.user(record.externalId, unit, { ...Object.fromEntries(values), ...account });
  };
  return {
    connector: connector as DirectoryConnector,
    config: {
      ...{ url: `ldaps://${domain.address}`, ca: domain.ca, serverName: domain.host, allowHosts: [domain.address] },
      ...{ user: 'reader@ad.acme.test', password: domain.administrator.password, base: unit, pageSize: 500 },
      attributes: { startDate: 'extensionName' },
    },
    hold: async (records) => {
      const wanted = new Map(records.map((record) => [record.externalId, record]));
      await inTurn(
        [...held.values()].filter((record) => !same(record, wanted.get(record.externalId))),
        ({ externalId }) => acts.remove(dnOf(externalId)),
      );
      const fresh = records.filter((record) => !same(record, held.get(record.externalId)));
      await inTurn(fresh, make);
      for (const group of new Set(fresh.flatMap(groupsOf))) {
        const members = fresh.filter((record) => groupsOf(record).includes(group));
        await acts.join(`CN=${group},${unit}`, ...members.map(({ externalId }) => dnOf(externalId)));
      }
      held = wanted;
      ids = await acts.idsBelow(unit);
    },
    spoil: async (externalId) => {
      const denied = `(OD;;RP;bf967a68-0de6-11d0-a285-00aa003049e2;;${await acts.sidOf(`CN=reader,${domain.base}`)})`;
      await domain.tool('dsacl', 'set', `--objectdn=${dnOf(externalId)}`, `--sddl=${denied}`);
    },
    vanish: () => domain.pause(),
    // What is left stays in a unit of its own, where no other test reads.
    stop: () => domain.resume(),
  };
}

const good = { url: 'ldaps://dc1.acme.test', user: 'reader', password: 'x' };
testDirectory({
  name: 'active-directory, a Samba domain controller',
  start,
  nonsense: {
    nothing: {},
    'no user': { url: good.url, password: 'x' },
    'a web address': { ...good, url: 'https://dc1.acme.test' },
    'credentials in the address': { ...good, url: 'ldaps://reader:x@dc1.acme.test' },
    'a base in the address': { ...good, url: 'ldaps://dc1.acme.test/DC=acme' },
    'a base that is no name': { ...good, base: 'People' },
    'a filter without brackets': { ...good, filter: 'employeeID=*' },
    'a filter that is none': { ...good, filter: '(&(employeeID=*)' },
    'no page': { ...good, pageSize: 0 },
    'a misspelt field': { ...good, pagesize: 5 },
    'hosts that are none': { ...good, allowHosts: ['a b'] },
  },
  told: told(() => unit),
  skip: [
    { test: 'under faults', reason: 'it speaks LDAP and no HTTP: its own faults are tested on a server of our own' },
    {
      test: 'calls when the source changes, once per change, until it is told to stop',
      reason: 'change notifications of Active Directory need a connection that is always open: it is asked on schedule',
    },
  ],
});
