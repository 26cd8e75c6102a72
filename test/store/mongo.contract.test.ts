import { afterAll, beforeAll, describe, it } from 'vitest';
import { memoryStore } from '../../src/store/memory.ts';
import { testStore } from '../contracts/store.ts';
import { checkSameAnswers } from '../contracts/store-model.ts';
import { type MongoForTests, openMongo } from './open-mongo.ts';

let mongo: MongoForTests;
beforeAll(async () => {
  mongo = await openMongo();
});
afterAll(() => mongo.stop());

testStore({ name: 'on MongoDB', open: async () => ({ store: await mongo.fresh(), close: async () => {} }) });

describe('store in memory and on MongoDB', () => {
  it('answers any sequence of commands alike', async () => {
    await checkSameAnswers(async () => ({ left: memoryStore(), right: await mongo.fresh() }), { numRuns: 150 });
  });
});
