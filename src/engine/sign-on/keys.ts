import { broken, refused } from '../../core/errors.ts';
import { system } from '../../core/event.ts';
import { digestOf } from '../../core/hash.ts';
import type { Actor, Time } from '../../core/model.ts';
import { momentWord } from '../../core/quarantine.ts';
import {
  publishedAt,
  publishedUntil,
  type SigningKeys,
  signingKeyAt,
  signingKeysId,
  waitingKey,
  withKey,
} from '../../core/signing-key.ts';
import { changeNewest } from '../gather.ts';
import type { SignOnDeps } from './deps.ts';
import type { KeyPair, Saml } from './saml-port.ts';
import type { SigningKeyView } from './sign-ons.ts';

type KeyDeps = Pick<SignOnDeps, 'store' | 'clock' | 'random' | 'sealer' | 'bell' | 'saml'>;

/** Milliseconds a certificate holds. */
const certificateLife = 3 * 365 * 86_400_000;
/** A clock somewhere else may be behind ours. */
const backdated = 3_600_000;

/** What a private key is sealed about: it opens as this key alone. */
export const aboutKey = (id: string): string => `signing-key:${id}`;

/** @throws RollcallError `no-saml` (show) in a process that writes none. */
export function samlOf({ saml }: Pick<SignOnDeps, 'saml'>): Saml {
  if (saml !== undefined) return saml;
  throw refused('no-saml', 'this process signs nobody on', 'Do it where the bot runs.');
}

/** The keys there are; the first is made where there is none. */
export async function keysThere(deps: KeyDeps): Promise<SigningKeys> {
  const known = await deps.store.signingKeys.get(signingKeysId);
  if (known !== null && known.keys.length > 0) return known;
  const fresh = withKey(known, await freshKey(deps), { overlap: 0, by: system('sign-on'), at: deps.clock.now() });
  const won =
    known === null
      ? await deps.store.signingKeys.insert([fresh])
      : await deps.store.signingKeys.swap([{ before: known, after: fresh }]);
  if (won.size > 0) deps.bell.ring('publisher');
  // Whoever was faster made the one that holds.
  const stored = won.size > 0 ? fresh : await deps.store.signingKeys.get(signingKeysId);
  if (stored === null) throw broken('signing-keys', 'the signing keys could not be written');
  return stored;
}

async function freshKey(deps: KeyDeps) {
  const at = deps.clock.now();
  const span = { from: at - backdated, until: at + certificateLife };
  const { certificate, privateKey } = await samlOf(deps).makeKey({ name: 'Rollcall sign-on', ...span });
  const id = digestOf(certificate).slice(0, 12);
  return { id, certificate, sealed: deps.sealer.seal(privateKey, aboutKey(id)), endsAt: span.until };
}

/** The key that signs now, opened. @throws RollcallError `unsealable` (show) */
export async function signingKey(deps: KeyDeps): Promise<KeyPair> {
  const key = signingKeyAt(await keysThere(deps), deps.clock.now());
  if (key === null) throw broken('signing-keys', 'no signing key signs yet');
  return { certificate: key.certificate, privateKey: deps.sealer.open(key.sealed, aboutKey(key.id)) };
}

export const publishedCertificates = async (deps: KeyDeps): Promise<string[]> =>
  publishedAt(await keysThere(deps), deps.clock.now()).map(({ certificate }) => certificate);

/** The keys as admins see them; none is made for it. */
export async function keyViews({ store, clock }: Pick<KeyDeps, 'store' | 'clock'>): Promise<SigningKeyView[]> {
  const keys = await store.signingKeys.get(signingKeysId);
  return keys === null ? [] : viewsOf(keys, clock.now());
}

export function viewsOf(keys: SigningKeys, now: Time): SigningKeyView[] {
  const signing = signingKeyAt(keys, now);
  return publishedAt(keys, now).map((key) => ({
    ...{ id: key.id, madeAt: key.madeAt, signsFrom: key.signsFrom, endsAt: key.endsAt, certificate: key.certificate },
    state: key === signing ? 'signing' : key.signsFrom > now ? 'waiting' : 'leaving',
    publishedUntil: publishedUntil(keys, key),
  }));
}

/** @throws RollcallError `rotation-under-way` (show) while a key waits to sign, unless it is replaced at once. */
export async function rotate(deps: KeyDeps, overlap: number, by: Actor): Promise<SigningKeyView[]> {
  const before = await keysThere(deps);
  checkWaiting(before, overlap, deps.clock.now());
  const fresh = await freshKey(deps);
  const at = deps.clock.now();
  const after = await changeNewest(deps.store.signingKeys, before, (keys) => {
    checkWaiting(keys, overlap, at);
    return withKey(keys, fresh, { overlap, by, at });
  });
  if (after === null) throw broken('signing-keys', 'the signing keys could not be written');
  deps.bell.ring('publisher');
  return viewsOf(after, at);
}

function checkWaiting(keys: SigningKeys, overlap: number, now: Time): void {
  const waiting = waitingKey(keys, now);
  if (waiting === null || overlap === 0) return;
  throw refused(
    'rotation-under-way',
    `the key ${waiting.id} waits to sign until ${momentWord(waiting.signsFrom)}`,
    'Wait until then, so that no app meets a key it has never seen; or rotate at once, where a key was stolen.',
  );
}
