import {
  Binary,
  BSONRegExp,
  Decimal128,
  Double,
  deserialize,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Document, documentOf } from '../../../src/embedded-mongo/query/value.ts';

/** A document as the server decodes it: numbers keep their BSON types. */
export const bson = (document: Document): Document =>
  deserialize(serialize(document), { promoteValues: false, bsonRegExp: true });

export const int = (value: number) => new Int32(value);
export const long = (value: number | bigint) => Long.fromString(String(value));
export const double = (value: number) => new Double(value);
export const decimal = (value: string) => Decimal128.fromString(value);

export const DAY = new Date('2026-11-24T10:00:00.000Z');
export const ID = new ObjectId('6b06a63949d6dd984ca4f857');

/** One stored document per kind of value of the field `v`. */
export const KINDS: Record<string, Document> = {
  int: { v: int(5) },
  long: { v: long(5) },
  double: { v: double(5) },
  decimal: { v: decimal('5') },
  half: { v: double(5.5) },
  nan: { v: double(Number.NaN) },
  text: { v: 'five' },
  blank: { v: '' },
  yes: { v: true },
  no: { v: false },
  date: { v: DAY },
  time: { v: new Timestamp({ t: 5, i: 1 }) },
  id: { v: ID },
  bytes: { v: new Binary(Buffer.from('five')) },
  pattern: { v: new BSONRegExp('five', 'i') },
  null: { v: null },
  missing: {},
  object: { v: { x: int(1), y: int(2) } },
  swapped: { v: { y: int(2), x: int(1) } },
  list: { v: [int(5), int(6)] },
  nested: { v: [[int(5)]] },
  empty: { v: [] },
  least: { v: new MinKey() },
  most: { v: new MaxKey() },
};

/** Runs something that must be refused, and checks MongoDB's code and a part of the text. */
export function expectRefusal(run: () => unknown, code: number, text = ''): void {
  expect(run).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));
}

/** Field names, among them those that would reach Object.prototype. */
export const fieldName: fc.Arbitrary<string> = fc.constantFrom(
  'a',
  'b',
  'c',
  '0',
  '1',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
);

/** A few neighbouring numbers in all types, so that equal and unequal ones meet. */
export const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map(int),
  fc.integer({ min: -3, max: 3 }).map(long),
  fc.constantFrom(0n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n).map(long),
  fc.constantFrom(-1.5, -0, 0, 0.1, 1, 2.5, 2 ** 53, 2 ** 63, 1e300, Infinity, -Infinity, Number.NaN).map(double),
  fc.double().map(double),
  fc
    .constantFrom(
      '0',
      '0.0',
      '0.1',
      '1',
      '1.00',
      '2.5',
      '9007199254740993',
      '1E+300',
      '1E+6000',
      '-1E+6000',
      '1E-6000',
      'NaN',
      'Infinity',
      '-Infinity',
    )
    .map(decimal),
);

const scalar: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: number },
  { weight: 2, arbitrary: fc.constantFrom('', 'a', 'b', 'ab', '\uFFFD', '\u{1F600}') },
  fc.constantFrom<unknown>(null, true, false, DAY, new Date(0), ID, new MinKey(), new MaxKey()),
  fc.constantFrom<unknown>(
    new Timestamp({ t: 1, i: 1 }),
    new Binary(Buffer.from([1])),
    new Binary(Buffer.from([1]), 5),
  ),
  fc.constantFrom<unknown>(new BSONRegExp('a', 'i'), new BSONRegExp('b')),
);

const { value: anyValue, document: anyDocument } = fc.letrec<{ value: unknown; document: Document }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('document'),
  ),
  document: fc
    .uniqueArray(fc.tuple(fieldName, tie('value')), { maxLength: 3, selector: ([name]) => name })
    .map(documentOf),
}));

export const value = anyValue;
export const document = anyDocument;

/** Dotted paths of one to three parts. */
export const path = fc.array(fieldName, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
