import { makeEvent } from './event.ts';
import type { Actor, Time, Versioned } from './model.ts';
import type { Sealed } from './password.ts';
import { momentWord } from './quarantine.ts';

/** A key that signs responses, with its certificate (PEM); `sealed`: the private key, PKCS #8 PEM. */
export type SigningKey = {
  id: string;
  certificate: string;
  sealed: Sealed;
  madeAt: Time;
  by: Actor;
  /** Signs from then on; before, it only stands in the metadata, so that apps know it in time. */
  signsFrom: Time;
  /** Once another signs: how long it stands in the metadata still, so that what it has signed is believed. Milliseconds. */
  lingers: number;
  /** When its certificate ends. */
  endsAt: Time;
};

/** The keys of this identity provider, the oldest first. One document; its id is `saml`. */
export type SigningKeys = Versioned & { keys: readonly SigningKey[] };
export const signingKeysId = 'saml';

type Keys = Pick<SigningKeys, 'keys'>;

/** The one that signs at that time: the newest whose time has come. Null: there is none. */
export const signingKeyAt = ({ keys }: Keys, at: Time): SigningKey | null =>
  keys.findLast(({ signsFrom }) => signsFrom <= at) ?? null;

/** Until when a key stands in the metadata; null: for as long as none takes its place. */
export function publishedUntil({ keys }: Keys, key: SigningKey): Time | null {
  const next = keys[keys.indexOf(key) + 1];
  return next === undefined ? null : next.signsFrom + key.lingers;
}

/** Those the metadata names at that time: the one that signs, those that will, and those that did until lately. */
export const publishedAt = (keys: Keys, at: Time): SigningKey[] =>
  keys.keys.filter((key) => {
    const until = publishedUntil(keys, key);
    return until === null || until > at;
  });

/** The one that waits to sign; null: none does. */
export const waitingKey = ({ keys }: Keys, at: Time): SigningKey | null =>
  keys.findLast(({ signsFrom }) => signsFrom > at) ?? null;

export type FreshKey = Pick<SigningKey, 'id' | 'certificate' | 'sealed' | 'endsAt'>;

/**
 * With a key more. It signs at once where it is the first; else after `overlap` milliseconds, and the one before stands in the metadata
 * as long again. `overlap` 0: it signs at once, and no other is believed any more. What is out of the metadata is forgotten.
 */
export function withKey(
  before: SigningKeys | null,
  fresh: FreshKey,
  { overlap, by, at }: { overlap: number; by: Actor; at: Time },
): SigningKeys {
  const first = before === null || before.keys.length === 0;
  const kept = before === null || overlap === 0 ? [] : publishedAt(before, at);
  const older = kept.map((key) => ({ ...key, lingers: Math.max(key.lingers, overlap) }));
  const key = { ...fresh, madeAt: at, by, signsFrom: first ? at : at + overlap, lingers: overlap };
  return next(before, [...older, key], by, at, first ? madeText(key) : rotatedText(key, overlap));
}

const madeText = ({ id, endsAt }: SigningKey): string =>
  `made the signing key ${id} for sign-on, with a certificate until ${momentWord(endsAt)}`;

function rotatedText({ id, signsFrom }: SigningKey, overlap: number): string {
  if (overlap === 0) return `made the signing key ${id}, which signs at once; the one before is believed no more`;
  return `made the signing key ${id}, which signs from ${momentWord(signsFrom)}; until then and as long again both stand in the metadata`;
}

/** Sealed anew, each under its id; those that are not named stay. */
export function resealed(before: SigningKeys, sealed: ReadonlyMap<string, Sealed>): SigningKeys {
  const keys = before.keys.map((key) => ({ ...key, sealed: sealed.get(key.id) ?? key.sealed }));
  return { ...before, version: before.version + 1, keys };
}

function next(
  before: SigningKeys | null,
  keys: readonly SigningKey[],
  actor: Actor,
  at: Time,
  message: string,
): SigningKeys {
  const version = before === null ? 0 : before.version + 1;
  const event = makeEvent({ type: 'signing-key.made', message, actor }, `signing-key:${version}`, at);
  return { id: signingKeysId, version, outbox: [...(before?.outbox ?? []), event], keys };
}
