import type { Time } from '../../core/model.ts';
import type { Sealed, Secret } from '../../core/password.ts';
import type { Documents } from '../store-ports.ts';

/** Passwords on their way. Nothing in it is readable without the sealing keys. */
export type SecretStore = Documents<Secret> & {
  /** Those whose `nextAt` has come, earliest first. */
  due(now: Time, limit: number): Promise<Secret[]>;
  /** All of these people, in id order. */
  ofPeople(people: readonly string[]): Promise<Secret[]>;
  /** Sealed under another key than this one, in id order: for a rotation. */
  sealedUnderOther(key: string, after: string | null, limit: number): Promise<Secret[]>;
};

/**
 * Seals and opens with the keys of this process, newest first. `about` binds a sealed text to its place: the same text cannot be
 * moved to another secret.
 */
export type Sealer = {
  /** Id of the newest key, under which everything new is sealed. */
  readonly key: string;
  seal(text: string, about: string): Sealed;
  /** @throws RollcallError `unsealable` (show) when the key is not among ours or the text was changed. */
  open(sealed: Sealed, about: string): string;
  /** A mark only holders of the keys can make of the text (HMAC-SHA-256, base64url). */
  mark(text: string): string;
  /** Whether one of our keys made the mark; compared in constant time. */
  isMark(text: string, mark: string): boolean;
};

/** The sealing keys of this process by their ids, for rotating and looking after them. */
export type KeyRing = {
  /** `missing`: there are none and none are made, as NODE_ENV=production wants ROLLCALL_KEYS. */
  readonly source: 'environment' | 'file' | 'missing';
  /** `ROLLCALL_KEYS`, or the path of the key file. */
  readonly place: string;
  /** Newest first; none where no key was needed yet. @throws RollcallError `key-file` (show). */
  ids(): readonly string[];
  /** Puts a new key first in the key file; answers its id. @throws RollcallError `keys-fixed` (show) elsewhere. */
  add(): string;
  /** Takes keys out of the key file. They are retired then: they open what is sealed under them, and do nothing else. @throws like `add`. */
  drop(ids: readonly string[], at: Time): void;
  /** Ids of the keys that are retired; none elsewhere. */
  retired(): readonly string[];
  /** Forgets keys that were retired before that moment and are not among those in use. @throws like `add`. */
  forget(before: Time, inUse: ReadonlySet<string>): void;
};
