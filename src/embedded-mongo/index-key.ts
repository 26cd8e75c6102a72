import { fieldBytes, ID_BYTES, type Index, type IndexField } from './index-spec.ts';
import { encodeField } from './key-encoding.ts';
import { MongoError } from './mongo-error.ts';
import { indexValues } from './query/compare.ts';
import { isArrayPosition } from './query/path.ts';
import { type Document, field, isDocument } from './query/value.ts';
import { prefixOf } from './storage.ts';

/** One key of an index: its id, the field values, and (but in a unique index, where they are the document's alone) its `_id`. */
export interface Entry {
  readonly key: Buffer;
  readonly values: readonly unknown[];
}

interface Entries {
  readonly entries: readonly Entry[];
  readonly multikey: readonly boolean[];
  readonly shortened: boolean;
}

const NONE: Entries = { entries: [], multikey: [], shortened: false };

/** The key of a document in the documents' tree. */
export function documentKey(collection: { readonly id: number }, id: unknown): { key: Buffer; shortened: boolean } {
  const { bytes, shortened } = encodeField(id, 1, ID_BYTES);
  return { key: Buffer.concat([prefixOf(collection.id), bytes]), shortened };
}

/** The entries of a document (found at `key`) in an index; none where the index is sparse or partial and leaves it out. */
export function entriesOf(index: Index, document: Document, key: Buffer): Entries {
  if (index.partial && !index.partial.matches(document)) return NONE;
  const { tuples, multikey, missing } = keyTuples(document, index.fields);
  if (index.sparse && missing) return NONE;
  const found = new Map<string, Entry>();
  let shortened = false;
  for (const values of tuples) {
    const entry = encodeEntry(index, values, key);
    shortened ||= entry.shortened;
    found.set(tuples.length === 1 ? '' : entry.key.toString('latin1'), { key: entry.key, values });
  }
  return { entries: [...found.values()], multikey, shortened };
}

function encodeEntry(index: Index, values: readonly unknown[], key: Buffer): { key: Buffer; shortened: boolean } {
  const parts = [prefixOf(index.id)];
  const limit = fieldBytes(index);
  let shortened = false;
  for (const [position, { direction }] of index.fields.entries()) {
    const part = encodeField(values[position], direction, limit);
    shortened ||= part.shortened;
    parts.push(part.bytes);
  }
  if (!index.unique) parts.push(key.subarray(4));
  return { key: Buffer.concat(parts), shortened };
}

interface Tuples {
  readonly tuples: readonly (readonly unknown[])[];
  readonly multikey: readonly boolean[];
  /** No field is there: a sparse index leaves the document out. */
  readonly missing: boolean;
}

/**
 * The value tuples of a document's keys, as MongoDB's B-tree keys: one array on the way gives one tuple per element.
 * @throws MongoError 171 for two arrays side by side.
 */
export function keyTuples(document: Document, fields: readonly IndexField[]): Tuples {
  const found = fields.map(({ path }) => indexValues(document, path));
  const multikey = found.map((each) => each.multikey);
  const missing = found.every((each) => each.missing);
  const several = found.filter((each) => each.values.length > 1).length;
  if (several <= 1 && multikey.filter(Boolean).length <= 1) {
    const longest = Math.max(...found.map(({ values }) => values.length));
    const tuples = Array.from({ length: longest }, (_, row) => found.map(({ values }) => valueIn(values, row)));
    return { tuples, multikey, missing };
  }
  const walks = fields.map(({ path }): Walk => ({ value: document, rest: path.split('.'), path }));
  return { tuples: expand(walks), multikey, missing };
}

const valueIn = (values: readonly unknown[], row: number) => values[values.length === 1 ? 0 : row];

/** A path half walked; `rest` is undefined once the value is final. */
interface Walk {
  readonly value: unknown;
  readonly rest: readonly string[] | undefined;
  readonly path: string;
}

/** Several fields inside one array: they take its elements together. */
function expand(walks: readonly Walk[]): unknown[][] {
  const stopped = walks.map(walkToArray);
  const waiting = stopped.filter(({ rest }) => rest !== undefined);
  const array = waiting[0]?.value as unknown[] | undefined;
  if (!array) return [stopped.map(({ value }) => value)];
  const other = waiting.find(({ value }) => value !== array);
  if (other) throw parallelArrays(waiting[0]?.path ?? '', other.path);
  if (array.length === 0) return expand(stopped.map((walk) => (walk.rest ? emptied(walk) : walk)));
  return array.flatMap((element) => expand(stopped.map((walk) => (walk.rest ? entered(walk, element) : walk))));
}

function walkToArray(walk: Walk): Walk {
  let { value, rest } = walk;
  while (rest && rest.length > 0) {
    const [part = '', ...others]: readonly string[] = rest;
    if (Array.isArray(value) && !(isArrayPosition(part) && Number(part) < value.length))
      return { ...walk, value, rest };
    value = Array.isArray(value) ? value[Number(part)] : isDocument(value) ? field(value, part) : undefined;
    rest = others;
  }
  if (rest && Array.isArray(value)) return { ...walk, value, rest };
  return { ...walk, value: rest ? (value ?? null) : value, rest: undefined };
}

const emptied = (walk: Walk): Walk => ({ ...walk, value: walk.rest?.length === 0 ? undefined : null, rest: undefined });

/** An element at the end is a key as it is; on the way only documents lead on. */
function entered(walk: Walk, element: unknown): Walk {
  if (walk.rest?.length === 0) return { ...walk, value: element ?? null, rest: undefined };
  return isDocument(element) ? { ...walk, value: element } : { ...walk, value: null, rest: undefined };
}

const parallelArrays = (one: string, other: string) =>
  new MongoError(171, 'CannotIndexParallelArrays', `cannot index parallel arrays [${other}] [${one}]`);
