import type { Collection } from './catalog.ts';
import { decode, decodePart } from './codec.ts';
import { type Deadline, paced } from './deadline.ts';
import type { Store } from './documents.ts';
import { encodeKey, inverted } from './key-encoding.ts';
import { MongoError } from './mongo-error.ts';
import { type Plan, planQuery, type Query, type Scan } from './plan.ts';
import { indexValues } from './query/compare.ts';
import { compileFilter } from './query/filter.ts';
import { directionOf } from './query/sort.ts';
import { type Document, fieldsOf } from './query/value.ts';
import { entriesIn, type Storage } from './storage.ts';
import { namesOfFilter } from './touched.ts';

export interface Found {
  readonly key: Buffer;
  readonly raw: Buffer;
  /** Decoded when first asked for: many searches never do. */
  readonly document: Document;
}

export function foundAt(key: Buffer, raw: Buffer): Found {
  let document: Document | undefined;
  return {
    key,
    raw,
    get document() {
      document ??= decode(raw);
      return document;
    },
  };
}

/** What a search looked at, as `explain` reports it. */
export interface Examined {
  keys: number;
  documents: number;
}

/** A query ready to run against a collection. */
export interface Search {
  readonly plan: Plan;
  readonly examined: Examined;
  /** All documents of the collection. */
  readonly total: number;
  /** The documents that match, in the plan's order; `undefined` for each one looked at in vain. */
  run(): Generator<Found | undefined>;
}

/** @throws MongoError for a filter, sort or hint that is wrong. */
export function prepareSearch({ storage }: Store, collection: Collection, query: Query): Search {
  const matches = compileFilter(query.filter);
  const plan = planQuery(collection, query);
  const examined = { keys: 0, documents: 0 };
  const looksAt = namesOfFilter(query.filter);
  function* run() {
    for (const { key, raw } of candidates(storage, plan, examined)) {
      examined.documents += 1;
      yield matches(decodePart(raw, looksAt)) ? foundAt(key, raw) : undefined;
    }
  }
  return { plan, examined, total: collection.count, run };
}

function* candidates(storage: Storage, { scans }: Plan, examined: Examined) {
  const seen =
    scans.length > 1 || scans.some(({ index }) => index.multikey.includes(true)) ? new Set<string>() : undefined;
  for (const scan of scans) {
    for (const candidate of scanned(storage, scan, examined)) {
      const name = seen && candidate.key.toString('latin1');
      if (name && seen.has(name)) continue;
      if (name) seen.add(name);
      yield candidate;
    }
  }
}

function* scanned(storage: Storage, { index, ranges, reverse, whole }: Scan, examined: Examined) {
  for (const range of reverse ? ranges.toReversed() : ranges) {
    for (const { key, value } of entriesIn(index.primary ? storage.documents : storage.entries, range, reverse)) {
      if (!index.ready) throw planKilled(index.name);
      if (!index.primary || !whole) examined.keys += 1;
      const documentKey = index.primary ? key : value;
      const raw = index.primary ? value : storage.documents.get(documentKey);
      if (raw) yield { key: documentKey, raw };
    }
  }
}

const planKilled = (name: string) =>
  new MongoError(175, 'QueryPlanKilled', `the index ${name} that the query uses, or its collection, was dropped`);

const SORT_BYTES = 100 * 1024 * 1024;

interface Page {
  readonly skip: number;
  /** 0: all */
  readonly limit: number;
}

/** The matches in the order asked for, sorted in memory where the plan does not give the order. */
export async function* ordered(
  search: Search,
  sort: Document | undefined,
  page: Page,
  deadline: Deadline,
): AsyncGenerator<Found> {
  const found = paced(search.run(), deadline);
  const source = search.plan.sorted ? found : sorted(found, sort ?? {}, page.limit && page.skip + page.limit);
  let position = 0;
  for await (const each of source) {
    position += 1;
    if (position > page.skip) yield each;
    if (page.limit > 0 && position >= page.skip + page.limit) return;
  }
}

/** All matches, or the first `most` of them. What waits is held as bytes: decoded it would take many times the memory. */
async function* sorted(found: AsyncIterable<Found>, sort: Document, most: number): AsyncGenerator<Found> {
  const keyOf = sortKeyOf(sort);
  let rows: { place: Buffer; key: Buffer; raw: Buffer }[] = [];
  let bytes = 0;
  const keep = () => {
    rows.sort((a, b) => a.place.compare(b.place));
    if (most > 0) rows = rows.slice(0, most);
    bytes = rows.reduce((sum, { raw }) => sum + raw.length, 0);
  };
  for await (const { key, raw, document } of found) {
    rows.push({ place: keyOf(document), key, raw });
    bytes += raw.length;
    if (most > 0 && rows.length >= 2 * most + 1000) keep();
    if (bytes > SORT_BYTES) throw sortTooLarge();
  }
  keep();
  for (const { key, raw } of rows) yield foundAt(key, raw);
}

/** A document's place as bytes: an array counts by its smallest element ascending, by its largest descending. */
export function sortKeyOf(sort: Document): (document: Document) => Buffer {
  const fields = fieldsOf(sort).map(([path, direction]) => ({ path, direction: directionOf(direction) }));
  return (document) =>
    Buffer.concat(
      fields.map(({ path, direction }) => {
        const keys = indexValues(document, path).values.map((value) => encodeKey(value));
        const ordered = direction === 1 ? keys : keys.map(inverted);
        return ordered.reduce((least, key) => (key.compare(least) < 0 ? key : least));
      }),
    );
}

const sortTooLarge = () =>
  new MongoError(
    292,
    'QueryExceededMemoryLimitNoDiskUseAllowed',
    `Sort exceeded memory limit of ${SORT_BYTES} bytes: sort by an index, or set a limit`,
  );
