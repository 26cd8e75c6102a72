import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculate, divide, toCount, toWhole, truncated } from '../../../src/embedded-mongo/query/number.ts';
import { typeOf } from '../../../src/embedded-mongo/query/value.ts';
import { decimal, double, int, long, number } from './samples.ts';

const LONG_MAX = 2n ** 63n - 1n;

describe('calculate', () => {
  it.each([
    ['+', int(1), int(2), int(3)],
    ['+', int(2_147_483_647), int(1), long(2_147_483_648)],
    ['-', int(-2_147_483_648), int(1), long(-2_147_483_649)],
    ['*', int(65_536), int(65_536), long(4_294_967_296)],
    ['+', int(1), long(2), long(3)],
    ['+', long(1), 2, long(3)],
    ['+', long(2n ** 53n), int(1), long(2n ** 53n + 1n)],
    ['+', long(LONG_MAX), int(1), undefined],
    ['*', long(LONG_MAX), long(2), undefined],
    ['+', int(1), double(2), double(3)],
    ['+', long(1), double(0.5), double(1.5)],
    ['+', int(1), 0.5, double(1.5)],
    ['+', decimal('1.10'), decimal('2.20'), decimal('3.30')],
    ['+', decimal('0.1'), int(1), decimal('1.1')],
    ['+', decimal('9007199254740993'), long(1), decimal('9007199254740994')],
    ['*', decimal('1.5'), decimal('0.50'), decimal('0.750')],
    ['-', decimal('1'), double(0.5), decimal('0.500000000000000')],
    ['+', decimal('Infinity'), int(1), decimal('Infinity')],
    ['+', decimal('NaN'), int(1), decimal('NaN')],
    ['+', decimal('1'), double(Number.NaN), decimal('NaN')],
    ['+', double(Infinity), int(1), double(Infinity)],
    ['*', decimal('1E+6000'), decimal('-1E+6000'), decimal('-Infinity')],
    ['*', decimal('1E-6000'), decimal('1E-6000'), decimal('0E-6176')],
    ['+', decimal('1E+6000'), decimal('1E-6000'), decimal('1.000000000000000000000000000000000E+6000')],
    [
      '+',
      decimal('9999999999999999999999999999999999'),
      decimal('0.5'),
      decimal('1.000000000000000000000000000000000E+34'),
    ],
    ['+', decimal('9999999999999999999999999999999998'), decimal('0.5'), decimal('9999999999999999999999999999999998')],
  ] as const)('%s %o %o', (operator, a, b, expected) => {
    expect(calculate(operator, a, b)).toStrictEqual(expected);
  });

  it('gives the wider type of the two, and adds the same either way', () => {
    const width = (value: unknown) => ['int', 'long', 'double', 'decimal'].indexOf(typeOf(value));
    fc.assert(
      fc.property(number, number, (a, b) => {
        const sum = calculate('+', a, b);
        expect(calculate('+', b, a)).toStrictEqual(sum);
        if (sum !== undefined) expect(width(sum)).toBeGreaterThanOrEqual(Math.max(width(a), width(b)));
      }),
    );
  });
});

describe('divide', () => {
  it.each([
    [int(1), int(2), double(0.5)],
    [long(9), int(3), double(3)],
    [decimal('1'), int(3), decimal('0.3333333333333333333333333333333333')],
    [decimal('10'), decimal('4'), decimal('2.5')],
    [decimal('Infinity'), int(2), decimal('Infinity')],
  ])('%o by %o', (a, b, expected) => {
    expect(divide(a, b)).toStrictEqual(expected);
  });
});

describe('whole numbers', () => {
  it.each([
    [int(5), 5n, 5n, 5],
    [long(2n ** 53n + 1n), 2n ** 53n + 1n, 2n ** 53n + 1n, 2 ** 53],
    [double(-5.9), undefined, -5n, undefined],
    [double(1e300), 10n ** 300n, undefined, undefined],
    [decimal('5.0'), 5n, 5n, 5],
    [decimal('5.9'), undefined, 5n, undefined],
    [decimal('1E+3'), 1000n, 1000n, 1000],
    [double(Number.NaN), undefined, undefined, undefined],
    [decimal('Infinity'), undefined, undefined, undefined],
    ['5', undefined, undefined, undefined],
  ])('%o', (value, whole, cut, count) => {
    const expected = whole === 10n ** 300n ? BigInt(1e300) : whole;
    expect(toWhole(value)).toBe(expected);
    expect(truncated(value)).toBe(cut);
    expect(toCount(value)).toBe(count);
  });
});
