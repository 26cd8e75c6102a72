import { type Catalog, type Collection, droppedTrees, loadCatalog } from './catalog.ts';
import { decode } from './codec.ts';
import { documentKey, entriesOf } from './index-key.ts';
import { livingOwner, StoreInUse } from './owner.ts';
import { field } from './query/value.ts';
import { entriesIn, openStorage, type Range, type Storage } from './storage.ts';

export interface Verification {
  readonly collections: number;
  readonly documents: number;
  readonly entries: number;
  /** One sentence for each thing that is wrong. */
  readonly inconsistencies: readonly string[];
}

/**
 * Checks a stopped store: every document has its index entries, every entry its document, and nothing else is there.
 * @throws StoreInUse while a process serves it.
 */
export async function verify({ dir }: { dir: string }): Promise<Verification> {
  const owner = await livingOwner(dir);
  if (owner) throw new StoreInUse(dir, owner);
  const storage = openStorage(dir);
  try {
    const catalog: Catalog = new Map();
    await loadCatalog(storage, catalog);
    return verifyAll(storage, [...catalog.values()]);
  } finally {
    await storage.close();
  }
}

function verifyAll(storage: Storage, collections: Collection[]): Verification {
  const inconsistencies: string[] = [];
  let documents = 0;
  let expected = 0;
  const byId = new Map(collections.map((collection) => [collection.id, collection]));
  const dropped = new Set([...droppedTrees(storage)].map(({ id }) => id));
  for (const { key, value } of entriesIn(storage.documents, EVERYTHING, false)) {
    if (dropped.has(key.readUInt32BE())) continue;
    const collection = byId.get(key.readUInt32BE());
    if (!collection) inconsistencies.push(`a document of no collection: ${key.toString('hex')}`);
    else expected += verifyDocument(storage, collection, key, value, inconsistencies);
    documents += 1;
  }
  const entries = verifyEntries(storage, collections, dropped, inconsistencies);
  if (entries !== expected && inconsistencies.length === 0)
    inconsistencies.push(`${entries} index entries are there, the documents have ${expected}`);
  return { collections: collections.length, documents, entries, inconsistencies };
}

const EVERYTHING: Range = { start: Buffer.of(0), end: Buffer.of(0xff, 0xff, 0xff, 0xff, 0xff) };

/** @returns how many entries the document has. */
function verifyDocument(storage: Storage, collection: Collection, key: Buffer, raw: Buffer, wrong: string[]): number {
  const document = decode(raw);
  if (!documentKey(collection, field(document, '_id')).key.equals(key))
    wrong.push(`${collection.ns}: a document under another _id's key`);
  const entries = collection.indexes
    .slice(1)
    .flatMap((index) => entriesOf(index, document, key).entries.map((entry) => ({ index, entry })));
  for (const { index, entry } of entries) {
    const target = storage.entries.get(entry.key);
    if (!target?.equals(key))
      wrong.push(`${collection.ns}: the index ${index.name} misses the document ${String(field(document, '_id'))}`);
  }
  return entries.length;
}

function verifyEntries(storage: Storage, collections: Collection[], dropped: Set<number>, wrong: string[]): number {
  const owners = new Map(
    collections.flatMap((collection) => collection.indexes.slice(1).map((index) => [index.id, { collection, index }])),
  );
  let count = 0;
  for (const { key, value } of entriesIn(storage.entries, EVERYTHING, false)) {
    const id = key.readUInt32BE();
    if (dropped.has(id)) continue;
    count += 1;
    const owner = owners.get(id);
    const raw = storage.documents.get(value);
    if (!owner) wrong.push(`an entry of no index: ${key.toString('hex')}`);
    else if (!raw)
      wrong.push(`${owner.collection.ns}: the index ${owner.index.name} names a document that is not there`);
    else if (!entriesOf(owner.index, decode(raw), value).entries.some((entry) => entry.key.equals(key)))
      wrong.push(`${owner.collection.ns}: the index ${owner.index.name} has a key its document does not have`);
  }
  return count;
}
