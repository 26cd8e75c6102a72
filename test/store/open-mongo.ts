import type { Connection } from 'mongoose';
import type { Log } from '../../src/engine/ports.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { buildIndexes, connectMongo, mongoStore } from '../../src/store/mongo.ts';
import { testMongo } from '../mongo.ts';

export const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** One server and connection for a test file; `fresh` empties every collection. */
export type MongoForTests = { uri: string; connection: Connection; fresh(): Promise<Store>; stop(): Promise<void> };

export async function openMongo(): Promise<MongoForTests> {
  const mongo = await testMongo();
  const connection = await connectMongo(mongo.uri, { log: quiet });
  await buildIndexes(connection);
  return {
    uri: mongo.uri,
    connection,
    async fresh() {
      await Promise.all(Object.values(connection.models).map((model) => model.deleteMany({})));
      return mongoStore(connection);
    },
    async stop() {
      await connection.close();
      await mongo.stop();
    },
  };
}
