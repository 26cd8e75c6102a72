import { Binary, BSONRegExp, MaxKey, MinKey, Timestamp } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues, equalValues, identicalValues, valueKey } from '../../../src/embedded-mongo/query/compare.ts';
import { DAY, decimal, double, ID, int, long, value } from './samples.ts';

/** Ascending, one list per group of equal values (MongoDB manual, *Comparison/Sort Order*). */
const ASCENDING: unknown[][] = [
  [new MinKey()],
  [undefined],
  [null],
  [double(Number.NaN), decimal('NaN'), Number.NaN],
  [double(-Infinity), decimal('-Infinity')],
  [decimal('-1E+6000')],
  [long(-(2n ** 63n)), double(-(2 ** 63))],
  [int(-1), long(-1), double(-1), decimal('-1.0'), -1],
  [int(0), double(0), double(-0), decimal('0'), decimal('-0'), 0],
  [decimal('1E-6000')],
  [decimal('0.1')],
  [double(0.1), 0.1],
  [int(1), long(1), double(1), decimal('1.000'), 1],
  [long(2n ** 53n), double(2 ** 53)],
  [long(2n ** 53n + 1n), decimal('9007199254740993')],
  [long(2n ** 63n - 1n)],
  [double(2 ** 63)],
  [decimal('1E+6000')],
  [double(Infinity), decimal('Infinity')],
  [''],
  ['A'],
  ['a'],
  ['ab'],
  ['b'],
  ['\uFFFD'],
  ['\u{1F600}'],
  [{}],
  [{ a: int(1) }, { a: 1 }, { a: double(1) }],
  [{ a: int(1), b: int(1) }],
  [{ a: int(2) }],
  [{ b: int(1) }],
  [{ a: 'text' }],
  [[]],
  [[int(1)]],
  [[int(1), int(2)]],
  [[int(2)]],
  [['text']],
  [new Binary(Buffer.from([9]))],
  [new Binary(Buffer.from([9]), 5)],
  [new Binary(Buffer.from([1, 1]))],
  [ID],
  [false],
  [true],
  [new Date(-1)],
  [DAY, new Date(DAY)],
  [new Timestamp({ t: 1, i: 1 })],
  [new Timestamp({ t: 0xffff_ffff, i: 1 })],
  [/a/, new BSONRegExp('a')],
  [/a/i, new BSONRegExp('a', 'i')],
  [/b/],
  [new MaxKey()],
];

describe('compareValues', () => {
  it.each(ASCENDING.map((group, index) => [index, group] as const))('places group %i: %o', (index, group) => {
    for (const [other, others] of ASCENDING.entries()) {
      for (const a of group)
        for (const b of others) expect(Math.sign(compareValues(a, b))).toBe(Math.sign(index - other));
    }
  });

  it('is a total order', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(compareValues(a, a)).toBe(0);
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 400 },
    );
  });
});

describe('valueKey', () => {
  it('is equal for two values exactly when they are equal', () => {
    for (const [index, group] of ASCENDING.entries()) {
      for (const [other, others] of ASCENDING.entries()) {
        for (const a of group) for (const b of others) expect(valueKey(a) === valueKey(b)).toBe(index === other);
      }
    }
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(valueKey(a) === valueKey(b)).toBe(equalValues(a, b));
      }),
      { numRuns: 400 },
    );
  });
});

describe('identicalValues', () => {
  it.each([
    [int(1), 1, true],
    [int(1), long(1), false],
    [int(1), double(1), false],
    [1.5, double(1.5), true],
    [decimal('1.0'), decimal('1'), false],
    [{ a: [int(1)] }, { a: [int(1)] }, true],
    [{ a: [int(1)] }, { a: [long(1)] }, false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, false],
    [null, undefined, false],
  ])('%o and %o: %s', (a, b, expected) => {
    expect(identicalValues(a, b)).toBe(expected);
  });

  it('implies equality', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        if (identicalValues(a, b)) expect(equalValues(a, b)).toBe(true);
      }),
    );
  });
});
