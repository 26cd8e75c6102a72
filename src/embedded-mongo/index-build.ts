import { type Collection, dropIndexes, ensureCollection, nextId, prefixRange, saveCollection } from './catalog.ts';
import { decode } from './codec.ts';
import type { Deadline } from './deadline.ts';
import { indexDocument, type Store } from './documents.ts';
import { type Index, indexFromSpec, parseIndexSpec } from './index-spec.ts';
import { MongoError } from './mongo-error.ts';
import { compareValues } from './query/compare.ts';
import type { Document } from './query/value.ts';

export interface Built {
  readonly before: number;
  readonly after: number;
  readonly madeCollection: boolean;
}

const TURN_MS = 10;

/**
 * Makes the indexes that are not there yet. Writes keep a new index from the start; what was there before is added in turns, so
 * that other commands go on. An index that cannot be made is removed again.
 * @throws MongoError 11000 for a unique index over equal values, 85 / 86 when one of that key or name exists otherwise.
 */
export async function buildIndexes(
  store: Store,
  db: string,
  name: string,
  given: Document[],
  deadline: Deadline,
): Promise<Built> {
  const specs = given.map(parseIndexSpec);
  const { collection, fresh, ...counts } = await store.storage.write(() => declare(store, db, name, specs));
  try {
    let from: Buffer | undefined = fresh.length > 0 ? prefixRange(collection.id).start : undefined;
    while (from) {
      const start: Buffer = from;
      deadline.check();
      from = await store.storage.write(() => fill(store, collection, fresh, start));
    }
  } catch (error) {
    await store.storage.write(() => {
      if (isThereStill(store, collection, fresh)) dropIndexes(store.storage, collection, fresh);
    });
    throw error;
  }
  return counts;
}

/** Collection and indexes may be dropped, and read anew after a failed commit, between two turns. */
const isThereStill = ({ catalog }: Store, collection: Collection, fresh: Index[]) =>
  catalog.get(collection.ns) === collection && fresh.every((index) => collection.indexes.includes(index));

/** In a transaction: the new indexes in the catalog, ready at once where there is nothing to add. */
function declare({ storage, catalog }: Store, db: string, name: string, specs: Document[]) {
  const existing = catalog.get(`${db}.${name}`);
  const wanted = specs.filter((spec) => !isThere(existing, spec));
  const collection = ensureCollection(storage, catalog, db, name);
  const before = collection.indexes.length;
  const fresh = wanted.map((spec): Index => {
    const multikey = Object.keys(spec.key as Document).map(() => false);
    return indexFromSpec(nextId(storage), spec, { ready: collection.count === 0, multikey, shortened: false });
  });
  collection.indexes = [...collection.indexes, ...fresh];
  if (fresh.length > 0) saveCollection(storage, collection);
  const unfinished = fresh.filter(({ ready }) => !ready);
  return { collection, fresh: unfinished, before, after: collection.indexes.length, madeCollection: !existing };
}

/** @throws MongoError when the collection has another index of that name or key. */
function isThere(collection: Collection | undefined, spec: Document): boolean {
  for (const index of collection?.indexes ?? []) {
    const sameKey = compareValues(index.spec.key, spec.key) === 0;
    const sameName = index.name === spec.name;
    if (index.primary && sameKey) return true;
    if (sameKey && sameName && compareValues(optionsOf(index.spec), optionsOf(spec)) === 0) return true;
    if (sameName) throw conflict(86, 'IndexKeySpecsConflict', index, spec);
    if (sameKey && compareValues(index.spec.partialFilterExpression, spec.partialFilterExpression) === 0)
      throw conflict(85, 'IndexOptionsConflict', index, spec);
  }
  return false;
}

function optionsOf({ unique, sparse, partialFilterExpression, expireAfterSeconds }: Document): Document {
  return { unique: unique === true, sparse: sparse === true, partialFilterExpression, expireAfterSeconds };
}

const conflict = (code: number, codeName: string, { name }: Index, spec: Document) =>
  new MongoError(
    code,
    codeName,
    `An existing index has the same ${code === 86 ? 'name' : 'key'} with other options. Requested index: ${spec.name}, existing index: ${name}`,
  );

/** In a transaction: the next documents; answers where to go on, or undefined when the indexes are complete. */
function fill(store: Store, collection: Collection, fresh: Index[], from: Buffer): Buffer | undefined {
  if (!isThereStill(store, collection, fresh))
    throw new MongoError(
      276,
      'IndexBuildAborted',
      `the index or its collection ${collection.ns} was dropped meanwhile`,
    );
  const { storage } = store;
  const end = performance.now() + TURN_MS;
  for (const { key, value } of storage.documents.getRange({ start: from, end: prefixRange(collection.id).end })) {
    if (performance.now() > end) return key;
    const document = decode(value);
    for (const index of fresh) indexDocument(storage, collection, index, key, document);
  }
  for (const index of fresh) index.ready = true;
  saveCollection(storage, collection);
  return undefined;
}
