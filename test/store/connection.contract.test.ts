import { createServer } from 'node:net';
import type { Connection } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildIndexes, connectMongo, mongoStore } from '../../src/store/mongo.ts';
import { aPerson, next } from '../contracts/store/builders.ts';
import { type TestMongo, testMongo } from '../mongo.ts';
import { quiet } from './open-mongo.ts';

/** An address where nobody listens. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
}

describe('connection to MongoDB', () => {
  it('says that nobody answers, and what to do, without the password', async () => {
    const uri = `mongodb://ada:secret@${await deadAddress()}/rollcall`;
    const failure = await connectMongo(uri, { log: quiet, patience: 200 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'store-unreachable',
      next: 'show',
      remedy: expect.stringContaining('MONGODB_URI'),
    });
    expect(String(failure)).not.toContain('secret');
  });

  it.each(['mongodb://ada:secret@', 'http://ada:secret@x/y', 'mongodb://ada:secret@x:y/z'])(
    'says that %s is no address, without the password',
    async (uri) => {
      const failure = await connectMongo(uri, { log: quiet, patience: 200 }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'store-unreachable' });
      expect(String(failure)).not.toContain('secret');
    },
  );
});

describe('open connection', () => {
  let mongo: TestMongo;
  let connection: Connection;
  beforeEach(async () => {
    mongo = await testMongo();
    connection = await connectMongo(mongo.uri, { log: quiet, patience: 500 });
    await buildIndexes(connection);
  });
  afterEach(async () => {
    await connection.close();
    await mongo.stop();
  });
  const people = () => {
    const model = connection.models.people;
    if (model === undefined) throw new Error('no people');
    return model;
  };

  it('refuses filters on fields that do not exist, and takes operators of strangers for values', async () => {
    await mongoStore(connection).people.insert([aPerson('p-1')]);
    await expect(people().find({ passwort: 'x' }).lean()).rejects.toThrow('passwort');
    expect(await people().findOne({ said: 'explicit' }).lean()).not.toBeNull();
    const injected = JSON.parse('{"said":{"$ne":""}}');
    await expect(people().findOne(injected).lean()).rejects.toThrow();
  });

  it('refuses changes of fields that do not exist', async () => {
    await expect(people().updateOne({ _id: 'p-1' }, { $set: { passwort: 'x' } })).rejects.toThrow('passwort');
  });

  it('builds its indexes once and for all, and makes none by itself', async () => {
    await buildIndexes(connection);
    const indexes = await connection.collection('logins').indexes();
    const unique = indexes.filter((index) => index.unique === true).map(({ key }) => Object.keys(key).join());
    expect(unique.sort()).toEqual(['app,remoteId', 'person,app']);
    await connection.dropDatabase();
    await mongoStore(connection).logins.byPeople(['p-1']);
    expect(await connection.db?.listCollections().toArray()).toEqual([]);
  });

  it('says that the store is not there, as something to try again, and goes on when it is back', async () => {
    const { people: store } = mongoStore(connection);
    const person = aPerson('p-1');
    await store.insert([person]);
    await connection.close();
    const failure = { code: 'store-unavailable', next: 'retry' };
    await expect(store.get('p-1')).rejects.toMatchObject(failure);
    await expect(store.swap([{ before: person, after: next(person) }])).rejects.toMatchObject(failure);
    const present = async () => {
      for await (const _ of store.presentIn('hr'));
    };
    await expect(present()).rejects.toMatchObject(failure);
    await connection.openUri(mongo.uri);
    expect(await store.get('p-1')).toStrictEqual(person);
  });
});
