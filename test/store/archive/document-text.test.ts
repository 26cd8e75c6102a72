import fc from 'fast-check';
import { mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { documentOf, documentText, type Stored } from '../../../src/store/archive/document-text.ts';

const { deserialize, serialize } = mongo.BSON;
const id = fc.uint8Array({ minLength: 12, maxLength: 12 });
/** Whatever BSON has and a driver may give. */
const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, -0, 2 ** 53, Number.NaN, '$date', '{"$numberLong":"1"}', '\u2028', '\n', '\ufffd', 'Zoë 😀'),
  fc.date({ noInvalidDate: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => mongo.Long.fromBigInt(value)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => new mongo.Binary(bytes)),
  id.map((bytes) => new mongo.ObjectId(bytes)),
  fc.constantFrom(new mongo.Decimal128('1.10'), new mongo.Timestamp({ t: 1, i: 2 }), new mongo.MinKey(), /a"b/i),
);
const key = fc.oneof(
  fc.string().filter((name) => !name.startsWith('$') && !name.includes('\0')),
  fc.constantFrom('__proto__', 'a.b', '7', 'constructor', ''),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
  ),
}));
/** As it comes from a store. */
const stored = fc
  .dictionary(key, tree, { maxKeys: 5 })
  .map((fields) => deserialize(serialize({ ...fields, _id: 'x' })) as Stored);

describe('the text of a document', () => {
  it('gives the same document again, of whatever types it is', () => {
    fc.assert(
      fc.property(stored, (document) => {
        const text = documentText(document);
        expect(text).not.toContain('\n');
        const again = deserialize(serialize(documentOf(text)));
        expect(Buffer.compare(serialize(again), serialize(document))).toBe(0);
        expect(documentText(again as Stored)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('is plain JSON for what is plain, and extended JSON for what is not', () => {
    const purgeAfter = new Date(1_700_000_000_000);
    expect(documentText({ _id: 'a', at: 1_700_000_000_000, ratio: 0.5, none: null, list: [true, 'x'] })).toBe(
      '{"_id":"a","at":1700000000000,"ratio":0.5,"none":null,"list":[true,"x"]}',
    );
    expect(documentText({ _id: 'a', purgeAfter })).toBe(
      '{"_id":"a","purgeAfter":{"$date":{"$numberLong":"1700000000000"}}}',
    );
  });

  it('is refused for a field that would be taken for a type', () => {
    const refusal = expect.objectContaining({ code: 'foreign-document', message: expect.stringContaining('$date') });
    expect(() => documentText({ _id: 'a', nested: [{ $date: 'soon' }] })).toThrow(refusal);
  });

  it('is no document without a text as its id, or with a type nobody knows', () => {
    for (const text of ['{}', '{"_id":1}', '[]', 'null', '{"_id":"a","b":{"$odd":1}}', '{"_id":"a"} ,', '{"_id":"a"'])
      expect(() => documentOf(text), text).toThrow();
  });
});
