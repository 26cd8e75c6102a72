import { z } from 'zod';
import { authorizationOf } from '../../../connectors/_authorize.ts';
import { AllowHosts, Auth, BaseUrl, httpClient } from '../../../connectors/_http.ts';
import { type ConnectorContext, ConnectorError, type Directory, defineDirectory } from '../../../src/core/connector.ts';

/** The `config` of a directory, as an admin writes it. What is secret carries `.meta({ secret: true })`; in `auth` it does. */
const Config = z.strictObject({
  baseUrl: BaseUrl.describe('Where the API of BLANK-TITLE begins'),
  auth: Auth,
  allowHosts: AllowHosts.default([]).describe('Hosts and networks of your own that may be called beside public ones'),
});
type Config = z.infer<typeof Config>;

function blankDirectory(config: Config, given: ConnectorContext): Directory {
  const context = { ...given, allowHosts: [...given.allowHosts, ...config.allowHosts] };
  const http = httpClient({ ...context, baseUrl: config.baseUrl, auth: config.auth });
  return {
    // Yields pages, and returns how it ended: { kind: 'full', complete: true, cursor: null, rows }. Only a list that is surely whole is
    // complete; who is missing from it is taken to be gone.
    read: async function* () {
      yield notWritten('read');
      return notWritten('read');
    },
    credentialsEnd: () => http.credentialsEnd(),
    authorization: () => authorizationOf(config.auth, context),
  };
}

function notWritten(what: string): never {
  throw new ConnectorError('bug', 'none', `BLANK-TITLE: "${what}" is not written yet.`, {
    remedy: 'Write it in connectors/blank-name.ts.',
  });
}

export const connector = defineDirectory<Config>({
  kind: 'directory',
  name: 'blank-name',
  title: 'BLANK-TITLE',
  config: Config,
  connect: blankDirectory,
});
