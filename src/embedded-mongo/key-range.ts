import { fieldBytes, type Index } from './index-spec.ts';
import { afterPrefix, beginning, encodeField, encodeKey, inverted, typeByte } from './key-encoding.ts';
import type { Constraint } from './query/filter.ts';
import { isArrayPosition } from './query/path.ts';
import { prefixOf, type Range } from './storage.ts';

/** The part of an index that a filter's constraints leave. */
interface KeyRanges {
  /** In key order. */
  readonly ranges: Range[];
  /** How many leading fields are held to values. */
  readonly equal: number;
  /** Whether the next field is held to a range. */
  readonly ranged: boolean;
  /** The fields held to one value each: they do not matter to the order. */
  readonly fixed: ReadonlySet<string>;
}

export function keyRanges(index: Index, known: ReadonlyMap<string, Constraint>): KeyRanges {
  const { prefixes, used, fixed } = equalPrefixes(index, known);
  const next = index.fields[used];
  const interval = next && usableField(index, used) ? intervalOf(known.get(next.path), index, used) : undefined;
  const ranges = prefixes.map((prefix) => (interval ? rangeIn(prefix, interval) : rangeOf(prefix)));
  return { ranges: inOrder(ranges), equal: used, ranged: interval !== undefined, fixed };
}

export const hasBound = ({ gt, gte, lt, lte }: Constraint) => [gt, gte, lt, lte].some((bound) => bound !== undefined);

/** Past one field with arrays, another such field's condition may be met by a different element: one per scan. */
function usableField(index: Index, position: number): boolean {
  const { path } = index.fields[position] ?? { path: '' };
  if (path.split('.').some(isArrayPosition)) return false;
  return !index.multikey[position] || !index.multikey.slice(0, position).includes(true);
}

const MOST_RANGES = 1000;

/** Key prefixes of the leading fields held to values; `fixed` are those held to one value each. */
function equalPrefixes(index: Index, known: ReadonlyMap<string, Constraint>) {
  let prefixes = [prefixOf(index.id)];
  const fixed = new Set<string>();
  let used = 0;
  for (const [position, { path, direction }] of index.fields.entries()) {
    const values = usableField(index, position) ? valuesOf(known.get(path)) : undefined;
    if (!values || (position > 0 && prefixes.length * values.length > MOST_RANGES)) break;
    const parts = values.map((value) => encodeField(value, direction, fieldBytes(index)).bytes);
    prefixes = prefixes.flatMap((prefix) => parts.map((part) => Buffer.concat([prefix, part])));
    if (values.length === 1 && !index.multikey[position]) fixed.add(path);
    used = position + 1;
  }
  return { prefixes, fixed, used };
}

function valuesOf(constraint: Constraint | undefined): unknown[] | undefined {
  if (!constraint) return undefined;
  return 'eq' in constraint ? [constraint.eq] : constraint.in;
}

/** `after`: behind all keys that begin with the bytes, else before them. */
interface Edge {
  readonly bytes: Buffer;
  readonly after: boolean;
}

interface Interval {
  readonly from: Edge;
  readonly to: Edge;
}

/** The keys within the bounds and the bounds' type. On arrays each bound may be met by another element: only one is used. */
function intervalOf(constraint: Constraint | undefined, index: Index, position: number): Interval | undefined {
  if (!constraint || !hasBound(constraint)) return undefined;
  const { gt, gte = gt, lt, lte = lt } = constraint;
  const limit = fieldBytes(index);
  const lower = gte === undefined ? undefined : lowerEdge(gte, limit, constraint.gte !== undefined);
  const upper =
    lte === undefined || (lower && index.multikey[position])
      ? undefined
      : upperEdge(lte, limit, constraint.lte !== undefined);
  const from = lower ?? { bytes: typeByte(lte), after: false };
  const to = upper ?? { bytes: typeByte(gte), after: true };
  if (index.fields[position]?.direction === 1) return { from, to };
  return { from: mirrored(to), to: mirrored(from) };
}

/** A long bound is cut where keys are cut, and then takes in all that begins alike. */
function lowerEdge(bound: unknown, limit: number, inclusive: boolean): Edge {
  const full = encodeKey(bound);
  const bytes = beginning(full, limit);
  return { bytes, after: !inclusive && bytes.length === full.length };
}

function upperEdge(bound: unknown, limit: number, inclusive: boolean): Edge {
  const full = encodeKey(bound);
  const bytes = beginning(full, limit);
  return { bytes, after: inclusive || bytes.length < full.length };
}

const mirrored = ({ bytes, after }: Edge): Edge => ({ bytes: inverted(bytes), after: !after });

const edgeIn = (prefix: Buffer, { bytes, after }: Edge): Buffer => {
  const key = Buffer.concat([prefix, bytes]);
  return after ? afterPrefix(key) : key;
};

const rangeIn = (prefix: Buffer, { from, to }: Interval): Range => ({
  start: edgeIn(prefix, from),
  end: edgeIn(prefix, to),
});

const rangeOf = (prefix: Buffer): Range => ({ start: prefix, end: afterPrefix(prefix) });

export const wholeRange = (index: Index) => rangeOf(prefixOf(index.id));

/** In key order, empty ones and repeated ones left out. */
function inOrder(ranges: readonly Range[]): Range[] {
  const filled = ranges.filter(({ start, end }) => start.compare(end) < 0).sort((a, b) => a.start.compare(b.start));
  return filled.filter(({ start }, at) => at === 0 || !filled[at - 1]?.start.equals(start));
}
