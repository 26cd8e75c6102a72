import type { Time } from '../../core/model.ts';
import type { SignOn } from '../../core/sign-on.ts';
import type { SigningKeys } from '../../core/signing-key.ts';
import type { Documents } from '../store-ports.ts';

/** Sign-ons; what is over is kept a month, and an hour where nobody was asked. */
export type SignOnStore = Documents<SignOn> & {
  /** Those that asked this person to pick a number, and began at that time or later; the latest first. */
  thatAsked(person: string, at: Time, limit: number): Promise<SignOn[]>;
};

/** One document at most. */
export type SigningKeyStore = Documents<SigningKeys>;
