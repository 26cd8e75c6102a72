import { setTimeout as wait } from 'node:timers/promises';
import {
  type AnyBulkWriteOperation,
  type Collection,
  type Document,
  Double,
  Long,
  MongoBulkWriteError,
  ObjectId,
} from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryStore, until } from './temporary-store.ts';

let place: Awaited<ReturnType<typeof temporaryStore>>;
let people: Collection<Document>;

beforeAll(async () => {
  place = await temporaryStore({ ttlSeconds: 0.2 });
});
beforeEach(async () => {
  await place.db.dropDatabase();
  people = place.db.collection('people');
});
afterAll(() => place.stop());

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it should fail'),
    (error: unknown) => error,
  );

describe('documents', () => {
  it('come back as they were, with _id in front', async () => {
    const document = {
      name: 'Ada',
      at: new Date(5),
      list: [1, { deep: null }],
      half: 0.5,
      id: new ObjectId(),
      pattern: /x/i,
    };
    const { insertedId } = await people.insertOne({ ...document });
    expect(await people.findOne({ name: 'Ada' })).toEqual({ _id: insertedId, ...document });
    expect(Object.keys((await people.findOne()) ?? {})[0]).toBe('_id');
  });

  it('keep the types of numbers they do not touch', async () => {
    await people.insertOne({ _id: 1, long: Long.fromNumber(5), double: new Double(1), n: 1 } as Document);
    await people.updateOne({}, { $inc: { n: 1 } });
    const [raw] = await people.find({}, { promoteValues: false }).toArray();
    expect([raw?.long, raw?.double, String(raw?.n)]).toEqual([Long.fromNumber(5), new Double(1), '2']);
  });

  it('hold fields that would reach Object.prototype', async () => {
    await people.insertOne(
      JSON.parse('{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } } }'),
    );
    await people.updateOne({}, { $set: { 'toString.x': 1, 'constructor.prototype.more': 1 } });
    const [found] = await people.find({ 'constructor.prototype.more': 1 }).toArray();
    expect(Object.hasOwn(found ?? {}, '__proto__')).toBe(true);
    await people.createIndex({ 'constructor.prototype.more': 1 });
    expect(await people.countDocuments({ 'constructor.prototype.more': 1 })).toBe(1);
    expect((await place.db.admin().ping()).polluted).toBeUndefined();
  });

  it('are refused above 16 MB, whether inserted or grown', async () => {
    const half = 'x'.repeat(9 * 1024 * 1024);
    await people.insertOne({ _id: 1, half } as Document);
    expect(await failure(people.updateOne({}, { $set: { other: half } }))).toMatchObject({ code: 10334 });
    expect(await people.countDocuments({ other: { $exists: true } })).toBe(0);
  });
});

