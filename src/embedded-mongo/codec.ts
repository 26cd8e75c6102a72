import { deserialize, serialize } from 'bson';
import { pick } from './elements.ts';
import { MongoError } from './mongo-error.ts';
import { type Document, field, setField } from './query/value.ts';

/** MongoDB's limit on one document. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const HEADROOM_BYTES = 16 * 1024;

/** Numbers keep their BSON types: a long 5 read and written back stays a long. */
export function decode(raw: Uint8Array): Document {
  const options = {
    promoteValues: false,
    promoteLongs: false,
    promoteBuffers: false,
    bsonRegExp: true,
    validation: { utf8: false },
  };
  try {
    return deserialize(raw, options);
  } catch (error) {
    throw new MongoError(22, 'InvalidBSON', `the document cannot be read: ${String(error)}`);
  }
}

/** Only these top-level fields; all where the names are not known. */
export const decodePart = (raw: Buffer, names: ReadonlySet<string> | undefined): Document =>
  decode(names === undefined ? raw : pick(raw, names));

/** @throws MongoError 10334 for what cannot be stored or sent: over 16 MB (replies: a little more), or not BSON. */
export function encode(document: Document): Buffer {
  try {
    const bytes = serialize(document, { ignoreUndefined: true });
    if (bytes.length > MAX_DOCUMENT_BYTES + HEADROOM_BYTES) throw tooLarge(bytes.length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw error;
  }
}

/** A document to be stored: `_id` first, at most 16 MB. */
export function encodeStored(document: Document): Buffer {
  const raw = encode(withIdFirst(document));
  if (raw.length > MAX_DOCUMENT_BYTES) throw tooLarge(raw.length);
  return raw;
}

export function withIdFirst(document: Document): Document {
  if (Object.keys(document)[0] === '_id') return document;
  const result: Document = { _id: field(document, '_id') };
  for (const [name, value] of Object.entries(document)) if (name !== '_id') setField(result, name, value);
  return result;
}

export const tooLarge = (bytes?: number) =>
  new MongoError(
    10334,
    'BSONObjectTooLarge',
    `BSONObj size${bytes ? `: ${bytes}` : ''} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES} (16 MB)`,
  );

/**
 * The reply `{ cursor: { <batch>: [...], id, ns }, ok: 1 }` around documents that are BSON already: they are not decoded again.
 */
export function encodeCursorReply(
  batch: 'firstBatch' | 'nextBatch',
  documents: Buffer[],
  id: bigint,
  ns: string,
): Buffer {
  const items = documents.flatMap((raw, index) => [Buffer.from(`\x03${index}\0`), raw]);
  const array = document(items);
  const number = Buffer.alloc(8);
  number.writeBigInt64LE(id);
  const name = Buffer.from(ns);
  const size = Buffer.alloc(4);
  size.writeInt32LE(name.length + 1);
  const cursor = document([
    Buffer.from(`\x04${batch}\0`),
    array,
    Buffer.from('\x12id\0'),
    number,
    Buffer.from('\x02ns\0'),
    size,
    name,
    Buffer.of(0),
  ]);
  return document([Buffer.from('\x03cursor\0'), cursor, Buffer.from('\x01ok\0'), ONE]);
}

const ONE = Buffer.alloc(8);
ONE.writeDoubleLE(1);

function document(parts: Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 5);
  const size = Buffer.alloc(4);
  size.writeInt32LE(length);
  return Buffer.concat([size, ...parts, Buffer.of(0)], length);
}
