import { Int32, Long } from 'bson';
import { encode } from '../codec.ts';
import { arrayAt, collectionAt, countAt, documentAt, flagAt, missing, textAt, wholeAt } from '../command-argument.ts';
import { paced } from '../deadline.ts';
import { omit, pick } from '../elements.ts';
import { countByKeys } from '../key-count.ts';
import { MongoError } from '../mongo-error.ts';
import type { Query } from '../plan.ts';
import { valueKey } from '../query/compare.ts';
import { visitPath } from '../query/path.ts';
import { compileProjection, wholeFields } from '../query/projection.ts';
import { type Document, fieldsOf } from '../query/value.ts';
import { type Found, ordered, prepareSearch, type Search } from '../search.ts';
import { type Call, collectionOr, type Reply } from './call.ts';

/** MongoDB's first batch when the client names no size. */
export const FIRST_BATCH = 101;

/** The search a find, count or distinct asks for. */
export function searchOf(
  call: Call,
  collection: string,
  filterName: string,
): { search: Search; sort: Document | undefined } {
  const { command, server } = call;
  const target = collectionOr(call, collection);
  const sort = documentAt(command, 'sort');
  const hint = server.catalog.has(target.ns) ? command.hint : undefined;
  const query: Query = { filter: documentAt(command, filterName) ?? {}, sort, hint };
  return { search: prepareSearch(server, target, query), sort };
}

export async function find(call: Call): Promise<Reply> {
  const { command, client, session, deadline, server, db } = call;
  const collection = collectionAt(command, 'find');
  const { search, sort } = searchOf(call, collection, 'filter');
  const page = { skip: countAt(command, 'skip'), limit: countAt(command, 'limit') };
  const source = projected(
    ordered(search, sort, page, deadline),
    documentAt(command, 'projection'),
    documentAt(command, 'filter'),
  );
  const opened = {
    ns: `${db}.${collection}`,
    source,
    deadline,
    session,
    keepsOpen: flagAt(command, 'noCursorTimeout'),
  };
  return server.cursors.open(
    opened,
    client,
    countAt(command, 'batchSize', FIRST_BATCH),
    flagAt(command, 'singleBatch'),
  );
}

/** Without a projection the stored bytes go out as they are; whole fields are cut out of them. */
function projected(
  found: AsyncIterable<Found>,
  projection: Document | undefined,
  filter: Document = {},
): AsyncIterable<Buffer> {
  if (projection === undefined || fieldsOf(projection).length === 0) return mapped(found, ({ raw }) => raw);
  const whole = wholeFields(projection, { filter });
  if (whole) return mapped(found, ({ raw }) => (whole.keeps ? pick : omit)(raw, whole.names));
  const project = compileProjection(projection, { filter });
  return mapped(found, ({ document }) => encode(project(document)));
}

async function* mapped<T, U>(items: AsyncIterable<T>, change: (item: T) => U): AsyncGenerator<U> {
  for await (const item of items) yield change(item);
}

export async function getMore({ command, server, client, db }: Call): Promise<Reply> {
  const ns = `${db}.${textAt(command, 'collection')}`;
  return server.cursors.more(
    cursorId(command.getMore),
    ns,
    client,
    countAt(command, 'batchSize') || Number.POSITIVE_INFINITY,
  );
}

export function killCursors({ command, server }: Call): Reply {
  const ids = arrayAt(command, 'cursors');
  if (!ids) throw missing('killCursors.cursors');
  const killed = ids.filter((id) => server.cursors.kill(cursorId(id)));
  const unknown = ids.filter((id) => !killed.includes(id));
  return { cursorsKilled: killed, cursorsNotFound: unknown, cursorsAlive: [], cursorsUnknown: [] };
}

function cursorId(value: unknown): bigint {
  if (value instanceof Long || value instanceof Int32) return BigInt(String(value));
  throw new MongoError(14, 'TypeMismatch', 'a cursor id is a long');
}

export async function count(call: Call): Promise<Reply> {
  const { command } = call;
  const { search } = searchOf(call, collectionAt(command, 'count'), 'query');
  const total = await countMatches(call, search, documentAt(command, 'query') ?? {});
  const rest = Math.max(0, total - countAt(command, 'skip'));
  const limit = Math.abs(wholeAt(command, 'limit') ?? 0);
  return { n: limit > 0 ? Math.min(limit, rest) : rest };
}

/** Without a filter the collection's own count. */
export async function countMatches({ deadline, server }: Call, search: Search, filter: Document): Promise<number> {
  if (fieldsOf(filter).length === 0) return search.total;
  const keys = countByKeys(server.storage, search.plan, filter);
  if (keys !== undefined) return keys;
  let total = 0;
  for await (const _ of paced(search.run(), deadline)) total += 1;
  return total;
}

export async function distinct(call: Call): Promise<Reply> {
  const { command, deadline } = call;
  const { search } = searchOf(call, collectionAt(command, 'distinct'), 'query');
  const path = textAt(command, 'key').split('.');
  const values = new Map<string, unknown>();
  for await (const { document } of paced(search.run(), deadline)) {
    visitPath(document, path, true, (value) => {
      for (const each of Array.isArray(value) ? value : [value])
        if (each !== undefined && !values.has(valueKey(each))) values.set(valueKey(each), each);
      return false;
    });
  }
  return { values: [...values.values()] };
}
