import { Decimal128 } from 'bson';

/** A number as digits × 10^exponent, exactly. */
export interface Exact {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Limits of the decimal128 format (IEEE 754-2008). */
const PRECISION = 34;
const LARGEST = 6_144;
const SMALLEST = -6_176;

/** A finite double: m × 2^-k is m × 5^k × 10^-k. */
export function exactDouble(value: number): Exact {
  let mantissa = value;
  let halvings = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    halvings += 1;
  }
  return { digits: BigInt(mantissa) * 5n ** BigInt(halvings), exponent: -halvings };
}

/** A finite number from its text. */
export function parseExact(text: string): Exact {
  const [mantissa = '0', power = '0'] = text.toLowerCase().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

export function compareExact(a: Exact, b: Exact): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The digits of both at one exponent, the smaller of the two. */
export function aligned(a: Exact, b: Exact): [left: bigint, right: bigint, exponent: number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (value: Exact) => value.digits * 10n ** BigInt(value.exponent - exponent);
  return [scaled(a), scaled(b), exponent];
}

/** The nearest decimal of 34 digits, half to even; infinite or zero beyond the format's range. */
export function toDecimal(value: Exact): Decimal128 {
  const { digits, exponent } = rounded(value);
  const magnitude = exponent + lengthOf(digits) - 1;
  if (digits !== 0n && magnitude > LARGEST) return Decimal128.fromString(digits < 0n ? '-Infinity' : 'Infinity');
  if (digits !== 0n && magnitude < SMALLEST) return Decimal128.fromString(`0E${SMALLEST}`);
  return Decimal128.fromStringWithRounding(`${digits}E${exponent}`);
}

function rounded({ digits, exponent }: Exact): Exact {
  const excess = lengthOf(digits) - PRECISION;
  if (excess <= 0) return { digits, exponent };
  const unit = 10n ** BigInt(excess);
  const [quotient, twice] = [digits / unit, 2n * absolute(digits % unit)];
  const awayFromZero = twice > unit || (twice === unit && quotient % 2n !== 0n);
  const step = digits < 0n ? -1n : 1n;
  return rounded({ digits: quotient + (awayFromZero ? step : 0n), exponent: exponent + excess });
}

const absolute = (value: bigint) => (value < 0n ? -value : value);
const lengthOf = (digits: bigint) => String(absolute(digits)).length;

/** Without zeros at the end of the digits. */
export function trimmed({ digits, exponent }: Exact): Exact {
  const text = String(digits);
  const kept = text.replace(/0+$/, '') || '0';
  return { digits: BigInt(kept), exponent: exponent + text.length - kept.length };
}
