import { createHash, hkdfSync } from 'node:crypto';
import { refused } from '../core/errors.ts';
import type { KeyRing } from '../engine/secret/secret-ports.ts';

/** A key of the list, and the two it stands for: what seals cannot mark, and the other way round. */
export type SealingKey = { id: string; seal: Uint8Array; mark: Uint8Array };

/** The id says which key it is without telling anything about it: 8 characters of its SHA-256. */
export function sealingKey(bytes: Uint8Array): SealingKey {
  const id = createHash('sha256').update(bytes).digest('base64url').slice(0, 8);
  return { id, seal: derived(bytes, 'rollcall sealing v1'), mark: derived(bytes, 'rollcall marks v1') };
}

/** HKDF with SHA-256 (RFC 5869); no salt, as the key is random already. */
const derived = (bytes: Uint8Array, info: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', bytes, new Uint8Array(0), info, 32));

/** The keys themselves, for the sealer; the rest of Rollcall knows them by their ids. */
export type SealingKeys = KeyRing & {
  /** Under which everything new is sealed. @throws RollcallError `keys-missing` or `key-file` (show). */
  newest(): SealingKey;
  /** Newest first, and at least one. @throws like `newest`. */
  all(): readonly SealingKey[];
  /** The key of this id, wherever it is to be had. @throws like `newest`. */
  find(id: string): SealingKey | undefined;
};

/** The keys of ROLLCALL_KEYS, at least one: whoever runs Rollcall changes them. */
export function environmentKeys([first, ...older]: readonly [Uint8Array, ...Uint8Array[]]): SealingKeys {
  const newest = sealingKey(first);
  const keys = [newest, ...older.map(sealingKey)];
  return {
    ...{ source: 'environment', place: 'ROLLCALL_KEYS', add: fixed, drop: fixed, forget: fixed, retired: () => [] },
    ids: () => keys.map(({ id }) => id),
    newest: () => newest,
    all: () => keys,
    find: (id) => keys.find((key) => key.id === id),
  };
}

function fixed(): never {
  throw refused(
    'keys-fixed',
    'the keys are those of ROLLCALL_KEYS, which Rollcall cannot change',
    'Put a new key first in ROLLCALL_KEYS, start Rollcall again, then run `rollcall keys rotate`.',
  );
}

/** No keys: NODE_ENV=production without ROLLCALL_KEYS. It matters only once something is to be sealed or read. */
export function missingKeys(): SealingKeys {
  return {
    ...{ source: 'missing', place: 'ROLLCALL_KEYS', ids: () => [], retired: () => [] },
    ...{ add: missing, drop: missing, forget: missing },
    ...{ newest: missing, all: missing, find: missing },
  };
}

function missing(): never {
  throw refused(
    'keys-missing',
    'ROLLCALL_KEYS is not set, and NODE_ENV=production keeps no key file',
    'Make a key with `openssl rand -base64 32`, keep a copy in a safe place, and set ROLLCALL_KEYS to it for every Rollcall process.',
  );
}
