import { connector } from '../../../connectors/onelogin/index.ts';
import type { DirectoryConnector, RawRecord } from '../../../src/core/connector.ts';
import { type Source, testDirectory } from '../../contracts/directory.ts';
import { type FakeUser, type OneLogin, startOneLogin } from '../../fakes/onelogin.ts';

/** A record of the kit as the user OneLogin would show for it. */
const userOf = ({ externalId, status, attributes }: RawRecord): FakeUser => ({
  id: Number(externalId.slice(1)),
  status: status === 'suspended' ? 2 : 1,
  state: status === 'left' ? 2 : 1,
  updated_at: '2026-01-01T00:00:00.000Z',
  ...{ email: attributes.email, username: null, firstname: attributes.givenName, lastname: attributes.familyName },
  ...{
    department: attributes.department,
    title: attributes.title ?? '',
    member_of: [attributes.memberOf ?? []].flat().join(';'),
  },
  ...{ role_ids: [], manager_user_id: null, group_id: null },
  custom_attributes: { employee_id: attributes.employeeId, start_date: attributes.startDate },
});

/** Its ids are numbers. */
const told = (record: RawRecord): RawRecord => ({ ...record, externalId: record.externalId.slice(1) });

const sourceOf = (fake: OneLogin, change: object): Source => ({
  connector: connector as DirectoryConnector,
  config: { ...fake.config, waitSeconds: 1, ...change },
  pageSize: 50,
  origin: fake.url,
  secrets: [fake.client.secret],
  hold: async (records) => {
    fake.tenant.users = records.map(userOf);
  },
  spoil: async (externalId) => {
    for (const user of fake.tenant.users) if (`E${user.id}` === externalId) user.status = 6;
  },
  vanish: () => fake.stop(),
  stop: () => fake.stop(),
});

const good = { url: 'https://acme.onelogin.com', clientId: 'id', clientSecret: 'secret' };
const nonsense = {
  nothing: {},
  'no secret': { url: good.url, clientId: 'id' },
  'no address': { ...good, url: 'acme' },
  'a client id that would end the user name': { ...good, clientId: 'a:b' },
  'a misspelt field': { ...good, deletionEvent: [17] },
  'a status that is none': { ...good, people: { rejected: 'gone' } },
  'no overlap': { ...good, overlapMinutes: 0 },
  'a short secret for the hook': { ...good, hookSecret: 'short' },
};
const skip = [
  {
    test: 'has a fingerprint that stays while nothing changes and changes with the content',
    reason: 'a OneLogin account has no mark that changes with its content',
  },
  {
    test: 'calls when the source changes, once per change, until it is told to stop',
    reason: 'OneLogin calls the webhook; see the tests of the hook',
  },
];

testDirectory({ name: 'onelogin', start: async () => sourceOf(await startOneLogin(), {}), nonsense, told, skip });
testDirectory({
  name: 'onelogin, roles read at the roles, no events',
  start: async () => sourceOf(await startOneLogin(), { roles: 'role', events: false }),
  ...{ nonsense, told, skip },
});
