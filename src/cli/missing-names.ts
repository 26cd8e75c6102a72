import type { Config } from '../core/config.ts';
import { secretNames } from '../core/config-check.ts';
import { readEnv } from '../env.ts';
import { hasStore, type Opened, openForCommand } from '../main.ts';

type Secrets = Pick<Opened, 'secret' | 'store'>;

/** The names of a configuration under which nothing is set, neither in the environment nor in the store. */
export async function unsetNames(config: Config, { secret, store }: Secrets): Promise<string[]> {
  const missing = secretNames(config).filter((name) => (secret(name) ?? '') === '');
  if (missing.length === 0) return [];
  const kept = (await store.namedSecrets.all()).flatMap(({ id, sealed }) => (sealed === null ? [] : [id]));
  return missing.filter((name) => !kept.includes(name));
}

/** The same for a file that is only checked: without a store there, and where one does not answer, the environment alone counts. */
export async function missingNames(config: Config): Promise<string[]> {
  const env = readEnv();
  const missing = secretNames(config).filter((name) => (env.secret(name) ?? '') === '');
  if (missing.length === 0 || !hasStore(env)) return missing;
  try {
    const { opened, engine } = await openForCommand(env);
    return await unsetNames(config, { store: opened.store, secret: env.secret }).finally(async () => {
      await engine.stop();
      await opened.close();
    });
  } catch {
    console.error('note: the store did not answer, so secrets that are set there are not known here');
    return missing;
  }
}
