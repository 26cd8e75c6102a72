import { badValue, MongoError, typeMismatch } from './mongo-error.ts';
import { toCount } from './query/number.ts';
import { type Document, field, isDocument, isNumeric, typeOf } from './query/value.ts';

/** Reads the arguments of a command; each throws MongoDB's own error (14 TypeMismatch …) naming the field. */

const wrongType = (name: string, value: unknown, expected: string) =>
  typeMismatch(`BSON field '${name}' is the wrong type '${typeOf(value)}', expected type '${expected}'`);

const given = (command: Document, name: string): unknown => field(command, name) ?? undefined;

export function documentAt(command: Document, name: string): Document | undefined {
  const value = given(command, name);
  if (value === undefined || isDocument(value)) return value;
  throw wrongType(name, value, 'object');
}

export function arrayAt(command: Document, name: string): unknown[] | undefined {
  const value = given(command, name);
  if (value === undefined || Array.isArray(value)) return value;
  throw wrongType(name, value, 'array');
}

export function documentsAt(command: Document, name: string): Document[] {
  const values = arrayAt(command, name);
  if (!values) throw missing(name);
  for (const [index, value] of values.entries())
    if (!isDocument(value)) throw wrongType(`${name}.${index}`, value, 'object');
  return values as Document[];
}

export function flagAt(command: Document, name: string, otherwise = false): boolean {
  const value = given(command, name);
  if (value === undefined) return otherwise;
  if (typeof value === 'boolean') return value;
  if (isNumeric(value)) return toCount(value) !== 0;
  throw wrongType(name, value, 'bool');
}

/** A whole number of at least 0; `otherwise` when absent. */
export function countAt(command: Document, name: string, otherwise = 0): number {
  const value = wholeAt(command, name) ?? otherwise;
  if (value < 0)
    throw new MongoError(51024, 'Location51024', `BSON field '${name}' value must be >= 0, actual value '${value}'`);
  return value;
}

export function wholeAt(command: Document, name: string): number | undefined {
  const value = given(command, name);
  if (value === undefined) return undefined;
  if (!isNumeric(value)) throw wrongType(name, value, 'long');
  const count = toCount(value);
  if (count === undefined) throw badValue(`${name} must be a whole number`);
  return count;
}

export function textAt(command: Document, name: string): string {
  const value = given(command, name);
  if (value === undefined) throw missing(name);
  if (typeof value !== 'string') throw wrongType(name, value, 'string');
  return value;
}

/** The collection that a command names as its own value: `{ find: 'people' }`. */
export function collectionAt(command: Document, name: string): string {
  const value = given(command, name);
  if (typeof value !== 'string') throw invalidNamespace(`collection name has invalid type ${typeOf(value)}`);
  if (value === '' || /[$\0]|^\.|\.$|^system\./.test(value))
    throw invalidNamespace(`Invalid collection name: '${value}'`);
  return value;
}

const invalidNamespace = (message: string) => new MongoError(73, 'InvalidNamespace', message);

export const missing = (name: string) =>
  new MongoError(40414, 'Location40414', `BSON field '${name}' is missing but a required field`);

export const unknownField = (name: string) =>
  new MongoError(40415, 'Location40415', `BSON field '${name}' is an unknown field.`);
