import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { target as connector, directory } from '../../connectors/active-directory/index.ts';
import { connector as csv } from '../../connectors/csv/index.ts';
import { Config } from '../../src/core/config.ts';
import type { Target } from '../../src/core/connector.ts';
import { none, soon } from '../contracts/peer.ts';
import { company } from '../engine/company.ts';
import { type Acts, actsIn } from './acts.ts';
import { type Domain, startDomain } from './samba.ts';
import { serviceAccount } from './service-account.ts';
import { watch } from './watcher.ts';

/** Accounts in a real domain controller, made and changed by an account with the rights the docs list and no others. */

let domain: Domain;
let acts: Acts;
let units: { people: string; sales: string; groups: string };
let target: Target;
let connection: Record<string, unknown>;

beforeAll(async () => {
  domain = await startDomain();
  acts = actsIn(domain);
  const [people, groups] = [await acts.unit('People'), await acts.unit('Groups')];
  units = { people, groups, sales: await acts.unit('Sales', people) };
  for (const name of ['Staff', 'Crew', 'House']) await acts.group(name, groups);
  await acts.join(`CN=House,${groups}`, `CN=Crew,${groups}`);
  connection = {
    ...{ url: `ldaps://${domain.address}`, ca: domain.ca, serverName: domain.host, allowHosts: [domain.address] },
    ...(await serviceAccount(domain, acts, units)),
    ...{ base: people, organizationalUnit: people, groupBase: groups },
  };
  target = connect({});
});
afterAll(() => domain?.stop());

const connect = (change: object): Target =>
  connector.connect(connector.config.parse({ ...connection, ...change }), {
    ...{ name: 'ad', allowHosts: [], deadline: 20_000, now: Date.now },
  });
const groups = (add: string[], remove: string[] = []) => ({ ...none, entitlements: { groups: { add, remove } } });
const person = (name: string, more: Record<string, string> = {}) => ({
  externalId: `p-${name}`,
  attributes: { userName: `${name}@acme.test`, displayName: `${name} Person`, ...more },
  entitlements: {},
});

