import type { TargetConnector } from '../../../src/core/connector.ts';
import { testTarget } from '../../../test/contracts/target.ts';
import { startJsonServer } from '../../../test/fakes/json-server.ts';
import { connector } from './target.ts';

const token = 'canary-5d81f0c27a9e46b3';
const good = { baseUrl: 'https://blank-name.example/api', auth: { type: 'bearer', token } };

/** The API as its documentation has it, on a loopback port: it keeps what it is given, and is strict. See examples/connector/desk-fake.ts. */
const startFake = () =>
  startJsonServer(({ headers }) =>
    headers.authorization === `Bearer ${token}`
      ? { status: 501, body: { error: 'the fake is not written yet' } }
      : { status: 401, body: { error: 'who are you?' } },
  );

function notWritten(what: string): never {
  throw new Error(`"${what}" of the fake is not written yet: test/connectors/blank-name.contract.test.ts`);
}

testTarget({
  name: 'blank-name',
  start: async () => {
    const fake = await startFake();
    const connection = { baseUrl: `${fake.origin}/api`, allowHosts: ['127.0.0.1'] };
    return {
      connector: connector as TargetConnector,
      connection: { ...connection, auth: { type: 'bearer', token } },
      wrongSecret: { ...connection, auth: { type: 'bearer', token: `${token}-wrong` } },
      origin: fake.origin,
      secrets: [token],
      // How many rows the fake gives at a time: few, so that the boundaries are met soon.
      pageSize: 3,
      account: (n) => ({
        externalId: `person-${n}`,
        attributes: {
          ...{ userName: `zoe.${n}@acme.test`, email: `zoe.${n}@acme.test`, displayName: `Zoë O'Neil "${n}"` },
          title: 'Clerk',
        },
        entitlements: {},
      }),
      invalid: { externalId: 'nobody', attributes: { title: 'No name' }, entitlements: {} },
      attributes: { changed: 'title', cleared: 'displayName', kept: 'email' },
      entitlement: { target: 'groups', values: ['Sales', 'Managers'] },
      outside: {
        createAccount: async () => notWritten('createAccount'),
        give: async () => notWritten('give'),
        holders: async () => notWritten('holders'),
      },
      stop: fake.stop,
    };
  },
  nonsense: {
    nothing: {},
    'no token': { ...good, auth: { type: 'bearer' } },
    'credentials in the address': { ...good, baseUrl: 'https://me:secret@blank-name.example/api' },
    'a misspelt field': { ...good, allowHost: ['127.0.0.1'] },
  },
  // What the app cannot do is left out by the title of the test or of its group, with the reason.
  skip: [{ test: 'passwords', reason: 'not looked at yet: does the app take passwords?' }],
});
