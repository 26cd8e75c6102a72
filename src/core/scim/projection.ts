import { badRequest } from './error.ts';
import { type AttributePath, parseName } from './filter.ts';
import { isList, isTree, type Json, type Tree } from './json.ts';
import { resourceTypes } from './schema.ts';

/** Which attributes a client wants to see, RFC 7644 section 3.9. */
export type Projection = { only: readonly AttributePath[] | null; without: readonly AttributePath[] };

export const everything: Projection = { only: null, without: [] };

const mostNames = 100;
/** Always shown: nobody could do anything with the rest. */
const always = new Set(['id', 'schemas']);

/** @throws ScimError `invalidValue` where there are too many names; what is no attribute names nothing. */
export function readProjection(only: readonly string[], without: readonly string[]): Projection {
  const read = (texts: readonly string[]) => {
    const names = texts.flatMap((text) => text.split(',')).map((name) => name.trim());
    if (names.length > mostNames) throw badRequest('invalidValue', `More than ${mostNames} names of attributes.`);
    return names.flatMap((name) => (name === '' ? [] : (wholeUrn(name) ?? parseName(name) ?? [])));
  };
  return { only: only.length === 0 ? null : read(only), without: read(without) };
}

/** An extension by its name alone stands for all of it. */
function wholeUrn(name: string): AttributePath | null {
  const schemas = Object.values(resourceTypes).flatMap(({ schema, extensions }) => [schema, ...extensions]);
  return schemas.some(({ urn }) => same(urn, name)) ? { urn: name, name: '', sub: null } : null;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const cores: readonly string[] = Object.values(resourceTypes).map(({ schema }) => schema.urn.toLowerCase());
const isCore = (urn: string | null): boolean => urn === null || cores.includes(urn.toLowerCase());

/** Of the resource, what is asked for. */
export function projected(tree: Tree, { only, without }: Projection): Tree {
  if (only === null && without.length === 0) return tree;
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) => {
      if (always.has(key)) return [[key, value] as const];
      const left = only === null ? value : kept(key, value, only);
      const shown = left === undefined ? undefined : dropped(key, left, without);
      return shown === undefined ? [] : [[key, shown] as const];
    }),
  );
}

function kept(key: string, value: Json, paths: readonly AttributePath[]): Json | undefined {
  const about = pathsAbout(key, paths);
  if (about.some(({ name }) => name === '')) return value;
  return about.length === 0 ? undefined : picked(value, about, (isNamed) => isNamed);
}

function dropped(key: string, value: Json, paths: readonly AttributePath[]): Json | undefined {
  const about = pathsAbout(key, paths);
  if (about.some(({ name }) => name === '')) return undefined;
  return about.length === 0 ? value : picked(value, about, (isNamed) => !isNamed);
}

/** The paths that lead into this member of the resource, from there on; a `name` of '' means all of it. */
function pathsAbout(key: string, paths: readonly AttributePath[]): AttributePath[] {
  return paths.flatMap(({ urn, name, sub }) => {
    if (urn !== null && same(urn, key)) return [{ urn: null, name, sub }];
    if (!isCore(urn) || !same(name, key)) return [];
    return [{ urn: null, name: sub ?? '', sub: null }];
  });
}

/** Of a value the parts that are named, or those that are not; of many values each. */
function picked(value: Json, about: readonly AttributePath[], keep: (isNamed: boolean) => boolean): Json | undefined {
  if (isList(value)) {
    const items = value.flatMap((item) => picked(item, about, keep) ?? []);
    return items.length === 0 ? undefined : items;
  }
  if (!isTree(value)) return keep(false) ? value : undefined;
  const parts = Object.entries(value).flatMap(([key, part]) => {
    const deeper = about.filter(({ name, sub }) => same(name, key) && sub !== null);
    if (deeper.length > 0) {
      const inner = picked(
        part,
        deeper.map(({ sub }) => ({ urn: null, name: sub ?? '', sub: null })),
        keep,
      );
      return inner === undefined ? [] : [[key, inner] as const];
    }
    return keep(about.some(({ name }) => same(name, key))) ? [[key, part] as const] : [];
  });
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}