describe('writes', () => {
  it('insert, update, upsert and delete, and say how many', async () => {
    expect(await people.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }])).toMatchObject({ insertedCount: 3 });
    expect(await people.updateMany({ n: { $gt: 1 } }, { $set: { big: true } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 2,
    });
    expect(await people.updateMany({}, { $set: { big: true } })).toMatchObject({ matchedCount: 3, modifiedCount: 1 });
    const upsert = await people.updateOne({ n: 9 }, { $set: { big: 1 }, $setOnInsert: { made: 1 } }, { upsert: true });
    expect(upsert).toMatchObject({ matchedCount: 0, upsertedCount: 1 });
    expect(await people.findOne({ _id: upsert.upsertedId } as Document)).toMatchObject({ n: 9, big: 1, made: 1 });
    expect(await people.replaceOne({ n: 9 }, { x: 1 })).toMatchObject({ modifiedCount: 1 });
    expect(await people.deleteOne({ big: true })).toMatchObject({ deletedCount: 1 });
    expect(await people.deleteMany({})).toMatchObject({ deletedCount: 3 });
  });

  it('find one and change it, in the order asked for', async () => {
    await people.insertMany([{ n: 1 }, { n: 3 }, { n: 2 }]);
    expect(await people.findOneAndUpdate({}, { $set: { seen: 1 } }, { sort: { n: -1 } })).toMatchObject({ n: 3 });
    expect(
      await people.findOneAndUpdate(
        { seen: 1 },
        { $inc: { n: 5 } },
        { returnDocument: 'after', projection: { _id: 0, n: 1 } },
      ),
    ).toEqual({ n: 8 });
    expect(await people.findOneAndDelete({}, { sort: { n: 1 } })).toMatchObject({ n: 1 });
    expect(
      await people.findOneAndReplace({ n: 77 }, { n: 78 }, { upsert: true, returnDocument: 'after' }),
    ).toMatchObject({ n: 78 });
    expect(await people.findOneAndUpdate({ n: 99 }, { $set: { n: 1 } })).toBeNull();
  });

  it('in bulk stop at the first error when ordered, and go on when not', async () => {
    await people.createIndex({ mail: 1 }, { unique: true, name: 'mail' });
    await people.insertOne({ mail: 'a' });
    const operations: AnyBulkWriteOperation<Document>[] = [
      { insertOne: { document: { mail: 'b' } } },
      { insertOne: { document: { mail: 'a' } } },
      { updateOne: { filter: { mail: 'b' }, update: { $set: { mail: 'a' } } } },
      { updateOne: { filter: { mail: 'c' }, update: { $set: { x: 1 } }, upsert: true } },
      { deleteOne: { filter: { mail: 'b' } } },
    ];
    const ordered = (await failure(people.bulkWrite(operations))) as MongoBulkWriteError;
    expect(ordered).toBeInstanceOf(MongoBulkWriteError);
    expect(ordered.result).toMatchObject({ insertedCount: 1, upsertedCount: 0, deletedCount: 0 });
    await people.deleteOne({ mail: 'b' });
    const unordered = (await failure(people.bulkWrite(operations, { ordered: false }))) as MongoBulkWriteError;
    expect(unordered.result).toMatchObject({ insertedCount: 1, upsertedCount: 1, deletedCount: 1 });
    const errors = [unordered.writeErrors].flat();
    expect(errors.map(({ index, code }) => [index, code])).toEqual([
      [1, 11000],
      [2, 11000],
    ]);
    expect(errors[0]?.errmsg).toBe(
      'E11000 duplicate key error collection: test.people index: mail dup key: { mail: "a" }',
    );
  });

  it('name the key pattern and value of every duplicate', async () => {
    const documents = [{ _id: 1 }, { _id: 1 }];
    const reply = await place.db.command({ insert: 'people', documents, ordered: false });
    expect(reply).toMatchObject({
      n: 1,
      writeErrors: [{ index: 1, code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } }],
    });
    await people.deleteMany({});
    await people.createIndex({ 'apps.name': 1, tenant: -1 }, { unique: true });
    await people.insertOne({ _id: 1, tenant: 5, apps: [{ name: 'x' }, { name: 'y' }] } as Document);
    const error = await failure(people.insertOne({ tenant: 5, apps: [{ name: 'y' }] }));
    expect(error).toMatchObject({
      code: 11000,
      keyPattern: { 'apps.name': 1, tenant: -1 },
      keyValue: { 'apps.name': 'y', tenant: 5 },
    });
    expect(await failure(people.insertOne({ _id: 1 } as Document))).toMatchObject({
      code: 11000,
      keyPattern: { _id: 1 },
    });
    await people.insertOne({ tenant: 6, apps: [{ name: 'y' }, { name: 'y' }] });
    expect(await failure(people.updateOne({ tenant: 6 }, { $set: { tenant: 5 } }))).toMatchObject({ code: 11000 });
  });

  it('let one of many win a compare-and-set', async () => {
    await people.insertOne({ _id: 'login', version: 0 } as Document);
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, by) =>
        people.updateOne({ _id: 'login', version: 0 } as Document, { $set: { version: 1, by } }),
      ),
    );
    expect(results.reduce((sum, { modifiedCount }) => sum + modifiedCount, 0)).toBe(1);
    await Promise.all(
      Array.from({ length: 40 }, () => people.updateOne({ key: 'x' }, { $inc: { n: 1 } }, { upsert: true })),
    );
    expect(await people.find({ key: 'x' }).toArray()).toMatchObject([{ n: 40 }]);
  });

  it('change many documents in turns, each once', async () => {
    await people.insertMany(Array.from({ length: 5000 }, (_, n) => ({ n, group: n % 2 })));
    expect(await people.updateMany({ group: 1 }, { $inc: { n: 1_000_000 } })).toMatchObject({ modifiedCount: 2500 });
    expect(await people.countDocuments({ n: { $gte: 1_000_000, $lt: 2_000_000 } })).toBe(2500);
    expect(await people.findOneAndUpdate({}, { $set: { last: true } }, { sort: { n: -1 } })).toMatchObject({
      n: 1_004_999,
    });
    expect(await people.deleteMany({ group: 0 })).toMatchObject({ deletedCount: 2500 });
    expect(await people.estimatedDocumentCount()).toBe(2500);
  });

  it('without acknowledgement are done too', async () => {
    await people.insertOne({ n: 1 }, { writeConcern: { w: 0 } });
    await until(async () => (await people.countDocuments({ n: 1 })) === 1);
  });
});

