import { directory, target } from '../../../connectors/google-workspace/index.ts';
import type { DirectoryConnector, RawRecord, TargetConnector } from '../../../src/core/connector.ts';
import { type Source, testDirectory } from '../../contracts/directory.ts';
import { type Peer, testTarget } from '../../contracts/target.ts';
import { type Google, serviceAccount, startGoogle } from '../../fakes/google.ts';
import type { FakeUser } from '../../fakes/google-lists.ts';
import { account } from './opening.ts';

const idFor = (externalId: string) => String(10_000 + Number(externalId.slice(1)));
const groupFor = (name: string) => `${name.replace(' ', '-')}@acme.test`;
const textOf = (value: unknown) => String(value ?? '');

/** A record of the kit as the user Google would show for it. */
const userOf = ({ externalId, status, attributes }: RawRecord): FakeUser => ({
  ...{ id: idFor(externalId), primaryEmail: textOf(attributes.email) },
  name: { givenName: attributes.givenName, familyName: attributes.familyName },
  ...{ suspended: status === 'suspended', archived: status === 'left' },
  organizations: [{ department: attributes.department, title: attributes.title, primary: true }],
  externalIds: [
    { value: `person-${externalId}`, type: 'custom', customType: 'rollcall' },
    { value: attributes.employeeId, type: 'organization' },
  ],
  customSchemas: { HR: { start: attributes.startDate }, Other: { start: 'never' } },
});

/** As Google tells it: ids are numbers, groups are addresses, and a name is also shown whole. */
const told = ({ externalId, status, attributes }: RawRecord): RawRecord => ({
  ...{ externalId: idFor(externalId), status },
  attributes: {
    ...attributes,
    memberOf: [attributes.memberOf ?? []].flat().map((name) => groupFor(textOf(name))),
    ...{ userName: textOf(attributes.email), orgUnitPath: '/' },
    displayName: `${textOf(attributes.givenName)} ${textOf(attributes.familyName)}`,
  },
});

const withoutGroups = (record: RawRecord): RawRecord => {
  const { memberOf: _groups, ...attributes } = told(record).attributes;
  return { ...told(record), attributes };
};

function fill({ tenant }: Google, records: readonly RawRecord[]): void {
  tenant.users.clear();
  tenant.groups.clear();
  for (const record of records) {
    const user = userOf(record);
    tenant.users.set(user.id, user);
    for (const name of [record.attributes.memberOf ?? []].flat().map(textOf)) {
      const email = groupFor(name);
      const group = [...tenant.groups.values()].find((one) => one.email === email) ?? tenant.addGroup(email);
      group.members.set(user.id, { id: user.id, email: user.primaryEmail, type: 'USER', role: 'MEMBER' });
    }
  }
}

const sourceOf = (fake: Google, change: object): Source => ({
  connector: directory as DirectoryConnector,
  config: {
    ...{ ...fake.settings, waitSeconds: 0, pageSize: 50, archived: 'left', attributes: { startDate: 'HR.start' } },
    ...change,
  },
  pageSize: 50,
  origin: fake.origin,
  secrets: [serviceAccount.privateKey],
  hold: async (records) => fill(fake, records),
  spoil: async (externalId) => {
    const user = fake.tenant.users.get(idFor(externalId));
    if (user !== undefined) user.suspended = 'perhaps';
  },
  vanish: () => fake.stop(),
  stop: () => fake.stop(),
});

const auth = { issuer: 'rollcall@p.iam.example', subject: 'ada@acme.test', privateKey: serviceAccount.privateKey };
const nonsense = {
  nothing: {},
  'no key': { auth: { issuer: auth.issuer, subject: auth.subject } },
  'nobody it acts for': { auth: { issuer: auth.issuer, privateKey: auth.privateKey } },
  'an administrator without an address': { auth: { ...auth, subject: 'ada' } },
  'credentials of another kind': { auth: { type: 'bearer', token: 'a-token' } },
  'a misspelt field': { auth, custommer: 'my_customer' },
  'credentials in the address': { auth, baseUrl: 'https://me:secret@admin.googleapis.com' },
};
const skip = [
  {
    test: 'has a fingerprint that stays while nothing changes and changes with the content',
    reason: 'Google has no mark of everybody; the etags of all pages cost as many calls as the read itself',
  },
  {
    test: 'calls when the source changes, once per change, until it is told to stop',
    reason: 'Google calls a public address only, for hours at a time, and only about users',
  },
];

testDirectory({
  name: 'google-workspace',
  start: async () => sourceOf(await startGoogle(), {}),
  nonsense: { ...nonsense, 'too large a page': { auth, pageSize: 501 }, 'no field': { auth, attributes: { a: 'HR' } } },
  ...{ told: withoutGroups, skip },
});
testDirectory({
  name: 'google-workspace, with groups',
  start: async () => sourceOf(await startGoogle(), { groups: true, derived: true }),
  ...{ nonsense, told, skip },
});

async function startPeer(): Promise<Peer> {
  const fake = await startGoogle();
  const { tenant } = fake;
  const groups = ['sales@acme.test', 'managers@acme.test'] as const;
  for (const email of groups) tenant.addGroup(email);
  const groupOf = (email: string) => [...tenant.groups.values()].find((group) => group.email === email);
  return {
    connector: target as TargetConnector,
    connection: { ...fake.settings, options: { pageSize: 4 } },
    wrongSecret: { ...fake.wrongSettings, options: { pageSize: 4 } },
    origin: fake.origin,
    harmless: /^\/token$/,
    secrets: [serviceAccount.privateKey, serviceAccount.wrongKey],
    pageSize: 4,
    account,
    invalid: { externalId: 'nobody', attributes: { title: 'No name' }, entitlements: {} },
    attributes: { changed: 'title', cleared: 'department', kept: 'employeeId' },
    entitlement: { target: 'groups', values: groups },
    passwords: { accepts: async (id, password) => tenant.users.get(id)?.password === password, refused: 'qUx-7"' },
    outside: {
      createAccount: async (userName) => {
        const name = { givenName: 'S', familyName: 'T' };
        return tenant.insert({ primaryEmail: userName, name, password: 'of-a-stranger' }).id;
      },
      give: async (email, id) => {
        groupOf(email)?.members.set(id, { id, type: 'USER', role: 'MEMBER' });
      },
      holders: async (email) => [...(groupOf(email)?.members.keys() ?? [])],
    },
    stop: fake.stop,
  };
}

testTarget({
  name: 'google-workspace',
  start: startPeer,
  nonsense: { ...nonsense, 'a misspelt option': { auth, options: { group: true } } },
});
