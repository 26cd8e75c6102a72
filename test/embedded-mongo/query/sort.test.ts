import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSort } from '../../../src/embedded-mongo/query/sort.ts';
import type { Document } from '../../../src/embedded-mongo/query/value.ts';
import { document, double, expectRefusal, int, KINDS, long, path } from './samples.ts';

const named = (documents: Record<string, Document>, specification: Document) =>
  Object.keys(documents).sort((a, b) => compileSort(specification)(documents[a] ?? {}, documents[b] ?? {}));

describe('compileSort', () => {
  it('orders every kind of value by type, then value; ties keep their order', () => {
    expect(named(KINDS, { v: int(1) }).join(' ')).toBe(
      'least empty null missing nan int long double decimal list half blank text object swapped nested bytes id no yes date time pattern most',
    );
  });

  it('takes the smallest element ascending and the largest descending', () => {
    const documents = { wide: { v: [1, 9] }, middle: { v: 5 }, high: { v: [6, 7] } };
    expect(named(documents, { v: 1 })).toEqual(['wide', 'middle', 'high']);
    expect(named(documents, { v: -1 })).toEqual(['wide', 'high', 'middle']);
  });

  it('sorts by dotted paths into arrays and by several keys', () => {
    const documents = {
      x: { a: [{ b: 3 }, { b: 1 }], c: 1 },
      y: { a: { b: 1 }, c: 2 },
      z: { a: [], c: 3 },
    };
    expect(named(documents, { 'a.b': 1, c: -1 })).toEqual(['z', 'y', 'x']);
    expect(named(documents, { 'a.b': long(-1), c: double(1) })).toEqual(['x', 'y', 'z']);
  });

  it.each([0, 2, 'asc', null])('refuses the direction %o', (direction) => {
    expectRefusal(() => compileSort({ v: direction }), 15975, '$sort key ordering must be 1');
  });

  it('refuses $meta', () => {
    expectRefusal(() => compileSort({ v: { $meta: 'textScore' } }), 2);
  });

  it('is consistent and turns round', () => {
    fc.assert(
      fc.property(document, document, document, path, (a, b, c, at) => {
        const order = compileSort({ [at]: 1 });
        expect(Math.sign(order(a, b)) + Math.sign(order(b, a))).toBe(0);
        if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
