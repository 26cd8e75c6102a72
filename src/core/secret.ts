import type { Config } from './config.ts';
import { refused } from './errors.ts';
import { inside, isSecret, type Schema, sameValue, schemasIn } from './schema.ts';
import { sortedUnique } from './text.ts';

/** `${NAME}`: the value of an environment variable, or of a secret that was set under this name. */
const placeholder = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

export const isPlaceholder = (text: string): boolean => /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(text);
export const hasPlaceholder = (value: unknown): boolean => typeof value === 'string' && namesIn(value).length > 0;

/** An address as it may be once every `${NAME}` is replaced: to look at its form before they are known. */
export const sampled = (text: string): string =>
  text.replace(/^\$\{[A-Za-z_][A-Za-z0-9_]*\}/, 'https://app.example').replace(placeholder, '1');

const namesIn = (text: string): string[] => [...text.matchAll(placeholder)].map(([, name = '']) => name);

export type Place = readonly (string | number)[];

/** Every text within a value, with its place. */
export function textsIn(value: unknown, place: Place = []): { place: Place; text: string }[] {
  if (typeof value === 'string') return [{ place, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...place, index]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, [...place, key]));
}

/** The names of all `${NAME}` within a value, each once, sorted. */
export const namesWithin = (value: unknown): string[] =>
  sortedUnique(textsIn(value).flatMap(({ text }) => namesIn(text)));

/** The names the connections, directories and SAML addresses of a configuration use. */
type Naming = Pick<Config, 'apps' | 'directories'> & Partial<Pick<Config, 'settings'>>;
export const secretNames = ({ apps, directories, settings }: Naming): string[] =>
  namesWithin([
    ...directories.map(({ config }) => config),
    ...apps.map(({ connection }) => connection),
    ...apps.map(({ saml }) => [saml?.entityId, saml?.acs]),
    settings?.stepUp?.clientSecret,
  ]);

/** What a secret is called: the app or directory and the field, `CRM_TOKEN`. */
export const variableName = (owner: string, field: string | number | undefined): string =>
  `${owner}_${field ?? 'secret'}`
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^(?=\d)|^_+/, 'APP_');

/** The same with a number behind it where it is taken, or belongs to Rollcall itself. */
export function freeName(owner: string, field: string, isTaken: (name: string) => boolean): string {
  const wanted = variableName(owner, field);
  const isFree = (name: string) => !isReserved(name) && !isTaken(name);
  if (isFree(wanted)) return wanted;
  const base = isReserved(wanted) ? `APP_${wanted}` : wanted;
  for (let number = isReserved(wanted) ? 1 : 2; ; number += 1) {
    const name = number === 1 ? base : `${base}_${number}`;
    if (isFree(name)) return name;
  }
}

/** The variables Rollcall itself runs on: no configuration may send them anywhere. */
export const isReserved = (name: string): boolean => /^(ROLLCALL_|SLACK_|MONGODB_URI$)/.test(name);
export const reservedIn = (text: string): string[] => namesIn(text).filter(isReserved);

/**
 * A copy of the value with every `${NAME}` replaced; what stands for it is taken as it is, never looked into again.
 * @throws RollcallError `secret-missing` (show), naming everything that is not set, and `secret-reserved`.
 */
export function resolveSecrets<T>(value: T, env: (name: string) => string | undefined): T;
export function resolveSecrets(value: unknown, env: (name: string) => string | undefined): unknown {
  const names = namesWithin(value);
  const reserved = names.filter(isReserved);
  if (reserved.length > 0) {
    throw refused(
      'secret-reserved',
      `${reserved.join(', ')} belongs to Rollcall itself`,
      'Use a variable of another name.',
    );
  }
  const missing = names.filter((name) => (env(name) ?? '') === '');
  if (missing.length > 0) {
    throw refused(
      'secret-missing',
      `not set: ${missing.join(', ')}`,
      'Set it in the environment and start Rollcall again, or on the page that `/provision renew` gives an admin.',
    );
  }
  return replaced(value, env);
}

function replaced(value: unknown, env: (name: string) => string | undefined): unknown {
  if (typeof value === 'string') return value.replace(placeholder, (_, name: string) => env(name) ?? '');
  if (Array.isArray(value)) return value.map((item) => replaced(item, env));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaced(member, env)]));
}

const secretsIn = (schema: unknown, value: unknown) =>
  schemasIn([schema]).flatMap((known) => secretTexts(known, value, [], false));

/** The `${NAME}`s of a connection that stand where its schema says `secret`. */
export const secretNamesIn = (schema: unknown, value: unknown): string[] =>
  namesWithin(secretsIn(schema, value).map(({ text }) => text));

/** The places of a connection whose schema says `secret` though the value is written out. */
export function literalSecrets(schema: unknown, value: unknown): Place[] {
  const literal = secretsIn(schema, value)
    .filter(({ text }) => !isPlaceholder(text))
    .map(({ place }) => [JSON.stringify(place), place] as const);
  return [...new Map(literal).values()];
}

/** Walks the schema beside the value. What a union may be, it is: too much is called secret rather than too little. */
function secretTexts(schema: Schema, value: unknown, place: Place, within: boolean): { place: Place; text: string }[] {
  if (value === undefined || value === null) return [];
  const secret = within || isSecret(schema);
  const same = sameValue(schema).flatMap((next) => secretTexts(next, value, place, secret));
  if (typeof value !== 'object') return secret ? [...same, { place, text: String(value) }] : same;
  const members: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const deeper = members.flatMap(([key, member]) =>
    inside(schema, key).flatMap((next) => secretTexts(next, member, [...place, key], secret)),
  );
  return [...same, ...deeper];
}
