import type { Collection } from './catalog.ts';
import type { Index, IndexField } from './index-spec.ts';
import { hasBound, keyRanges, wholeRange } from './key-range.ts';
import { badValue } from './mongo-error.ts';
import { compareValues } from './query/compare.ts';
import { type Constraint, constraints, filterImplies } from './query/filter.ts';
import { directionOf } from './query/sort.ts';
import { type Document, field, fieldsOf, isDocument } from './query/value.ts';
import type { Range } from './storage.ts';

/** Key ranges of one index, in key order. Always a superset of what matches: every document is tested by the whole filter. */
export interface Scan {
  readonly index: Index;
  readonly ranges: readonly Range[];
  readonly reverse: boolean;
  /** The order of the keys is the order asked for. */
  readonly sorted: boolean;
  /** Nothing was narrowed: the whole index, or the whole collection. */
  readonly whole: boolean;
}

/** Several scans: the branches of an `$or`. */
export type Plan = { readonly scans: readonly Scan[]; readonly sorted: boolean };

export interface Query {
  readonly filter: Document;
  readonly sort?: Document | undefined;
  /** Index name or key pattern; `{ $natural: ±1 }` for none. */
  readonly hint?: unknown;
}

/**
 * Chooses a unique index that names one document, else the index with the longest equality prefix, then one with a range behind it,
 * then one in the wanted order; a union of scans for an `$or` whose branches all have an index; else the whole collection.
 * @throws MongoError 2 for a hint that names no index.
 */
export function planQuery(collection: Collection, query: Query): Plan {
  const sort = sortFields(query.sort);
  const natural = naturalOrder(query);
  if (natural) return single(collectionScan(collection, natural < 0, true));
  const hint = hinted(collection, query.hint);
  const indexes = hint ?? collection.indexes.filter(isOffered);
  const best = bestScan(indexes, query.filter, sort);
  if (best && (hint || !best.whole)) return single(best);
  const union = hint ? undefined : unionOf(indexes, query.filter);
  if (union) return { scans: union, sorted: sort.length === 0 };
  return single(best?.sorted ? best : collectionScan(collection, false, sort.length === 0));
}

const single = (scan: Scan): Plan => ({ scans: [scan], sorted: scan.sorted });

const isOffered = (index: Index) => index.ready && index.spec.hidden !== true;

function collectionScan(collection: Collection, reverse: boolean, sorted: boolean): Scan {
  const [index] = collection.indexes;
  if (!index) throw new Error(`the collection ${collection.ns} has no _id index`);
  return { index, ranges: [wholeRange(index)], reverse, sorted, whole: true };
}

const sortFields = (sort: Document | undefined): IndexField[] =>
  fieldsOf(sort ?? {}).map(([path, direction]) => ({ path, direction: directionOf(direction) }));

function naturalOrder({ sort, hint }: Query): 1 | -1 | undefined {
  for (const order of [sort, hint]) {
    const direction = isDocument(order) ? field(order, '$natural') : undefined;
    if (direction !== undefined) return directionOf(direction);
  }
  return undefined;
}

function hinted(collection: Collection, hint: unknown): Index[] | undefined {
  if (hint === undefined || (isDocument(hint) && fieldsOf(hint).length === 0)) return undefined;
  const index = collection.indexes.find(({ name, spec }) =>
    typeof hint === 'string' ? name === hint : compareValues(spec.key, hint) === 0,
  );
  if (index && isOffered(index)) return [index];
  throw badValue(
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  );
}

function bestScan(indexes: readonly Index[], filter: Document, sort: readonly IndexField[]): Scan | undefined {
  const known = constraints(filter);
  const candidates = indexes.flatMap((index) => candidate(index, filter, known, sort) ?? []);
  candidates.sort((a, b) => worthOf(b) - worthOf(a));
  return candidates[0]?.scan;
}

/** At most one document; then more equalities; then a range; then the order. */
function worthOf({ scan: { index, sorted }, equal, ranged }: Candidate): number {
  const isOneDocument = index.unique && equal === index.fields.length;
  return Number(isOneDocument) * 1000 + equal * 4 + Number(ranged) * 2 + Number(sorted);
}

function unionOf(indexes: readonly Index[], filter: Document): Scan[] | undefined {
  const branches = field(filter, '$or');
  if (!Array.isArray(branches)) return undefined;
  const rest = Object.fromEntries(fieldsOf(filter).filter(([name]) => name !== '$or'));
  const scans = branches.map((branch) => bestScan(indexes, { $and: [rest, branch] }, []));
  return scans.every((scan) => scan !== undefined && !scan.whole) ? (scans as Scan[]) : undefined;
}

interface Candidate {
  readonly scan: Scan;
  /** Leading fields held to single values. */
  readonly equal: number;
  readonly ranged: boolean;
}

function candidate(
  index: Index,
  filter: Document,
  known: ReadonlyMap<string, Constraint>,
  sort: readonly IndexField[],
): Candidate | undefined {
  if (index.partial && !filterImplies(filter, index.partial.filter)) return undefined;
  if (index.sparse && !index.fields.some(({ path }) => excludesMissing(known.get(path)))) return undefined;
  const { ranges, equal, ranged, fixed } = keyRanges(index, known);
  const order = orderOf(index, sort, fixed);
  const sorted = sort.length === 0 || order !== 0;
  const scan = { index, ranges, reverse: order < 0, sorted, whole: equal === 0 && !ranged };
  return { scan, equal, ranged };
}

/** Whether the constraint only holds where the field is there. */
function excludesMissing(constraint: Constraint | undefined): boolean {
  if (!constraint) return false;
  const { eq, in: list, exists } = constraint;
  const isPresent = (value: unknown) => value !== null && value !== undefined;
  return isPresent(eq) || (list?.every(isPresent) ?? false) || exists === true || hasBound(constraint);
}

/** 1 or −1 when the index read forwards or backwards is in the wanted order, else 0. */
function orderOf(index: Index, sort: readonly IndexField[], fixed: ReadonlySet<string>): 1 | -1 | 0 {
  if (index.shortened || index.multikey.includes(true)) return 0;
  const wanted = sort.filter(({ path }) => !fixed.has(path));
  const given = index.fields.filter(({ path }) => !fixed.has(path));
  const [first] = wanted;
  if (!first) return 1;
  const reading = given[0]?.direction === first.direction ? 1 : -1;
  const agrees = wanted.every(
    ({ path, direction }, at) => given[at]?.path === path && given[at].direction * reading === direction,
  );
  return agrees ? reading : 0;
}
