import { badValue, failedToParse, typeMismatch } from '../mongo-error.ts';
import { compareValues, equalValues, rankOf, valueKey } from './compare.ts';
import { anyValue, isOperators, negated, type Place, type Test, type ValueTest } from './matching.ts';
import { toDouble, toWhole, truncated } from './number.ts';
import { regexTest } from './regex.ts';
import { field, isNumeric, show, type TypeName, typeOf } from './value.ts';

type Operator = (operand: unknown, place: Place) => Test;

/** Equality to a literal: null also matches a missing value. */
export function equalityTest(operand: unknown): ValueTest {
  if (operand === undefined) throw badValue('cannot compare to undefined');
  return operand === null ? isNullish : (value) => equalValues(value, operand);
}

const isNullish: ValueTest = (value) => value === null || value === undefined;

const ordered =
  (name: string, accepts: (order: number) => boolean): Operator =>
  (operand, { locate, path }) => {
    if (typeOf(operand) === 'regex') throw badValue(`Can't have RegEx as arg to predicate over field '${path}'.`);
    if (operand === undefined) throw badValue('cannot compare to undefined');
    return anyValue(locate, orderTest(name, operand, accepts));
  };

/** Ranges compare within one type only; null takes missing as equal; MinKey and MaxKey bound everything; NaN equals only NaN. */
function orderTest(name: string, operand: unknown, accepts: (order: number) => boolean): ValueTest {
  const type = typeOf(operand);
  if (type === 'null') return name === '$gte' || name === '$lte' ? isNullish : () => false;
  if (type === 'minKey' || type === 'maxKey') return (value) => accepts(compareValues(value, operand));
  const rank = rankOf(operand);
  const inclusive = accepts(0);
  return (value) => {
    if (rankOf(value) !== rank) return false;
    if (rank === 10 && (isNaNumber(value) || isNaNumber(operand))) return inclusive && equalValues(value, operand);
    return accepts(compareValues(value, operand));
  };
}

const isNaNumber = (value: unknown) => Number.isNaN(toDouble(value));

const membership: Operator = (operand, { locate }) => anyValue(locate, memberTest(operand, '$in'));

/** Past this many members a look-up beats comparing one by one. */
const FEW = 4;

function memberTest(operand: unknown, name: string): ValueTest {
  if (!Array.isArray(operand)) throw badValue(`${name} needs an array`);
  if (operand.some(isOperators)) throw badValue('cannot nest $ under $in');
  const literals = operand.filter((member) => typeOf(member) !== 'regex').map((member) => member ?? null);
  const tests = operand.filter((member) => typeOf(member) === 'regex').map((member) => regexTest(member));
  if (literals.length <= FEW) tests.push(...literals.map(equalityTest));
  else tests.push(keyTest(literals));
  return (value) => tests.some((test) => test(value));
}

function keyTest(literals: unknown[]): ValueTest {
  const keys = new Set(literals.map(valueKey));
  return (value) => keys.has(valueKey(value ?? null));
}

const exists: Operator = (operand, { locate }) => {
  const present = anyValue(locate, (value) => value !== undefined);
  return isTrue(operand) ? present : negated(present);
};

const isTrue = (operand: unknown) =>
  isNumeric(operand) ? toDouble(operand) !== 0 : operand !== false && operand !== null && operand !== undefined;

const size: Operator = (operand, { locate }) => {
  const count = toWhole(operand);
  if (count === undefined) throw badValue(`Failed to parse $size. Expected an integer: $size: ${show(operand)}`);
  if (count < 0n) throw badValue(`Failed to parse $size. Expected a non-negative number in: $size: ${show(operand)}`);
  return anyValue(locate, (value) => Array.isArray(value) && BigInt(value.length) === count, true);
};

const mod: Operator = (operand, { locate }) => {
  if (!Array.isArray(operand)) throw badValue('malformed mod, needs to be an array');
  if (operand.length < 2) throw badValue('malformed mod, not enough elements');
  if (operand.length > 2) throw badValue('malformed mod, too many elements');
  const [divisor, remainder] = operand.map((part) => (isNumeric(part) ? truncated(part) : undefined));
  if (divisor === undefined) throw badValue('malformed mod, divisor not a number');
  if (remainder === undefined) throw badValue('malformed mod, remainder not a number');
  if (divisor === 0n) throw badValue('divisor cannot be 0');
  return anyValue(locate, (value) => {
    const dividend = isNumeric(value) ? truncated(value) : undefined;
    return dividend !== undefined && dividend % divisor === remainder;
  });
};

/** `$type` numbers of the BSON specification. */
const TYPE_NUMBERS = new Map<number, TypeName>([
  [1, 'double'],
  [2, 'string'],
  [3, 'object'],
  [4, 'array'],
  [5, 'binData'],
  [6, 'undefined'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [10, 'null'],
  [11, 'regex'],
  [12, 'dbPointer'],
  [13, 'javascript'],
  [14, 'symbol'],
  [15, 'javascriptWithScope'],
  [16, 'int'],
  [17, 'timestamp'],
  [18, 'long'],
  [19, 'decimal'],
  [-1, 'minKey'],
  [127, 'maxKey'],
]);
const TYPE_NAMES = new Set<unknown>(TYPE_NUMBERS.values());

const type: Operator = (operand, { locate }) => {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typesNamed));
  if (wanted.size === 0) throw failedToParse('$type must match at least one type');
  return anyValue(locate, (value) => value !== undefined && wanted.has(typeOf(value)));
};

function typesNamed(name: unknown): TypeName[] {
  if (name === 'number') return ['int', 'long', 'double', 'decimal'];
  if (typeof name === 'string') {
    if (TYPE_NAMES.has(name)) return [name as TypeName];
    throw badValue(`Unknown type name alias: ${name}`);
  }
  if (!isNumeric(name)) throw typeMismatch('type must be represented as a number or a string');
  const named = TYPE_NUMBERS.get(toDouble(name));
  if (!named) throw badValue(`Invalid numerical type code: ${show(name)}`);
  return [named];
}

const regex: Operator = (operand, { locate, operators }) =>
  anyValue(locate, regexTest(operand, field(operators, '$options')));

const options: Operator = (_operand, { operators }) => {
  if (field(operators, '$regex') === undefined) throw badValue('$options needs a $regex');
  return () => true;
};

const notEqual: Operator = (operand, { locate }) => {
  if (typeOf(operand) === 'regex') throw badValue("Can't have regex as arg to $ne.");
  return negated(anyValue(locate, equalityTest(operand)));
};

/** The operators that test values; those that hold other conditions are in `filter.ts`. */
export const VALUE_OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['$eq', (operand, { locate }) => anyValue(locate, equalityTest(operand))],
  ['$ne', notEqual],
  ['$gt', ordered('$gt', (order) => order > 0)],
  ['$gte', ordered('$gte', (order) => order >= 0)],
  ['$lt', ordered('$lt', (order) => order < 0)],
  ['$lte', ordered('$lte', (order) => order <= 0)],
  ['$in', membership],
  ['$nin', (operand, { locate }) => negated(anyValue(locate, memberTest(operand, '$nin')))],
  ['$exists', exists],
  ['$type', type],
  ['$size', size],
  ['$mod', mod],
  ['$regex', regex],
  ['$options', options],
]);
