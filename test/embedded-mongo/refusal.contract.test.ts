import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryStore } from './temporary-store.ts';

let place: Awaited<ReturnType<typeof temporaryStore>>;

beforeAll(async () => {
  place = await temporaryStore();
  await place.db.collection('c').insertOne({ n: 1 });
});
afterAll(() => place.stop());

const NOT_SUPPORTED = 115;
const UNKNOWN_FIELD = 40415;

/** What is refused, and MongoDB's code for it. */
const REFUSED: [name: string, command: Document, code: number][] = [
  ['an unknown command', { frobnicate: 1 }, 59],
  ['a command left out', { mapReduce: 'c' }, 59],
  ['an unknown field', { find: 'c', filtre: {} }, UNKNOWN_FIELD],
  [
    'an unknown field of an update',
    { update: 'c', updates: [{ q: {}, u: { $set: { a: 1 } }, upsrt: true }] },
    UNKNOWN_FIELD,
  ],
  ['an unknown field of a delete', { delete: 'c', deletes: [{ q: {}, limit: 1, sort: {}, x: 1 }] }, UNKNOWN_FIELD],
  ['an unknown field of a write concern', { insert: 'c', documents: [{}], writeConcern: { v: 1 } }, UNKNOWN_FIELD],
  ['a transaction', { find: 'c', txnNumber: 1, startTransaction: true, autocommit: false }, NOT_SUPPORTED],
  ['a strict stable API', { ping: 1, apiVersion: '1', apiStrict: true }, NOT_SUPPORTED],
  ['a tailable cursor', { find: 'c', tailable: true }, NOT_SUPPORTED],
  ['variables', { find: 'c', let: { a: 1 } }, NOT_SUPPORTED],
  ['a collation', { find: 'c', collation: { locale: 'de' } }, NOT_SUPPORTED],
  [
    'a collation of an update',
    { update: 'c', updates: [{ q: {}, u: { $set: { a: 1 } }, collation: { locale: 'de' } }] },
    NOT_SUPPORTED,
  ],
  ['a change stream', { aggregate: 'c', pipeline: [{ $changeStream: {} }], cursor: {} }, NOT_SUPPORTED],
  ['a database aggregation', { aggregate: 1, pipeline: [], cursor: {} }, NOT_SUPPORTED],
  ['a stage left out', { aggregate: 'c', pipeline: [{ $graphLookup: {} }], cursor: {} }, NOT_SUPPORTED],
  ['an unknown stage', { aggregate: 'c', pipeline: [{ $frob: {} }], cursor: {} }, 40324],
  ['an unknown operator', { find: 'c', filter: { n: { $frob: 1 } } }, 2],
  ['an operator left out', { find: 'c', filter: { $where: 'true' } }, NOT_SUPPORTED],
  ['an unknown operator of a count', { count: 'c', query: { n: { $frob: 1 } } }, 2],
  ['an unknown hint', { find: 'c', hint: 'nowhere' }, 2],
  ['a capped collection', { create: 'd', capped: true, size: 1 }, NOT_SUPPORTED],
  ['a view', { create: 'd', viewOn: 'c', pipeline: [] }, NOT_SUPPORTED],
  ['a validator', { create: 'd', validator: { n: 1 } }, NOT_SUPPORTED],
  ['a validator later', { collMod: 'c', validator: { n: 1 } }, NOT_SUPPORTED],
  ['a text index', { createIndexes: 'c', indexes: [{ key: { n: 'text' }, name: 'x' }] }, NOT_SUPPORTED],
  ['a wildcard index', { createIndexes: 'c', indexes: [{ key: { '$**': 1 }, name: 'x' }] }, NOT_SUPPORTED],
  [
    'an index with a collation',
    { createIndexes: 'c', indexes: [{ key: { n: 1 }, name: 'x', collation: { locale: 'de' } }] },
    NOT_SUPPORTED,
  ],
  ['an unknown option of an index', { createIndexes: 'c', indexes: [{ key: { n: 1 }, name: 'x', uniqe: true }] }, 197],
  ['an index of no direction', { createIndexes: 'c', indexes: [{ key: { n: 0 }, name: 'x' }] }, 67],
  ['a write concern of several nodes', { insert: 'c', documents: [{}], writeConcern: { w: 2 } }, 2],
  ['a read concern of a replica set', { find: 'c', readConcern: { level: 'snapshot' } }, NOT_SUPPORTED],
  ['a wrong type', { find: 'c', filter: 5 }, 14],
  ['a negative limit', { find: 'c', limit: -1 }, 51024],
  ['no collection', { find: '' }, 73],
  ['a collection name that cannot be one', { insert: 'a$b', documents: [{}] }, 73],
  ['an empty batch', { insert: 'c', documents: [] }, 2],
  ['an aggregation without a cursor', { aggregate: 'c', pipeline: [] }, 9],
  ['a findAndModify of nothing', { findAndModify: 'c', query: {} }, 9],
  ['the indexes of no collection', { listIndexes: 'nowhere' }, 26],
  ['an explanation of what is not explained', { explain: { ping: 1 } }, NOT_SUPPORTED],
];

describe('what the store leaves out', () => {
  it.each(REFUSED)('%s is refused, never ignored', async (_, command, code) => {
    const reply = await place.db.command(command).catch((error: unknown) => error);
    expect(reply).toMatchObject({ code, codeName: expect.any(String), message: expect.stringMatching(/.{10}/) });
  });

  it('is refused as a write error too, by its own code, never by 20', async () => {
    const updates = [
      { q: {}, u: { $frob: { a: 1 } } },
      { q: {}, u: { $set: { '$bad.x': 1 } } },
      { q: { $where: '1' }, u: { $set: { a: 1 } } },
    ];
    const reply = await place.db.command({ update: 'c', updates, ordered: false });
    expect(reply.writeErrors.map(({ code }: Document) => code)).toEqual([9, 52, NOT_SUPPORTED]);
    const inserts = await place.db.command({ insert: 'c', documents: [{ _id: [1] }, { _id: /x/ }], ordered: false });
    expect(inserts.writeErrors.map(({ code }: Document) => code)).toEqual([53, 53]);
  });

  it('leaves nothing behind', async () => {
    expect(
      await place.db
        .collection('c')
        .find({}, { projection: { _id: 0 } })
        .toArray(),
    ).toEqual([{ n: 1 }]);
    expect((await place.db.listCollections().toArray()).map(({ name }) => name)).toEqual(['c']);
    expect(await place.db.collection('c').indexes()).toHaveLength(1);
  });

  it('a session may be open, a transaction not', async () => {
    const session = place.client.startSession();
    expect(await place.db.collection('c').countDocuments({}, { session })).toBe(1);
    session.startTransaction();
    const error = await place.db
      .collection('c')
      .insertOne({ n: 2 }, { session })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: NOT_SUPPORTED });
    await session.endSession();
  });
});
