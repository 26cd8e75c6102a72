import { Double, Int32 } from 'bson';
import { compareValues, valueKey } from './compare.ts';
import { calculate, divide, integer, toDouble } from './number.ts';
import { isNumeric, typeOf } from './value.ts';

/** Takes values one by one (`undefined` is a missing one) and gives one value; `undefined` is no field. */
export interface Accumulator {
  readonly add: (value: unknown) => void;
  readonly result: () => unknown;
}

/** The sum in the widest number type seen: int, long, double, decimal; what is no number does not count. */
function summing(): Accumulator & { readonly count: () => number } {
  const seen = new Set<string>();
  const doubles = compensated();
  let whole = 0n;
  let decimals: unknown = new Int32(0);
  let count = 0;
  const add = (value: unknown) => {
    if (!isNumeric(value)) return;
    const type = typeOf(value);
    seen.add(type);
    count += 1;
    if (type === 'decimal') decimals = calculate('+', decimals, value);
    else if (type === 'double') doubles.add(toDouble(value));
    else whole += BigInt(String(value));
  };
  const result = () => {
    const rounded = new Double(doubles.total() + Number(whole));
    const exact = integer(whole, seen.has('long') ? 'long' : 'int') ?? integer(whole, 'long') ?? rounded;
    if (!seen.has('decimal')) return seen.has('double') ? rounded : exact;
    const rest = calculate('+', decimals, exact);
    return seen.has('double') ? calculate('+', rest, new Double(doubles.total())) : rest;
  };
  return { add, result, count: () => count };
}

/** Neumaier's summation, so that ten times 0.1 is 1. */
function compensated() {
  let sum = 0;
  let lost = 0;
  const add = (value: number) => {
    const next = sum + value;
    if (Number.isFinite(next)) lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  };
  return { add, total: () => sum + lost };
}

function averaging(): Accumulator {
  const sum = summing();
  return {
    add: sum.add,
    result: () => (sum.count() === 0 ? null : divide(sum.result(), new Int32(sum.count()))),
  };
}

/** The smallest (-1) or largest (1) value; null and missing do not count. */
const extreme = (direction: 1 | -1) => (): Accumulator => {
  let best: unknown = null;
  const add = (value: unknown) => {
    if (value === null || value === undefined) return;
    if (best === null || direction * compareValues(value, best) > 0) best = value;
  };
  return { add, result: () => best };
};

function first(): Accumulator {
  let kept: { value: unknown } | undefined;
  const add = (value: unknown) => {
    kept ??= { value: value ?? null };
  };
  return { add, result: () => kept?.value ?? null };
}

function last(): Accumulator {
  let kept: unknown = null;
  const add = (value: unknown) => {
    kept = value ?? null;
  };
  return { add, result: () => kept };
}

function pushing(): Accumulator {
  const list: unknown[] = [];
  const add = (value: unknown) => {
    if (value !== undefined) list.push(value);
  };
  return { add, result: () => list };
}

function collecting(): Accumulator {
  const set = new Map<string, unknown>();
  const add = (value: unknown) => {
    const key = valueKey(value);
    if (value !== undefined && !set.has(key)) set.set(key, value);
  };
  return { add, result: () => [...set.values()] };
}

function counting(): Accumulator {
  let count = 0n;
  const add = () => {
    count += 1n;
  };
  return { add, result: () => integer(count, 'int') };
}

/** A fresh accumulator of each supported name. */
export const ACCUMULATORS: ReadonlyMap<string, () => Accumulator> = new Map<string, () => Accumulator>([
  ['$sum', summing],
  ['$avg', averaging],
  ['$min', extreme(-1)],
  ['$max', extreme(1)],
  ['$first', first],
  ['$last', last],
  ['$push', pushing],
  ['$addToSet', collecting],
  ['$count', counting],
]);

/** Runs one accumulator over a list. */
export function accumulate(name: string, values: Iterable<unknown>): unknown {
  const accumulator = ACCUMULATORS.get(name)?.();
  for (const value of values) accumulator?.add(value);
  return accumulator?.result();
}
