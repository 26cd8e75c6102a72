import type { Config } from './config.ts';
import { canonical } from './hash.ts';
import { byText } from './text.ts';

/** The configuration with both changes, or where they meet, as in the file: `apps.crm.owners`. */
export type Merged = { config: Config } | { overlap: string[] };

/**
 * Puts a change (`base` → `ours`) onto a configuration that was changed as well (`base` → `theirs`). A part is a setting, a key of a
 * directory, role, mapping or app, a key of an app's provisioning, and the order of each list; where both changed one part, and not
 * to the same, they overlap. The result is of the right shape, and yet to be checked: names may lead nowhere now.
 */
export function mergeConfigs(base: Config, ours: Config, theirs: Config): Merged {
  const overlap: string[] = [];
  const config = merged([], base, ours, theirs, overlap) as Config;
  return overlap.length === 0 ? { config } : { overlap: [...new Set(overlap)].sort(byText) };
}

type Path = readonly string[];

function merged(path: Path, base: unknown, ours: unknown, theirs: unknown, overlap: string[]): unknown {
  if (same(ours, base) || same(ours, theirs)) return theirs;
  if (same(theirs, base)) return ours;
  if (isList(path)) return mergedLists(path, named(base), named(ours), named(theirs), overlap);
  if (isGroup(path) && [base, ours, theirs].every(isObject))
    return mergedGroups(path, base as object, ours as object, theirs as object, overlap);
  overlap.push(path.join('.'));
  return ours;
}

const lists: ReadonlySet<string> = new Set(['directories', 'roles', 'mappings', 'apps']);
const isList = ([list = '', ...rest]: Path): boolean => lists.has(list) && rest.length === 0;
/** Groups whose members are parts of their own; everything else is a part as a whole. */
const isGroup = ([first = '', ...rest]: Path): boolean => {
  if (first === '' || first === 'settings') return rest.length === 0;
  return rest.length === 1 || (first === 'apps' && rest.length === 2 && rest[1] === 'provisioning');
};

function mergedGroups(path: Path, base: object, ours: object, theirs: object, overlap: string[]): object {
  const keys = [...new Set([theirs, ours].flatMap(Object.keys))];
  const entries = keys.map((key) => {
    const [was, our, their] = [base, ours, theirs].map((group) => member(group, key));
    return [key, merged([...path, key], was, our, their, overlap)] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

type Entry = { name: string };

function mergedLists(path: Path, base: Entry[], ours: Entry[], theirs: Entry[], overlap: string[]): Entry[] {
  const find = (entries: readonly Entry[], name: string) => entries.find((entry) => entry.name === name);
  const entries = orderOf(path, base, ours, theirs, overlap).map((name) =>
    merged([...path, name], find(base, name), find(ours, name), find(theirs, name), overlap),
  );
  return entries.filter((entry) => entry !== undefined) as Entry[];
}

/** Theirs, with what is new in ours after the neighbour it has there; ours where only we moved something. */
function orderOf(path: Path, base: Entry[], ours: Entry[], theirs: Entry[], overlap: string[]): string[] {
  const [was, our, their] = [base, ours, theirs].map((entries) => entries.map(({ name }) => name)) as [
    string[],
    string[],
    string[],
  ];
  const weMoved = !same(shared(our, was), shared(was, our));
  const theyMoved = !same(shared(their, was), shared(was, their));
  if (weMoved && theyMoved && !same(shared(our, their), shared(their, our))) overlap.push(`${path.join('.')} (order)`);
  return weMoved ? woven(our, their) : woven(their, our);
}

const shared = (names: readonly string[], others: readonly string[]): string[] =>
  names.filter((name) => others.includes(name));

function woven(first: readonly string[], second: readonly string[]): string[] {
  const names = [...first];
  second.forEach((name, index) => {
    if (names.includes(name)) return;
    const before = second[index - 1];
    names.splice(before === undefined ? 0 : names.indexOf(before) + 1, 0, name);
  });
  return names;
}

const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const named = (value: unknown): Entry[] => (Array.isArray(value) ? (value as Entry[]) : []);
const member = (group: object, key: string): unknown =>
  Object.hasOwn(group, key) ? Reflect.get(group, key) : undefined;