describe('an account of a domain', () => {
  const password = 'First-pass 1';
  const user = 'zoe@acme.test';

  it('is made with its groups and a password that signs in, and lives on', async () => {
    const made = await target.create({ ...person('zoe'), entitlements: { groups: ['Staff'] }, password }, soon());
    expect(made).toMatchObject({ active: true, entitlements: { groups: ['Staff'] } });
    expect(made.attributes).toMatchObject({ samAccountName: 'zoe', commonName: 'zoe Person' });
    expect(await domain.accepts(user, password)).toBe(true);
    await target.suspend(made.remoteId, soon());
    expect(await domain.accepts(user, password)).toBe(false);
    await target.reactivate(made.remoteId, none, soon());
    expect(await domain.accepts(user, password)).toBe(true);

    const renamed = await target.update(made.remoteId, { ...none, set: { displayName: 'Zoë, "née" \\ Berg' } }, soon());
    expect(renamed).toMatchObject({ remoteId: made.remoteId, attributes: { commonName: 'Zoë, "née" \\ Berg' } });
    const moved = await target.update(made.remoteId, { ...none, set: { organizationalUnit: units.sales } }, soon());
    expect(moved.attributes).toMatchObject({ organizationalUnit: units.sales, commonName: 'Zoë, "née" \\ Berg' });
    expect(moved.entitlements).toEqual({ groups: ['Staff'] });
    expect(await domain.accepts(user, password)).toBe(true);

    const crew = await target.update(made.remoteId, groups(['Crew'], ['Staff']), soon());
    expect(crew.entitlements, 'what a group is in is not given to the account').toEqual({ groups: ['Crew'] });
    expect((await target.update(made.remoteId, groups(['House']), soon())).entitlements).toEqual({
      groups: ['Crew', 'House'],
    });
    expect((await target.update(made.remoteId, groups([], ['House']), soon())).entitlements).toEqual({
      groups: ['Crew'],
    });
    await target.delete(made.remoteId, soon());
    expect(await target.get(made.remoteId, soon())).toBeNull();
  });

  it('gets another common name where the first is taken, and says so where it was asked for', async () => {
    const [one, two] = [person('max.a', { displayName: 'Max Twin' }), person('max.b', { displayName: 'Max Twin' })];
    const first = await target.create(one, soon());
    const second = await target.create(two, soon());
    expect([first, second].map(({ attributes }) => attributes.commonName)).toEqual(['Max Twin', 'Max Twin (max.b)']);
    const asked = { ...person('max.c', { commonName: 'Max Twin' }) };
    await expect(target.create(asked, soon())).rejects.toMatchObject({ kind: 'conflict', effect: 'none' });
    expect(await target.find({ externalId: asked.externalId }, soon())).toEqual([]);
    const alone = await target.update(second.remoteId, { ...none, set: { displayName: 'Maxim Twin' } }, soon());
    expect(alone.attributes.commonName).toBe('Maxim Twin');
    for (const { remoteId } of [first, second]) await target.delete(remoteId, soon());
  });

  it('names the field where a value cannot be', async () => {
    const refusal = async (more: Record<string, string>) => {
      const error = await target.create(person('nobody', more), soon()).catch((reason: Error) => reason);
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
      return (error as Error).message;
    };
    expect(await refusal({ samAccountName: 'a-name-of-twenty-one-x' })).toContain('samAccountName');
    expect(await refusal({ samAccountName: 'a/b' })).toContain('samAccountName');
    expect(await refusal({ organizationalUnit: `OU=Nowhere,${units.people}` })).toContain('OU=Nowhere');
    expect(await refusal({ organizationalUnit: `CN=Users,${domain.base}` })).toContain('CN=Users');
    expect(await refusal({ organizationalUnit: units.sales.toLowerCase() })).toContain(units.sales);
    expect(await refusal({ shoeSize: '44' })).toContain('shoeSize');
    expect(await target.find({ externalId: 'p-nobody' }, soon())).toEqual([]);
  });

  it('has its older sign-in name made where none is given: 20 letters at most, the same each time', async () => {
    const long = person('christopher.montgomery-smythe');
    const made = await target.create(long, soon());
    expect(made.attributes.samAccountName).toMatch(/^christopher\.m-[0-9a-f]{6}$/);
    await expect(target.create(long, soon())).rejects.toMatchObject({ kind: 'conflict', effect: 'none' });
    await target.delete(made.remoteId, soon());
  });

  it('comes back where it had ended by itself', async () => {
    const made = await target.create(person('ended'), soon());
    await acts.set(await acts.dnOf(made.remoteId), 'accountExpires', '132223104000000000');
    expect(await target.get(made.remoteId, soon())).toMatchObject({ active: false });
    expect(await target.reactivate(made.remoteId, none, soon())).toMatchObject({ active: true });
    await target.delete(made.remoteId, soon());
  });
});

describe('the directory of the same domain', () => {
  it('gives nobody whose account is not finished: whoever it is for is not away', async () => {
    const unit = await acts.unit('Beginners');
    const watcher = watch(domain, { base: unit });
    await acts.user('old-hand', unit);
    const half = { userAccountControl: '546', adminDisplayName: 'Rollcall is making this account' };
    const dn = await acts.user('beginner', unit, half);
    expect((await watcher.read()).news).toEqual({ 'old-hand': ['new'] });
    await acts.enable(dn);
    await acts.set(dn, 'adminDisplayName');
    expect((await watcher.read()).news).toEqual({ beginner: ['new'] });
  });
});

