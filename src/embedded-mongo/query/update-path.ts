import { badValue, failedToParse, MongoError } from '../mongo-error.ts';
import { compileTest } from './filter.ts';
import type { Test } from './matching.ts';
import { type Document, documentOf, field, fieldsOf, isDocument, show } from './value.ts';

/** Tests of `$[identifier]`, by identifier; each sees the array element under that name. */
export type ArrayFilters = ReadonlyMap<string, Test>;

/** What a path with `$`, `$[]`, `$[identifier]` is resolved against. */
export interface Resolution {
  readonly document: Document;
  readonly arrayFilters: ArrayFilters;
  /** The array position the filter matched, for `$`. */
  readonly position: () => number | undefined;
}

/** Checks an update path and splits it. */
export function updatePath(path: string): string[] {
  const parts = path.split('.');
  if (path === '') throw new MongoError(56, 'EmptyFieldName', 'An empty update path is not valid.');
  if (parts.includes('')) {
    throw new MongoError(
      56,
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  const odd = parts.find((part) => part.startsWith('$') && !isDynamic(part));
  if (odd) {
    throw new MongoError(
      52,
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${odd}' in '${path}' is not allowed in the context of an update's path.`,
    );
  }
  const positionals = parts.filter((part) => part === '$').length;
  if (positionals > 1) throw badValue(`Too many positional (i.e. '$') elements found in path '${path}'`);
  if (parts[0] === '$')
    throw badValue(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`);
  if (isDynamic(parts[0] ?? ''))
    throw badValue(
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`,
    );
  return parts;
}

/** `$`, `$[]` or `$[identifier]`. */
export const isDynamic = (part: string): boolean => part === '$' || /^\$\[.*\]$/.test(part);

const identifierOf = (part: string): string | undefined => /^\$\[(.+)\]$/.exec(part)?.[1];

/** Compiles `arrayFilters` and checks that each names one identifier, once. */
export function compileArrayFilters(filters: readonly Document[]): ArrayFilters {
  const compiled = new Map<string, Test>();
  for (const filter of filters) {
    const names = [...new Set(topFields(filter))];
    const [name] = names;
    if (!name) throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters');
    if (names.length > 1) {
      throw failedToParse(
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${names[0]}' and '${names[1]}'`,
      );
    }
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
      throw badValue(
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      );
    }
    if (compiled.has(name))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`);
    compiled.set(name, compileTest(filter, 'element'));
  }
  return compiled;
}

function topFields(filter: Document): string[] {
  return fieldsOf(filter).flatMap(([name, condition]) => {
    if (!name.startsWith('$')) return [name.split('.')[0] ?? ''];
    return Array.isArray(condition) ? condition.filter(isDocument).flatMap(topFields) : [];
  });
}

/** Checks that every identifier in the paths has a filter and every filter is used. */
export function checkIdentifiers(paths: readonly string[][], filters: ArrayFilters, update: Document): void {
  const used = new Set<string>();
  for (const parts of paths) {
    for (const part of parts) {
      const identifier = identifierOf(part);
      if (!identifier) continue;
      used.add(identifier);
      if (filters.has(identifier)) continue;
      throw badValue(`No array filter found for identifier '${identifier}' in path '${parts.join('.')}'`);
    }
  }
  const unused = [...filters.keys()].find((name) => !used.has(name));
  if (unused)
    throw failedToParse(`The array filter for identifier '${unused}' was not used in the update ${show(update)}`);
}

/** The concrete paths a path stands for in this document. */
export function resolvePath(parts: readonly string[], resolution: Resolution): string[][] {
  return parts.some(isDynamic) ? resolveFrom(resolution.document, parts, 0, resolution) : [[...parts]];
}

function resolveFrom(value: unknown, parts: readonly string[], at: number, resolution: Resolution): string[][] {
  const part = parts[at];
  if (part === undefined) return [[...parts]];
  const names = isDynamic(part) ? positions(value, parts, at, resolution) : [part];
  return names.flatMap((name) => {
    const concrete = [...parts.slice(0, at), name, ...parts.slice(at + 1)];
    return resolveFrom(childOf(value, name), concrete, at + 1, resolution);
  });
}

function childOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  return isDocument(value) ? field(value, name) : undefined;
}

function positions(value: unknown, parts: readonly string[], at: number, resolution: Resolution): string[] {
  const part = parts[at];
  if (part === '$') {
    const position = resolution.position();
    if (position === undefined) throw badValue('The positional operator did not find the match needed from the query.');
    return [String(position)];
  }
  if (value === undefined) {
    throw badValue(
      `The path '${parts.slice(0, at).join('.')}' must exist in the document in order to apply array updates.`,
    );
  }
  if (!Array.isArray(value))
    throw badValue(`Cannot apply array updates to non-array element ${parts[at - 1]}: ${show(value)}`);
  const identifier = identifierOf(part ?? '');
  const test = identifier === undefined ? () => true : resolution.arrayFilters.get(identifier);
  return value.flatMap((element, index) =>
    test?.(documentOf([[identifier ?? '', element ?? null]])) ? [String(index)] : [],
  );
}

/** Throws where two of the paths are the same, or one runs through the other. */
export function checkConflicts(paths: readonly (readonly string[])[]): void {
  const ends = new Set<string>();
  const inner = new Set<string>();
  for (const parts of paths) {
    const prefixes = parts.map((_part, index) => parts.slice(0, index + 1).join('.'));
    const path = prefixes.pop() ?? '';
    const clash = prefixes.find((prefix) => ends.has(prefix)) ?? (ends.has(path) || inner.has(path) ? path : undefined);
    if (clash !== undefined) {
      throw new MongoError(
        40,
        'ConflictingUpdateOperators',
        `Updating the path '${path}' would create a conflict at '${clash}'`,
      );
    }
    ends.add(path);
    for (const prefix of prefixes) inner.add(prefix);
  }
}

/** MongoDB adds new fields in the order of their names, numbers by value. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const bothNumbers = /^\d+$/.test(part) && /^\d+$/.test(other);
    return bothNumbers ? Number(part) - Number(other) : part < other ? -1 : 1;
  }
  return a.length - b.length;
}
