import { ConnectorError, type Target } from '../src/core/connector.ts';

/** An app that is never called: nothing of it can be read, so that its lists are empty, and nothing is ever sent. `why`: in words. */
export function uncalled(why: string): Target {
  const refused = (): Promise<never> =>
    Promise.reject(new ConnectorError('bug', 'none', `${why}: nothing can be called`));
  return {
    test: async () => {},
    list: async function* () {},
    get: async () => null,
    find: async () => [],
    create: refused,
    update: refused,
    suspend: refused,
    reactivate: refused,
    delete: refused,
    entitlements: async function* () {},
  };
}
