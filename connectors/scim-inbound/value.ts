import type { Value } from '../../src/core/connector.ts';

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member of this name, in any case of letters. */
export function memberOf(tree: unknown, name: string): unknown {
  if (!isTree(tree)) return undefined;
  return Object.entries(tree).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

export const treesIn = (value: unknown): Tree[] => (Array.isArray(value) ? value.filter(isTree) : []);

/** The one of many that is preferred, else the first of these types in their order, else the first. */
export function best(value: unknown, types: readonly string[], notOf: readonly string[] = []): Tree | undefined {
  const typeOf = (one: Tree) => String(one.type ?? '').toLowerCase();
  const all = treesIn(value).filter((one) => !notOf.includes(typeOf(one)));
  const primary = all.find((one) => one.primary === true);
  const typed = types.map((type) => all.find((one) => typeOf(one) === type)).find((one) => one !== undefined);
  return primary ?? typed ?? all[0];
}

/** A value an attribute may have; undefined: none. Of many with parts their `value`s. */
export function simple(value: unknown): Value | readonly Value[] | undefined {
  if (Array.isArray(value)) {
    const values = value.flatMap((item): Value[] => [simple(isTree(item) ? item.value : item) ?? []].flat());
    return values.length === 0 ? undefined : values;
  }
  if (isTree(value)) return simple(value.value);
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** What stands at `name.familyName`, `emails`, or `urn:acme:2.0:User:badge`. */
export function valueAt(resource: Tree, path: string): Value | readonly Value[] | undefined {
  const [, urn, rest = path] = /^(urn:.*):([^:]*)$/i.exec(path) ?? [];
  const from = urn === undefined || /:core:2\.0:user$/i.test(urn) ? resource : memberOf(resource, urn);
  const [name = '', sub] = rest.split('.');
  const found = memberOf(from, name);
  if (sub === undefined) return simple(found);
  return Array.isArray(found) ? simple(found.map((item) => memberOf(item, sub))) : simple(memberOf(found, sub));
}
