import { RollcallError } from '../../core/errors.ts';
import { generated, generatedId, resealed, ssoId } from '../../core/handover.ts';
import type { Login } from '../../core/login-model.ts';
import type { Operation, Trouble } from '../../core/model.ts';
import type { PasswordSource } from '../../core/password.ts';
import { generatePassword } from '../../core/password-generated.ts';
import { passwordOf } from '../../core/password-parameter.ts';
import { afterRound, forgotten } from '../../core/sso-password.ts';
import type { Batch } from '../apply/batch.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';

export type CarryDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'sealer' | 'connections'>;

/**
 * The password a new account is made with, null for none; `isChosen`: the one the person set. `trouble`: there is to be one and it
 * cannot be had, so that nothing may be sent.
 */
export type Carried =
  | { password: null; isChosen: false }
  | { password: string; isChosen: boolean }
  | { trouble: Trouble };

const none = { password: null, isChosen: false } as const;

/** What a call of the batch carries. A generated password is stored before it is sent: every try of the same create sends the same. */
export async function carriedBy(
  deps: CarryDeps,
  batch: Pick<Batch, 'app' | 'source'>,
  { operation }: Login,
): Promise<Carried> {
  if (operation?.kind !== 'create') return none;
  batch.source ??= sourceOf(deps, batch.app);
  const source = await batch.source;
  if (source === 'none') return none;
  try {
    const password = await (source === 'generated' ? generatedFor : chosenBy)(deps, operation);
    return password === null ? none : { password, isChosen: source === 'sso' };
  } catch (error) {
    if (!(error instanceof RollcallError) || error.next !== 'show') throw error;
    const { code, message, remedy } = error;
    return {
      trouble: { kind: code, message: `the password cannot be sealed: ${message}`, remedy, at: deps.clock.now() },
    };
  }
}

/** How the app's passwords come about now. */
async function sourceOf({ store, connections }: CarryDeps, name: string): Promise<PasswordSource> {
  const app = (await store.config.read())?.config.apps.find((one) => one.name === name);
  const source = app === undefined ? 'none' : passwordOf(app);
  return source !== 'none' && connections.target(name).connector.capabilities.password === true ? source : 'none';
}

async function generatedFor(deps: CarryDeps, operation: Operation): Promise<string> {
  const { secrets } = deps.store;
  const id = generatedId(operation.id);
  for (;;) {
    const known = await secrets.get(id);
    const stored = known === null ? null : opened(deps, known.sealed, id);
    if (stored !== null) return stored;
    const password = generatePassword((count) => deps.random.bytes(count));
    const sealed = deps.sealer.seal(password, id);
    const at = deps.clock.now();
    const won =
      known === null
        ? await secrets.insert([generated(operation, sealed, at)])
        : await secrets.swap([{ before: known, after: resealed(known, operation, sealed, at) }]);
    if (won.has(id)) return password;
  }
}

/** Null: erased, or not to be opened by any key of ours; the account is not there yet, so that another will do as well. */
export function opened(
  { sealer }: Pick<Deps, 'sealer'>,
  sealed: Parameters<Deps['sealer']['open']>[0] | null,
  about: string,
): string | null {
  if (sealed === null) return null;
  try {
    return sealer.open(sealed, about);
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'unsealable') return null;
    throw error;
  }
}

/** What the person has set and not every app has yet. Whatever an earlier account had, the new one has not got it. */
async function chosenBy(deps: CarryDeps, { person, app }: Operation): Promise<string | null> {
  const { secrets } = deps.store;
  const known = await secrets.get(ssoId(person));
  if (known === null) return null;
  const at = deps.clock.now();
  await changeNewest(secrets, known, (secret) => forgotten(secret, app, at));
  return opened(deps, known.sealed, known.id);
}

/** The new account has the password the person set: it is not sent there again. */
export async function handedWith(deps: CarryDeps, { person, app }: Login, password: string): Promise<void> {
  const { secrets } = deps.store;
  const known = await secrets.get(ssoId(person));
  if (known === null) return;
  const at = deps.clock.now();
  await changeNewest(secrets, known, (secret) => {
    const isSame = opened(deps, secret.sealed, secret.id) === password;
    return isSame ? afterRound(secret, { delivered: [app], failed: [], nextAt: at }, at) : null;
  });
}
