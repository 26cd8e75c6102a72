import { badValue, MongoError } from '../mongo-error.ts';
import { identicalValues } from './compare.ts';
import { isArrayPosition } from './path.ts';
import { copyOf, type Document, documentOf, field, fieldsOf, isDocument, setField, show } from './value.ts';

/** A new value from the current one; `undefined` is missing, before and after. */
type Change = (current: unknown) => unknown;

/** How far past its end MongoDB fills an array with nulls. */
const LONGEST_BACKFILL = 1_500_000;

/**
 * Changes the value at a concrete path, leaving the original untouched: every container on the way is copied, and the same
 * container is returned when nothing changed. With `creates`, missing documents on the way are made.
 * @throws MongoError 28 PathNotViable where the path runs through a value that is no container.
 */
export function modify(container: Document, parts: readonly string[], change: Change, creates: boolean): Document {
  return modifyDocument(container, parts, 0, change, creates);
}

function modifyDocument(
  document: Document,
  parts: readonly string[],
  at: number,
  change: Change,
  creates: boolean,
): Document {
  const name = parts[at] ?? '';
  const current = field(document, name);
  const next = modifyValue(current, parts, at + 1, change, creates, () => `{${name}: ${show(current)}}`);
  if (unchanged(current, next)) return document;
  if (next === undefined) return documentOf(fieldsOf(document).filter(([other]) => other !== name));
  const copy = copyOf(document);
  setField(copy, name, next);
  return copy;
}

const unchanged = (current: unknown, next: unknown) => current === next || identicalValues(current, next);

function modifyValue(
  current: unknown,
  parts: readonly string[],
  at: number,
  change: Change,
  creates: boolean,
  describe: () => string,
): unknown {
  if (at === parts.length) return change(current);
  if (isDocument(current)) return modifyDocument(current, parts, at, change, creates);
  if (Array.isArray(current)) return modifyArray(current, parts, at, change, creates, describe);
  if (!creates) return current;
  if (current !== undefined) throw notViable(parts[at] ?? '', describe());
  const made = modifyDocument({}, parts, at, change, creates);
  return Object.keys(made).length === 0 ? undefined : made;
}

function modifyArray(
  array: unknown[],
  parts: readonly string[],
  at: number,
  change: Change,
  creates: boolean,
  describe: () => string,
): unknown[] {
  const part = parts[at] ?? '';
  if (!isArrayPosition(part)) {
    if (creates) throw notViable(part, describe());
    return array;
  }
  const index = Number(part);
  const current = array[index];
  const next = modifyValue(current, parts, at + 1, change, creates, () => `{${part}: ${show(current)}}`);
  if (next === undefined && index >= array.length) return array;
  if (index < array.length && unchanged(current, next)) return array;
  return withElement(array, index, next ?? null);
}

function withElement(array: unknown[], index: number, value: unknown): unknown[] {
  if (index - array.length > LONGEST_BACKFILL) throw badValue(`can't backfill more than ${LONGEST_BACKFILL} elements`);
  const padding = new Array<unknown>(Math.max(0, index - array.length)).fill(null);
  const copy = [...array, ...padding];
  copy[index] = value;
  return copy;
}

const notViable = (name: string, element: string) =>
  new MongoError(28, 'PathNotViable', `Cannot create field '${name}' in element ${element}`);
