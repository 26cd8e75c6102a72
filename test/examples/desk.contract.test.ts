import { connector } from '../../examples/connector/desk.ts';
import { startDesk } from '../../examples/connector/desk-fake.ts';
import type { TargetConnector } from '../../src/core/connector.ts';
import { testTarget } from '../contracts/target.ts';

const token = 'canary-0b5e7c1d9a3f4826';
const good = { baseUrl: 'https://desk.example/api', auth: { type: 'bearer', token } };

testTarget({
  name: 'desk',
  start: async () => {
    const desk = await startDesk(token);
    const connection = { baseUrl: `${desk.origin}/api`, allowHosts: ['127.0.0.1'] };
    return {
      connector: connector as TargetConnector,
      connection: { ...connection, auth: { type: 'bearer', token } },
      wrongSecret: { ...connection, auth: { type: 'bearer', token: `${token}-wrong` } },
      origin: desk.origin,
      secrets: [token],
      pageSize: 3,
      account: (n) => ({
        externalId: `person-${n}`,
        attributes: {
          ...{ userName: `zoe.${n}@acme.test`, email: `zoe.${n}@acme.test`, displayName: `Zoë O'Neil "${n}"` },
          ...{ title: 'Clerk', phone: `+49 30 ${n}` },
        },
        entitlements: {},
      }),
      invalid: { externalId: 'nobody', attributes: { title: 'No login' }, entitlements: {} },
      attributes: { changed: 'title', cleared: 'phone', kept: 'displayName' },
      entitlement: { target: 'teams', values: desk.teams },
      outside: {
        createAccount: async (userName) => desk.add(userName),
        give: async (team, id) => desk.give(team, id),
        holders: async (team) => desk.holders(team),
      },
      stop: desk.stop,
    };
  },
  nonsense: {
    nothing: {},
    'no token': { ...good, auth: { type: 'bearer' } },
    'credentials in the address': { ...good, baseUrl: 'https://me:secret@desk.example/api' },
    'a misspelt field': { ...good, allowHost: ['127.0.0.1'] },
  },
  skip: [{ test: 'passwords', reason: 'the desk keeps none: people sign in through the company' }],
});
