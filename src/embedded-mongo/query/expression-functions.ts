import { type Decimal128, Double, Int32, Long, type ObjectId } from 'bson';
import { badValue, MongoError, typeMismatch } from '../mongo-error.ts';
import { accumulate } from './accumulators.ts';
import { compareValues, equalValues } from './compare.ts';
import { isTruthy } from './expression-forms.ts';
import { location } from './location-error.ts';
import { calculate, divide, integer, toDouble, toWhole } from './number.ts';
import { type Document, documentOf, field, fieldsOf, isDocument, isNumeric, show, typeOf } from './value.ts';

/** An operator over evaluated operands, and how many it takes. */
export interface ExpressionFunction {
  readonly least: number;
  readonly most: number;
  readonly apply: (operands: unknown[]) => unknown;
}

const MANY = Number.POSITIVE_INFINITY;
const isNullish = (value: unknown) => value === null || value === undefined;
const typeName = (value: unknown) => (value === undefined ? 'missing' : typeOf(value));

const takes = (least: number, most: number, apply: (operands: unknown[]) => unknown): ExpressionFunction => ({
  least,
  most,
  apply,
});
const unary = (apply: (value: unknown) => unknown) => takes(1, 1, ([value]) => apply(value));
/** One operand; null when it is null or missing. */
const unaryOrNull = (apply: (value: unknown) => unknown) => unary((value) => (isNullish(value) ? null : apply(value)));
const binary = (apply: (a: unknown, b: unknown) => unknown) => takes(2, 2, ([a, b]) => apply(a, b));
const order = (accepts: (order: number) => boolean) => binary((a, b) => accepts(compareValues(a, b)));

function arithmetic(name: string, operator: '+' | '*', values: unknown[]): unknown {
  if (values.some(isNullish)) return null;
  return values.reduce((total, value) => combine(name, operator, total, value), new Int32(operator === '+' ? 0 : 1));
}

/** Dates move by milliseconds; a long that overflows becomes a double, as in MongoDB. */
function combine(name: string, operator: '+' | '-' | '*', a: unknown, b: unknown): unknown {
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

function quotient(a: unknown, b: unknown): unknown {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b))
    throw typeMismatch(`$divide only supports numeric types, not ${typeOf(a)} and ${typeOf(b)}`);
  if (toDouble(b) === 0) throw badValue("can't $divide by zero");
  return divide(a, b);
}

function modulo(a: unknown, b: unknown): unknown {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b))
    throw location(16611, `$mod only supports numeric types, not ${typeOf(a)} and ${typeOf(b)}`);
  if (toDouble(b) === 0) throw location(16610, "can't $mod by zero");
  const [x, y] = [toWhole(a), toWhole(b)];
  const types = [typeOf(a), typeOf(b)];
  if (types.includes('decimal')) throw location(115, '$mod of decimals is not supported by the built-in store');
  if (types.includes('double') || x === undefined || y === undefined) return new Double(toDouble(a) % toDouble(b));
  return integer(x % y, types.includes('long') ? 'long' : 'int');
}

/** `$abs`, `$ceil`, `$floor`: integers keep their type. */
function rounded(name: string, value: unknown, onDouble: (value: number) => number): unknown {
  const type = typeOf(numeric(name, value));
  if (type === 'decimal') throw location(115, `${name} of a decimal is not supported by the built-in store`);
  if (type === 'double') return new Double(onDouble(toDouble(value)));
  if (name !== '$abs') return value;
  const whole = BigInt(String(value));
  return integer(whole < 0n ? -whole : whole, type === 'int' ? 'int' : 'long') ?? new Double(Math.abs(toDouble(value)));
}

function concatenated(values: unknown[]): unknown {
  if (values.some(isNullish)) return null;
  const odd = values.find((value) => typeof value !== 'string');
  if (odd !== undefined) throw location(16702, `$concat only supports strings, not ${typeOf(odd)}`);
  return values.join('');
}

function text(name: string, code: number, value: unknown): string {
  if (typeof value === 'string') return value;
  throw location(code, `${name} requires a string argument, found: ${typeName(value)}`);
}

