import { mongo } from 'mongoose';
import { refused } from '../../core/errors.ts';

/** A stored document as the driver gives it. */
export type Stored = mongo.Document & { _id: string };

const { EJSON } = mongo.BSON;
/** Types as they are: a long stays a long. */
const exact = { relaxed: false };

/**
 * The document as one line of JSON: numbers, texts, truth values and null as they are, everything else that BSON has as MongoDB's
 * Extended JSON v2, canonical (`{"$date":{"$numberLong":"…"}}`).
 * @throws RollcallError `foreign-document` (show) for a field that begins with `$`, which Rollcall never writes.
 */
export const documentText = (document: Stored): string =>
  JSON.stringify(isJson(document) ? document : extended(document, document._id));

/** What `documentText` was given. @throws Error for a text that no document gives. */
export function documentOf(text: string): Stored {
  const value: unknown = JSON.parse(text);
  const document = text.includes('"$') ? revived(value) : value;
  if (!isPlain(document) || typeof document._id !== 'string') throw new Error('no document with a text as its _id');
  return document as Stored;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isJsonNumber = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0);

/** Nearly every document: nothing in it needs a second look. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return isJsonNumber(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isJson);
  if (!isPlain(value)) return false;
  for (const key in value) if (key.startsWith('$') || !isJson(value[key])) return false;
  return true;
}

function extended(value: unknown, id: string): unknown {
  if (typeof value === 'number' && !isJsonNumber(value))
    return { $numberDouble: Object.is(value, -0) ? '-0.0' : String(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => extended(item, id));
  if (!isPlain(value)) return EJSON.serialize(value, exact);
  const foreign = Object.keys(value).find((key) => key.startsWith('$'));
  if (foreign !== undefined) throw foreignField(foreign, id);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, extended(member, id)]));
}

function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revived);
  if (!Object.keys(value).some((key) => key.startsWith('$')))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revived(member)]));
  const typed: unknown = EJSON.deserialize(value, exact);
  if (isPlain(typed)) throw new Error('a value of an unknown type');
  return typed;
}

const foreignField = (field: string, id: string) =>
  refused(
    'foreign-document',
    `the document ${id} has a field ${field}, which Rollcall never writes`,
    'Find out who writes to the store beside Rollcall, and take the field out.',
  );
