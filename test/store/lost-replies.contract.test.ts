import type { Connection } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../../src/core/model.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { connectMongo, mongoStore } from '../../src/store/mongo.ts';
import { anEvent, aPerson, next } from '../contracts/store/builders.ts';
import { type LossyProxy, openLossyProxy } from './lossy-proxy.ts';
import { type MongoForTests, openMongo, quiet } from './open-mongo.ts';

let mongo: MongoForTests;
let proxy: LossyProxy;
let connection: Connection;
beforeAll(async () => {
  mongo = await openMongo();
  proxy = await openLossyProxy(mongo.uri);
  connection = await connectMongo(proxy.uri, { log: quiet });
});
afterAll(async () => {
  await connection.close();
  await proxy.close();
  await mongo.stop();
});

describe('store whose replies get lost', () => {
  let safe: Store;
  let lossy: Store;
  beforeEach(async () => {
    safe = await mongo.fresh();
    lossy = mongoStore(connection);
    await lossy.people.count();
  });
  const people = ['p-1', 'p-2', 'p-3', 'p-4', 'p-5'].map((id) => aPerson(id));
  const pairs = people.map((before) => ({ before, after: next(before, { revision: 9 }) }));
  const overtake = (before: Person | undefined) =>
    before === undefined ? Promise.resolve(new Set()) : safe.people.swap([{ before, after: next(before) }]);

  it('still tells rightly which of a batch of swaps won', async () => {
    await safe.people.insert(people);
    await overtake(people[1]);
    await overtake(people[3]);
    proxy.loseReplies('update', 1);
    expect([...(await lossy.people.swap(pairs))].sort()).toEqual(['p-1', 'p-3', 'p-5']);
    expect(proxy.left()).toBe(0);
    expect((await safe.people.many(['p-1', 'p-2'])).map(({ version }) => version)).toEqual([1, 1]);
  });

  it('still tells a single winner and a single loser', async () => {
    await safe.people.insert(people);
    const [one, two] = pairs;
    await overtake(two?.before);
    proxy.loseReplies('update', 1);
    expect(await lossy.people.swap(one === undefined ? [] : [one])).toEqual(new Set(['p-1']));
    proxy.loseReplies('update', 1);
    expect(await lossy.people.swap(two === undefined ? [] : [two])).toEqual(new Set());
  });

  it('knows what it won even when another writer went on from there', async () => {
    await safe.people.insert(people);
    await overtake(people[1]);
    proxy.loseReplies('update', 1);
    const swapping = lossy.people.swap(pairs);
    const goOn = async (): Promise<void> => {
      const [seen] = await safe.people.many(['p-1']);
      if (seen === undefined || seen.version === 0) return goOn();
      await safe.people.swap([{ before: seen, after: next(seen) }]);
    };
    await goOn();
    expect([...(await swapping)].sort()).toEqual(['p-1', 'p-3', 'p-4', 'p-5']);
  });

  it('still tells rightly what was inserted', async () => {
    await safe.people.insert(people.slice(0, 2));
    proxy.loseReplies('insert', 1);
    expect([...(await lossy.people.insert(people))].sort()).toEqual(['p-3', 'p-4', 'p-5']);
    expect(proxy.left()).toBe(0);
  });

  it('publishes, leases and configures all the same', async () => {
    await safe.people.insert([aPerson('p-1', { outbox: [anEvent('e-1'), anEvent('e-2')] })]);
    proxy.loseReplies('update', 1);
    await lossy.people.published([{ id: 'p-1', events: ['e-1'] }]);
    expect((await safe.people.get('p-1'))?.outbox.map(({ id }) => id)).toEqual(['e-2']);

    const lease = { name: 'crm:0', owner: 'w-1', epoch: 1, beat: 0 };
    proxy.loseReplies('insert', 1);
    expect(await lossy.leases.replace(null, lease)).toBe(true);
    proxy.loseReplies('update', 1);
    expect(await lossy.leases.replace(lease, { ...lease, beat: 1 })).toBe(true);
    proxy.loseReplies('insert', 1);
    expect(await lossy.leases.replace(null, { ...lease, owner: 'w-2' })).toBe(false);
  });

  it('says that the store is not there when the second try is lost, too', async () => {
    await safe.people.insert(people);
    proxy.loseReplies('update', 2);
    await expect(lossy.people.swap(pairs)).rejects.toMatchObject({ code: 'store-unavailable', next: 'retry' });
    expect((await lossy.people.get('p-1'))?.revision).toBe(9);
  });
});
