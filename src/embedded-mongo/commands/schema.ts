import { Int32 } from 'bson';
import { type Collection, dropCollection, dropIndexes, ensureCollection, saveCollection } from '../catalog.ts';
import { encode } from '../codec.ts';
import { collectionAt, documentAt, documentsAt, flagAt } from '../command-argument.ts';
import { buildIndexes } from '../index-build.ts';
import type { Index } from '../index-spec.ts';
import { badValue, MongoError, notSupported } from '../mongo-error.ts';
import { compareValues } from '../query/compare.ts';
import { compileFilter } from '../query/filter.ts';
import { type Document, isDocument, isNumeric } from '../query/value.ts';
import type { Call, Reply } from './call.ts';

export async function create({ command, server, db }: Call): Promise<Reply> {
  const name = collectionAt(command, 'create');
  await server.storage.write(() => {
    if (server.catalog.has(`${db}.${name}`))
      throw new MongoError(48, 'NamespaceExists', `Collection ${db}.${name} already exists.`);
    ensureCollection(server.storage, server.catalog, db, name);
  });
  return {};
}

export async function drop({ command, server, db }: Call): Promise<Reply> {
  const ns = `${db}.${collectionAt(command, 'drop')}`;
  const count = await server.storage.write(() => {
    const collection = server.catalog.get(ns);
    if (collection) dropCollection(server.storage, server.catalog, collection);
    return collection?.indexes.length;
  });
  server.sweep();
  return count === undefined ? { ns } : { ns, nIndexesWas: new Int32(count) };
}

export async function dropDatabase({ server, db }: Call): Promise<Reply> {
  await server.storage.write(() => {
    for (const collection of collectionsOf(server.catalog, db))
      dropCollection(server.storage, server.catalog, collection);
  });
  server.sweep();
  return { dropped: db };
}

export async function createIndexes({ command, server, db, deadline }: Call): Promise<Reply> {
  const name = collectionAt(command, 'createIndexes');
  const specs = documentsAt(command, 'indexes');
  if (specs.length === 0) throw badValue('Must specify at least one index to create');
  const building = buildIndexes(server, db, name, specs, deadline);
  const { before, after, madeCollection } = await building.catch((error: unknown) => {
    server.sweep();
    throw error;
  });
  const numbers = { numIndexesBefore: new Int32(before), numIndexesAfter: new Int32(after) };
  const note = before === after && { note: 'all indexes already exist' };
  return { ...numbers, createdCollectionAutomatically: madeCollection, ...note };
}

export async function listIndexes(call: Call): Promise<Reply> {
  const collection = existing(call, collectionAt(call.command, 'listIndexes'));
  const shown = collection.indexes.filter(({ ready }) => ready).map(({ spec }) => spec);
  return listed(call, collection.ns, shown);
}

export async function dropIndexesCommand(call: Call): Promise<Reply> {
  const { command, server } = call;
  const name = collectionAt(command, 'dropIndexes');
  const before = await server.storage.write(() => {
    const collection = existing(call, name);
    const count = collection.indexes.length;
    dropIndexes(server.storage, collection, namedIndexes(collection, command.index));
    return count;
  });
  server.sweep();
  return { nIndexesWas: new Int32(before) };
}

function namedIndexes(collection: Collection, wanted: unknown): Index[] {
  if (wanted === '*') return collection.indexes.slice(1);
  return (Array.isArray(wanted) ? wanted : [wanted]).map((one: unknown) => {
    const index = indexNamed(collection, one);
    if (index.primary) throw new MongoError(72, 'InvalidOptions', 'cannot drop _id index');
    return index;
  });
}

function indexNamed({ indexes }: Collection, wanted: unknown): Index {
  const index = indexes.find(({ name, spec }) =>
    isDocument(wanted) ? compareValues(spec.key, wanted) === 0 : name === wanted,
  );
  if (!index)
    throw new MongoError(
      27,
      'IndexNotFound',
      `index not found with name [${isDocument(wanted) ? 'of that key' : wanted}]`,
    );
  return index;
}

/** An index's expiry and visibility; nothing else of a collection can be changed. */
export async function collMod(call: Call): Promise<Reply> {
  const { command, server } = call;
  const collection = collectionAt(command, 'collMod');
  const change = documentAt(command, 'index');
  const { keyPattern: _key, name: _name, expireAfterSeconds, hidden: _hidden, ...others } = change ?? {};
  const [other] = Object.keys(others);
  if (other) throw notSupported(`collMod of '${other}' is not supported by the built-in store`);
  if (expireAfterSeconds !== undefined && !isNumeric(expireAfterSeconds))
    throw badValue("'expireAfterSeconds' must be a number");
  return server.storage.write(() => {
    const target = existing(call, collection);
    const reply = change ? changeIndex(indexNamed(target, change.keyPattern ?? change.name), change) : {};
    saveCollection(server.storage, target);
    return reply;
  });
}

function changeIndex(index: Index, change: Document): Document {
  const { expireAfterSeconds: expiresNow, hidden: isHidden = false, ...kept } = index.spec;
  const { expireAfterSeconds: expires = expiresNow } = change;
  const hides = change.hidden === undefined ? isHidden : flagAt(change, 'hidden');
  const expiry = expires !== undefined && { expireAfterSeconds: expires };
  index.spec = { ...kept, ...expiry, ...(hides === true && { hidden: true }) };
  return {
    ...(change.expireAfterSeconds !== undefined && {
      expireAfterSeconds_old: expiresNow,
      expireAfterSeconds_new: expires,
    }),
    ...(change.hidden !== undefined && { hidden_old: isHidden, hidden_new: hides }),
  };
}

export async function listCollections(call: Call): Promise<Reply> {
  const { command, server, db } = call;
  const matches = compileFilter(documentAt(command, 'filter') ?? {});
  const isShort = flagAt(command, 'nameOnly');
  const all = collectionsOf(server.catalog, db).map(({ name, uuid, indexes }) => {
    const short = { name, type: 'collection' };
    return { short, full: { ...short, options: {}, info: { readOnly: false, uuid }, idIndex: indexes[0]?.spec } };
  });
  const shown = all.filter(({ full }) => matches(full)).map(({ short, full }) => (isShort ? short : full));
  return listed(call, `${db}.$cmd.listCollections`, shown);
}

export function listDatabases({ command, server }: Call): Reply {
  const matches = compileFilter(documentAt(command, 'filter') ?? {});
  const names = [...new Set([...server.catalog.values()].map(({ db }) => db))].sort();
  const databases = names.map((name) => (flagAt(command, 'nameOnly') ? { name } : { name, empty: false }));
  return { databases: databases.filter(matches) };
}

/** A list as a cursor. */
async function listed(
  { command, server, client, session, deadline }: Call,
  ns: string,
  documents: Document[],
): Promise<Reply> {
  const size = documentAt(command, 'cursor')?.batchSize;
  const source = (async function* () {
    for (const document of documents) yield encode(document);
  })();
  const opened = { ns, source, deadline, session, keepsOpen: false };
  return server.cursors.open(opened, client, isNumeric(size) ? Number(size) : Number.POSITIVE_INFINITY, false);
}

const collectionsOf = (catalog: Call['server']['catalog'], db: string) =>
  [...catalog.values()].filter((each) => each.db === db);

function existing({ server, db }: Call, name: string): Collection {
  const collection = server.catalog.get(`${db}.${name}`);
  if (!collection) throw new MongoError(26, 'NamespaceNotFound', `ns does not exist: ${db}.${name}`);
  return collection;
}
