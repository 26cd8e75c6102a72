import { type Decimal128, Int32, type ObjectId } from 'bson';
import { MongoError } from '../mongo-error.ts';
import { accumulate } from './accumulators.ts';
import { compareValues, equalValues } from './compare.ts';
import { arithmetic, combine, modulo, quotient, rounded } from './expression-arithmetic.ts';
import { isNullish, isTruthy } from './expression-forms.ts';
import { array, concatenatedArrays, elementAt, fromPairs, merged, pairs, slice, union } from './expression-lists.ts';
import { location } from './location-error.ts';
import { isNumeric, typeNameOf, typeOf } from './value.ts';

/** An operator over evaluated operands, and how many it takes. */
interface ExpressionFunction {
  readonly least: number;
  readonly most: number;
  readonly apply: (operands: unknown[]) => unknown;
}

const MANY = Number.POSITIVE_INFINITY;

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

function concatenated(values: unknown[]): unknown {
  if (values.some(isNullish)) return null;
  const odd = values.find((value) => typeof value !== 'string');
  if (odd !== undefined) throw location(16702, `$concat only supports strings, not ${typeOf(odd)}`);
  return values.join('');
}

function text(name: string, code: number, value: unknown): string {
  if (typeof value === 'string') return value;
  throw location(code, `${name} requires a string argument, found: ${typeNameOf(value)}`);
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
  ['$type', unary(typeNameOf)],
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