function split(value: unknown, separator: unknown): unknown {
  if (isNullish(value) || isNullish(separator)) return null;
  const [whole, mark] = [text('$split', 40085, value), text('$split', 40086, separator)];
  if (mark === '') throw location(40087, '$split requires a non-empty separator');
  return whole.split(mark);
}

/** MongoDB changes the case of ASCII letters only. */
function cased(value: unknown, letters: RegExp, change: (letter: string) => string): string {
  if (isNullish(value)) return '';
  const type = typeOf(value);
  if (type === 'bool' || type === 'objectId') throw location(16007, `can't convert from BSON type ${type} to String`);
  return toText(value).replace(letters, change);
}

function array(name: string, code: number, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw location(code, `The argument to ${name} must be an array, but was of type: ${typeName(value)}`);
}

function elementAt(value: unknown, index: unknown): unknown {
  if (isNullish(value) || isNullish(index)) return null;
  const elements = array('$arrayElemAt', 28689, value);
  const place = toWhole(index);
  if (place === undefined)
    throw location(28690, `$arrayElemAt's second argument must be a numeric value, but is ${typeOf(index)}`);
  return elements.at(Number(place));
}

function slice(operands: unknown[]): unknown {
  if (operands.some(isNullish)) return null;
  const elements = array('$slice', 28724, operands[0]);
  const [first, count] = operands.slice(1).map((value) => {
    const whole = toWhole(value);
    if (whole === undefined)
      throw location(28725, `Second argument to $slice must be a numeric value, but is of type: ${typeOf(value)}`);
    return Number(whole);
  });
  if (count === undefined) return (first ?? 0) < 0 ? elements.slice(first) : elements.slice(0, first);
  if (count <= 0) throw location(28729, `Third argument to $slice must be positive: ${count}`);
  const start = (first ?? 0) < 0 ? Math.max(0, elements.length + (first ?? 0)) : (first ?? 0);
  return elements.slice(start, start + count);
}

function concatenatedArrays(values: unknown[]): unknown {
  if (values.some(isNullish)) return null;
  const odd = values.find((value) => !Array.isArray(value));
  if (odd !== undefined) throw location(28664, `$concatArrays only supports arrays, not ${typeOf(odd)}`);
  return values.flat();
}

function union(values: unknown[]): unknown {
  if (values.some(isNullish)) return null;
  const odd = values.find((value) => !Array.isArray(value));
  if (odd !== undefined)
    throw location(17043, `All operands of $setUnion must be arrays. One argument is of type: ${typeOf(odd)}`);
  return accumulate('$addToSet', values.flat());
}

function merged(values: unknown[]): unknown {
  const parts = values.filter((value) => !isNullish(value));
  const odd = parts.find((value) => !isDocument(value));
  if (odd !== undefined)
    throw location(40400, `$mergeObjects requires object inputs, but input ${show(odd)} is of type ${typeOf(odd)}`);
  return documentOf(parts.flatMap((part) => fieldsOf(part as Document)));
}

function pairs(value: unknown): unknown {
  if (!isDocument(value)) throw location(40390, `$objectToArray requires a document input, found: ${typeOf(value)}`);
  return fieldsOf(value).map(([k, v]) => ({ k, v }));
}

function fromPairs(value: unknown): unknown {
  const elements = array('$arrayToObject', 40386, value);
  return documentOf(
    elements.map((element): [string, unknown] => {
      const [k, v] = Array.isArray(element)
        ? element
        : isDocument(element)
          ? [field(element, 'k'), field(element, 'v')]
          : [];
      if (typeof k !== 'string') throw location(40394, '$arrayToObject requires keys that are strings');
      return [k, v ?? null];
    }),
  );
}

function toText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  const convertible = ['string', 'bool', 'int', 'long', 'double', 'decimal', 'objectId'].includes(typeOf(value));
  if (!convertible)
    throw new MongoError(
      241,
      'ConversionFailure',
      `Unsupported conversion from ${typeOf(value)} to string in $convert with no onError value`,
    );
  return String(value as string | number | Decimal128 | ObjectId);
}

