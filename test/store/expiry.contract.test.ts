import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SignOn } from '../../src/core/sign-on.ts';
import type { OutboxItem } from '../../src/engine/mail-ports.ts';
import { aSignOn } from '../contracts/store/sign-ons.ts';
import { type MongoForTests, openMongo } from './open-mongo.ts';

const month = 30 * 24 * 3_600;
let mongo: MongoForTests;
beforeAll(async () => {
  mongo = await openMongo();
});
afterAll(() => mongo.stop());

/** Ids of the rows that MongoDB will drop one day, by a TTL index of a month. */
async function expiring(collection: string): Promise<string[]> {
  const indexes = await mongo.connection.collection(collection).indexes();
  expect(indexes.filter(({ expireAfterSeconds }) => expireAfterSeconds === month).map(({ key }) => key)).toEqual([
    { purgeAfter: 1 },
  ]);
  const rows = await mongo.connection
    .collection(collection)
    .find({ purgeAfter: { $type: 'date' } })
    .toArray();
  return rows.map(({ _id }) => String(_id)).sort();
}

it('drops payloads a month after they are done, and never before', async () => {
  const { inbox } = await mongo.fresh();
  for (const id of ['done', 'waiting']) await inbox.add({ id, payload: {}, at: 1, attempts: 0, doneAt: null });
  await inbox.attempt('waiting', 2, 2);
  await inbox.done('done', 3);
  expect(await expiring('inbox')).toEqual(['done']);
});

it('drops lines and notices a month after they were shown; cards, welcomes, and what is wanted again, stay', async () => {
  const { outbox } = await mongo.fresh();
  const item = (id: string, kind: OutboxItem['kind']) => ({ id, kind, subject: 's', to: '#a', body: null });
  const all = [item('card', 'card'), item('line', 'line'), item('notice', 'notice'), item('again', 'line')];
  all.push(item('welcome', 'welcome'));
  for (const one of [...all, item('unshown', 'line')]) await outbox.want(one, 1);
  for (const { id } of all) await outbox.shown(id, 1, { channel: 'C', ts: '1' });
  await outbox.want(item('again', 'line'), 2);
  expect(await expiring('outbox')).toEqual(['line', 'notice']);
});

it('drops sign-ons a month after they are over', async () => {
  const { signOns } = await mongo.fresh();
  await signOns.insert([aSignOn('s-1', 5)]);
  const rows = mongo.connection.collection('signOns');
  const ttl = (await rows.indexes()).filter(({ expireAfterSeconds }) => expireAfterSeconds === month);
  expect(ttl.map(({ key }) => key)).toEqual([{ 'find.over': 1 }]);
  const [row] = await rows.find({}).toArray();
  expect(row?.find.over).toEqual(new Date(aSignOn('s-1', 5).expires));
});

it('drops what an app began and nobody was asked about an hour after it is over', async () => {
  const { signOns } = await mongo.fresh();
  const request = { id: '_1', acs: 'https://hub.test/acs', relayState: null };
  const before: SignOn = { ...aSignOn('s-1', 5), request, whose: null };
  await signOns.insert([before]);
  const over = async () => (await mongo.connection.collection('signOns').findOne({}))?.find.over.getTime();
  expect(await over()).toBe(before.expires + (3_600 - month) * 1_000);
  const asked = { ...before, version: 1, asked: [{ person: 'p-1', at: 6 }] };
  await signOns.swap([{ before, after: asked }]);
  expect(await over()).toBe(before.expires);
});
