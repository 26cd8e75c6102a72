import type { z } from 'zod';
import type { Config } from './config.ts';
import { refused } from './errors.ts';
import { sortedUnique } from './text.ts';

/** `${NAME}`: the value of an environment variable. */
const placeholder = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

export const isPlaceholder = (text: string): boolean => /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(text);
export const hasPlaceholder = (value: unknown): boolean => typeof value === 'string' && namesIn(value).length > 0;

const namesIn = (text: string): string[] => [...text.matchAll(placeholder)].map(([, name = '']) => name);

export type Place = readonly (string | number)[];

/** Every text within a value, with its place. */
export function textsIn(value: unknown, place: Place = []): { place: Place; text: string }[] {
  if (typeof value === 'string') return [{ place, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...place, index]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, [...place, key]));
}

/** The environment variables the connections and directories of a configuration name. */
export function secretNames(config: Pick<Config, 'apps' | 'directories'>): string[] {
  const settings = [
    ...config.directories.map((directory) => directory.config),
    ...config.apps.map((app) => app.connection),
  ];
  return sortedUnique(textsIn(settings).flatMap(({ text }) => namesIn(text)));
}

/** The variables Rollcall itself runs on: no configuration may send them anywhere. */
export const isReserved = (name: string): boolean => /^(ROLLCALL_|SLACK_|MONGODB_URI$)/.test(name);
export const reservedIn = (text: string): string[] => namesIn(text).filter(isReserved);

/**
 * A copy of the value with every `${NAME}` replaced; what a variable holds is taken as it is, never looked into again.
 * @throws RollcallError `secret-missing` (show), naming every variable that is not set, and `secret-reserved`.
 */
export function resolveSecrets<T>(value: T, env: (name: string) => string | undefined): T;
export function resolveSecrets(value: unknown, env: (name: string) => string | undefined): unknown {
  const names = sortedUnique(textsIn(value).flatMap(({ text }) => namesIn(text)));
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
      'Set it in the environment, then start Rollcall again.',
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

/** The places of a connection whose schema says `secret` though the value is written out. */
export const literalSecrets = (schema: z.ZodType, value: unknown): Place[] =>
  secretTexts(schema, value, [], false)
    .filter(({ text }) => !isPlaceholder(text))
    .map(({ place }) => place);

/** Walks the schema beside the value. What a union may be, it is: too much is called secret rather than too little. */
function secretTexts(schema: unknown, value: unknown, place: Place, secret: boolean): { place: Place; text: string }[] {
  if (value === undefined || value === null || !isSchema(schema)) return [];
  const hidden = secret || schema.meta()?.secret === true;
  const { def } = schema._zod;
  const inner = [def.innerType, def.in, def.out, def.left, def.right, ...(def.options ?? []), def.getter?.()];
  const same = inner.flatMap((next) => secretTexts(next, value, place, hidden));
  if (Array.isArray(value)) {
    return [...same, ...value.flatMap((item, index) => secretTexts(def.element, item, [...place, index], hidden))];
  }
  if (typeof value === 'object') return [...same, ...membersOf(def, value, place, hidden)];
  return hidden ? [...same, { place, text: String(value) }] : same;
}

const membersOf = (def: Definition, value: object, place: Place, hidden: boolean) =>
  Object.entries(value).flatMap(([key, member]) => {
    const own = def.shape !== undefined && Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
    return secretTexts(own ?? def.valueType ?? def.catchall, member, [...place, key], hidden);
  });

/** What zod 4 documents of a schema's inside for library authors (`schema._zod.def`), as far as it is walked here. */
type Definition = {
  shape?: Record<string, unknown>;
  element?: unknown;
  valueType?: unknown;
  catchall?: unknown;
  innerType?: unknown;
  in?: unknown;
  out?: unknown;
  left?: unknown;
  right?: unknown;
  options?: readonly unknown[];
  getter?: () => unknown;
};
type Schema = { _zod: { def: Definition }; meta(): Record<string, unknown> | undefined };

const isSchema = (schema: unknown): schema is Schema =>
  typeof schema === 'object' && schema !== null && '_zod' in schema;