describe('what is not touched', () => {
  it('is neither found nor changed: accounts of the system, of administrators, and its own', async () => {
    const wide = connect({ base: domain.base, ...domain.administrator });
    const dnOfAdmin = `CN=Administrator,CN=Users,${domain.base}`;
    const guarded = await acts.user('operator', units.people, {
      userPrincipalName: 'operator@acme.test',
      adminCount: '1',
    });
    const ids = await Promise.all([dnOfAdmin, `CN=krbtgt,CN=Users,${domain.base}`, guarded].map(acts.idOf));
    const listed: string[] = [];
    for await (const page of wide.list(soon())) listed.push(...page.map(({ remoteId }) => remoteId));
    for (const id of ids) {
      expect(listed).not.toContain(id);
      for (const call of [
        () => wide.update(id, { ...none, set: { title: 'Mine' } }, soon()),
        () => wide.update(id, { ...none, password: 'Mine-now 1' }, soon()),
        () => wide.suspend(id, soon()),
      ])
        await expect(call()).rejects.toMatchObject({ effect: 'none', kind: expect.stringMatching(/rejected|missing/) });
    }
    await expect(wide.delete(ids[2] ?? '', soon())).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
    await wide.delete(ids[0] ?? '', soon());
    for (const id of ids) expect(await acts.dnOf(id)).toBeTruthy();
    expect(await wide.find({ userName: 'operator@acme.test' }, soon())).toEqual([]);
    const own = connect({ base: domain.base });
    const self = await acts.idOf(`CN=rollcall,${domain.base}`);
    await expect(own.suspend(self, soon())).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
    for (const name of ['Domain Admins', 'Administrators'])
      await expect(
        connect({ groupBase: domain.base }).create({ ...person('nobody'), entitlements: { groups: [name] } }, soon()),
      ).rejects.toMatchObject({
        ...{ kind: 'rejected', effect: 'none' },
      });
    await acts.remove(guarded);
  });

  it('is said where the rights do not reach', async () => {
    const elsewhere = await acts.unit('Elsewhere');
    const other = connect({ base: domain.base, organizationalUnit: elsewhere });
    await expect(other.test(soon())).rejects.toMatchObject({ kind: 'auth', effect: 'none' });
    await expect(other.create(person('stray'), soon())).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
    await acts.group('Foreign', elsewhere);
    const wide = connect({ groupBase: domain.base });
    await expect(
      wide.create({ ...person('stray'), entitlements: { groups: ['Foreign'] } }, soon()),
    ).rejects.toMatchObject({
      ...{ kind: 'rejected', effect: 'none', message: expect.stringContaining('Foreign') },
    });
    expect(await target.find({ externalId: 'p-stray' }, soon()), 'it was taken back').toEqual([]);
    await target.test(soon());
  });
});

const settings = {
  ...{ admins: ['ada@acme.test'], approvers: ['ada@acme.test'], deletionThreshold: { count: 50, percent: 100 } },
  // Time passes faster than the servers answer.
  timings: { lease: '20 minutes', deadline: '5 minutes', settle: '1 second', retry: '1 second' },
};
const roles = { roles: [{ name: 'Staff', apps: ['crm'] }], mappings: [{ name: 'Everybody', roles: ['Staff'] }] };
const unasked = { enabled: true, entitlements: true, approval: { create: false, reactivate: false } };

type Row = { id: string; name: string; department: string; state?: string };

