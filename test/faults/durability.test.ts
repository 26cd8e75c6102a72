import { setTimeout as wait } from 'node:timers/promises';
import { type Document, MongoClient } from 'mongodb';
import { expect, it } from 'vitest';
import { verify } from '../../src/embedded-mongo/verify.ts';
import { temporaryStore, until } from '../embedded-mongo/temporary-store.ts';

const WRITERS = 8;
const KILLS = 40;

/** What one writer was told is done: the least each of its documents must show. */
interface Known {
  inserted: Set<string>;
  removed: Set<string>;
  counted: number;
  operations: number;
}

/** Inserts, batches, counts and removals until told to stop; whatever is not acknowledged may or may not be there. */
async function writeOn(uri: string, writer: number, known: Known, isOver: () => boolean): Promise<void> {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 20_000 });
  const items = client.db('test').collection<Document>('items');
  const counters = client.db('test').collection<Document>('counters');
  for (let n = 0; !isOver(); n += 1) {
    const batch = Array.from({ length: n % 5 === 0 ? 20 : 1 }, (_, part) => ({
      _id: `${writer}/${n}/${part}`,
      key: `${writer}/${n}/${part}`,
      tags: [`by ${writer}`, n],
      n,
    }));
    const ids = batch.map(({ _id }) => _id);
    try {
      await items.insertMany(batch as Document[]);
      for (const id of ids) known.inserted.add(id);
      await counters.updateOne({ _id: writer } as Document, { $inc: { count: 1 } }, { upsert: true });
      known.counted += 1;
      if (n % 3 === 0) {
        const gone = ids[0] ?? '';
        known.inserted.delete(gone);
        await items.deleteOne({ _id: gone } as Document);
        known.removed.add(gone);
      }
      known.operations += n % 3 === 0 ? 3 : 2;
    } catch {
      await wait(5);
    }
  }
  await client.close();
}

it(`no acknowledged write is lost over ${KILLS} kill -9, and the indexes stay whole`, async () => {
  const place = await temporaryStore({ longestPause: 50 });
  await place.db
    .collection('items')
    .createIndexes([{ key: { key: 1 }, unique: true }, { key: { tags: 1, n: -1 } }, { key: { n: 1 } }]);
  let isOver = false;
  const known = Array.from(
    { length: WRITERS },
    (): Known => ({ inserted: new Set(), removed: new Set(), counted: 0, operations: 0 }),
  );
  const writing = known.map((each, writer) => writeOn(place.store.uri, writer, each, () => isOver));
  const total = () => known.reduce((sum, { operations }) => sum + operations, 0);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = total();
    await until(() => total() > before + 20, 20_000);
    await wait(kill % 7);
    process.kill(place.store.pid() ?? 0, 'SIGKILL');
    await until(() => place.store.restarts() > kill, 20_000);
  }
  isOver = true;
  await Promise.all(writing);

  const items = new Set(
    (await place.db.collection('items').find().project({ _id: 1 }).toArray()).map(({ _id }) => String(_id)),
  );
  for (const [writer, { inserted, removed, counted }] of known.entries()) {
    expect([...inserted].filter((id) => !items.has(id))).toEqual([]);
    expect([...removed].filter((id) => items.has(id))).toEqual([]);
    const counter = await place.db.collection<Document>('counters').findOne({ _id: writer } as Document);
    expect(counter?.count).toBeGreaterThanOrEqual(counted);
  }
  await place.client.close();
  await place.store.stop();
  const { inconsistencies, documents, entries } = await verify({ dir: place.dir });
  expect(inconsistencies).toEqual([]);
  expect(documents).toBe(items.size + WRITERS);
  expect(entries).toBe(items.size * 4);
  await place.stop();
}, 300_000);
