import type { Attributes, Value } from './model.ts';

/** One spelling for texts that mean the same: NFC, trimmed, lower case whatever the machine's language. */
export const fold = (value: Value): string => String(value).normalize('NFC').trim().toLowerCase().normalize('NFC');

/** The order of names everywhere: by code unit, the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const sortedUnique = (texts: Iterable<string>): string[] => [...new Set(texts)].sort(byText);

/** What a value that may be one or many holds; blank texts are no value. */
export function listOf(value: Value | readonly Value[] | undefined): readonly Value[] {
  if (value === undefined) return [];
  if (isMany(value)) return value.filter(says);
  return says(value) ? [value] : [];
}

const says = (value: Value): boolean => typeof value !== 'string' || value.trim() !== '';

const isMany = (value: Value | readonly Value[]): value is readonly Value[] => Array.isArray(value);

/** The values of an attribute; an unknown name has none. */
export const valuesOf = (attributes: Attributes, name: string): readonly Value[] =>
  Object.hasOwn(attributes, name) ? listOf(attributes[name]) : [];

/** The first value of an attribute as trimmed text; null without one. */
export function textOf(attributes: Attributes, name: string): string | null {
  const [first] = valuesOf(attributes, name);
  return first === undefined ? null : String(first).trim();
}

/** With a full stop where the sentence has none. */
export const ended = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

/** A name of the configuration as people say it: `baseUrl` is *base URL*. */
export const spokenName = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(api|dn|id|oidc|saml|tls|uri|url)\b/g, (short) => short.toUpperCase());
