import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { type StoreOptions, startStore } from '../../src/embedded-mongo/start.ts';

/** A store of its own for one test file, with a client, in a folder that goes away. */
export async function temporaryStore(options: Partial<StoreOptions> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'store-'));
  const log: string[] = [];
  const store = await startStore({ dir, log: (line) => log.push(line), ...options });
  const client = await MongoClient.connect(store.uri);
  return {
    store,
    client,
    dir,
    log,
    db: client.db('test'),
    async stop() {
      await client.close();
      await store.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Waits until `check` holds; gives up after `ms`. */
export async function until(check: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const end = Date.now() + ms; !(await check()); await wait(20))
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${check}`);
}
