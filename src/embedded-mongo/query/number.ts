import { Decimal128, Double, Int32, Long } from 'bson';
import { aligned, compareExact, type Exact, exactDouble, parseExact, toDecimal, trimmed } from './decimal.ts';
import { isNumeric, typeOf } from './value.ts';

const KINDS = ['int', 'long', 'double', 'decimal'] as const;
type Kind = (typeof KINDS)[number];

export type ArithmeticOperator = '+' | '-' | '*';

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** A number as a double, rounded where a double cannot hold it. */
export function toDouble(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value instanceof Int32 || value instanceof Double) return value.valueOf();
  return Number(String(value));
}

/** The value as a whole number, or undefined when it is none (or not finite). */
export function toWhole(value: unknown): bigint | undefined {
  const type = typeOf(value);
  if (type === 'int' || type === 'long') return BigInt(String(value));
  if (type !== 'double' && type !== 'decimal') return undefined;
  if (!Number.isFinite(toDouble(value))) return undefined;
  const { digits, exponent } = exact(value);
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const unit = 10n ** BigInt(-exponent);
  return digits % unit === 0n ? digits / unit : undefined;
}

/** A whole number small enough to count with (array positions, limits), or undefined. */
export function toCount(value: unknown): number | undefined {
  const whole = toWhole(value);
  return whole === undefined || whole < LONG_MIN || whole > LONG_MAX ? undefined : Number(whole);
}

/** Whole part toward zero, as `$mod` takes it; undefined when not finite or beyond 64 bits. */
export function truncated(value: unknown): bigint | undefined {
  if (!isNumeric(value) || !Number.isFinite(toDouble(value))) return undefined;
  const { digits, exponent } = exact(value);
  const whole = exponent >= 0 ? digits * 10n ** BigInt(exponent) : digits / 10n ** BigInt(-exponent);
  return whole < LONG_MIN || whole > LONG_MAX ? undefined : whole;
}

/** Numbers of all types by their exact value; NaN is below every other number and equal to itself. */
export function compareNumbers(a: unknown, b: unknown): number {
  const [left, right] = [toDouble(a), toDouble(b)];
  if (left < right) return -1;
  if (left > right) return 1;
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
  if ((holdsExactly(a) && holdsExactly(b)) || !Number.isFinite(left)) return compareInfinite(a, b, left);
  return compareExact(exact(a), exact(b));
}

/** A text equal for two numbers exactly when they compare equal. */
export function numberKey(value: unknown): string {
  const double = toDouble(value);
  if (holdsExactly(value) || Number.isNaN(double) || compareNumbers(value, double) === 0) return `${double + 0}`;
  const { digits, exponent } = trimmed(exact(value));
  return `${digits}e${exponent}`;
}

/**
 * a ∘ b in the wider type of the two, as MongoDB's `$inc`, `$mul`, `$add`: int grows to long; a long that overflows gives
 * undefined, and the caller decides.
 */
export function calculate(operator: ArithmeticOperator, a: unknown, b: unknown): unknown {
  const kind = widest(a, b);
  if (kind === 'decimal') return decimalResult(operator, a, b);
  if (kind === 'double') return new Double(onDoubles(operator, toDouble(a), toDouble(b)));
  const result = onIntegers(operator, BigInt(String(a)), BigInt(String(b)));
  return integer(result, kind);
}

/** A whole number as int (when both fit and were asked for) or long; undefined beyond 64 bits. */
export function integer(value: bigint, kind: 'int' | 'long'): unknown {
  if (kind === 'int' && BigInt.asIntN(32, value) === value) return new Int32(Number(value));
  return BigInt.asIntN(64, value) === value ? Long.fromBigInt(value) : undefined;
}

/** a ÷ b: a double, or a decimal of 34 digits when either is one. The caller refuses a zero divisor. */
export function divide(a: unknown, b: unknown): unknown {
  const quotient = toDouble(a) / toDouble(b);
  if (widest(a, b) !== 'decimal') return new Double(quotient);
  if (!Number.isFinite(toDouble(a)) || !Number.isFinite(toDouble(b))) {
    return Decimal128.fromString(String(quotient));
  }
  const [left, right] = [shortDecimal(a), shortDecimal(b)];
  const scale = 40 + String(right.digits).length;
  const digits = (left.digits * 10n ** BigInt(scale)) / right.digits;
  return toDecimal(trimmed({ digits, exponent: left.exponent - right.exponent - scale }));
}

/** The wider number type of two values: int < long < double < decimal. */
export function widest(a: unknown, b: unknown): Kind {
  return KINDS[Math.max(KINDS.indexOf(typeOf(a) as Kind), KINDS.indexOf(typeOf(b) as Kind))] ?? 'int';
}

const holdsExactly = (value: unknown): boolean => {
  const type = typeOf(value);
  return type === 'int' || type === 'double' || (type === 'long' && Number.isSafeInteger(toDouble(value)));
};

/** Decimals beyond a double's range read as infinite; they still order among themselves. */
function compareInfinite(a: unknown, b: unknown, value: number): number {
  if (Number.isFinite(value)) return 0;
  const [left, right] = [isInfinite(a), isInfinite(b)];
  if (left && right) return 0;
  if (left !== right) return (left ? 1 : -1) * Math.sign(value);
  return compareExact(exact(a), exact(b));
}

const isInfinite = (value: unknown) => /^-?Infinity$/i.test(String(value));

function exact(value: unknown): Exact {
  const type = typeOf(value);
  if (type === 'int' || type === 'long') return { digits: BigInt(String(value)), exponent: 0 };
  return type === 'double' ? exactDouble(toDouble(value)) : parseExact(String(value));
}

/** MongoDB turns a double into a decimal with 15 digits. */
const shortDecimal = (value: unknown): Exact =>
  typeOf(value) === 'double' ? parseExact(toDouble(value).toPrecision(15)) : exact(value);

function decimalResult(operator: ArithmeticOperator, a: unknown, b: unknown): Decimal128 {
  const special = /inf|nan/i.test(`${a} ${b}`);
  if (special) return Decimal128.fromString(String(onDoubles(operator, toDouble(a), toDouble(b))));
  const [left, right] = [shortDecimal(a), shortDecimal(b)];
  if (operator === '*') {
    return toDecimal({ digits: left.digits * right.digits, exponent: left.exponent + right.exponent });
  }
  const [x, y, exponent] = aligned(left, right);
  return toDecimal({ digits: onIntegers(operator, x, y), exponent });
}

function onDoubles(operator: ArithmeticOperator, a: number, b: number): number {
  if (operator === '+') return a + b;
  return operator === '-' ? a - b : a * b;
}

function onIntegers(operator: ArithmeticOperator, a: bigint, b: bigint): bigint {
  if (operator === '+') return a + b;
  return operator === '-' ? a - b : a * b;
}
