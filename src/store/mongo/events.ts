import type { Connection, QueryFilter } from 'mongoose';
import { type ChainedEvent, chainStart } from '../../core/event.ts';
import { canonical } from '../../core/hash.ts';
import type { EventFilter, EventStore } from '../../engine/store-ports.ts';
import { chainRace } from '../chain-race.ts';
import { Amount, collection, Flag, fromRow, type Index, Nested, type Row, Text, toFields } from './collection.ts';
import { inBatches, native } from './documents.ts';
import { isDuplicate, twice, writeErrors } from './failures.ts';
import { above, anyOf, atLeast, atMost, below, isText } from './operators.ts';

const fields = {
  v: Amount,
  at: Amount,
  type: Text,
  person: Text,
  app: Text,
  operation: Text,
  approval: Text,
  kind: Text,
  actor: Nested,
  status: Text,
  message: Text,
  reasons: [Nested],
  before: Nested,
  after: Nested,
  anchor: Nested,
  erasure: Nested,
  salt: Text,
  erased: Flag,
  digest: Text,
  partition: Text,
  sequence: Amount,
  previous: Text,
  hash: Text,
};

const newestOf = (field: string): Index => [
  { [field]: 1, at: -1, _id: -1 },
  { partialFilterExpression: { [field]: isText } },
];
const indexes: readonly Index[] = [
  [{ partition: 1, sequence: 1 }, { unique: true }],
  [{ at: -1, _id: -1 }],
  ...['person', 'app', 'operation', 'approval', 'status'].map(newestOf),
];

export const eventsCollection = (connection: Connection) => collection(connection, 'events', fields, indexes);

export function mongoEvents(connection: Connection): EventStore {
  const model = eventsCollection(connection);
  const last = (filter: QueryFilter<Row>) =>
    model.findOne(filter, { partition: 1, sequence: 1, hash: 1 }).sort({ sequence: -1 }).lean<ChainedEvent | null>();

  return {
    async known(ids) {
      const rows = await model.find({ _id: anyOf(ids) }, { _id: 1 }).lean<Row[]>();
      return new Set(rows.map(({ _id }) => _id));
    },
    async head(partition) {
      const head = await last({ partition });
      return head === null ? { sequence: 0, hash: chainStart } : { sequence: head.sequence, hash: head.hash };
    },
    async append(events) {
      if (events.length === 0) return;
      const rows: Row[] = events.map((event) => ({ _id: event.id, ...toFields(event) }));
      try {
        await native(model).insertMany(rows, { ordered: true });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const taken = events[writeErrors(error)[0]?.index ?? 0];
        throw chainRace(taken?.partition ?? '', taken?.sequence ?? 0, { cause: error });
      }
    },
    async list(filter, before, limit) {
      const rows = await model
        .find({ ...fitting(filter), ...olderThan(before, filter.since) })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .lean<Row[]>();
      return rows.map((row) => fromRow<ChainedEvent>(row));
    },
    async chain(partition, after, limit) {
      const filter = { partition, sequence: above(after) };
      const rows = await model.find(filter).sort({ sequence: 1 }).limit(limit).lean<Row[]>();
      return rows.map((row) => fromRow<ChainedEvent>(row));
    },
    async erase(erasures) {
      const updates = erasures.map(({ before, left }) => ({
        replaceOne: { filter: { _id: before.id, ...asItWas(before) }, replacement: toFields(left) },
      }));
      await inBatches(updates, async (some) => {
        await twice(() => native(model).bulkWrite([...some], { ordered: false }));
        return [];
      });
      const ids = erasures.map(({ left }) => left.id);
      const rows = ids.length === 0 ? [] : await model.find({ _id: anyOf(ids) }).lean<Row[]>();
      const now = new Map(rows.map((row) => [row._id, canonical(fromRow<ChainedEvent>(row))]));
      return new Set(erasures.filter(({ left }) => now.get(left.id) === canonical(left)).map(({ left }) => left.id));
    },
    /** Partitions are few and events many: the index is asked for the next name, over and over. */
    async partitions() {
      const names: string[] = [];
      for (;;) {
        const filter = { partition: above(names[names.length - 1] ?? '') };
        const row = await model
          .findOne(filter, { partition: 1 })
          .sort({ partition: 1, sequence: 1 })
          .lean<Row | null>();
        if (row === null) return names;
        names.push(row.partition as string);
      }
    },
  };
}

/** What an erasure may take something out of: equal whole, and null where there is nothing. */
function asItWas(event: ChainedEvent): Record<string, unknown> {
  const { hash, actor, message, reasons, before, after, salt, erased } = toFields(event);
  return { hash, actor, message, reasons, before, after, salt: salt ?? null, erased: erased ?? null };
}

const fitting = ({ since, ...filter }: EventFilter): QueryFilter<Row> => filter;

/** The range of `at` comes first and leads the index; the id decides among equals. */
function olderThan(before: { at: number; id: string } | null, since: number | undefined): QueryFilter<Row> {
  const from = since === undefined ? [] : [{ at: atLeast(since) }];
  if (before === null) return from[0] ?? {};
  return {
    at: atMost(before.at),
    $and: [{ $or: [{ at: below(before.at) }, { _id: below(before.id) }] }, ...from],
  };
}
