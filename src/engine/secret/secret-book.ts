import { RollcallError } from '../../core/errors.ts';
import { aboutName, type NamedSecret, partsOf } from '../../core/named-secret.ts';
import type { Sealed } from '../../core/password.ts';
import type { Secret } from '../connect/connect.ts';
import type { Deps } from '../ports.ts';

/** What the `${NAME}`s of the configuration stand for, as this process knows it: the environment's word first, else what was set. */
export type SecretBook = {
  secret: Secret;
  /** Raised when another value was set under the name; 0 where the environment says, or nothing is set. */
  edition(name: string): number;
  isFromEnvironment(name: string): boolean;
  /** Is something set under the name that cannot be opened with the keys of this process? */
  isLocked(name: string): boolean;
  /** Takes in what was set since. */
  follow(): Promise<void>;
};

export type BookDeps = Pick<Deps, 'store' | 'sealer' | 'log'> & {
  environment: Secret;
  /** Told of every value, so that none of them is ever logged. */
  learn?(value: string): void;
};

type Entry = { edition: number; version: number; value: string | null };

/** Empty until it first followed. One sealed under a key that is not there is left out, and told once. */
export function createSecretBook(deps: BookDeps): SecretBook {
  const entries = new Map<string, Entry>();
  const isFromEnvironment = (name: string) => (deps.environment(name) ?? '') !== '';
  const known = (name: string): Entry | null => (isFromEnvironment(name) ? null : (entries.get(name) ?? null));

  function take(secret: NamedSecret): void {
    const { id, edition, version, sealed } = secret;
    const before = entries.get(id);
    if (sealed === null) return void entries.delete(id);
    if (before?.version === version && before.value !== null) return;
    const value = opened(deps, secret, sealed, before === undefined);
    for (const part of value === null ? [] : partsOf(value)) deps.learn?.(part);
    entries.set(id, { edition, version, value });
  }

  return {
    secret: (name) => (isFromEnvironment(name) ? deps.environment(name) : (known(name)?.value ?? undefined)),
    edition: (name) => {
      const entry = known(name);
      return entry === null || entry.value === null ? 0 : entry.edition;
    },
    isFromEnvironment,
    isLocked: (name) => known(name)?.value === null,
    async follow() {
      const all = await deps.store.namedSecrets.all();
      for (const secret of all) take(secret);
    },
  };
}

function opened({ sealer, log }: BookDeps, { id }: NamedSecret, sealed: Sealed, tell: boolean): string | null {
  try {
    return sealer.open(sealed, aboutName(id));
  } catch (error) {
    if (!(error instanceof RollcallError && error.next === 'show')) throw error;
    const { code, message, remedy } = error;
    if (tell) log.error({ name: id, code, remedy }, `a secret of the configuration cannot be opened: ${message}`);
    return null;
  }
}
