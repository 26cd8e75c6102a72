import type { Versioned } from '../../core/model.ts';
import type { Documents } from '../../engine/ports.ts';
import { checkPair } from '../versions.ts';
import { keep } from './keep.ts';
import { type Lookup, makeLookup } from './lookup.ts';

type Keys<T, Name extends string> = Readonly<Record<Name, (document: T) => readonly string[]>>;

/** Documents in a map, with hash indexes. What goes in is copied, what comes out is frozen. */
export type Table<T extends Versioned, Name extends string> = {
  documents: Documents<T>;
  rows: ReadonlyMap<string, T>;
  /** The documents filed under any of the keys, each once. */
  find(index: Name, keys: readonly string[]): T[];
  put(document: T): void;
};

/** In `unique` indexes a key belongs to one document; `others` may share theirs. */
export function makeTable<T extends Versioned, Unique extends string, Other extends string>(
  unique: Keys<T, Unique>,
  others: Keys<T, Other>,
): Table<T, Unique | Other> {
  const rows = new Map<string, T>();
  const lookups = new Map<string, Lookup<T>>();
  for (const [name, keysOf] of entries<T>({ ...unique, ...others })) lookups.set(name, makeLookup(keysOf));
  const uniques = Object.keys(unique).flatMap((name) => lookups.get(name) ?? []);
  const outgoing = makeLookup<T>((document) => (document.outbox.length > 0 ? ['outbox'] : []));
  const all = [...lookups.values(), outgoing];

  const put = (document: T): void => {
    const next = keep(document);
    const previous = rows.get(next.id);
    for (const lookup of all) lookup.file(next, previous);
    rows.set(next.id, next);
  };
  const heldByAnother = (document: T): boolean =>
    uniques.some((lookup) => lookup.keysOf(document).some((key) => hasOther(lookup.ids(key), document.id)));
  const pick = (ids: Iterable<string>): T[] => [...ids].flatMap((id) => rows.get(id) ?? []);

  const documents: Documents<T> = {
    get: async (id) => rows.get(id) ?? null,
    many: async (ids) => pick(new Set(ids)),
    async insert(fresh) {
      const inserted = new Set<string>();
      for (const document of fresh) {
        if (rows.has(document.id) || heldByAnother(document)) continue;
        put(document);
        inserted.add(document.id);
      }
      return inserted;
    },
    async swap(pairs) {
      const won = new Set<string>();
      for (const pair of pairs) checkPair(pair);
      for (const { before, after } of pairs) {
        if (rows.get(after.id)?.version !== before.version || heldByAnother(after)) continue;
        put(after);
        won.add(after.id);
      }
      return won;
    },
    unpublished: async (limit) => pick([...outgoing.ids('outbox')].slice(0, limit)),
    async published(taken) {
      for (const { id, events } of taken) {
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
    find: (index, keys) => pick(new Set(keys.flatMap((key) => [...(lookups.get(index)?.ids(key) ?? [])]))),
  };
}

const entries = <T>(keys: Record<string, (document: T) => readonly string[]>) => Object.entries(keys);

function hasOther(ids: ReadonlySet<string>, id: string): boolean {
  return ids.size > 1 || (ids.size === 1 && !ids.has(id));
}
