import type { ChainedEvent } from './event.ts';
import { canonical, digestOf } from './hash.ts';
import type { AccountView, Actor, Attributes, Person } from './model.ts';
import { fold, textOf } from './text.ts';

/** What stands where personal data was. */
export const erasureMark = '[erased]';

/** Whose data is erased: their id, and the words by which they are named elsewhere. */
export type Erasing = { person: string; words: readonly string[] };

/** The digest of what is left of an erased event: a record of it tells an erasure from a forged one. */
export const restOf = ({ partition: _p, sequence: _s, previous: _v, hash: _h, ...left }: ChainedEvent): string =>
  digestOf(left);

const naming = ['email', 'userName', 'samAccountName', 'userPrincipalName', 'employeeId', 'displayName', 'phone'];

/**
 * The words that mean this person and hardly anybody else: addresses, full names, and names and numbers with a digit in them. A name
 * that a namesake bears as well is left out by the caller; a first name alone would take others' with it.
 */
export function wordsOf({ attributes, records, slack }: Person): string[] {
  const all = [attributes, ...records.map((record) => record.attributes)].flatMap(valuesNaming);
  const words = [...all, ...records.map(({ externalId }) => externalId), ...(slack === null ? [] : [slack.user])];
  return [...new Set(words.map((word) => word.trim()))].filter(tells).sort((a, b) => b.length - a.length);
}

/** The same of an account the person had, as an event shows it. */
export const wordsIn = (attributes: Attributes): string[] =>
  valuesNaming(attributes)
    .map((word) => word.trim())
    .filter(tells);

function valuesNaming(attributes: Attributes): string[] {
  const values = naming.flatMap((name) => [attributes[name] ?? []].flat().map(String));
  const full = ['givenName', 'familyName'].flatMap((name) => textOf(attributes, name) ?? []);
  return [...values, ...(full.length === 2 ? [full.join(' '), [...full].reverse().join(', ')] : [])];
}

const tells = (word: string): boolean =>
  word.includes('@') || /\S\s+\S/.test(word) || (word.length >= 6 && /\d/.test(word));

/** Is this text a name, not an address or a number? Only these can be a namesake's as well. */
export const isFullName = (word: string): boolean => !word.includes('@') && !/\d/.test(word);

const inWords = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The text without the words, whole words only, however they are written in case and Unicode form. */
export function withoutWords(text: string, words: readonly string[]): string {
  if (words.length === 0) return text;
  const folded = fold(text);
  const present = words.filter((word) => folded.includes(fold(word)));
  if (present.length === 0) return text;
  const one = present.flatMap((word) => [word, word.normalize('NFC'), word.normalize('NFD')].map(inWords)).join('|');
  return text.replace(
    new RegExp(`(?<![\\p{L}\\p{N}._%+@-])(?:${one})(?![\\p{L}\\p{N}@-]|\\.[\\p{L}\\p{N}])`, 'giu'),
    erasureMark,
  );
}

/**
 * Plain data without the person: their name beside their id wherever somebody acted, decided or voted, and the words in any text.
 * Answers the same object where there was nothing of them.
 */
export function withoutPerson<T>(value: T, erasing: Erasing): T;
export function withoutPerson(value: unknown, erasing: Erasing): unknown {
  if (typeof value === 'string') return withoutWords(value, erasing.words);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutPerson(item, erasing));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const theirs = 'person' in value && value.person === erasing.person;
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    theirs && name === 'name' && typeof member === 'string' ? erasureMark : withoutPerson(member, erasing),
  ]);
  return members.some(([name, member]) => member !== (value as Record<string, unknown>)[name])
    ? Object.fromEntries(members)
    : value;
}

/** What tells of erasures and anchors is no person's own, even where it names whose it was by id. */
const stays = ({ type, erasure, anchor }: ChainedEvent): boolean =>
  type === 'person.erased' || erasure !== undefined || anchor !== undefined;

/**
 * The event without the person: what is about them loses its words, reasons and values; elsewhere their name goes. Null: nothing of
 * them is in it. Digest, hash and place stay, and so does who else acted.
 */
export function erasedEvent(event: ChainedEvent, erasing: Erasing): ChainedEvent | null {
  const { salt: _, ...kept } = event;
  const own = event.person === erasing.person && !stays(event);
  const next: ChainedEvent = {
    ...kept,
    actor: withoutPerson<Actor>(event.actor, erasing),
    message: own ? erasureMark : withoutPerson(event.message, erasing),
    reasons: own ? [] : withoutPerson(event.reasons, erasing),
    before: own ? null : withoutValues(event.before, erasing),
    after: own ? null : withoutValues(event.after, erasing),
  };
  if (canonical(next) === canonical(kept)) return null;
  return { ...next, erased: true };
}

/** Values that name the person are left out, not replaced: an undo must never write the mark into an app. */
function withoutValues(view: AccountView | null, erasing: Erasing): AccountView | null {
  if (view === null || withoutPerson(view, erasing) === view) return view;
  const clean = (value: unknown): boolean => withoutPerson(value, erasing) === value;
  return {
    ...view,
    attributes: Object.fromEntries(Object.entries(view.attributes).filter(([, value]) => clean(value))),
    entitlements: Object.fromEntries(
      Object.entries(view.entitlements).map(([target, values]) => [target, values.filter(clean)]),
    ),
  };
}
