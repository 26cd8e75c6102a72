import { UUID } from 'bson';
import { decode, encode } from './codec.ts';
import { type Index, indexFromSpec, primaryIndex } from './index-spec.ts';
import { MongoError } from './mongo-error.ts';
import { toDouble } from './query/number.ts';
import type { Document } from './query/value.ts';
import { prefixOf, type Storage, type View } from './storage.ts';

export interface Collection {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  /** `db.name` */
  readonly ns: string;
  readonly uuid: unknown;
  /** The `_id` index first; it is the documents' own tree. */
  indexes: Index[];
  /** Documents in it; kept in memory, counted when the store opens. */
  count: number;
}

/** Collections by namespace, in memory; every change is written in the transaction that makes it. */
export type Catalog = Map<string, Collection>;

/** Of keys and catalog. To be raised when they change. */
const FORMAT = 2;

/**
 * Reads the catalog and counts the documents. Index builds that a crash interrupted are dropped.
 * @throws Error when the folder was written in another format.
 */
export async function loadCatalog(storage: Storage, catalog: Catalog): Promise<void> {
  await requireFormat(storage);
  catalog.clear();
  for (const { value } of storage.meta.getRange(rangeOf('collection:'))) {
    const collection = collectionFrom(decode(value), storage);
    catalog.set(collection.ns, collection);
  }
  const unfinished = [...catalog.values()].filter((collection) => unfinishedOf(collection).length > 0);
  if (unfinished.length === 0) return;
  await storage.write(() => {
    for (const collection of unfinished) dropIndexes(storage, collection, unfinishedOf(collection));
  });
}

async function requireFormat({ meta, write }: Storage): Promise<void> {
  const format = meta.get(Buffer.from('format'))?.readUInt32BE();
  if (format === FORMAT) return;
  if (format !== undefined || meta.get(NEXT_ID) !== undefined) throw otherFormat(format);
  await write(() => meta.putSync(Buffer.from('format'), prefixOf(FORMAT)));
}

const otherFormat = (format = 1) =>
  new Error(`the store was written in format ${format}, this version reads ${FORMAT}: move its folder away`);

/**
 * Ids of a database's collections by their names, as a view has them.
 * @throws like `loadCatalog`.
 */
export function collectionIds(view: View, db: string): Map<string, number> {
  const [format] = [...view.entries('meta', { start: Buffer.from('format'), end: Buffer.from('format\0') })];
  if (format !== undefined && format.value.readUInt32BE() !== FORMAT) throw otherFormat(format.value.readUInt32BE());
  const records = [...view.entries('meta', rangeOf('collection:'))].map(({ value }) => decode(value));
  return new Map(records.filter((record) => record.db === db).map(({ name, id }) => [String(name), toDouble(id)]));
}

const NEXT_ID = Buffer.from('next-id');

const unfinishedOf = (collection: Collection) => collection.indexes.filter(({ ready }) => !ready);

function collectionFrom(record: Document, storage: Storage): Collection {
  const id = toDouble(record.id);
  const stored = (record.indexes as Document[]).map((index) =>
    indexFromSpec(toDouble(index.id), index.spec as Document, {
      ready: index.ready === true,
      multikey: index.multikey as boolean[],
      shortened: index.shortened === true,
    }),
  );
  const { start, end } = prefixRange(id);
  return {
    id,
    db: String(record.db),
    name: String(record.name),
    ns: `${record.db}.${record.name}`,
    uuid: record.uuid,
    indexes: [primaryIndex(id, record.shortenedIds === true), ...stored],
    count: storage.documents.getKeysCount({ start, end }),
  };
}

/** In a transaction. */
export function saveCollection(storage: Storage, collection: Collection): void {
  const [primary, ...others] = collection.indexes;
  const indexes = others.map(({ id, spec, ready, multikey, shortened }) => ({ id, spec, ready, multikey, shortened }));
  const { id, db, name, uuid } = collection;
  const record = { id, db, name, uuid, shortenedIds: primary?.shortened ?? false, indexes };
  storage.meta.putSync(Buffer.from(`collection:${id}`), encode(record));
}

/** In a transaction: the collection, made if there is none. */
export function ensureCollection(storage: Storage, catalog: Catalog, db: string, name: string): Collection {
  const ns = `${db}.${name}`;
  const existing = catalog.get(ns);
  if (existing) return existing;
  requireLength(ns);
  const id = nextId(storage);
  const collection: Collection = { id, db, name, ns, uuid: new UUID(), indexes: [primaryIndex(id, false)], count: 0 };
  catalog.set(ns, collection);
  saveCollection(storage, collection);
  return collection;
}

function requireLength(ns: string): void {
  if (Buffer.byteLength(ns) > 255)
    throw new MongoError(73, 'InvalidNamespace', `Fully qualified namespace is too long: ${ns}`);
}

/** In a transaction. What it held is removed later, by `sweepDropped`. */
export function dropCollection(storage: Storage, catalog: Catalog, collection: Collection): void {
  const [primary, ...indexes] = collection.indexes;
  dropIndexes(storage, collection, indexes);
  if (primary) primary.ready = false;
  markDropped(storage, 'documents', collection.id);
  storage.meta.removeSync(Buffer.from(`collection:${collection.id}`));
  catalog.delete(collection.ns);
}

/** In a transaction. Scans that use them find them no longer ready, and fail. */
export function dropIndexes(storage: Storage, collection: Collection, dropped: Index[]): void {
  for (const index of dropped) {
    index.ready = false;
    markDropped(storage, 'entries', index.id);
  }
  collection.indexes = collection.indexes.filter((index) => !dropped.includes(index));
  saveCollection(storage, collection);
}

/** In a transaction: ids of collections and indexes, never used twice. */
export function nextId(storage: Storage): number {
  const id = storage.meta.get(NEXT_ID)?.readUInt32BE() ?? 1;
  storage.meta.putSync(NEXT_ID, prefixOf(id + 1));
  return id;
}

const markDropped = (storage: Storage, tree: 'documents' | 'entries', id: number) =>
  storage.meta.putSync(Buffer.from(`dropped:${tree}:${id}`), prefixOf(id));

/** Ids whose keys wait to be removed. */
export function* droppedTrees(
  storage: Storage,
): Generator<{ tree: 'documents' | 'entries'; id: number; mark: Buffer }> {
  for (const { key, value } of [...storage.meta.getRange(rangeOf('dropped:'))]) {
    const tree = key.toString().startsWith('dropped:documents:') ? 'documents' : 'entries';
    yield { tree, id: value.readUInt32BE(), mark: key };
  }
}

const KEYS_PER_SWEEP = 1000;

/** Removes what dropped collections and indexes left, a little at a time. */
export async function sweepDropped(storage: Storage, isStopped: () => boolean): Promise<void> {
  for (const { tree, id, mark } of droppedTrees(storage)) {
    let done = false;
    while (!done && !isStopped()) {
      done = await storage.write(() => {
        const keys = [...storage[tree].getKeys({ ...prefixRange(id), limit: KEYS_PER_SWEEP })];
        for (const key of keys) storage[tree].removeSync(key);
        if (keys.length === 0) storage.meta.removeSync(mark);
        return keys.length === 0;
      });
    }
  }
}

export const prefixRange = (id: number) => ({ start: prefixOf(id), end: prefixOf(id + 1) });

const rangeOf = (prefix: string) => ({ start: Buffer.from(prefix), end: Buffer.from(`${prefix}\xff`, 'latin1') });
