import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keep } from '../../../src/store/memory/keep.ts';

describe('keep', () => {
  it('copies any plain value, frozen through and through', () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = structuredClone(value);
        const kept = keep(plain);
        deepStrictEqual(kept, plain);
        expect(isFrozen(kept)).toBe(true);
        expect(Object.isFrozen(plain)).toBe(typeof plain !== 'object' || plain === null);
      }),
    );
  });

  it('keeps what it kept before without copying it again', () => {
    const first = keep({ a: { b: [1] }, c: 1 });
    const second = keep({ ...first, c: 2 });
    expect(second.a).toBe(first.a);
    expect(keep(first)).toBe(first);
  });

  it('copies what somebody else froze, as that may hold what is not frozen', () => {
    const inner = { list: [1] };
    const kept = keep(Object.freeze({ inner }));
    inner.list.push(2);
    expect(kept).toEqual({ inner: { list: [1] } });
  });

  it('leaves out what is undefined, and takes __proto__ for a name', () => {
    const kept = keep(JSON.parse('{"__proto__":{"admin":true}}'));
    expect(Object.keys(kept)).toEqual(['__proto__']);
    expect(kept.admin).toBeUndefined();
    expect(Object.keys(keep({ a: undefined, b: null }))).toEqual(['b']);
  });
});
