export type Compare<T> = (a: T, b: T) => number;

/** Compares by the first part that differs. */
export const by =
  <T>(...parts: readonly ((item: T) => number | string)[]): Compare<T> =>
  (a, b) => {
    for (const part of parts) {
      const [left, right] = [part(a), part(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };

export const reversed =
  <T>(compare: Compare<T>): Compare<T> =>
  (a, b) =>
    compare(b, a);

/** The first `limit` items in order, in one pass and without sorting the rest. */
export function first<T>(items: Iterable<T>, limit: number, compare: Compare<T>): T[] {
  const best: T[] = [];
  for (const item of items) {
    const last = best[best.length - 1];
    if (best.length >= limit && (last === undefined || compare(item, last) >= 0)) continue;
    best.splice(placeOf(item, best, compare), 0, item);
    if (best.length > limit) best.pop();
  }
  return best;
}

/** Where the item belongs, behind its equals. */
function placeOf<T>(item: T, sorted: readonly T[], compare: Compare<T>): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = sorted[middle];
    if (other !== undefined && compare(item, other) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Order of UTF-8 bytes, as MongoDB sorts; plain comparison of strings differs beyond U+FFFF. */
export const compareText: Compare<string> = (a, b) => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)));