describe('queries', () => {
  it('sort, skip, limit and project', async () => {
    await people.insertMany(Array.from({ length: 50 }, (_, n) => ({ n, tag: n % 3 })));
    const found = await people.find({ tag: 1 }).sort({ n: -1 }).skip(2).limit(3).project({ _id: 0, n: 1 }).toArray();
    expect(found).toEqual([{ n: 43 }, { n: 40 }, { n: 37 }]);
    expect(await people.distinct('tag', { n: { $lt: 10 } })).toEqual([0, 1, 2]);
    expect(await people.countDocuments({ n: { $gte: 45 } })).toBe(5);
    expect(await people.countDocuments({}, { skip: 10, limit: 20 })).toBe(20);
  });

  it('walk 20,000 documents by batches, while they change', async () => {
    await people.insertMany(Array.from({ length: 20_000 }, (_, n) => ({ _id: n, text: 'x'.repeat(100) }) as Document));
    let seen = 0;
    for await (const { _id } of people.find({}, { batchSize: 777 })) {
      if ((_id as unknown as number) % 1000 === 0) await people.deleteOne({ _id });
      seen += 1;
    }
    expect(seen).toBe(20_000);
    expect(await people.countDocuments()).toBe(19_980);
    expect((await people.find().sort({ text: 1 }).toArray()).length).toBe(19_980);
  });

  it('end a batch before 16 MB', async () => {
    await people.insertMany(Array.from({ length: 5 }, (_, n) => ({ n, text: 'x'.repeat(6 * 1024 * 1024) })));
    expect((await people.find().toArray()).map(({ n }) => n)).toEqual([0, 1, 2, 3, 4]);
  });

  it('close their cursors: by the client, when it ends, when it is lost', async () => {
    const open = async () => Number((await place.db.admin().serverStatus()).metrics.cursor.open.total);
    await people.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    const cursor = people.find({}, { batchSize: 10 });
    await cursor.next();
    expect(await open()).toBe(1);
    await cursor.close();
    expect(await open()).toBe(0);
    expect(await failure(place.db.command({ getMore: Long.fromNumber(77), collection: 'people' }))).toMatchObject({
      code: 43,
    });
  });

  it('give up when their time is over', async () => {
    await people.insertMany(Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x'.repeat(200) })));
    expect(await failure(people.find({ text: /y$/ }).maxTimeMS(1).toArray())).toMatchObject({ code: 50 });
    expect(await failure(people.updateMany({ n: 1.5 }, { $set: { x: 1 } }, { maxTimeMS: 1 }))).toMatchObject({
      code: 50,
    });
    expect(await people.find({ n: 1 }).maxTimeMS(10_000).toArray()).toHaveLength(1);
  });

  it('let others go on while they scan', async () => {
    await people.insertMany(Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x'.repeat(200) })));
    let isScanning = true;
    const scan = people
      .find({ text: /y$/ })
      .toArray()
      .finally(() => {
        isScanning = false;
      });
    let pings = 0;
    for (; isScanning; pings += 1) await place.db.admin().ping();
    expect(await scan).toEqual([]);
    expect(pings).toBeGreaterThan(3);
  });

  it('aggregate, join and count', async () => {
    await people.insertMany([
      { name: 'Ada', app: 1 },
      { name: 'Bob', app: 2 },
      { name: 'Cy', app: 1 },
    ]);
    await place.db.collection<Document>('apps').insertMany([
      { _id: 1, title: 'CRM' },
      { _id: 2, title: 'Git' },
    ] as Document[]);
    const joined = await people
      .aggregate([
        { $match: { name: { $ne: 'Bob' } } },
        { $lookup: { from: 'apps', localField: 'app', foreignField: '_id', as: 'apps' } },
        { $unwind: '$apps' },
        { $group: { _id: '$apps.title', people: { $push: '$name' } } },
      ])
      .toArray();
    expect(joined).toEqual([{ _id: 'CRM', people: ['Ada', 'Cy'] }]);
    expect(await people.aggregate([{ $sort: { name: -1 } }, { $limit: 1 }]).toArray()).toMatchObject([{ name: 'Cy' }]);
    expect(
      await place.db
        .collection('nothing')
        .aggregate([{ $group: { _id: null, n: { $sum: 1 } } }])
        .toArray(),
    ).toEqual([]);
    expect(await people.aggregate([{ $match: { app: 1 } }, { $count: 'n' }]).toArray()).toEqual([{ n: 2 }]);
  });
});

describe('indexes', () => {
  const examined = async (filter: Document, sort: Document = {}, limit = 0) => {
    const { executionStats } = await people.find(filter).sort(sort).limit(limit).explain('executionStats');
    return [executionStats.totalKeysExamined, executionStats.totalDocsExamined, executionStats.nReturned];
  };

  it('are used: as many keys are examined as match', async () => {
    await people.insertMany(Array.from({ length: 1000 }, (_, n) => ({ n, group: n % 10, at: new Date(n) })));
    await people.createIndexes([{ key: { group: 1, at: -1 } }, { key: { n: 1 }, unique: true }]);
    expect(await examined({ n: 5 })).toEqual([1, 1, 1]);
    expect(await examined({ n: { $gte: 5, $lt: 10 } })).toEqual([5, 5, 5]);
    expect(await examined({ n: { $in: [1, 2, 5000] } })).toEqual([2, 2, 2]);
    expect(await examined({ group: 3, at: { $lte: new Date(100) } })).toEqual([10, 10, 10]);
    expect(await examined({ group: 3 }, { at: -1 }, 2)).toEqual([2, 2, 2]);
    expect(await examined({ group: 3 }, { at: 1 }, 2)).toEqual([2, 2, 2]);
    expect(await examined({}, { n: -1 }, 3)).toEqual([3, 3, 3]);
    expect(await examined({ $or: [{ n: 1 }, { n: 1, group: 1 }, { group: 4, at: new Date(14) }] })).toEqual([3, 2, 2]);
    expect(await examined({ at: new Date(3) })).toEqual([0, 1000, 1]);
  });

  it('follow arrays, updates and deletes', async () => {
    await people.createIndex({ 'apps.name': 1 });
    await people.insertOne({ _id: 1, apps: [{ name: 'a' }, { name: 'b' }] } as Document);
    await people.insertMany(Array.from({ length: 100 }, () => ({ apps: [] })));
    expect(await examined({ 'apps.name': 'b' })).toEqual([1, 1, 1]);
    expect(await examined({ 'apps.name': { $gte: 'a' } })).toEqual([2, 1, 1]);
    await people.updateOne({ 'apps.name': 'b' }, { $set: { 'apps.$.name': 'c' } });
    expect(await examined({ 'apps.name': 'b' })).toEqual([0, 0, 0]);
    expect(await examined({ 'apps.name': 'c' })).toEqual([1, 1, 1]);
    await people.deleteOne({ 'apps.name': 'c' });
    expect(await examined({ 'apps.name': { $in: ['a', 'c'] } })).toEqual([0, 0, 0]);
  });

  it('may be sparse, partial and of long values', async () => {
    await people.createIndex({ mail: 1 }, { unique: true, sparse: true });
    await people.createIndex({ app: 1 }, { unique: true, partialFilterExpression: { state: 'open' } });
    await people.createIndex({ text: 1 }, { unique: true, sparse: true });
    await people.insertMany([{ app: 1 }, { app: 1 }, { app: 1, state: 'open' }]);
    expect(await failure(people.insertOne({ app: 1, state: 'open' }))).toMatchObject({ code: 11000 });
    const text = 'long'.repeat(2000);
    await people.insertMany([{ text: `${text}1` }, { text: `${text}2` }]);
    expect(await failure(people.insertOne({ text: `${text}1` }))).toMatchObject({ code: 11000 });
    expect(await examined({ text: `${text}2` })).toEqual([1, 1, 1]);
    expect(
      (
        await people
          .find({ text: { $gt: '' } })
          .sort({ text: -1 })
          .toArray()
      ).map((each) => each.text.at(-1)),
    ).toEqual(['2', '1']);
    await people.insertOne({ _id: text } as Document);
    expect(await people.countDocuments({ _id: text } as Document)).toBe(1);
  });

  it('are built over what is there, while writes go on', async () => {
    await people.insertMany(Array.from({ length: 5000 }, (_, n) => ({ n })));
    const building = people.createIndex({ n: 1 });
    await people.insertMany(Array.from({ length: 500 }, (_, n) => ({ n: n + 5000 })));
    await building;
    expect(await examined({ n: { $gte: 4990, $lt: 5010 } })).toEqual([20, 20, 20]);
    await people.insertOne({ n: 1 });
    expect(await failure(people.createIndex({ n: -1 }, { unique: true }))).toMatchObject({ code: 11000 });
    expect((await people.indexes()).map(({ name }) => name)).toEqual(['_id_', 'n_1']);
  });

  it('and their collection may be dropped while they are built or read', async () => {
    const documents = Array.from({ length: 5000 }, (_, n) => ({ n, group: n % 2 }));
    await people.insertMany(documents);
    const building = people.createIndex({ n: 1 }).catch((error: unknown) => error);
    await people.drop();
    expect(await building).toSatisfy((result: unknown) => result === 'n_1' || (result as Document).code === 276);
    expect(await place.db.listCollections().toArray()).toEqual([]);
    await people.insertMany(documents);
    await people.createIndex({ group: 1 });
    const cursor = people.find({ group: 1 }, { batchSize: 10 });
    await cursor.next();
    await people.dropIndex('group_1');
    expect(await failure(cursor.toArray())).toMatchObject({ code: 175 });
    expect(await people.countDocuments({ group: 1 })).toBe(2500);
  });

  it('are listed, changed and dropped; a conflicting one is refused', async () => {
    await people.createIndex({ at: 1 }, { name: 'expiry', expireAfterSeconds: 100 });
    expect(await people.createIndex({ at: 1 }, { name: 'expiry', expireAfterSeconds: 100 })).toBe('expiry');
    expect(await failure(people.createIndex({ at: 1 }, { name: 'expiry' }))).toMatchObject({ code: 86 });
    expect(await failure(people.createIndex({ at: 1 }, { name: 'other' }))).toMatchObject({ code: 85 });
    await place.db.command({ collMod: 'people', index: { name: 'expiry', expireAfterSeconds: 50 } });
    expect(await people.indexes()).toMatchObject([
      { name: '_id_' },
      { name: 'expiry', key: { at: 1 }, expireAfterSeconds: 50 },
    ]);
    await people.dropIndex('expiry');
    expect(await people.indexes()).toHaveLength(1);
    expect(await failure(people.dropIndex('expiry'))).toMatchObject({ code: 27 });
    expect(await failure(people.dropIndex('_id_'))).toMatchObject({ code: 72 });
  });

  it('remove documents whose time is over', async () => {
    await people.createIndex({ until: 1 }, { expireAfterSeconds: 0 });
    await people.insertMany([{ until: new Date(0) }, { until: new Date(Date.now() + 60_000) }, { until: 'never' }, {}]);
    await until(async () => (await people.countDocuments()) === 3);
    await wait(400);
    expect(await people.countDocuments()).toBe(3);
  });
});

describe('collections', () => {
  it('are listed, created, dropped, and may be made again', async () => {
    await place.db.createCollection('one');
    expect(await failure(place.db.createCollection('one'))).toMatchObject({ codeName: 'NamespaceExists' });
    await people.insertMany(Array.from({ length: 3000 }, (_, n) => ({ n })));
    expect((await place.db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort()).toEqual([
      'one',
      'people',
    ]);
    expect(await place.db.listCollections({ name: 'one' }).toArray()).toMatchObject([
      { type: 'collection', options: {} },
    ]);
    await people.drop();
    await people.insertOne({ n: 1 });
    expect(await people.countDocuments({})).toBe(1);
    expect((await place.db.admin().listDatabases()).databases).toMatchObject([{ name: 'test' }]);
    await place.db.dropDatabase();
    expect(await place.db.listCollections().toArray()).toEqual([]);
  });
});

it('the process lived through all of this, and had nothing to say', () => {
  expect([place.store.restarts(), place.log]).toEqual([0, []]);
});
