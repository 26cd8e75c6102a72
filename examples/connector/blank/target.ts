import { z } from 'zod';
import { authorizationOf } from '../../../connectors/_authorize.ts';
import { AllowHosts, Auth, BaseUrl, httpClient } from '../../../connectors/_http.ts';
import { type ConnectorContext, ConnectorError, defineTarget, type Target } from '../../../src/core/connector.ts';

/** The `connection` of an app, as an admin writes it. What is secret carries `.meta({ secret: true })`; in `auth` it does. */
const Connection = z.strictObject({
  baseUrl: BaseUrl.describe('Where the API of BLANK-TITLE begins'),
  auth: Auth,
  allowHosts: AllowHosts.default([]).describe('Hosts and networks of your own that may be called beside public ones'),
});
type Connection = z.infer<typeof Connection>;

function blankTarget(connection: Connection, given: ConnectorContext): Target {
  const context = { ...given, allowHosts: [...given.allowHosts, ...connection.allowHosts] };
  const http = httpClient({ ...context, baseUrl: connection.baseUrl, auth: connection.auth });
  // What each has to do stands at `Target` in src/core/connector.ts; whoever needs more of what it is given names it there.
  return {
    test: async () => notWritten('test'),
    list: async function* () {
      yield notWritten('list');
    },
    get: async () => notWritten('get'),
    find: async () => notWritten('find'),
    create: async () => notWritten('create'),
    update: async () => notWritten('update'),
    suspend: async () => notWritten('suspend'),
    reactivate: async () => notWritten('reactivate'),
    delete: async () => notWritten('delete'),
    entitlements: async function* () {
      yield notWritten('entitlements');
    },
    credentialsEnd: () => http.credentialsEnd(),
    authorization: () => authorizationOf(connection.auth, context),
    close: () => http.close(),
  };
}

function notWritten(what: string): never {
  throw new ConnectorError('bug', 'none', `BLANK-TITLE: "${what}" is not written yet.`, {
    remedy: 'Write it in connectors/blank-name.ts.',
  });
}

export const connector = defineTarget<Connection>({
  kind: 'target',
  name: 'blank-name',
  title: 'BLANK-TITLE',
  config: Connection,
  // Only what the app really does; `uniqueKey`: it refuses a second account of the same name by itself.
  capabilities: { suspend: true, delete: true, entitlements: true, uniqueKey: true },
  attributes: [
    { name: 'userName', kind: 'value', type: 'string', required: true, unique: true },
    { name: 'email', kind: 'value', type: 'string' },
    { name: 'displayName', kind: 'value', type: 'string' },
    { name: 'title', kind: 'value', type: 'string' },
    { name: 'groups', kind: 'entitlement', type: 'string' },
  ],
  // Untouched, they make a valid account.
  parameters: [
    { target: 'userName', from: 'email' },
    { target: 'email', from: 'email' },
    { target: 'displayName', from: 'displayName' },
  ],
  // The ceiling the app documents, calls a second and at a time: `rate: { perSecond: 10, concurrency: 4 }`.
  connect: blankTarget,
});
