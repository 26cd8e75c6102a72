import { ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import { upsertDocument } from '../../../src/embedded-mongo/query/update.ts';
import type { Document } from '../../../src/embedded-mongo/query/value.ts';
import { bson, DAY, expectRefusal, ID, long } from './samples.ts';

const inserted = (filter: Document, update: Document | Document[], arrayFilters: Document[] = []) => {
  const { _id, ...rest } = upsertDocument(filter, update, arrayFilters, DAY);
  expect(_id).toBeInstanceOf(ObjectId);
  return rest;
};

describe('upsertDocument', () => {
  it.each<[string, Document, Document | Document[], Document]>([
    ['equalities and the update', { a: 1, b: { $eq: 'x' } }, { $set: { c: 2 } }, { a: 1, b: 'x', c: 2 }],
    ['$setOnInsert', { a: 1 }, { $setOnInsert: { c: 2 }, $inc: { n: 3 } }, { a: 1, c: 2, n: 3 }],
    [
      '$and, $or of one, lists of one',
      { $and: [{ a: 1 }, { $or: [{ b: 2 }] }], c: { $in: [3] }, d: { $all: [4] } },
      { $set: { z: 1 } },
      { a: 1, b: 2, c: 3, d: 4, z: 1 },
    ],
    ['dotted paths', { 'a.b': 1, 'a.c': 2 }, { $set: { 'a.d': 3 } }, { a: { b: 1, c: 2, d: 3 } }],
    [
      'no other conditions',
      { a: { $gt: 1 }, b: { $in: [1, 2] }, c: /x/, $or: [{ d: 1 }, { e: 1 }], $nor: [{ f: 1 }], g: { $exists: false } },
      { $set: { z: 1 } },
      { z: 1 },
    ],
    ['the equality within a condition', { a: { $gte: 1, $eq: 5 } }, { $set: { z: 1 } }, { a: 5, z: 1 }],
    ['a replacement takes no equalities', { a: 1 }, { b: 2 }, { b: 2 }],
    ['a pipeline sees the equalities', { a: 1 }, [{ $set: { b: { $add: ['$a', 1] } } }], { a: 1, b: 2 }],
    ['an update over an equality', { a: 1 }, { $set: { a: 2 } }, { a: 2 }],
    ['$push on a missing list', { a: 1 }, { $push: { l: 1 }, $currentDate: { at: true } }, { a: 1, l: [1], at: DAY }],
    ['null', { a: null }, { $set: { z: 1 } }, { a: null, z: 1 }],
    ['$unset of an equality', { a: 1, b: 2 }, { $unset: { a: 1 } }, { b: 2 }],
    ['array filters over an equality', { a: [1, 2] }, { $set: { 'a.$[]': 0 } }, { a: [0, 0] }],
  ])('%s', (_name, filter, update, expected) => {
    expect(inserted(bson(filter), Array.isArray(update) ? update.map(bson) : bson(update))).toStrictEqual(
      bson(expected),
    );
  });

  it('takes _id from the filter, the update or makes one, and puts it first', () => {
    expect(upsertDocument({ a: 1, _id: ID }, { $set: { b: 1 } })).toEqual({ _id: ID, a: 1, b: 1 });
    expect(Object.keys(upsertDocument({ a: 1, _id: ID }, { $set: { b: 1 } }))).toEqual(['_id', 'a', 'b']);
    expect(upsertDocument({ a: 1 }, { $setOnInsert: { _id: long(4) } })).toEqual({ _id: long(4), a: 1 });
    expect(upsertDocument({ _id: 5 }, { b: 1 })).toEqual({ _id: 5, b: 1 });
    expect(upsertDocument({ _id: { $in: [5] } }, { $set: { b: 1 } })).toEqual({ _id: 5, b: 1 });
    expect(upsertDocument({ _id: null }, { $set: { b: 1 } })).toEqual({ _id: null, b: 1 });
  });

  it.each<[string, Document, Document, number, string]>([
    ['two values of one path', { a: 1, $and: [{ a: 1 }] }, { $set: { b: 1 } }, 54, "path 'a' is matched twice"],
    [
      'a path and a part of it',
      { a: { b: 1 }, 'a.b': 1 },
      { $set: { c: 1 } },
      54,
      "both paths 'a' and 'a.b' are matched",
    ],
    ['another _id than asked for', { _id: 1 }, { $set: { _id: 2 } }, 66, "'_id'"],
    ['another _id in a replacement', { _id: 1 }, { _id: 2 }, 66, "'_id'"],
    ['an array as _id', {}, { $set: { _id: [1] } }, 53, "The '_id' value cannot be of type array"],
    ['a positional path', { a: 1 }, { $set: { 'l.$': 1 } }, 2, 'The positional operator did not find the match'],
    ['a path through an equality', { a: 1 }, { $set: { 'a.b': 1 } }, 28, "Cannot create field 'b' in element {a: 1}"],
  ])('refuses %s', (_name, filter, update, code, text) => {
    expectRefusal(() => upsertDocument(filter, update), code, text);
  });
});
