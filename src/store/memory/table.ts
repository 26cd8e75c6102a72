import type { Versioned } from '../../core/model.ts';
import type { Documents } from '../../engine/store-ports.ts';
import { checkPair } from '../versions.ts';
import { keep } from './keep.ts';
import { Lookup } from './lookup.ts';
import { by, first } from './order.ts';
import type { Queue } from './queue.ts';

const byId = by<Versioned>(({ id }) => id);

/** Indexes of a table: in `unique` ones a key belongs to one document. */
export type Indexes<T extends Versioned> = {
  unique: readonly Lookup<T>[];
  shared: readonly Lookup<T>[];
  queues: readonly Queue<T>[];
};

/** Documents in a map. What goes in is copied, what comes out is frozen. */
export type Table<T extends Versioned> = {
  documents: Documents<T>;
  rows: ReadonlyMap<string, T>;
  /** The documents filed under any of the keys, each once. */
  find(lookup: Lookup<T>, keys: readonly string[]): T[];
  put(document: T): void;
  drop(id: string): void;
};

export function makeTable<T extends Versioned>(indexes: Indexes<T>): Table<T> {
  const rows = new Map<string, T>();
  const outgoing = new Lookup<T>(({ outbox }) => (outbox.length > 0 ? ['outgoing'] : []));
  const filings = [outgoing, ...indexes.unique, ...indexes.shared, ...indexes.queues];

  const put = (document: T): void => {
    const next = keep(document);
    const previous = rows.get(next.id);
    for (const filing of filings) filing.file(next, previous);
    rows.set(next.id, next);
  };
  const taken = (document: T): boolean => indexes.unique.some((lookup) => lookup.taken(document));
  const pick = (ids: Iterable<string>): T[] => [...ids].flatMap((id) => rows.get(id) ?? []);

  const documents: Documents<T> = {
    get: async (id) => rows.get(id) ?? null,
    many: async (ids) => pick(new Set(ids)),
    async insert(fresh) {
      const inserted = new Set<string>();
      for (const document of fresh) {
        if (rows.has(document.id) || taken(document)) continue;
        put(document);
        inserted.add(document.id);
      }
      return inserted;
    },
    async swap(pairs) {
      const won = new Set<string>();
      for (const pair of pairs) checkPair(pair);
      for (const { before, after } of pairs) {
        if (rows.get(after.id)?.version !== before.version || taken(after)) continue;
        put(after);
        won.add(after.id);
      }
      return won;
    },
    page: async (after, limit) =>
      first(
        [...rows.values()].filter(({ id }) => after === null || id > after),
        limit,
        byId,
      ),
    unpublished: async (limit) => pick([...outgoing.ids('outgoing')].slice(0, limit)),
    async published(sent) {
      for (const { id, events } of sent) {
        const stored = rows.get(id);
        if (stored === undefined) continue;
        put({ ...stored, outbox: stored.outbox.filter((event) => !events.includes(event.id)) });
      }
    },
  };
  return {
    documents,
    rows,
    put,
    drop(id) {
      const previous = rows.get(id);
      if (previous !== undefined) for (const filing of filings) filing.forget(previous);
      rows.delete(id);
    },
    find: (lookup, keys) => pick(new Set(keys.flatMap((key) => [...lookup.ids(key)]))),
  };
}
