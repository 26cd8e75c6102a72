import type { Config } from '../core/config.ts';
import { secretNames } from '../core/config-check.ts';
import { type Env, readEnv } from '../env.ts';
import { hasStore, openForCommand } from '../main.ts';

/** The names of a configuration under which nothing is set, neither in this environment nor in a store that is there already. */
export async function missingNames(config: Config): Promise<string[]> {
  const env = readEnv();
  const missing = secretNames(config).filter((name) => (env.secret(name) ?? '') === '');
  if (missing.length === 0) return [];
  const stored = hasStore(env) ? await storedNames(env) : new Set();
  return missing.filter((name) => !stored.has(name));
}

/** A store that does not answer is no reason not to check a file. */
async function storedNames(env: Env): Promise<Set<string>> {
  try {
    const { opened, engine } = await openForCommand(env);
    const all = await opened.store.namedSecrets.all().finally(async () => {
      await engine.stop();
      await opened.close();
    });
    return new Set(all.flatMap(({ id, sealed }) => (sealed === null ? [] : [id])));
  } catch {
    console.error('note: the store did not answer, so secrets that are set there are not known here');
    return new Set();
  }
}
