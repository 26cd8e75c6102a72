import { randomUUID } from 'node:crypto';
import type { mongo, QueryFilter } from 'mongoose';
import type { Versioned } from '../../core/model.ts';
import { together } from '../../core/together.ts';
import type { Documents } from '../../engine/store-ports.ts';
import { checkPair } from '../versions.ts';
import { Amount, type Collection, fromRow, type Index, Nested, type Row, toFields } from './collection.ts';
import { isDuplicate, twice, writeErrors } from './failures.ts';
import { above, anyOf } from './operators.ts';

/** Fields and index that all versioned documents have. `find` holds what is derived for queries only. */
export const versionedFields = { version: Amount, outbox: [Nested], find: Nested, writes: Nested } as const;
export const outboxIndex: Index = [{ 'outbox.id': 1 }, { sparse: true }];

const batch = 1_000;
/** Up to so many documents of one call share their round trips with those of others: those read, those written. */
const few = { read: 100, written: 8 };
/** As the driver sees a row: it would check update operators against the field types, which are the model's. */
type Stored = mongo.Document & { _id: string };
type Update = mongo.AnyBulkWriteOperation<Stored>;
type Order = Record<string, 1 | -1>;
type Pair<T> = { before: T; after: T };

export type MongoDocuments<T extends Versioned> = Documents<T> & {
  /** The documents that fit, in order. */
  read(filter: QueryFilter<Row>, order?: Order, limit?: number, skip?: number): Promise<T[]>;
};

/**
 * Who wrote a version is remembered in `writes`, for the last eight of them: a bulk write tells how many documents it changed,
 * not which; and when its answer is lost and it is sent again, our own first try looks like another writer.
 */
const slot = (version: number): string => String(version % 8);

/** What a document is found by, beside its own fields, and the fields it is derived from. */
export type Derived<T> = { from: readonly (keyof T)[]; find(document: T): object };

export function mongoDocuments<T extends Versioned>(model: Collection, derived?: Derived<T>): MongoDocuments<T> {
  const fields = (document: T) => ({
    ...toFields(document),
    ...(derived !== undefined && { find: derived.find(document) }),
  });

  /**
   * Only what differs is sent: the stored document is `before`, since it has its version. The outbox is always sent, as it may
   * have been emptied since.
   */
  function changes(before: T, after: T): Record<string, unknown> {
    const changed = Object.fromEntries(
      Object.entries(after).filter(([name, value]) => name === 'outbox' || value !== before[name as keyof T]),
    );
    const isFoundAnew = derived?.from.some((name) => name in changed) ?? false;
    return { ...toFields({ id: after.id, ...changed }), ...(isFoundAnew && { find: derived?.find(after) }) };
  }

  async function read(filter: QueryFilter<Row>, order: Order = {}, limit = 0, skip = 0): Promise<T[]> {
    const rows = await model.find(filter, { find: 0, writes: 0 }).sort(order).skip(skip).limit(limit).lean<Row[]>();
    return rows.map((row) => fromRow<T>(row));
  }

  /** Which of the documents' versions were written under the token. */
  async function written(documents: readonly T[], token: string): Promise<string[]> {
    const rows = await model.find({ _id: anyOf(documents.map(({ id }) => id)) }, { writes: 1 }).lean<Row[]>();
    const writes = new Map(rows.map((row) => [row._id, row.writes as Record<string, string> | undefined]));
    const ours = documents.filter(({ id, version }) => writes.get(id)?.[slot(version)] === token);
    return ours.map(({ id }) => id);
  }

  async function insertBatch(documents: readonly T[]): Promise<string[]> {
    const token = randomUUID();
    const rows: Row[] = documents.map((document) => ({
      _id: document.id,
      ...fields(document),
      writes: { [slot(document.version)]: token },
    }));
    const { answer: refused, again } = await twice(() => insertRows(model, rows));
    if (again) return written(documents, token);
    return documents.filter((_, index) => !refused.has(index)).map(({ id }) => id);
  }

  async function swapBatch(pairs: readonly Pair<T>[]): Promise<string[]> {
    const token = randomUUID();
    const updates = pairs.map(({ before, after }) => ({
      updateOne: {
        filter: { _id: after.id, version: before.version },
        update: { $set: { ...changes(before, after), [`writes.${slot(after.version)}`]: token } },
      },
    }));
    const { answer: changed, again } = await twice(() => change(model, updates));
    const documents = pairs.map(({ after }) => after);
    if (!again && changed === pairs.length) return documents.map(({ id }) => id);
    return changed === 0 && !again ? [] : written(documents, token);
  }

  const get = together<string, T | null>(async (ids) => {
    const found = new Map((await read({ _id: anyOf([...new Set(ids)]) })).map((document) => [document.id, document]));
    return (id) => found.get(id) ?? null;
  });

  /** Of two writers of one version one wins: they never share a bulk write, whose token both would find. */
  const swapOne = together<Pair<T>, string | null>(
    async (pairs) => {
      const won = new Set(await swapBatch(pairs));
      return ({ after }) => (won.has(after.id) ? after.id : null);
    },
    ({ after }) => after.id,
  );

  return {
    read,
    get,
    async many(ids) {
      if (ids.length > few.read) return read({ _id: anyOf(ids) });
      return (await Promise.all([...new Set(ids)].map(get))).filter((document) => document !== null);
    },
    insert: (documents) => inBatches(documents, insertBatch),
    async swap(pairs) {
      for (const pair of pairs) checkPair(pair);
      if (pairs.length > few.written) return inBatches(pairs, swapBatch);
      return new Set((await Promise.all(pairs.map(swapOne))).filter((id) => id !== null));
    },
    page: (after, limit) => read(after === null ? {} : { _id: above(after) }, { _id: 1 }, limit),
    unpublished: (limit) => read({ 'outbox.id': above('') }, {}, limit),
    async published(taken) {
      const updates = taken.map(
        ({ id, events }): Update => ({
          updateOne: { filter: { _id: id }, update: { $pull: sent(events) } },
        }),
      );
      await inBatches(updates, async (some) => {
        await twice(() => change(model, some));
        return [];
      });
    },
  };
}

const sent = (events: readonly string[]): object => ({ outbox: { id: { $in: [...events] } } });

/** The places of the rows that were refused because a unique key is taken. */
export async function insertRows(model: Collection, rows: readonly Row[]): Promise<Set<number>> {
  try {
    await native(model).insertMany([...rows], { ordered: false });
    return new Set();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return new Set(writeErrors(error).map(({ index }) => index));
  }
}

/** How many documents were changed; a change whose unique key is taken is none. */
async function change(model: Collection, updates: readonly Update[]): Promise<number> {
  try {
    return (await native(model).bulkWrite(updates, { ordered: false })).modifiedCount;
  } catch (error) {
    if (!(isDuplicate(error) && 'result' in error)) throw error;
    return (error as mongo.MongoBulkWriteError).result.modifiedCount;
  }
}

/** Whole documents go straight to the driver: types have checked them, and casting costs 50 µs each. */
export const native = (model: Collection) => model.collection as unknown as mongo.Collection<Stored>;

/** Carries out in batches of a thousand; answers the ids of all. */
export async function inBatches<T>(
  items: readonly T[],
  work: (some: readonly T[]) => Promise<readonly string[]>,
): Promise<Set<string>> {
  const done = new Set<string>();
  for (let start = 0; start < items.length; start += batch) {
    for (const id of await work(items.slice(start, start + batch))) done.add(id);
  }
  return done;
}
