import type { Attributes, Person } from '../core/model.ts';

/** Longest word that is told apart; keeps index keys short. */
const longest = 60;
const startLength = 3;

/** Lower case without accents: `Zoé` and `ZOE` are the same. */
export const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** What a person is found by. */
export type SearchTerms = {
  /** Place in display-name order. */
  name: string;
  /** A search word finds a person when it begins one of these. */
  tokens: readonly string[];
  /** The beginnings of the tokens: an index finds the few people that may match by one equal key. */
  starts: readonly string[];
  /** Everything in one text, for fragments. */
  text: string;
};

export function searchTerms(person: Pick<Person, 'id' | 'attributes' | 'records'>): SearchTerms {
  const name = fold(displayName(person));
  const others = [
    'displayName',
    'givenName',
    'familyName',
    'email',
    'userName',
    'samAccountName',
    'userPrincipalName',
    'employeeId',
  ];
  const values = others.flatMap((attribute) => texts(person.attributes, attribute));
  const ids = [person.id, ...person.records.map((record) => record.externalId)];
  const sources = [...new Set([name, ...values.map(fold), ...ids.map(fold)])];
  const tokens = [...new Set(sources.flatMap(tokensOf))];
  return {
    name: name.slice(0, longest),
    tokens,
    starts: [...new Set(tokens.map(startOf))],
    text: sources.join(' '),
  };
}

/** Whole words, and their parts between punctuation: `zoe.smith@acme.test` is found by `smith`, too. */
function tokensOf(source: string): string[] {
  const words = source.split(/\s+/);
  const parts = source.split(/[^\p{L}\p{N}]+/u);
  return [...words, ...parts].filter((word) => word !== '').map((word) => word.slice(0, longest));
}

/** How a word begins: its first three characters. */
export const startOf = (word: string): string => [...word].slice(0, startLength).join('');
/** Shorter words begin too many to be worth an index. */
export const hasStart = (word: string): boolean => [...word].length >= startLength;

/** The words of a search, folded; none means everybody. */
export function searchWords(text: string | undefined): string[] {
  return fold(text ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, longest));
}

export const beginsWith = (terms: SearchTerms, words: readonly string[]): boolean =>
  words.every((word) => terms.tokens.some((token) => token.startsWith(word)));

export const contains = (terms: SearchTerms, words: readonly string[]): boolean =>
  words.every((word) => terms.text.includes(word));

function displayName(person: Pick<Person, 'id' | 'attributes'>): string {
  const [display] = texts(person.attributes, 'displayName');
  if (display !== undefined) return display;
  const full = [...texts(person.attributes, 'givenName'), ...texts(person.attributes, 'familyName')].join(' ');
  return full || (texts(person.attributes, 'email')[0] ?? person.id);
}

function texts(attributes: Attributes, name: string): string[] {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return [value ?? []]
    .flat()
    .map(String)
    .filter((text) => text.trim() !== '');
}
