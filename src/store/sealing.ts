import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { refused } from '../core/errors.ts';
import type { Sealed } from '../core/password.ts';
import type { Sealer } from '../engine/secret/secret-ports.ts';
import type { SealingKey, SealingKeys } from './sealing-keys.ts';

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
/** Said wherever a tag is taken: without it Node would accept a shorter one, which is easier to forge. */
const authTagLength = 16;

/**
 * Seals with AES-256-GCM under a random 96-bit nonce (NIST SP 800-38D, 8.2.2), with `about` as additional authenticated data.
 * Every use throws RollcallError `keys-missing` or `key-file` (show) when there are no keys to use.
 */
export function createSealer(keys: SealingKeys): Sealer {
  return {
    get key() {
      return keys.newest().id;
    },
    seal: (text, about) => seal(keys.newest(), text, about),
    open(sealed, about) {
      const key = keys.find(sealed.key);
      if (key === undefined) throw unknownKey(sealed.key, keys.place);
      return open(key, sealed, about);
    },
    mark: (text) => markOf(keys.newest(), text),
    isMark: (text, given) => keys.all().some((key) => isSame(markOf(key, text), given)),
  };
}

function seal(key: SealingKey, text: string, about: string): Sealed {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key.seal, nonce, { authTagLength }).setAAD(Buffer.from(about));
  const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
  return { key: key.id, nonce: written(nonce), text: written(sealed), tag: written(sealing.getAuthTag()) };
}

function open(key: SealingKey, sealed: Sealed, about: string): string {
  const [nonce, text, tag] = [bytesOf(sealed.nonce), bytesOf(sealed.text), bytesOf(sealed.tag)];
  if (nonce?.length !== nonceBytes || text === null || tag?.length !== authTagLength) throw changed();
  const opening = createDecipheriv(cipher, key.seal, nonce, { authTagLength }).setAAD(Buffer.from(about));
  try {
    return Buffer.concat([opening.setAuthTag(tag).update(text), opening.final()]).toString('utf8');
  } catch {
    throw changed();
  }
}

const written = (bytes: Buffer): string => bytes.toString('base64url');

/** Null for what is not written exactly as we write it: several texts of base64 stand for the same bytes. */
function bytesOf(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return written(bytes) === text ? bytes : null;
}

const markOf = (key: SealingKey, text: string): string =>
  createHmac('sha256', key.mark).update(text).digest('base64url');

function isSame(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const unknownKey = (id: string, place: string) =>
  refused(
    'unsealable',
    `a secret is sealed under key ${id}, which is not in ${place}`,
    'Put the key with this id back, behind the newest one, until `rollcall keys rotate` has sealed everything anew.',
  );

const changed = () =>
  refused(
    'unsealable',
    'a sealed secret was changed in the store, or moved there from another place',
    'Find out who writes to the store beside Rollcall. The secret itself is lost and has to be set anew.',
  );
