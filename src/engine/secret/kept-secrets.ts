import type { KeptSecret } from '../../core/connector.ts';
import { refused } from '../../core/errors.ts';
import { system } from '../../core/event.ts';
import { aboutName, type NamedSecret, partsOf, rotated, rotatedFrom } from '../../core/named-secret.ts';
import type { Secret } from '../connect/connect.ts';
import type { Exclusive } from '../exclusive.ts';
import type { Deps } from '../ports.ts';

/** What stands under a name of the configuration, and is replaced by the app itself. */
export type KeptSecrets = (name: string) => KeptSecret;

export type KeepDeps = Pick<Deps, 'store' | 'sealer' | 'log' | 'clock'> & {
  environment: Secret;
  exclusive: Exclusive;
  /** Told of every value, so that none of them is ever logged. */
  learn?(value: string): void;
};

/** `document`: where the value is kept, or would be. `environment`: what the environment says, where it says something. */
type Newest = { text: string; document: NamedSecret | null; environment: string | null };

/**
 * Keeps what apps replace by themselves. One at a time, among processes too: an app that sees a refresh token twice may take all of
 * them back. Each write is a compare-and-set beside that, so that what an admin has brought meanwhile stands.
 */
export function createKeptSecrets(deps: KeepDeps): KeptSecrets {
  // What the store did not take: the app knows the one before no more.
  const unsaved = new Map<string, { seen: string; next: string }>();

  async function renewOne(name: string, renew: (newest: string) => Promise<string | null>): Promise<string> {
    const stored = await newestOf(deps, name);
    const held = unsaved.get(name);
    const newest = held?.seen === stored.text ? await save(name, stored, held.next) : stored;
    const next = await renew(newest.text);
    if (next === null || next === newest.text) return newest.text;
    return (await save(name, newest, next)).text;
  }

  async function save(name: string, before: Newest, next: string): Promise<Newest> {
    for (const part of partsOf(next)) deps.learn?.(part);
    unsaved.set(name, { seen: before.text, next });
    for (let seen = before; ; ) {
      const document = await put(deps, name, seen, next);
      const found = document === null ? await newestOf(deps, name) : { ...seen, text: next, document };
      // Sealed anew under another key is the same value, and is written over; another value is an admin's, and stands.
      if (document === null && found.text === before.text) {
        seen = found;
        continue;
      }
      unsaved.delete(name);
      return found;
    }
  }

  return (name) => ({ renew: (renew) => deps.exclusive(`secret:${name}`, () => renewOne(name, renew)) });
}

/** @throws RollcallError `secret-missing`, `unsealable` (show). */
async function newestOf({ store, sealer, environment: environmentOf }: KeepDeps, name: string): Promise<Newest> {
  const environment = environmentOf(name) || null;
  const document = await store.namedSecrets.get(name);
  const { sealed = null, after } = document ?? {};
  const holds = sealed !== null && (environment === null || sealer.isMark(fromText(name, environment), after ?? ''));
  if (holds) return { text: sealer.open(sealed, aboutName(name)), document, environment };
  if (environment !== null) return { text: environment, document, environment };
  throw refused('secret-missing', `not set: ${name}`, 'An admin sets it: `/provision renew`.');
}

const fromText = (name: string, environment: string): string => `after:${name}:${environment}`;

/** Null: somebody else has written meanwhile. */
async function put(
  { store: { namedSecrets }, sealer, clock }: KeepDeps,
  name: string,
  { document, environment }: Newest,
  next: string,
): Promise<NamedSecret | null> {
  const sealed = sealer.seal(next, aboutName(name));
  const from = { by: system('connection'), at: clock.now() };
  const after =
    environment === null && document !== null
      ? rotated(document, sealed)
      : rotatedFrom(document, name, sealed, { after: sealer.mark(fromText(name, environment ?? '')), ...from });
  const won =
    document === null ? await namedSecrets.insert([after]) : await namedSecrets.swap([{ before: document, after }]);
  return won.has(name) ? after : null;
}
