import { Long } from 'bson';
import { failedToParse, notSupported } from '../mongo-error.ts';
import { valueKey, valuesAt } from './compare.ts';
import { fieldPath, isTruthy } from './expression.ts';
import { location } from './location-error.ts';
import { modify } from './modify.ts';
import { type Document, field, fieldsOf, isDocument, typeOf } from './value.ts';

/** Reads another collection of the database. */
export type Lookup = (collection: string) => AsyncIterable<Document>;

type Stage = (source: AsyncIterable<Document>) => AsyncIterable<Document>;

const put = (document: Document, path: readonly string[], value: unknown): Document =>
  modify(document, path, () => value, value !== undefined);

/** Compiles `$unwind`: one document per element of an array. */
export function compileUnwind(operand: unknown): Stage {
  const options: Document = typeof operand === 'string' ? { path: operand } : isDocument(operand) ? operand : {};
  const unknown = fieldsOf(options).find(
    ([name]) => !['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'].includes(name),
  );
  if (unknown) throw location(28811, `unrecognized option to $unwind stage: ${unknown[0]}`);
  const source = field(options, 'path');
  if (typeof source !== 'string')
    throw location(28808, `expected a string as the path for $unwind stage, got ${typeOf(source)}`);
  if (!source.startsWith('$'))
    throw location(28818, `path option to $unwind stage should be prefixed with a '$': ${source}`);
  const path = fieldPath(source.slice(1));
  const indexName = field(options, 'includeArrayIndex');
  const indexPath = typeof indexName === 'string' ? fieldPath(indexName) : undefined;
  const keepsEmpty = isTruthy(field(options, 'preserveNullAndEmptyArrays'));
  return (documents) => unwind(documents, path, indexPath, keepsEmpty);
}

async function* unwind(
  documents: AsyncIterable<Document>,
  path: string[],
  indexPath: string[] | undefined,
  keepsEmpty: boolean,
): AsyncGenerator<Document> {
  const numbered = (document: Document, index: number | null) =>
    indexPath ? put(document, indexPath, index === null ? null : Long.fromNumber(index)) : document;
  for await (const document of documents) {
    const value = through(document, path);
    if (Array.isArray(value) && value.length > 0) {
      for (const [index, element] of value.entries()) yield numbered(put(document, path, element ?? null), index);
    } else if (Array.isArray(value)) {
      if (keepsEmpty) yield numbered(put(document, path, undefined), null);
    } else if (keepsEmpty || (value !== undefined && value !== null)) yield numbered(document, null);
  }
}

/** The value at a path through documents only. */
function through(document: Document, path: string[]): unknown {
  return path.reduce<unknown>((value, name) => (isDocument(value) ? field(value, name) : undefined), document);
}

/** Compiles `$lookup` by equality of two fields; the form with a pipeline is refused. */
export function compileLookup(operand: unknown, lookup: Lookup): Stage {
  const options = isDocument(operand) ? operand : {};
  if (['pipeline', 'let'].some((name) => field(options, name) !== undefined)) {
    throw notSupported('$lookup with a pipeline is not supported by the built-in store');
  }
  const names = ['from', 'localField', 'foreignField', 'as'];
  const unknown = fieldsOf(options).find(([name]) => !names.includes(name));
  if (unknown) throw failedToParse(`unknown argument to $lookup: ${unknown[0]}`);
  const [from, localField, foreignField, as] = names.map((name) => {
    const value = field(options, name);
    if (typeof value === 'string') return value;
    throw failedToParse(`$lookup argument '${name}' must be a string, is type ${typeOf(value)}`);
  }) as [string, string, string, string];
  const path = fieldPath(as);
  return (documents) =>
    join(documents, lookup(from), fieldPath(localField).join('.'), fieldPath(foreignField).join('.'), path);
}

/** The other collection is read once, and its documents found by the values at their field. */
async function* join(
  documents: AsyncIterable<Document>,
  others: AsyncIterable<Document>,
  localField: string,
  foreignField: string,
  as: string[],
): AsyncGenerator<Document> {
  const byKey = new Map<string, Document[]>();
  const order = new Map<Document, number>();
  for await (const other of others) {
    order.set(other, order.size);
    for (const key of keysAt(other, foreignField, true)) {
      const list = byKey.get(key);
      if (list) list.push(other);
      else byKey.set(key, [other]);
    }
  }
  for await (const document of documents) {
    const found = new Set([...keysAt(document, localField, false)].flatMap((key) => byKey.get(key) ?? []));
    yield put(
      document,
      as,
      [...found].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
    );
  }
}

/** A foreign array matches by each element and as a whole, a local one by each element; missing equals null. */
function keysAt(document: Document, path: string, isForeign: boolean): Set<string> {
  const { values, missing } = valuesAt(document, path);
  const whole = through(document, path.split('.'));
  const compared = isForeign || !Array.isArray(whole) ? values : whole;
  return new Set(
    [...compared, ...(missing || values.length === 0 ? [null] : [])].map((value) => valueKey(value ?? null)),
  );
}
