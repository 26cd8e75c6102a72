import { MaxKey, MinKey } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterPrefix, encodeField, encodeKey, inverted } from '../../src/embedded-mongo/key-encoding.ts';
import { compareValues } from '../../src/embedded-mongo/query/compare.ts';
import { decimal, double, int, long, number, value } from './query/samples.ts';

function sameOrder(a: unknown, b: unknown): void {
  expect(Math.sign(encodeKey(a).compare(encodeKey(b)))).toBe(Math.sign(compareValues(a, b)));
}

describe('the bytes of a key', () => {
  it('order as the values do, of whatever types', () => {
    fc.assert(fc.property(value, value, sameOrder), { numRuns: 1000 });
  });

  it('order numbers of all types by their exact value', () => {
    fc.assert(fc.property(number, number, sameOrder), { numRuns: 1000 });
  });

  it('order texts by code point, with NUL and the empty text inside', () => {
    const text = fc.string({ unit: fc.constantFrom('\0', '\x01', 'a', 'é', '\uFFFF', '\u{1F600}'), maxLength: 4 });
    fc.assert(fc.property(text, text, sameOrder), { numRuns: 1000 });
    for (const [a, b] of [
      ['', '\0'],
      ['a', 'a\0'],
      ['a\0', 'a\0\0'],
      ['a\0b', 'ab'],
    ])
      sameOrder(a, b);
  });

  it('order dates before and after 1970', () => {
    const date = fc.date({ noInvalidDate: false });
    fc.assert(fc.property(date, date, sameOrder), { numRuns: 500 });
  });

  it('are equal for equal numbers of different types', () => {
    for (const one of [int(1), long(1), double(1), decimal('1.00')]) expect(encodeKey(one)).toEqual(encodeKey(int(1)));
    expect(encodeKey(double(-0))).toEqual(encodeKey(int(0)));
    expect(encodeKey(long(2n ** 53n + 1n))).toEqual(encodeKey(decimal('9007199254740993')));
    expect(encodeKey(long(2n ** 53n + 1n))).not.toEqual(encodeKey(double(2 ** 53)));
  });

  it('keep the ends apart', () => {
    for (const other of [null, undefined, 'z', [], {}, double(Number.NaN), new Date(Number.NaN)]) {
      expect(encodeKey(new MinKey()).compare(encodeKey(other))).toBeLessThan(0);
      expect(encodeKey(new MaxKey()).compare(encodeKey(other))).toBeGreaterThan(0);
    }
  });

  it('are never a beginning of another key, so that fields can follow each other', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [one, other] = [encodeKey(a), encodeKey(b)];
        if (!one.equals(other)) expect(other.subarray(0, one.length).equals(one)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a field of an index key', () => {
  const longText = fc
    .tuple(fc.integer({ min: 90, max: 110 }), fc.constantFrom('a', 'b', ''))
    .map(([size, end]) => `${'x'.repeat(size)}${end}`);

  it('stays within its limit, equal exactly for equal values', () => {
    fc.assert(
      fc.property(longText, longText, (a, b) => {
        const [one, other] = [encodeField(a, 1, 130), encodeField(b, 1, 130)];
        expect(one.bytes.length).toBeLessThanOrEqual(130);
        expect(one.bytes.equals(other.bytes)).toBe(a === b);
        expect(one.shortened).toBe(encodeKey(a).length > 98);
      }),
    );
  });

  it('descending, is the other way round', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [one, other] = [encodeField(a, -1, 1000).bytes, encodeField(b, -1, 1000).bytes];
        expect(Math.sign(one.compare(other)) + 0).toBe(-Math.sign(compareValues(a, b)) + 0);
      }),
    );
  });
});

describe('the end of a prefix', () => {
  it('is the first key behind all that begin with it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.uint8Array({ maxLength: 3 }), (start, rest) => {
        const prefix = Buffer.of(0, ...start);
        const end = afterPrefix(prefix);
        expect(Buffer.concat([prefix, rest]).compare(end)).toBeLessThan(0);
        expect(inverted(inverted(prefix))).toEqual(prefix);
      }),
    );
    expect(afterPrefix(Buffer.of(1, 0xff, 0xff))).toEqual(Buffer.of(2));
  });
});
