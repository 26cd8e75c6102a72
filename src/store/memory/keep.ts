/** Objects that are a store's own frozen copies: they may be shared, and kept again without copying. */
const kept = new WeakSet<object>();

/**
 * A deep, frozen copy of plain data. Parts that came out of a store already are reused, so that keeping
 * `{ ...document, version }` costs only what changed. Members that are `undefined` are left out, as in MongoDB.
 */
export function keep<T>(value: T): T;
export function keep(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || kept.has(value)) return value;
  const copy = Array.isArray(value) ? value.map(keep) : keepMembers(value);
  kept.add(copy);
  return Object.freeze(copy);
}

function keepMembers(value: object): object {
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (key === '__proto__') Object.defineProperty(copy, key, { value: keep(member), enumerable: true });
    else copy[key] = keep(member);
  }
  return copy;
}
