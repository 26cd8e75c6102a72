import type { Catalog, Collection } from './catalog.ts';
import { saveCollection } from './catalog.ts';
import { documentKey, type Entry, entriesOf } from './index-key.ts';
import type { Index } from './index-spec.ts';
import { MongoError } from './mongo-error.ts';
import { type Document, documentOf, field, show, typeOf } from './query/value.ts';
import type { Storage } from './storage.ts';

/** The store that commands work on. */
export interface Store {
  readonly storage: Storage;
  readonly catalog: Catalog;
}

/** Changes of one document and its index entries, inside a transaction. Each checks everything before its first write. */

/** @throws MongoError 11000, 53 for an `_id` that cannot be one, 171. `raw` must have `_id` first. */
export function insertDocument(store: Store, collection: Collection, document: Document, raw: Buffer): void {
  requireId(document);
  const { storage } = store;
  const { key, shortened } = documentKey(collection, field(document, '_id'));
  const [primary, ...indexes] = collection.indexes;
  if (primary && storage.documents.doesExist(key)) throw duplicateKey(collection, primary, [field(document, '_id')]);
  const state = createState(collection);
  const added = indexes.flatMap((index) => state.note(index, entriesOf(index, document, key)));
  for (const { index, entry } of added) requireUnique(storage, collection, index, entry, key);
  if (primary && shortened) state.shorten(primary);
  storage.documents.putSync(key, raw);
  for (const { entry } of added) storage.entries.putSync(entry.key, key);
  collection.count += 1;
  state.save(storage);
}

/** Two states of one document. `document` holds at least what the indexes look at; all of it where `indexes` is not given. */
interface State {
  readonly document: Document;
  readonly raw: Buffer;
}

/** Up to so many entries are compared one by one; of an array of thousands that would take the square of them. */
const few = 16;

function among(entries: readonly Entry[]): (entry: Entry) => boolean {
  if (entries.length <= few) return ({ key }) => entries.some((other) => other.key.equals(key));
  const keys = new Set(entries.map(({ key }) => key.toString('latin1')));
  return ({ key }) => keys.has(key.toString('latin1'));
}

/** Puts `after` in the place of `before`; both have the same `_id`. @returns whether anything changed. */
export function replaceDocument(
  store: Store,
  collection: Collection,
  key: Buffer,
  before: State,
  after: State,
  indexes: readonly Index[] = collection.indexes.slice(1),
): boolean {
  const { storage } = store;
  const { raw } = after;
  if (raw.equals(before.raw)) return false;
  if (!documentKey(collection, field(after.document, '_id')).key.equals(key)) throw immutableId();
  const state = createState(collection);
  const changes = indexes.map((index) => {
    const old = entriesOf(index, before.document, key).entries;
    const fresh = state.note(index, entriesOf(index, after.document, key));
    const isKept = among(fresh.map(({ entry }) => entry));
    const isOld = among(old);
    return {
      removed: old.filter((entry) => !isKept(entry)),
      added: fresh.filter(({ entry }) => !isOld(entry)),
    };
  });
  for (const { added } of changes)
    for (const { index, entry } of added) requireUnique(storage, collection, index, entry, key);
  storage.documents.putSync(key, raw);
  for (const { removed, added } of changes) {
    for (const entry of removed) storage.entries.removeSync(entry.key);
    for (const { entry } of added) storage.entries.putSync(entry.key, key);
  }
  state.save(storage);
  return true;
}

export function removeDocument(store: Store, collection: Collection, key: Buffer, document: Document): void {
  const { storage } = store;
  const entries = collection.indexes.slice(1).flatMap((index) => entriesOf(index, document, key).entries);
  storage.documents.removeSync(key);
  for (const entry of entries) storage.entries.removeSync(entry.key);
  collection.count -= 1;
}

/** Adds one document's entries to an index that is being built. */
export function indexDocument(
  storage: Storage,
  collection: Collection,
  index: Index,
  key: Buffer,
  document: Document,
): void {
  const state = createState(collection);
  const added = state.note(index, entriesOf(index, document, key));
  for (const { entry } of added) requireUnique(storage, collection, index, entry, key);
  for (const { entry } of added) storage.entries.putSync(entry.key, key);
  state.save(storage);
}

/** Collects what a change tells about the indexes (arrays, long keys); saved with the change when it is news. */
function createState(collection: Collection) {
  let news: (() => void)[] = [];
  return {
    note(index: Index, { entries, multikey, shortened }: ReturnType<typeof entriesOf>) {
      if (multikey.some((isMany, position) => isMany && !index.multikey[position]))
        news.push(() => {
          index.multikey = index.multikey.map((was, position) => was || (multikey[position] ?? false));
        });
      if (shortened) this.shorten(index);
      return entries.map((entry) => ({ index, entry }));
    },
    shorten(index: Index) {
      if (index.shortened) return;
      news.push(() => {
        index.shortened = true;
      });
    },
    save(storage: Storage) {
      if (news.length === 0) return;
      for (const apply of news) apply();
      news = [];
      saveCollection(storage, collection);
    },
  };
}

function requireUnique(storage: Storage, collection: Collection, index: Index, entry: Entry, key: Buffer): void {
  if (!index.unique) return;
  const holder = storage.entries.get(entry.key);
  if (holder && !holder.equals(key)) throw duplicateKey(collection, index, entry.values);
}

function requireId(document: Document): void {
  const type = typeOf(field(document, '_id'));
  if (type === 'array' || type === 'regex' || type === 'undefined')
    throw new MongoError(53, 'InvalidIdField', `The '_id' value cannot be of type ${type}`);
}

const immutableId = () =>
  new MongoError(66, 'ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");

/** Error 11000 in MongoDB's words, with `keyPattern` and `keyValue`. */
function duplicateKey(collection: Collection, index: Index, values: readonly unknown[]): MongoError {
  const named = index.fields.map(({ path }, position): [string, unknown] => [path, values[position] ?? null]);
  const shown = named.map(([path, value]) => `${path}: ${show(value)}`).join(', ');
  return new MongoError(
    11000,
    'DuplicateKey',
    `E11000 duplicate key error collection: ${collection.ns} index: ${index.name} dup key: { ${shown} }`,
    { keyPattern: index.spec.key, keyValue: documentOf(named) },
  );
}
