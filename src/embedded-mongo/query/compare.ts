import { Binary, type BSONRegExp, type Code, type ObjectId, type Timestamp } from 'bson';
import { compareNumbers, numberKey } from './number.ts';
import { type Document, fieldsOf, type TypeName, typeOf } from './value.ts';

export { indexValues, valuesAt } from './path.ts';

/** MongoDB's order of types; types of one rank compare by value (manual: *Comparison/Sort Order*). */
const RANKS: Record<TypeName, number> = {
  minKey: -1,
  undefined: 0,
  null: 5,
  int: 10,
  long: 10,
  double: 10,
  decimal: 10,
  string: 15,
  symbol: 15,
  object: 20,
  array: 25,
  binData: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  dbPointer: 55,
  javascript: 60,
  javascriptWithScope: 65,
  maxKey: 127,
};

/** A type's place in the order; values of equal rank are comparable to each other by value. */
export const rankOf = (value: unknown): number => RANKS[typeOf(value)];

/** BSON comparison order over all types: negative, 0 or positive. A total order; `undefined` (missing) sorts below null. */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  const rank = rankOf(a);
  return rank - rankOf(b) || compareWithin(rank, a, b);
}

/** Equal as MongoDB compares: `1` equals `1.0`, NaN equals NaN, and the order of a document's fields counts. */
export const equalValues = (a: unknown, b: unknown): boolean => compareValues(a, b) === 0;

/** Equal, and of the same types throughout: storing one over the other changes nothing. */
export function identicalValues(a: unknown, b: unknown): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (type === 'decimal') return String(a) === String(b);
  if (type === 'array') return identicalLists(a as unknown[], b as unknown[]);
  if (type === 'object') return identicalLists(fieldsOf(a as Document).flat(), fieldsOf(b as Document).flat());
  return compareValues(a, b) === 0;
}

const identicalLists = (a: unknown[], b: unknown[]) =>
  a.length === b.length && a.every((value, index) => identicalValues(value, b[index]));

/** A text that is equal for two values exactly when they are equal: for grouping and sets. */
export function valueKey(value: unknown): string {
  const rank = rankOf(value);
  if (rank === 10) return numberKey(value);
  if (rank === 15) return JSON.stringify(String(value));
  if (rank === 20) {
    const fields = fieldsOf(value as Document).map(([name, inner]) => `${JSON.stringify(name)}:${valueKey(inner)}`);
    return `{${fields.join()}}`;
  }
  if (rank === 25) return `[${(value as unknown[]).map(valueKey).join()}]`;
  return `${rank}(${scalarKey(rank, value)})`;
}

function scalarKey(rank: number, value: unknown): string {
  if (rank === 30) return `${subtypeOf(value)}:${Buffer.from(bytesOf(value)).toString('base64')}`;
  if (rank === 40) return String(Boolean(value));
  if (rank === 45) return String((value as Date).getTime());
  if (rank === 47) return String(value);
  if (rank === 50) return JSON.stringify(regexParts(value));
  if (rank === 60 || rank === 65) return JSON.stringify((value as Code).code) + valueKey(scopeOf(value));
  return rank === 35 ? String(value) : '';
}

function compareWithin(rank: number, a: unknown, b: unknown): number {
  switch (rank) {
    case 10:
      return compareNumbers(a, b);
    case 15:
      return compareStrings(String(a), String(b));
    case 20:
      return compareDocuments(a as Document, b as Document);
    case 25:
      return compareLists(a as unknown[], b as unknown[]);
    case 30:
      return compareBinary(a, b);
    case 35:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case 40:
      return Number(a) - Number(b);
    case 45:
      return sign((a as Date).getTime(), (b as Date).getTime());
    case 47:
      return (a as Timestamp).compare(b as Timestamp);
    case 50:
      return compareRegexes(a, b);
    case 60:
    case 65:
      return compareStrings((a as Code).code, (b as Code).code) || compareValues(scopeOf(a), scopeOf(b));
    default:
      return 0;
  }
}

/** By UTF-8 bytes, which is by code point: only surrogates order differently in UTF-16. */
function compareStrings(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index += 1) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return codePointOrder(left) - codePointOrder(right);
  }
  return a.length - b.length;
}

const codePointOrder = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** Field by field: type, then name, then value; the one that ends first is smaller. */
function compareDocuments(a: Document, b: Document): number {
  const [left, right] = [fieldsOf(a), fieldsOf(b)];
  for (const [index, [name, value]] of left.entries()) {
    const other = right[index];
    if (!other) return 1;
    const order = rankOf(value) - rankOf(other[1]) || compareStrings(name, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareLists(a: unknown[], b: unknown[]): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index += 1) {
    const order = compareValues(a[index], b[index]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareBinary(a: unknown, b: unknown): number {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  return left.length - right.length || subtypeOf(a) - subtypeOf(b) || Buffer.compare(left, right);
}

const bytesOf = (value: unknown): Uint8Array =>
  value instanceof Uint8Array ? value : (value as Binary).buffer.subarray(0, (value as Binary).position);

const subtypeOf = (value: unknown): number =>
  value instanceof Uint8Array ? Binary.SUBTYPE_DEFAULT : (value as Binary).sub_type;

const scopeOf = (value: unknown): unknown => (value as Code).scope ?? undefined;

function compareRegexes(a: unknown, b: unknown): number {
  const [left, right] = [regexParts(a), regexParts(b)];
  return compareStrings(left[0], right[0]) || compareStrings(left[1], right[1]);
}

/** Pattern and BSON options (`imsx`, sorted). The driver sends a native expression's `g` as `s`, so that is what `g` means. */
export function regexParts(value: unknown): [pattern: string, options: string] {
  if (!(value instanceof RegExp)) return [(value as BSONRegExp).pattern, (value as BSONRegExp).options];
  const options = [value.ignoreCase && 'i', value.multiline && 'm', (value.dotAll || value.global) && 's'];
  return [value.source, options.filter(Boolean).join('')];
}

const sign = (a: number, b: number): number =>
  a < b ? -1 : a > b ? 1 : Number(Number.isNaN(b)) - Number(Number.isNaN(a));
