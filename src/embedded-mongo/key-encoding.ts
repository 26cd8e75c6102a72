import { createHash } from 'node:crypto';
import type { Binary, Code, ObjectId, Timestamp } from 'bson';
import { rankOf, regexParts } from './query/compare.ts';
import { compareNumbers, numberKey, toDouble } from './query/number.ts';
import { type Document, fieldsOf } from './query/value.ts';

/**
 * Values as bytes whose order (memcmp) is MongoDB's order of the values, equal exactly when the values are equal, and none a
 * prefix of another: keys of several values are their concatenation. Descending values have all bits inverted.
 */
const HASH_BYTES = 32;
const DIGITS_END = 0;

let out = Buffer.allocUnsafe(4096);
let length = 0;

/** The bytes of one value, not shortened. */
export function encodeKey(value: unknown): Buffer {
  length = 0;
  writeValue(value);
  return taken();
}

/**
 * One field of an index key, at most `limit` bytes. A longer one keeps its beginning and a hash of the whole: still equal for
 * equal values, in order only by its beginning (`shortened`).
 */
export function encodeField(value: unknown, direction: 1 | -1, limit: number): { bytes: Buffer; shortened: boolean } {
  const full = encodeKey(value);
  const shortened = full.length > limit - HASH_BYTES;
  const bytes = shortened ? Buffer.concat([beginning(full, limit), createHash('sha256').update(full).digest()]) : full;
  return { bytes: direction === 1 ? bytes : inverted(bytes), shortened };
}

/** The part of a bound that keys of limited length keep in order. */
export const beginning = (full: Buffer, limit: number): Buffer => full.subarray(0, limit - HASH_BYTES);

/** The byte that keys of this value's type start with; the types of one rank (all numbers) share it. */
export const typeByte = (value: unknown): Buffer => Buffer.of(rankOf(value) + 2);

export function inverted(bytes: Buffer): Buffer {
  const result = Buffer.allocUnsafe(bytes.length);
  for (let index = 0; index < bytes.length; index += 1) result[index] = ~(bytes[index] ?? 0);
  return result;
}

/** The first key after all those that begin with `prefix`. */
export function afterPrefix(prefix: Buffer): Buffer {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end -= 1;
  const result = Buffer.from(prefix.subarray(0, end));
  result[end - 1] = (result[end - 1] ?? 0) + 1;
  return result;
}

function taken(): Buffer {
  const bytes = Buffer.from(out.subarray(0, length));
  if (out.length > 1 << 20) out = Buffer.allocUnsafe(4096);
  return bytes;
}

function room(extra: number): void {
  if (length + extra <= out.length) return;
  const grown = Buffer.allocUnsafe(Math.max(out.length * 2, length + extra));
  out.copy(grown, 0, 0, length);
  out = grown;
}

function writeByte(byte: number): void {
  room(1);
  out[length] = byte;
  length += 1;
}

function writeBytes(bytes: Uint8Array): void {
  room(bytes.length);
  out.set(bytes, length);
  length += bytes.length;
}

function writeUint32(value: number): void {
  room(4);
  length = out.writeUInt32BE(value >>> 0, length);
}

function writeValue(value: unknown): void {
  const rank = rankOf(value);
  writeByte(rank + 2);
  writeContent(rank, value);
}

const CONTENT = new Map<number, (value: unknown) => void>([
  [10, writeNumber],
  [15, (value) => writeText(String(value))],
  [20, (value) => writeDocument(value as Document)],
  [25, (value) => writeArray(value as unknown[])],
  [30, (value) => writeBinary(value as Binary | Uint8Array)],
  [35, (value) => writeBytes((value as ObjectId).id)],
  [40, (value) => writeByte(value ? 1 : 0)],
  [45, (value) => writeDate((value as Date).getTime())],
  [47, (value) => writeTimestamp(value as Timestamp)],
  [50, (value) => regexParts(value).forEach(writeText)],
  [60, (value) => writeCode(value as Code)],
  [65, (value) => writeCode(value as Code)],
]);

const writeContent = (rank: number, value: unknown) => CONTENT.get(rank)?.(value);

/** UTF-8; a NUL inside becomes 00 FF, so that the end (00 01) is smaller than whatever may follow. */
function writeText(text: string): void {
  room(text.length * 3 + 2);
  if (text.includes('\0')) {
    for (const byte of Buffer.from(text)) {
      writeByte(byte);
      if (byte === 0) writeByte(0xff);
    }
  } else length += out.write(text, length);
  writeByte(0);
  writeByte(1);
}

/** Field by field: type, then name, then value. */
function writeDocument(value: Document): void {
  for (const [name, inner] of fieldsOf(value)) {
    const rank = rankOf(inner);
    writeByte(rank + 2);
    writeText(name);
    writeContent(rank, inner);
  }
  writeByte(0);
}

function writeArray(elements: unknown[]): void {
  for (const element of elements) writeValue(element);
  writeByte(0);
}

function writeTimestamp(value: Timestamp): void {
  writeUint32(value.high);
  writeUint32(value.low);
}

function writeCode(value: Code): void {
  writeText(value.code);
  writeValue(value.scope ?? undefined);
}

/** Length, then subtype, then bytes, as MongoDB compares binaries. */
function writeBinary(value: Binary | Uint8Array): void {
  const bytes = value instanceof Uint8Array ? value : value.buffer.subarray(0, value.position);
  writeUint32(bytes.length);
  writeByte(value instanceof Uint8Array ? 0 : value.sub_type);
  writeBytes(bytes);
}

function writeDate(time: number): void {
  const high = Math.floor(time / 2 ** 32);
  writeUint32(Number.isNaN(time) ? 0 : high + 2 ** 31);
  writeUint32(Number.isNaN(time) ? 0 : time - high * 2 ** 32);
}

/** The nearest double, then which side of it the exact value lies on, then (only if not on it) the exact digits. */
function writeNumber(value: unknown): void {
  const double = toDouble(value);
  writeDouble(double);
  const side = Number.isNaN(double) ? 0 : Math.sign(compareNumbers(value, double));
  writeByte(0x80 + side);
  if (side !== 0) writeDigits(numberKey(value));
}

function writeDouble(value: number): void {
  room(8);
  out.writeDoubleBE(value === 0 ? 0 : value, length);
  const first = out[length] ?? 0;
  if (Number.isNaN(value)) out.fill(0, length, length + 8);
  else if (first < 0x80) out[length] = first ^ 0x80;
  else for (let index = length; index < length + 8; index += 1) out[index] = ~(out[index] ?? 0);
  length += 8;
}

/** `numberKey` of a number no double holds: digits without trailing zeros, `e`, exponent. Larger magnitudes come later, or earlier below zero. */
function writeDigits(key: string): void {
  const [, sign, digits = '', exponent] = /^(-?)(\d+)e(-?\d+)$/.exec(key) ?? [];
  const start = length;
  writeUint32(2 ** 31 + Number(exponent) + digits.length);
  writeBytes(Buffer.from(digits));
  writeByte(DIGITS_END);
  if (sign) out.set(inverted(out.subarray(start, length)), start);
}