const datePart = (read: (date: Date) => number) =>
  unaryOrNull((value) => {
    if (value instanceof Date) return new Int32(read(value));
    throw location(16006, `can't convert from BSON type ${typeOf(value)} to Date`);
  });

/** A single list operand is gone through; several operands are the list. Only lists of numbers and values, never nested. */
const overList = (name: string) =>
  takes(1, MANY, (values) => accumulate(name, values.length === 1 && Array.isArray(values[0]) ? values[0] : values));

/** Each supported operator over evaluated operands; those that evaluate on their own terms are in `expression-forms.ts`. */
export const EXPRESSION_FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map<string, ExpressionFunction>([
  ['$eq', order((sign) => sign === 0)],
  ['$ne', order((sign) => sign !== 0)],
  ['$gt', order((sign) => sign > 0)],
  ['$gte', order((sign) => sign >= 0)],
  ['$lt', order((sign) => sign < 0)],
  ['$lte', order((sign) => sign <= 0)],
  ['$cmp', binary((a, b) => new Int32(Math.sign(compareValues(a, b))))],
  ['$not', unary((value) => !isTruthy(value))],
  ['$add', takes(0, MANY, (values) => arithmetic('$add', '+', values))],
  ['$multiply', takes(0, MANY, (values) => arithmetic('$multiply', '*', values))],
  ['$subtract', binary((a, b) => (isNullish(a) || isNullish(b) ? null : combine('$subtract', '-', a, b)))],
  ['$divide', binary(quotient)],
  ['$mod', binary(modulo)],
  ['$abs', unaryOrNull((value) => rounded('$abs', value, Math.abs))],
  ['$ceil', unaryOrNull((value) => rounded('$ceil', value, Math.ceil))],
  ['$floor', unaryOrNull((value) => rounded('$floor', value, Math.floor))],
  ...['$sum', '$avg', '$min', '$max'].map((name): [string, ExpressionFunction] => [name, overList(name)]),
  ['$concat', takes(0, MANY, concatenated)],
  ['$toLower', unary((value) => cased(value, /[A-Z]+/g, (letters) => letters.toLowerCase()))],
  ['$toUpper', unary((value) => cased(value, /[a-z]+/g, (letters) => letters.toUpperCase()))],
  ['$strLenCP', unary((value) => new Int32([...text('$strLenCP', 34471, value)].length))],
  ['$split', binary(split)],
  ['$size', unary((value) => new Int32(array('$size', 17124, value).length))],
  ['$isArray', unary((value) => Array.isArray(value))],
  ['$arrayElemAt', binary(elementAt)],
  ['$first', unaryOrNull((value) => array('$first', 28689, value).at(0))],
  ['$last', unaryOrNull((value) => array('$last', 28689, value).at(-1))],
  ['$in', binary((value, list) => array('$in', 40081, list).some((member) => equalValues(member, value)))],
  ['$concatArrays', takes(0, MANY, concatenatedArrays)],
  ['$slice', takes(2, 3, slice)],
  ['$reverseArray', unaryOrNull((value) => [...array('$reverseArray', 34435, value)].reverse())],
  ['$setUnion', takes(0, MANY, union)],
  [
    '$mergeObjects',
    takes(0, MANY, (values) => merged(values.length === 1 && Array.isArray(values[0]) ? values[0] : values)),
  ],
  ['$objectToArray', unaryOrNull(pairs)],
  ['$arrayToObject', unaryOrNull(fromPairs)],
  ['$type', unary(typeName)],
  ['$isNumber', unary(isNumeric)],
  ['$toString', unaryOrNull(toText)],
  ['$year', datePart((date) => date.getUTCFullYear())],
  ['$month', datePart((date) => date.getUTCMonth() + 1)],
  ['$dayOfMonth', datePart((date) => date.getUTCDate())],
  ['$hour', datePart((date) => date.getUTCHours())],
  ['$minute', datePart((date) => date.getUTCMinutes())],
  ['$second', datePart((date) => date.getUTCSeconds())],
  ['$millisecond', datePart((date) => date.getUTCMilliseconds())],
  ['$dayOfWeek', datePart((date) => date.getUTCDay() + 1)],
]);
