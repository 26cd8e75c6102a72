import type { DBRef } from 'bson';

/** A decoded BSON document. `undefined` as a value means *missing*, here and in all of `query/`. */
export type Document = Record<string, unknown>;

/** MongoDB's names of the BSON types, as `$type` takes them. */
export type TypeName =
  | 'minKey'
  | 'undefined'
  | 'null'
  | 'int'
  | 'long'
  | 'double'
  | 'decimal'
  | 'string'
  | 'symbol'
  | 'object'
  | 'array'
  | 'binData'
  | 'objectId'
  | 'bool'
  | 'date'
  | 'timestamp'
  | 'regex'
  | 'dbPointer'
  | 'javascript'
  | 'javascriptWithScope'
  | 'maxKey';

const CLASSES: ReadonlyMap<unknown, TypeName> = new Map<unknown, TypeName>([
  ['Int32', 'int'],
  ['Long', 'long'],
  ['Double', 'double'],
  ['Decimal128', 'decimal'],
  ['BSONSymbol', 'symbol'],
  ['Binary', 'binData'],
  ['ObjectId', 'objectId'],
  ['Timestamp', 'timestamp'],
  ['BSONRegExp', 'regex'],
  ['Code', 'javascript'],
  ['MinKey', 'minKey'],
  ['MaxKey', 'maxKey'],
]);

/** The BSON type a value is or would be encoded as: a native whole number within 32 bits is an int, any other a double. */
export function typeOf(value: unknown): TypeName {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
      return (value | 0) === value && !Object.is(value, -0) ? 'int' : 'double';
    case 'bigint':
      return 'long';
    case 'object':
      return value === null ? 'null' : objectType(value);
    default:
      return 'undefined';
  }
}

function objectType(value: object): TypeName {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof RegExp) return 'regex';
  if (value instanceof Uint8Array) return 'binData';
  // A stored field of that name must not pass for a BSON class: theirs sits on the prototype.
  const tag = '_bsontype' in value && !Object.hasOwn(value, '_bsontype') ? value._bsontype : undefined;
  const name = CLASSES.get(tag) ?? 'object';
  return name === 'javascript' && 'scope' in value && value.scope ? 'javascriptWithScope' : name;
}

/** Whether a value is a document. A DBRef, which the decoder makes of `{ $ref, $id }`, is one. */
export const isDocument = (value: unknown): value is Document => typeOf(value) === 'object';

export const isNumeric = (value: unknown): boolean => {
  const type = typeOf(value);
  return type === 'int' || type === 'double' || type === 'long' || type === 'decimal';
};

/** The fields of a document in order; a DBRef gives `$ref`, `$id`, `$db` and its other fields. */
export function fieldsOf(value: Document): [string, unknown][] {
  return Object.entries(plain(value));
}

/** One own field; never one inherited from Object.prototype. */
export function field(value: Document, name: string): unknown {
  const document = plain(value);
  return Object.hasOwn(document, name) ? document[name] : undefined;
}

/** Sets an own field in place, `__proto__` too. */
export function setField(target: Document, name: string, value: unknown): void {
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

/** A shallow copy with the same fields in the same order. */
export const copyOf = (value: Document): Document => ({ ...plain(value) });

/** A document of these fields, in order, without the missing ones. */
export function documentOf(fields: Iterable<readonly [string, unknown]>): Document {
  const result: Document = {};
  for (const [name, value] of fields) if (value !== undefined) setField(result, name, value);
  return result;
}

function plain(value: Document): Document {
  const isReference = '_bsontype' in value && value._bsontype === 'DBRef' && !Object.hasOwn(value, '_bsontype');
  return isReference ? { ...(value as unknown as DBRef).toJSON() } : value;
}

/** The type as aggregations name it. */
export const typeNameOf = (value: unknown): TypeName | 'missing' => (value === undefined ? 'missing' : typeOf(value));

/** A value for an error message, short. */
export function show(value: unknown, depth = 3): string {
  const type = typeOf(value);
  if (type === 'object' || type === 'array')
    return depth === 0 ? '…' : showAll(value as Document | unknown[], depth - 1);
  if (type === 'string') return JSON.stringify(value);
  if (type === 'objectId') return `ObjectId('${String(value)}')`;
  if (type === 'date') return `new Date(${(value as Date).getTime()})`;
  return String(value);
}

const MOST_SHOWN = 10;

function showAll(value: Document | unknown[], depth: number): string {
  const parts = Array.isArray(value)
    ? value.slice(0, MOST_SHOWN).map((element) => show(element, depth))
    : fieldsOf(value)
        .slice(0, MOST_SHOWN)
        .map(([name, inner]) => `${name}: ${show(inner, depth)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return parts.length === 0 ? `${open}${close}` : `${open} ${parts.join(', ')} ${close}`;
}

/** `_id: 1`, as MongoDB's messages name a document. */
export const idText = (document: Document): string => {
  const id = field(document, '_id');
  return id === undefined ? 'no id' : `_id: ${show(id)}`;
};
