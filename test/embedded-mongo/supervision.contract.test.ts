import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import mongoose from 'mongoose';
import { afterEach, describe, expect, it } from 'vitest';
import { findStore, type StoreProcess, startStore } from '../../src/embedded-mongo/start.ts';
import { verify } from '../../src/embedded-mongo/verify.ts';
import { until } from './temporary-store.ts';

const serve = fileURLToPath(new URL('../../src/embedded-mongo/serve.ts', import.meta.url));
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function temporaryFolder(name = 'store-'): string {
  const dir = mkdtempSync(join(tmpdir(), name));
  ends.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function started(dir: string, log: string[] = []): Promise<StoreProcess> {
  const store = await startStore({ dir, log: (line) => log.push(line) });
  ends.push(() => store.stop());
  return store;
}

/** The store as a process of its own, after `setup` of the shell; resolves with the one line it prints. */
async function standalone(dir: string, setup = ':'): Promise<{ child: ChildProcess; line: string }> {
  const start = ['-c', `${setup}; exec "$0" "$@"`, process.execPath, '--import', 'tsx', serve, '--dir', dir];
  const child = spawn('/bin/sh', start, { stdio: ['ignore', 'pipe', 'ignore'] });
  ends.push(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, line };
}

describe('the supervisor', () => {
  it('starts a killed store again at the same address, and mongoose goes on by itself', async () => {
    const log: string[] = [];
    const store = await started(temporaryFolder(), log);
    const connection = await mongoose.createConnection(store.uri).asPromise();
    ends.push(() => connection.close());
    const People = connection.model(
      'Person',
      new mongoose.Schema({ name: { type: String, unique: true } }, { autoIndex: false }),
    );
    await People.syncIndexes();
    await People.create({ name: 'Ada' });
    for (const name of ['Bob', 'Cy']) {
      process.kill(store.pid() ?? 0, 'SIGKILL');
      await until(async () => (await People.create({ name }).catch(() => undefined)) !== undefined);
    }
    expect(store.restarts()).toBe(2);
    expect((await People.find().sort('name')).map(({ name }) => name)).toEqual(['Ada', 'Bob', 'Cy']);
    await expect(People.create({ name: 'Ada' })).rejects.toMatchObject({ code: 11000 });
    expect(log.join()).toContain('starting it again');
  });

  it('refuses a second process with a sentence, and tells where the first one is', async () => {
    const dir = temporaryFolder();
    expect(await findStore(dir)).toBeUndefined();
    const store = await started(dir);
    expect(await findStore(dir)).toBe(store.uri);
    await expect(startStore({ dir })).rejects.toThrow(
      /the store in .* is in use by process \d+: stop it first, or connect to mongodb:/,
    );
    await expect(verify({ dir })).rejects.toThrow('is in use by process');
    await store.stop();
    expect(await findStore(dir)).toBeUndefined();
    await started(dir);
  });

  it('lets one of several that start at once have a folder, also one that a killed process left', async () => {
    const dir = temporaryFolder();
    const first = await standalone(dir);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(await findStore(dir)).toBeUndefined();
    const results = await Promise.allSettled([1, 2, 3].map(() => started(dir)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('keeps its socket to this user, in a short path even for a long folder', async () => {
    const dir = join(temporaryFolder(), 'long'.repeat(30));
    const store = await started(dir);
    const socket = decodeURIComponent(
      new URL(store.uri).hostname || store.uri.slice('mongodb://'.length).split('/')[0] || '',
    );
    expect(Buffer.byteLength(socket)).toBeLessThan(108);
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
    expect(statSync(socket).mode & 0o077).toBe(0);
    expect(statSync(join(dir, 'data.mdb')).mode & 0o077).toBe(0);
    const client = await MongoClient.connect(store.uri);
    expect(await client.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
    await store.stop();
    expect(existsSync(dirname(socket))).toBe(false);
  });

  it('says why a store cannot start', async () => {
    const file = join(temporaryFolder(), 'file');
    await startStore({ dir: file }).then((store) => store.stop());
    await expect(startStore({ dir: join(file, 'data.mdb') })).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});

describe('the process', () => {
  it('runs alone, prints its address in one line, and stops on SIGTERM with everything kept', async () => {
    const dir = temporaryFolder();
    const { child, line } = await standalone(dir);
    expect(line).toMatch(/^listening mongodb:\/\//);
    const uri = line.slice('listening '.length);
    const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 500 });
    const writes = Array.from({ length: 200 }, (_, n) =>
      client
        .db()
        .collection('c')
        .insertOne({ n })
        .then(
          () => 1,
          () => 0,
        ),
    );
    await Promise.race(writes);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const acknowledged = (await Promise.all(writes)).reduce<number>((sum, each) => sum + each, 0);
    await client.close();
    const { documents, inconsistencies } = await verify({ dir });
    expect(inconsistencies).toEqual([]);
    expect(documents).toBeGreaterThanOrEqual(acknowledged);
  });

  it('refuses what the disk does not take, keeps the rest, and goes on', async () => {
    const dir = temporaryFolder();
    // No file may grow beyond 8 MB (sh counts 512-byte blocks).
    const { child, line } = await standalone(dir, "trap '' XFSZ; ulimit -f 16384");
    const client = await MongoClient.connect(line.slice('listening '.length));
    const items = client.db().collection('items');
    await items.createIndex({ n: 1 }, { unique: true });
    let acknowledged = 0;
    let refusal: unknown;
    for (let round = 0; refusal === undefined && round < 100; round += 1) {
      const batch = Array.from({ length: 100 }, (_, part) => ({ n: round * 100 + part, text: 'x'.repeat(3000) }));
      const result = await items.insertMany(batch).catch((error: unknown) => error);
      if (result instanceof Error) refusal = result;
      else acknowledged += 100;
    }
    expect(refusal).toMatchObject({ code: 14031, message: expect.stringContaining('is it full?') });
    // A batch takes as many transactions as it takes time: those before the refused one stay.
    const kept = await items.countDocuments({ text: /x/ });
    expect(await items.countDocuments()).toBe(kept);
    expect(kept).toBeGreaterThanOrEqual(acknowledged);
    expect(kept).toBeLessThan(acknowledged + 100);
    await expect(items.insertMany(Array.from({ length: 1000 }, () => ({ text: 'x'.repeat(3000) })))).rejects.toThrow();
    expect(await items.deleteMany({ n: { $lt: 500 } })).toMatchObject({ deletedCount: 500 });
    await items.insertOne({ n: -1 });
    await client.close();
    child.kill('SIGTERM');
    await once(child, 'exit');
    const { documents, inconsistencies } = await verify({ dir });
    expect([documents >= acknowledged - 499, inconsistencies]).toEqual([true, []]);
  });

  it('ends when its parent is gone', async () => {
    const dir = temporaryFolder();
    const child = fork(serve, ['--dir', dir], { execArgv: ['--import', 'tsx'] });
    await once(child, 'message');
    const exit = once(child, 'exit');
    child.disconnect();
    expect(await exit).toEqual([0, null]);
    expect(await findStore(dir)).toBeUndefined();
  });
});