/** An HR export that a test writes. */
async function exported() {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-hr-'));
  const file = join(folder, 'people.csv');
  return {
    entry: { name: 'hr', connector: 'csv', config: { file, key: 'employee_id' } },
    write: (rows: readonly Row[]) => {
      const lines = rows.map(({ id, name, department, state = 'active' }) =>
        [id, `${name}@acme.test`, name, 'Person', `${name} Person`, department, state].join(','),
      );
      const headers = 'employee_id,email,given_name,family_name,display_name,department,status';
      return writeFile(file, `${[headers, ...lines].join('\n')}\n`);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Time passes in the company while the servers answer in theirs, until `seen` shows it. */
const becomes = (acme: Awaited<ReturnType<typeof company>>, seen: () => Promise<unknown>, wanted: unknown) =>
  expect
    .poll(
      async () => {
        await acme.time.advance(1_000);
        return seen();
      },
      { timeout: 60_000, interval: 50 },
    )
    .toEqual(wanted);

describe('a life, from an HR export to the domain', () => {
  it('joins, moves, is away, comes back and leaves', async () => {
    const hr = await exported();
    const staff = await acts.unit('Company', units.people);
    const trade = await acts.unit('Trade', staff);
    const own = { base: staff, organizationalUnit: staff };
    const config = Config.parse({
      ...{ version: 1, settings, directories: [hr.entry], ...roles },
      apps: [
        {
          ...{
            name: 'crm',
            connector: 'active-directory',
            connection: { ...connection, ...own },
            provisioning: { ...unasked, match: ['userName'] },
          },
          parameters: [
            {
              target: 'organizationalUnit',
              from: 'department',
              translate: { Sales: trade, IT: staff },
            },
            { target: 'groups', from: 'department', translate: { Sales: 'Crew', IT: 'Staff' } },
          ],
        },
      ],
    });
    const rows: Row[] = [
      { id: '1', name: 'ada', department: 'IT' },
      { id: '2', name: 'bea', department: 'Sales' },
      { id: '3', name: 'cid', department: 'Sales' },
    ];
    await hr.write(rows);
    const acme = await company([], config, { directory: csv as never, also: connector as never });
    const accounts = async () => {
      const found: Record<string, unknown> = {};
      for await (const page of connect(own).list(soon()))
        for (const { userName, active, attributes, entitlements } of page)
          found[userName?.split('@')[0] ?? ''] = [
            active,
            attributes.organizationalUnit === trade,
            ...(entitlements.groups ?? []),
          ];
      return found;
    };
    const synced = async (next: readonly Row[]) => {
      await hr.write(next);
      await acme.engine.useCases.sync('hr', { kind: 'system', name: 'test' });
    };
    await synced(rows);
    await becomes(acme, accounts, {
      ada: [true, false, 'Staff'],
      bea: [true, true, 'Crew'],
      cid: [true, true, 'Crew'],
    });
    const [ada, bea, cid] = rows as [Row, Row, Row];
    await synced([{ ...ada, department: 'Sales' }, { ...bea, state: 'inactive' }, cid]);
    await becomes(acme, accounts, { ada: [true, true, 'Crew'], bea: [false, true, 'Crew'], cid: [true, true, 'Crew'] });
    await synced([{ ...ada, department: 'Sales' }, bea, { ...cid, state: 'left' }]);
    await becomes(acme, accounts, { ada: [true, true, 'Crew'], bea: [true, true, 'Crew'], cid: [false, true, 'Crew'] });
    await acme.stop();
    await hr.remove();
  });
});

describe('an HR export and a domain as directories', () => {
  it('make one person with one login, away everywhere when either says so', async () => {
    const hr = await exported();
    const staff = await acts.unit('Employees');
    const { organizationalUnit: _unit, groupBase: _groups, ...reading } = connection;
    const ad = { name: 'ad', connector: 'active-directory', config: { ...reading, base: staff } };
    const apps = [{ name: 'crm', connector: 'memory', provisioning: unasked }];
    const config = Config.parse({ ...{ version: 1, settings, directories: [hr.entry, ad], ...roles }, apps });
    const rows: Row[] = [
      { id: '10', name: 'eva', department: 'IT' },
      { id: '11', name: 'fay', department: 'IT' },
    ];
    const dns = new Map<string, string>();
    // One is known by the same number, the other by the same address alone.
    dns.set('eva', await acts.user('eva', staff, { employeeID: '10', title: 'Head' }));
    dns.set('fay', await acts.user('fay', staff, { mail: 'fay@acme.test', title: 'Clerk' }));
    await hr.write(rows);
    const acme = await company([], config, { directory: [csv, directory] as never });
    const synced = async (next: readonly Row[]) => {
      await hr.write(next);
      for (const name of ['hr', 'ad']) await acme.engine.useCases.sync(name, { kind: 'system', name: 'test' });
    };
    const seen = async () =>
      Object.fromEntries(
        [...acme.app.accounts.values()].map(({ userName, active, attributes }) => [
          userName,
          [active, attributes.title],
        ]),
      );
    const are = (eva: boolean, fay: boolean) =>
      becomes(acme, seen, { 'eva@acme.test': [eva, 'Head'], 'fay@acme.test': [fay, 'Clerk'] });
    await synced(rows);
    await are(true, true);
    const found = await acme.store.people.byRecords('hr', ['10', '11']);
    expect(found.map(({ records }) => records.map(({ directory: name }) => name).sort())).toEqual([
      ['ad', 'hr'],
      ['ad', 'hr'],
    ]);
    await acts.disable(dns.get('eva') ?? '');
    await synced(rows);
    await are(false, true);
    await acts.enable(dns.get('eva') ?? '');
    await synced(rows.map((row) => (row.name === 'fay' ? { ...row, state: 'inactive' } : row)));
    await are(true, false);
    await acts.disable(dns.get('fay') ?? '');
    await synced(rows);
    await are(true, false);
    await acts.enable(dns.get('fay') ?? '');
    await synced(rows);
    await are(true, true);
    await acme.stop();
    await hr.remove();
  });
});
