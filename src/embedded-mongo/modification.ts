import { type Collection, ensureCollection } from './catalog.ts';
import { decode, decodePart, encode, encodeStored, MAX_DOCUMENT_BYTES, tooLarge } from './codec.ts';
import { type Deadline, paced } from './deadline.ts';
import { insertDocument, removeDocument, replaceDocument, type Store } from './documents.ts';
import { splice } from './elements.ts';
import type { Query } from './plan.ts';
import { compileFilter } from './query/filter.ts';
import { type Document, field } from './query/value.ts';
import { type Found, foundAt, ordered, prepareSearch, sortKeyOf } from './search.ts';
import { type Names, namesOfIndex, overlaps, union } from './touched.ts';

/** One update, delete or findAndModify. */
export interface Modification extends Query {
  readonly db: string;
  readonly collection: string;
  readonly multi: boolean;
  /** The document as it shall be; undefined to remove it. Must not have effects: it may run again. */
  readonly change: (document: Document) => Document | undefined;
  /** The only fields `change` reads or writes, if that is known: the others are not even decoded. */
  readonly touched?: Names;
  /** What to insert when nothing matches. */
  readonly upsert?: (() => Document) | undefined;
}

export interface Modified {
  matched: number;
  modified: number;
  upsertedId?: unknown;
  /** Of the last document. */
  before?: () => Document;
  after?: () => Document;
}

/** What a transaction may look at before the search moves out of it: other commands wait meanwhile. */
const MOST_IN_TRANSACTION = 1000;
const TRANSACTION_MS = 15;

/**
 * Inside a transaction: finds and changes at once, so that what the filter says still holds when the change is made. Undefined,
 * and nothing done, when it would have to look at more than `most` documents.
 */
export function modifyNow(store: Store, modification: Modification, most = MOST_IN_TRANSACTION): Modified | undefined {
  const collection = store.catalog.get(`${modification.db}.${modification.collection}`);
  const found = collection ? findNow(store, collection, modification, most) : [];
  if (!found) return undefined;
  const result: Modified = { matched: 0, modified: 0 };
  if (collection) for (const each of found) apply(store, collection, each, modification, result);
  else compileFilter(modification.filter);
  return found.length === 0 && modification.upsert ? inserted(store, modification, modification.upsert()) : result;
}

/** The same for a search of any length: it runs outside, and every document is looked at again before it is changed. */
export async function modifyLater(store: Store, modification: Modification, deadline: Deadline): Promise<Modified> {
  const collection = store.catalog.get(`${modification.db}.${modification.collection}`);
  const keys = collection ? await findLater(store, collection, modification, deadline) : [];
  const result: Modified = { matched: 0, modified: 0 };
  if (collection && keys.length > 0) await changeInTurns(store, collection, modification, keys, result, deadline);
  if (result.matched > 0 || (modification.multi && !modification.upsert)) return result;
  if (keys.length === 0 && !modification.upsert) return result;
  // What was found is gone, or there is something to insert: only a search inside the transaction settles it.
  return (await store.storage.write(() => modifyNow(store, modification, Number.POSITIVE_INFINITY))) ?? result;
}

export async function modify(store: Store, modification: Modification, deadline: Deadline): Promise<Modified> {
  const result = await store.storage.write(() => modifyNow(store, modification));
  return result ?? modifyLater(store, modification, deadline);
}

function findNow(store: Store, collection: Collection, modification: Modification, most: number): Found[] | undefined {
  const search = prepareSearch(store, collection, modification);
  const found: Found[] = [];
  for (const each of search.run()) {
    if (each) found.push(each);
    if (each && !modification.multi && search.plan.sorted) break;
    if (search.examined.documents > most) return undefined;
  }
  return modification.multi || search.plan.sorted ? found : firstOf(found, modification.sort ?? {});
}

function firstOf(found: Found[], sort: Document): Found[] {
  const placeOf = sortKeyOf(sort);
  const places = found.map((each) => ({ each, place: placeOf(each.document) }));
  const first = places.reduce<(typeof places)[number] | undefined>(
    (best, next) => (best && best.place.compare(next.place) <= 0 ? best : next),
    undefined,
  );
  return first ? [first.each] : [];
}

async function findLater(store: Store, collection: Collection, modification: Modification, deadline: Deadline) {
  const search = prepareSearch(store, collection, modification);
  const keys: Buffer[] = [];
  const found = modification.multi
    ? paced(search.run(), deadline)
    : ordered(search, modification.sort, { skip: 0, limit: 1 }, deadline);
  for await (const { key } of found) keys.push(key);
  return keys;
}

async function changeInTurns(
  store: Store,
  collection: Collection,
  modification: Modification,
  keys: readonly Buffer[],
  result: Modified,
  deadline: Deadline,
): Promise<void> {
  const matches = compileFilter(modification.filter);
  for (let next = 0; next < keys.length; ) {
    deadline.check();
    await store.storage.write(() => {
      if (store.catalog.get(collection.ns) !== collection) next = keys.length;
      const end = performance.now() + TRANSACTION_MS;
      for (; next < keys.length && performance.now() < end; next += 1) {
        const found = reread(store, keys[next]);
        if (found && matches(found.document)) apply(store, collection, found, modification, result);
      }
    });
  }
}

function reread({ storage }: Store, key: Buffer | undefined): Found | undefined {
  const raw = key && storage.documents.get(key);
  return raw && foundAt(key, raw);
}

function apply(store: Store, collection: Collection, found: Found, modification: Modification, result: Modified): void {
  const after = changed(store, collection, found, modification);
  result.matched += 1;
  if (after !== found.raw) result.modified += 1;
  result.before = () => found.document;
  if (after) result.after = () => decode(after);
}

/** Makes the change. @returns the new bytes, the old ones if nothing changed, undefined if the document is removed. */
function changed(store: Store, collection: Collection, found: Found, { change, touched }: Modification) {
  if (touched) return changedPart(store, collection, found, change, touched);
  const document = change(found.document);
  if (document === undefined) return void removeDocument(store, collection, found.key, found.document);
  if (document === found.document) return found.raw;
  const after = { document, raw: encodeStored(document) };
  return replaceDocument(store, collection, found.key, found, after) ? after.raw : found.raw;
}

/** The same for a change of known fields: only they, and what the indexes they are in look at, are decoded and written anew. */
function changedPart(
  store: Store,
  collection: Collection,
  { key, raw }: Found,
  change: Modification['change'],
  touched: ReadonlySet<string>,
): Buffer {
  const indexes = collection.indexes.slice(1).filter((index) => overlaps(namesOfIndex(index), touched));
  const names = union(touched, new Set(['_id']), ...indexes.map(namesOfIndex));
  const before = decodePart(raw, names);
  const document = change(before);
  if (document === undefined || document === before) return raw;
  const after = splice(raw, touched, encode(document));
  if (after.length > MAX_DOCUMENT_BYTES) throw tooLarge(after.length);
  const isChanged = replaceDocument(
    store,
    collection,
    key,
    { document: before, raw },
    { document, raw: after },
    indexes,
  );
  return isChanged ? after : raw;
}

function inserted(store: Store, { db, collection: name }: Modification, document: Document): Modified {
  const collection = ensureCollection(store.storage, store.catalog, db, name);
  insertDocument(store, collection, document, encodeStored(document));
  return { matched: 0, modified: 0, upsertedId: field(document, '_id'), after: () => document };
}
