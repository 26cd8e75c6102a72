import { Double, Int32, Long } from 'bson';
import { badValue, notSupported, typeMismatch } from '../mongo-error.ts';
import { isNullish } from './expression-forms.ts';
import { location } from './location-error.ts';
import { type ArithmeticOperator, calculate, divide, integer, toDouble, toWhole } from './number.ts';
import { isNumeric, typeOf } from './value.ts';

/** The sum or product of a list; null when any of it is. */
export function arithmetic(name: string, operator: '+' | '*', values: unknown[]): unknown {
  if (values.some(isNullish)) return null;
  return values.reduce((total, value) => combine(name, operator, total, value), new Int32(operator === '+' ? 0 : 1));
}

/** Dates move by milliseconds; a long that overflows becomes a double, as in MongoDB. */
export function combine(name: string, operator: ArithmeticOperator, a: unknown, b: unknown): unknown {
  if (operator === '+' && a instanceof Date && isNumeric(b)) return new Date(a.getTime() + toDouble(b));
  if (operator === '+' && b instanceof Date && isNumeric(a)) return new Date(b.getTime() + toDouble(a));
  if (operator === '-' && a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime());
  if (operator === '-' && a instanceof Date && isNumeric(b)) return new Date(a.getTime() - toDouble(b));
  const odd = [a, b].find((value) => !isNumeric(value));
  const allowed = operator === '*' ? 'numeric' : 'numeric or date';
  if (odd !== undefined) throw typeMismatch(`${name} only supports ${allowed} types, not ${typeOf(odd)}`);
  return calculate(operator, a, b) ?? calculate(operator, new Double(toDouble(a)), b);
}

function numeric(name: string, value: unknown): unknown {
  if (!isNumeric(value)) throw location(28765, `${name} only supports numeric types, not ${typeOf(value)}`);
  return value;
}

/** `$divide` */
export function quotient(a: unknown, b: unknown): unknown {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b))
    throw typeMismatch(`$divide only supports numeric types, not ${typeOf(a)} and ${typeOf(b)}`);
  if (toDouble(b) === 0) throw badValue("can't $divide by zero");
  return divide(a, b);
}

/** `$mod` */
export function modulo(a: unknown, b: unknown): unknown {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b))
    throw location(16611, `$mod only supports numeric types, not ${typeOf(a)} and ${typeOf(b)}`);
  if (toDouble(b) === 0) throw location(16610, "can't $mod by zero");
  const [x, y] = [toWhole(a), toWhole(b)];
  const types = [typeOf(a), typeOf(b)];
  if (types.includes('decimal')) throw notSupported('$mod of decimals is not supported by the built-in store');
  if (types.includes('double') || x === undefined || y === undefined) return new Double(toDouble(a) % toDouble(b));
  return integer(x % y, types.includes('long') ? 'long' : 'int');
}

/** `$abs`, `$ceil`, `$floor`: integers keep their type. */
export function rounded(name: string, value: unknown, onDouble: (value: number) => number): unknown {
  const type = typeOf(numeric(name, value));
  if (type === 'decimal') throw notSupported(`${name} of a decimal is not supported by the built-in store`);
  if (type === 'double') return new Double(onDouble(toDouble(value)));
  if (name !== '$abs') return value;
  const whole = BigInt(String(value));
  return integer(whole < 0n ? -whole : whole, type === 'int' ? 'int' : 'long') ?? new Double(Math.abs(toDouble(value)));
}
