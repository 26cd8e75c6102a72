import { refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import type { Actor } from '../../core/model.ts';
import type { Secret } from '../../core/password.ts';
import type { Exclusive } from '../exclusive.ts';
import { record } from '../publisher.ts';
import { type Counts, type SealDeps, sealAnew, sealedElsewhere } from './seal-anew.ts';
import { namesSealedElsewhere } from './seal-names.ts';
import { signingSealedElsewhere } from './seal-signing.ts';
import type { KeyRing } from './secret-ports.ts';

export type RotateDeps = SealDeps & { exclusive: Exclusive };

/** What a rotation did; keys by their ids. */
export type KeyRotation = {
  source: KeyRing['source'];
  place: string;
  /** Everything that could be opened is sealed under it now. Null: no key was ever needed, and none was made. */
  key: string | null;
  /** This run put the key first; otherwise it went on with a rotation begun earlier, or ROLLCALL_KEYS names the key. */
  made: boolean;
  /** Secrets sealed anew by this run. */
  sealed: number;
  /** Those among them whose people get a new link to their page, as the one they have goes with the key. */
  relinked: number;
  /** Older keys that nothing is sealed under any more: taken out of the key file, or to be taken out of ROLLCALL_KEYS. */
  spare: readonly string[];
  /** Secrets that could not be opened, by the key they are sealed under; `held`: it is among ours, so they were changed. */
  unreadable: readonly { key: string; count: number; held: boolean }[];
};

/** Milliseconds in which a bot beside us has written what it sealed under the key that was the newest before. */
const settle = 5_000;

/**
 * How long a process may stand still between sealing a text and writing it, milliseconds: so long a key is kept that is out of the file.
 * What was written late is sealed anew by the rotation that would forget its key.
 */
const standstill = 24 * 3_600_000;

/**
 * Seals every secret anew under the newest key, which is a new one in a key file unless a rotation begun earlier is to be gone on
 * with; then retires the keys of the file that nothing is sealed under, and forgets those retired long ago. It may be interrupted anywhere and run again: a key goes
 * last, and each secret changes by compare-and-set. `told`: secrets sealed so far.
 * @throws RollcallError `keys-missing`, `key-file`, `keys-elsewhere` (show); `busy` when another process is rotating.
 */
export function rotateKeys(deps: RotateDeps, actor: Actor, told: (sealed: number) => void): Promise<KeyRotation> {
  return deps.exclusive('keys', () => rotate(deps, actor, told));
}

async function rotate(deps: RotateDeps, actor: Actor, told: (sealed: number) => void): Promise<KeyRotation> {
  const { keys, clock, sealer } = deps;
  if (keys.source === 'file' && keys.ids().length === 0) return unneeded(deps);
  const { made, ...first } = await begin(deps, told);
  if (keys.source === 'file') await clock.sleep(settle);
  const rest = await sealAnew(deps, (count) => told(first.sealed + count));
  const counts = { sealed: first.sealed + rest.sealed, relinked: first.relinked + rest.relinked };
  const outcome = { made, ...counts, key: sealer.key, spare: spareKeys(keys, rest.unreadable) };
  await tell(deps, outcome, actor);
  if (keys.source === 'file') {
    keys.forget(clock.now() - standstill, new Set(rest.unreadable.keys()));
    if (outcome.spare.length > 0) keys.drop(outcome.spare, clock.now());
  }
  const held = [...keys.ids(), ...keys.retired()];
  const unreadable = [...rest.unreadable].map(([key, count]) => ({ key, count, held: held.includes(key) }));
  return { ...outcome, source: keys.source, place: keys.place, unreadable };
}

/** Goes on with what an earlier run has left; where that is nothing, starts with a new key. */
async function begin(deps: RotateDeps, told: (sealed: number) => void): Promise<Counts & { made: boolean }> {
  const { keys } = deps;
  const none = { sealed: 0, relinked: 0 };
  if (keys.source !== 'file') return { made: false, ...none };
  if (keys.ids().length > 1) {
    const { unreadable, ...counts } = await sealAnew(deps, told);
    if (counts.sealed > 0 || spareKeys(keys, unreadable).length > 0) return { made: false, ...counts };
  }
  keys.add();
  return { made: true, ...none };
}

async function unneeded({ store, keys }: RotateDeps): Promise<KeyRotation> {
  const [named] = [...(await namesSealedElsewhere(store, '')), ...(await signingSealedElsewhere(store, ''))];
  if (named !== undefined) throw elsewhere(named, keys);
  for await (const [secret] of sealedElsewhere(store, '')) throw elsewhere(secret, keys);
  const nothing = { made: false, sealed: 0, relinked: 0, spare: [], unreadable: [] };
  return { source: keys.source, place: keys.place, key: null, ...nothing };
}

const elsewhere = (secret: Pick<Secret, 'sealed'> | undefined, { place }: KeyRing) =>
  refused(
    'keys-elsewhere',
    `secrets are sealed under key ${secret?.sealed?.key}, and there is no key in ${place}`,
    'Run this with the DATA_DIR or the ROLLCALL_KEYS of the bot.',
  );

/** Older keys of ours that nothing is sealed under. */
const spareKeys = (keys: KeyRing, inUse: ReadonlyMap<string, number>): string[] =>
  keys
    .ids()
    .slice(1)
    .filter((id) => !inUse.has(id));

type Outcome = Pick<KeyRotation, 'made' | 'sealed' | 'spare'> & { key: string };

/** Before the keys go, so that no rotation ends without having been recorded. */
async function tell(deps: RotateDeps, { key, made, sealed, spare }: Outcome, actor: Actor): Promise<void> {
  const isFile = deps.keys.source === 'file';
  if (!made && sealed === 0 && !(isFile && spare.length > 0)) return;
  const secrets = sealed === 1 ? '1 secret was' : `${sealed} secrets were`;
  const dropped = isFile && spare.length > 0 ? `; dropped ${spare.join(', ')}` : '';
  const message = `sealing keys rotated: ${secrets} sealed anew under key ${key}${dropped}`;
  await record(deps, makeEvent({ type: 'keys.rotated', message, actor }, deps.random.id('e'), deps.clock.now()));
}
