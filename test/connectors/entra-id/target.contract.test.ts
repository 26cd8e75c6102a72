import { randomUUID } from 'node:crypto';
import { target } from '../../../connectors/entra-id/index.ts';
import type { NewAccount, TargetConnector } from '../../../src/core/connector.ts';
import { type Peer, testTarget } from '../../contracts/target.ts';
import { type Entra, startEntra } from '../../fakes/entra.ts';

const groupNames = ['Sales and Marketing', 'Managers'] as const;
const skuNames = ['ENTERPRISEPACK', 'FLOW_FREE'] as const;

const account = (n: number): NewAccount => ({
  externalId: `person-${n}`,
  attributes: {
    ...{ userName: `zoe.${n}@acme.test`, displayName: `Zoë O'Neil "${n}"`, givenName: 'Zoë', familyName: "O'Neil" },
    ...{ mailNickname: `zoe.${n}`, title: 'Clerk', department: 'Sales & Marketing', employeeId: `E${n}` },
    ...{ phone: `+49 30 ${n}`, usageLocation: 'DE', extensionAttribute1: 'x' },
  },
  entitlements: {},
});

/** Acts as the tenant's own administrators. */
function outsideOf({ tenant }: Entra, kind: 'groups' | 'licences'): NonNullable<Peer['outside']> {
  const groupOf = (name: string) => [...tenant.groups.values()].find((group) => group.displayName === name)?.id ?? '';
  const skuOf = (name: string) => tenant.skus.find((sku) => sku.skuPartNumber === name)?.skuId ?? '';
  type States = { skuId: string; assignedByGroup: string | null }[];
  const statesOf = (id: string) => (tenant.users.get(id)?.licenseAssignmentStates ?? []) as States;
  return {
    createAccount: async (userPrincipalName) =>
      tenant.put({ userPrincipalName, displayName: userPrincipalName, licenseAssignmentStates: [] }).id,
    give: async (value, id) => {
      if (kind === 'groups') tenant.join(groupOf(value), id);
      else {
        const states = [...statesOf(id), { skuId: skuOf(value), assignedByGroup: null, state: 'Active' }];
        tenant.put({ id, licenseAssignmentStates: states });
      }
    },
    holders: async (value) =>
      kind === 'groups'
        ? [...(tenant.groups.get(groupOf(value))?.members ?? [])]
        : [...tenant.users.keys()].flatMap((id) =>
            statesOf(id).flatMap((one) => (one.skuId === skuOf(value) ? [id] : [])),
          ),
  };
}

const pageSize = 4;

async function start(kind: 'groups' | 'licences'): Promise<Peer> {
  const fake = await startEntra({ pageSize });
  for (const displayName of groupNames) fake.tenant.putGroup({ displayName });
  for (const skuPartNumber of skuNames)
    fake.tenant.skus.push({ skuId: randomUUID(), skuPartNumber, appliesTo: 'User', left: 10_000 });
  // What the fake has been told shows at once; lag has tests of its own.
  const connection = { ...fake.config, pageSize, lagSeconds: 0, [kind === 'groups' ? 'licences' : 'groups']: false };
  return {
    connector: target as TargetConnector,
    connection,
    wrongSecret: { ...connection, auth: { type: 'client-secret', clientSecret: `${fake.client.secret}-wrong` } },
    origin: fake.origin,
    harmless: /\/oauth2\/v2\.0\/token$/,
    secrets: [fake.client.secret],
    ...{ pageSize, account },
    invalid: { externalId: 'nobody', attributes: { title: 'No name' }, entitlements: {} },
    attributes: { changed: 'title', cleared: 'department', kept: 'employeeId' },
    entitlement: { target: kind, values: kind === 'groups' ? groupNames : skuNames },
    outside: outsideOf(fake, kind),
    passwords: { accepts: async (id, password) => fake.tenant.passwords.get(id) === password, refused: 'qUx-7"' },
    stop: fake.stop,
  };
}

const good = {
  ...{ tenant: 'acme.onmicrosoft.com', clientId: 'id' },
  auth: { type: 'client-secret', clientSecret: 'secret' },
};
const nonsense = {
  nothing: {},
  'neither secret nor certificate': { tenant: good.tenant, clientId: 'id' },
  'a place for our id that cannot be searched': { ...good, externalId: 'displayName' },
  'an extension attribute that is none': { ...good, externalId: 'extensionAttribute16' },
  'a page that is too large': { ...good, pageSize: 1_000 },
  'a misspelt field': { ...good, licenses: true },
  'credentials in the address': { ...good, graph: 'https://me:secret@graph.microsoft.com' },
};

testTarget({ name: 'entra-id, groups', start: () => start('groups'), nonsense });
testTarget({ name: 'entra-id, licences', start: () => start('licences'), nonsense });
