import { type Document, field, isDocument } from './value.ts';

/**
 * Called with each value a path leads to (`undefined`: missing there) and the position in the outermost array walked through
 * implicitly, if any. Returning true ends the walk.
 */
type Visit = (value: unknown, position: number | undefined) => boolean;

/**
 * Walks a path as MongoDB's matcher does: arrays on the way are walked element by element, a numeric part also names a
 * position; an array at the end gives its elements and then itself, or with `wholeArrays` only itself.
 * Returns whether a visit returned true.
 */
export function visitPath(root: Document, parts: readonly string[], wholeArrays: boolean, visit: Visit): boolean {
  return visitDocument(root, parts, 0, wholeArrays, undefined, visit);
}

function visitDocument(
  document: Document,
  parts: readonly string[],
  start: number,
  wholeArrays: boolean,
  position: number | undefined,
  visit: Visit,
): boolean {
  let value: unknown = document;
  for (let index = start; index < parts.length; index += 1) {
    if (Array.isArray(value)) return visitArray(value, parts, index, wholeArrays, position, visit);
    value = isDocument(value) ? field(value, parts[index] ?? '') : undefined;
    if (value === undefined) break;
  }
  if (!Array.isArray(value) || wholeArrays) return visit(value, position);
  return value.some((element, index) => visit(element ?? null, position ?? index)) || visit(value, position);
}

function visitArray(
  array: unknown[],
  parts: readonly string[],
  next: number,
  wholeArrays: boolean,
  position: number | undefined,
  visit: Visit,
): boolean {
  const part = parts[next];
  return array.some((element, index) => {
    if (isDocument(element) && visitDocument(element, parts, next, wholeArrays, position ?? index, visit)) return true;
    if (part !== String(index)) return false;
    if (next + 1 === parts.length) return visit(element ?? null, position);
    if (isDocument(element)) return visitDocument(element, parts, next + 1, wholeArrays, position, visit);
    return Array.isArray(element) && visitArray(element, parts, next + 1, wholeArrays, position, visit);
  });
}

/**
 * What the matcher compares at a path: every present value (array elements, and the array itself), whether the path was
 * missing somewhere (then null matches), and whether an array was walked.
 */
export function valuesAt(document: Document, path: string): { values: unknown[]; missing: boolean; multikey: boolean } {
  const found = { values: [] as unknown[], missing: false, multikey: false };
  visitPath(document, path.split('.'), false, (value, position) => {
    if (value === undefined) found.missing = true;
    else found.values.push(value);
    if (position !== undefined || Array.isArray(value)) found.multikey = true;
    return false;
  });
  return found;
}

/**
 * The keys one path contributes to an index entry (and to a sort), as MongoDB's B-tree keys: each element of an array, one
 * level deep; `undefined` for an empty array, which sorts below null; `null` where the path is missing. `multikey` says that an
 * array was expanded: two bounds may then be met by two different keys. `missing`: nothing is stored at the path (for sparse
 * indexes).
 */
export function indexValues(
  document: Document,
  path: string,
): { values: unknown[]; missing: boolean; multikey: boolean } {
  const keys: Keys = { values: [], present: false, multikey: false };
  collectKeys(document, path.split('.'), 0, keys);
  return { values: keys.values, missing: !keys.present, multikey: keys.multikey };
}

interface Keys {
  values: unknown[];
  present: boolean;
  multikey: boolean;
}

function collectKeys(value: unknown, parts: readonly string[], next: number, keys: Keys): void {
  if (Array.isArray(value)) collectElements(value, parts, next, keys);
  else if (next === parts.length) addKey(keys, value);
  else if (isDocument(value)) collectKeys(field(value, parts[next] ?? ''), parts, next + 1, keys);
  else addKey(keys, undefined);
}

function collectElements(array: unknown[], parts: readonly string[], next: number, keys: Keys): void {
  keys.multikey = true;
  const atEnd = next === parts.length;
  if (atEnd) keys.present = true;
  if (array.length === 0) {
    keys.values.push(atEnd ? undefined : null);
    return;
  }
  if (atEnd) for (const element of array) addKey(keys, element ?? null);
  else collectInside(array, parts, next, keys);
}

/** A position named in the path gives that element's keys; documents with a field of that name give theirs too. */
function collectInside(array: unknown[], parts: readonly string[], next: number, keys: Keys): void {
  const part = parts[next] ?? '';
  const isPosition = isArrayPosition(part) && Number(part) < array.length;
  if (isPosition) collectKeys(array[Number(part)], parts, next + 1, keys);
  for (const element of array) {
    if (isDocument(element) && (!isPosition || field(element, part) !== undefined))
      collectKeys(element, parts, next, keys);
    else if (!isPosition) keys.values.push(null);
  }
}

/** Whether a path component names a place in an array. */
export const isArrayPosition = (part: string): boolean => /^(0|[1-9]\d*)$/.test(part);

function addKey(keys: Keys, value: unknown): void {
  keys.values.push(value ?? null);
  if (value !== undefined) keys.present = true;
}
