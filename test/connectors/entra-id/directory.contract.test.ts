import { directory } from '../../../connectors/entra-id/index.ts';
import type { DirectoryConnector, RawRecord } from '../../../src/core/connector.ts';
import { type Source, testDirectory } from '../../contracts/directory.ts';
import { type Entra, startEntra } from '../../fakes/entra.ts';
import { guid } from './reading.ts';

const idOf = ({ externalId }: Pick<RawRecord, 'externalId'>) => guid(Number(externalId.slice(1)));

/** Its ids are its own, who has left is not in it, and everybody has a user name. */
const told = (record: RawRecord): RawRecord => {
  const name = `${record.externalId.toLowerCase()}@acme.test`;
  return {
    externalId: idOf(record),
    status: record.status === 'left' ? 'suspended' : record.status,
    attributes: { ...record.attributes, userName: name, userPrincipalName: name },
  };
};

function hold({ tenant }: Entra, records: readonly RawRecord[]): void {
  tenant.clear();
  const groups = new Map<string, string>();
  for (const record of records) {
    const { attributes, status, externalId } = record;
    const id = idOf(record);
    tenant.put({
      ...{ id, accountEnabled: status === 'active', userPrincipalName: `${externalId.toLowerCase()}@acme.test` },
      ...{
        userType: 'Member',
        mail: attributes.email,
        givenName: attributes.givenName,
        surname: attributes.familyName,
      },
      ...{ department: attributes.department, employeeId: attributes.employeeId, jobTitle: attributes.title ?? null },
      employeeHireDate: `${attributes.startDate}T00:00:00Z`,
    });
    for (const name of [attributes.memberOf ?? []].flat().map(String)) {
      const group = groups.get(name) ?? tenant.putGroup({ displayName: name }).id;
      groups.set(name, group);
      tenant.join(group, id);
    }
  }
}

const pageSize = 100;

async function start(): Promise<Source> {
  const fake = await startEntra({ pageSize });
  fake.delta.hazards.perPage = pageSize;
  return {
    connector: directory as DirectoryConnector,
    config: { ...fake.config, waitSeconds: 1, lagSeconds: 0, attributes: { startDate: 'employeeHireDate' } },
    ...{ pageSize, origin: fake.origin, secrets: [fake.client.secret] },
    hold: async (records) => hold(fake, records),
    spoil: async (externalId) => {
      const user = fake.tenant.users.get(idOf({ externalId }));
      if (user !== undefined) Object.assign(user, { accountEnabled: null });
    },
    vanish: () => fake.stop(),
    stop: () => fake.stop(),
  };
}

const auth = { type: 'client-secret', clientSecret: 'secret' };
const good = { tenant: 'acme.onmicrosoft.com', clientId: 'id', auth };
const nonsense = {
  nothing: {},
  'neither secret nor certificate': { tenant: good.tenant, clientId: 'id' },
  'both of them': { ...good, auth: { ...auth, certificate: `\${ENTRA_CERTIFICATE}` } },
  'a certificate without its key': {
    ...good,
    auth: { type: 'certificate', certificate: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' },
  },
  'a tenant that would lead elsewhere': { ...good, tenant: 'acme/../other' },
  'a misspelt field': { ...good, guest: true },
  'a property that is none': { ...good, attributes: { costCentre: 'a b' } },
  'no address of Graph': { ...good, graph: 'graph.microsoft.us' },
};
const skip = [
  {
    test: 'has a fingerprint that stays while nothing changes and changes with the content',
    reason: 'a tenant has no mark that changes with its content; a read of changes that finds none costs two calls',
  },
  {
    test: 'calls when the source changes, once per change, until it is told to stop',
    reason: 'change notifications of Graph need an address it can reach, which this connector does not ask for',
  },
];

testDirectory({ name: 'entra-id', start, nonsense, told, skip });
