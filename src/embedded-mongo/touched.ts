import type { Index } from './index-spec.ts';
import { type Document, fieldsOf, isDocument } from './query/value.ts';

/** Names of top-level fields; undefined: it may be any. */
export type Names = ReadonlySet<string> | undefined;

const topOf = (path: string): string => path.split('.', 1)[0] ?? path;

/** What a filter looks at. */
export function namesOfFilter(filter: Document): Names {
  const names = new Set<string>();
  for (const [name, value] of fieldsOf(filter)) {
    if (name === '$comment') continue;
    if (!name.startsWith('$')) names.add(topOf(name));
    else if (!addAll(names, namesOfGroup(name, value))) return undefined;
  }
  return names;
}

function namesOfGroup(name: string, value: unknown): Names {
  if (!['$and', '$or', '$nor'].includes(name) || !Array.isArray(value)) return undefined;
  return union(...value.map((part) => (isDocument(part) ? namesOfFilter(part) : undefined)));
}

function addAll(names: Set<string>, more: Names): boolean {
  if (more === undefined) return false;
  for (const name of more) names.add(name);
  return true;
}

export function union(...all: readonly Names[]): Names {
  const names = new Set<string>();
  return all.every((each) => addAll(names, each)) ? names : undefined;
}

const FIELD_OPERATORS = new Set([
  '$set',
  '$unset',
  '$inc',
  '$mul',
  '$min',
  '$max',
  '$push',
  '$pull',
  '$pullAll',
  '$pop',
  '$addToSet',
  '$currentDate',
  '$bit',
  '$setOnInsert',
]);

/** What an update writes: operators name their fields; a replacement or a pipeline may write any. */
export function namesOfUpdate(update: unknown): Names {
  if (!isDocument(update)) return undefined;
  const names = new Set<string>();
  for (const [operator, operand] of fieldsOf(update)) {
    if (!FIELD_OPERATORS.has(operator) || !isDocument(operand)) return undefined;
    for (const [path] of fieldsOf(operand)) names.add(topOf(path));
  }
  return names;
}

/** What an expression or a stage reads: its `$path` texts. System variables may stand for the whole document. */
export function namesOfExpression(expression: unknown): Names {
  if (typeof expression === 'string') {
    if (expression.startsWith('$$')) return undefined;
    return new Set(expression.startsWith('$') ? [topOf(expression.slice(1))] : []);
  }
  if (Array.isArray(expression)) return union(...expression.map(namesOfExpression));
  return isDocument(expression)
    ? union(...fieldsOf(expression).map(([, value]) => namesOfExpression(value)))
    : new Set();
}

const ofIndexes = new WeakMap<Index, { names: Names }>();

/** What decides the entries of an index. */
export function namesOfIndex(index: Index): Names {
  const known = ofIndexes.get(index);
  if (known !== undefined) return known.names;
  const paths = new Set(index.fields.map(({ path }) => topOf(path)));
  const names = union(paths, index.partial ? namesOfFilter(index.partial.filter) : new Set<string>());
  ofIndexes.set(index, { names });
  return names;
}

export const overlaps = (names: Names, others: ReadonlySet<string>): boolean =>
  names === undefined || [...others].some((name) => names.has(name));
