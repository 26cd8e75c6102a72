import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';

/** A MongoDB with an empty database of its own, for one test file. */
export type TestMongo = { uri: string; stop(): Promise<void> };

let said = false;
let databases = 0;

/**
 * The store the tests run on: the MongoDB of `MONGODB_URI` if it is set; else mongodb-memory-server if its binary is here already
 * (it is never downloaded); else the built-in store.
 */
export async function testMongo(): Promise<TestMongo> {
  const uri = process.env.MONGODB_URI;
  if (uri !== undefined && uri !== '') return onServer(uri, 'MONGODB_URI');
  const binary = await findBinary();
  return binary === undefined ? builtIn() : memoryServer(binary);
}

function say(which: string): void {
  if (!said) process.stdout.write(`tests run on ${which}\n`);
  said = true;
}

async function onServer(server: string, which: string): Promise<TestMongo> {
  say(which);
  databases += 1;
  const uri = withDatabase(server, `rollcall-test-${process.pid}-${Date.now().toString(36)}-${databases}`);
  return { uri, stop: () => dropDatabase(uri) };
}

export async function dropDatabase(uri: string): Promise<void> {
  const client = await MongoClient.connect(uri);
  await client.db().dropDatabase();
  await client.close();
}

/** `mongodb://host/other?x=y` → `mongodb://host/name?x=y` */
export function withDatabase(uri: string, name: string): string {
  const [, hosts = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*(\?.*)?$/.exec(uri) ?? [];
  return `${hosts}/${name}${query}`;
}

async function findBinary(): Promise<string | undefined> {
  const system = process.env.MONGOMS_SYSTEM_BINARY;
  if (system !== undefined && existsSync(system)) return system;
  const { DryMongoBinary } = await import('mongodb-memory-server');
  return DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions()).catch(() => undefined);
}

async function memoryServer(systemBinary: string): Promise<TestMongo> {
  const { MongoMemoryServer } = await import('mongodb-memory-server');
  const server = await MongoMemoryServer.create({ binary: { systemBinary } });
  const { uri } = await onServer(server.getUri(), `mongodb-memory-server (${systemBinary})`);
  return { uri, stop: async () => void (await server.stop()) };
}

async function builtIn(): Promise<TestMongo> {
  say('the built-in store');
  const { startStore } = await import('../src/embedded-mongo/start.ts');
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-store-'));
  const store = await startStore({ dir });
  return {
    uri: withDatabase(store.uri, 'rollcall-test'),
    async stop() {
      await store.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
