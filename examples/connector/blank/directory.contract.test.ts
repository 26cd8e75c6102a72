import type { DirectoryConnector } from '../../../src/core/connector.ts';
import { testDirectory } from '../../../test/contracts/directory.ts';
import { startJsonServer } from '../../../test/fakes/json-server.ts';
import { connector } from './directory.ts';

const token = 'canary-5d81f0c27a9e46b3';
const good = { baseUrl: 'https://blank-name.example/api', auth: { type: 'bearer', token } };

/** The API as its documentation has it, on a loopback port: it gives whom it was told to hold, page by page. */
const startFake = () =>
  startJsonServer(({ headers }) =>
    headers.authorization === `Bearer ${token}`
      ? { status: 501, body: { error: 'the fake is not written yet' } }
      : { status: 401, body: { error: 'who are you?' } },
  );

function notWritten(what: string): never {
  throw new Error(`"${what}" of the fake is not written yet: test/connectors/blank-name.contract.test.ts`);
}

testDirectory({
  name: 'blank-name',
  start: async () => {
    const fake = await startFake();
    const config = { baseUrl: `${fake.origin}/api`, allowHosts: ['127.0.0.1'], auth: { type: 'bearer', token } };
    return {
      connector: connector as DirectoryConnector,
      config,
      origin: fake.origin,
      secrets: [token],
      // How many rows the fake gives at a time.
      pageSize: 100,
      hold: async () => notWritten('hold'),
      spoil: async () => notWritten('spoil'),
      vanish: fake.stop,
      stop: fake.stop,
    };
  },
  nonsense: {
    nothing: {},
    'no token': { ...good, auth: { type: 'bearer' } },
    'credentials in the address': { ...good, baseUrl: 'https://me:secret@blank-name.example/api' },
    'a misspelt field': { ...good, allowHost: ['127.0.0.1'] },
  },
  // What the source cannot do is left out by the title of the test or of its group, with the reason.
  skip: [
    {
      test: 'calls when the source changes, once per change, until it is told to stop',
      reason: 'not looked at yet: does the API say when something changed?',
    },
  ],
});
