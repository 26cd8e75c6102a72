import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/engine/system-clock.ts';
import { allChains, verifyChains } from '../../../src/engine/tell/audit.ts';
import { archiveContents } from '../../../src/store/archive/contents.ts';
import { documentText } from '../../../src/store/archive/document-text.ts';
import { entryLine, headerLine, trailerLine } from '../../../src/store/archive/format.ts';
import { createTally } from '../../../src/store/archive/tally.ts';
import { movesCollection, requireWhole } from '../../../src/store/mongo/moves.ts';
import { starting } from '../../../src/store/starting.ts';
import { anAccount, aPerson } from '../../contracts/store/builders.ts';
import {
  builtIn,
  empty,
  exported,
  fill,
  imported,
  overTheWire,
  quickClock,
  type TestStore,
  version,
} from './stores.ts';

let here: TestStore;
let there: TestStore;

beforeAll(async () => {
  [here, there] = await Promise.all([builtIn(), overTheWire()]);
});
beforeEach(async () => {
  await Promise.all([empty(here), empty(there)]);
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
});

/** Without the header, and what the trailer says of it. */
const contentOf = (lines: readonly string[]): string[] => [
  ...lines.slice(1, -1),
  JSON.stringify(JSON.parse(lines.at(-1) ?? '').trailer.collections),
];

/** An export of these documents, as whole as any. */
function written(
  documents: Readonly<Record<string, readonly ({ _id: string } & Record<string, unknown>)[]>>,
): string[] {
  const tally = createTally();
  const at = '2026-01-02T03:04:05.000Z';
  const header = headerLine({ rollcall: 'store', format: 1, version, at, store: 'MongoDB', keys: [] });
  const entries = Object.entries(documents).flatMap(([name, rows]) =>
    rows.map((row) => {
      tally.add(name, documentText(row));
      return entryLine(name, documentText(row));
    }),
  );
  return [header, ...entries, trailerLine(header, tally.sums())];
}

const rowsIn = async ({ connection }: TestStore): Promise<Record<string, number>> => {
  const counts = Object.values(connection.models).map(
    async (model) => [model.modelName, await model.countDocuments({})] as const,
  );
  return Object.fromEntries((await Promise.all(counts)).filter(([, count]) => count > 0));
};
type IndexRow = { name: string; expireAfterSeconds?: number };
/** By their names, collection by collection; the one of `_id` comes with the first document. */
const indexesOf = async ({ connection }: TestStore) => {
  const models = Object.values(connection.models).map(async (model) => {
    const rows = (await model.collection.indexes().catch(() => [])) as IndexRow[];
    const own = rows.filter(({ name }) => name !== '_id_');
    return [model.modelName, own.sort((a, b) => (a.name < b.name ? -1 : 1))] as const;
  });
  return Object.fromEntries(await Promise.all(models));
};

describe('a store that moves', () => {
  it('is the same over there, and the same once it is back', async () => {
    await fill(here.store);
    const lines = await exported(here.source);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ store: 'built-in', keys: ['key-1', 'key-2'] });
    const report = await imported(there.connection, lines);
    expect(report).toMatchObject({ documents: lines.length - 2, again: false, keys: ['key-1', 'key-2'] });
    expect(Object.keys(report.collections)).toEqual(expect.arrayContaining(['people', 'logins', 'inbox', 'config']));
    expect(await verifyChains(() => allChains(there))).toStrictEqual(await verifyChains(() => allChains(here)));
    expect(await there.store.leases.read('publisher')).toBeNull();
    expect(await there.store.directories.get('hr')).toMatchObject({ cursor: 'c-9' });
    expect(await there.store.inbox.waiting(9, 9)).toStrictEqual(await here.store.inbox.waiting(9, 9));
    const overThere = await exported(there.source);
    expect(JSON.parse(overThere[0] ?? '')).toMatchObject({ store: 'MongoDB', keys: ['key-1', 'key-2'] });
    expect(contentOf(overThere)).toEqual(contentOf(lines));
    const indexes = await indexesOf(here);
    await empty(here);
    await imported(here.connection, overThere);
    expect(contentOf(await exported(here.source))).toEqual(contentOf(lines));
    expect(await indexesOf(here)).toEqual(indexes);
  });

  it('keeps ids of hundreds of characters, which stores sort differently', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `${'x'.repeat(900)}${(n * 7) % 20}`);
    await here.store.accounts.put(
      'crm',
      's-1',
      ids.map((id) => anAccount(id)),
    );
    await imported(there.connection, await exported(here.source));
    const back = await exported(there.source);
    expect((await there.store.accounts.many('crm', ids)).map(({ remoteId }) => remoteId).sort()).toEqual(
      ids.toSorted(),
    );
    expect(back.slice(1, -1).toSorted()).toEqual((await exported(here.source)).slice(1, -1).toSorted());
  });

  it('goes into an empty store only, and says what is there', async () => {
    await there.store.people.insert([aPerson('p-1'), aPerson('p-2')]);
    await expect(imported(there.connection, written({ people: [{ _id: 'p-3' }] }))).rejects.toMatchObject({
      code: 'not-empty',
      message: 'the store is not empty: it has 2 people',
      remedy: expect.stringContaining('DATA_DIR'),
    });
    expect(await rowsIn(there)).toEqual({ people: 2 });
  });

  it('leaves nothing of a file that is damaged, or holds what excludes each other', async () => {
    const lines = written({ people: [{ _id: 'p-1' }, { _id: 'p-2' }] });
    const before = await indexesOf(there);
    for (const wrong of [lines.slice(0, -1), lines.with(1, lines[2] ?? ''), ['{}'], lines.toSpliced(1, 1)])
      await expect(imported(there.connection, wrong)).rejects.toMatchObject({
        code: expect.stringMatching(/(damaged|foreign)-export/),
      });
    const twins = written({
      people: [{ _id: 'p-1' }],
      logins: [1, 2].map((n) => ({ _id: `l-${n}`, person: 'p', app: 'a' })),
    });
    await expect(imported(there.connection, twins)).rejects.toMatchObject({ code: 'import-conflict' });
    expect(await rowsIn(there)).toEqual({});
    expect(await indexesOf(there)).toEqual(before);
    await imported(there.connection, lines);
    expect(await rowsIn(there)).toEqual({ people: 2 });
  });

  it('leaves nothing of a file that became another one after it was checked', async () => {
    const [one, other] = [['p-1'], ['p-1', 'p-2']].map((ids) => written({ people: ids.map((_id) => ({ _id })) }));
    let asked = 0;
    const bytes = async function* () {
      asked += 1;
      yield Buffer.from(`${(asked === 1 ? one : other)?.join('\n')}\n`);
    };
    await expect(imported(there.connection, [], { bytes })).rejects.toMatchObject({ code: 'damaged-export' });
    expect(await rowsIn(there)).toEqual({});
  });

  it('takes along what the store removes by itself only while it is young, and what is old stays through an import', async () => {
    const purgeAfter = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000);
    const inbox = [
      { _id: 'i-old', payload: '1', purgeAfter: purgeAfter(40) },
      { _id: 'i-young', payload: '2', purgeAfter: purgeAfter(2) },
    ];
    const signOns = [{ _id: 's-old', find: { over: purgeAfter(400) } }];
    expect(await imported(there.connection, written({ inbox, signOns }))).toMatchObject({ documents: 3 });
    const indexes = Object.values(await indexesOf(there)).flat();
    const expiring = indexes.filter(({ expireAfterSeconds }) => expireAfterSeconds !== undefined);
    expect(expiring).toHaveLength(archiveContents().filter(({ expiry }) => expiry !== null).length);
    expect((await exported(there.source)).slice(1, -1)).toEqual([expect.stringContaining('i-young')]);
  });
});

describe('an import that was broken off', () => {
  const lines = written({ people: [{ _id: 'p-1' }, { _id: 'p-2' }] });
  /** As a process that was killed leaves it. */
  const breakOff = async (begun = true) => {
    await there.store.people.insert([aPerson('p-half')]);
    await movesCollection(there.connection).create({
      _id: 'import',
      run: 'r-0',
      beat: 4,
      at: 1_700_000_000_000,
      begun,
    });
  };

  it('keeps bots and exports away, and begins anew by the same command', async () => {
    await breakOff();
    const refusal = { code: 'import-unfinished', remedy: expect.stringContaining('store import') };
    await expect(requireWhole(there.connection)).rejects.toMatchObject(refusal);
    await expect(exported(there.source)).rejects.toMatchObject(refusal);
    expect(await imported(there.connection, lines, { clock: quickClock() })).toMatchObject({
      again: true,
      documents: 2,
    });
    expect(await rowsIn(there)).toEqual({ people: 2 });
    await requireWhole(there.connection);
  });

  it('was none when the store was not empty: what is there stays', async () => {
    await breakOff(false);
    await expect(imported(there.connection, lines, { clock: quickClock() })).rejects.toMatchObject({
      code: 'not-empty',
    });
    expect(await rowsIn(there)).toEqual({ people: 1 });
    await requireWhole(there.connection);
  });

  it('is left alone while it lives', async () => {
    await breakOff();
    const beating = setInterval(() => {
      movesCollection(there.connection)
        .updateOne({ _id: 'import' }, { $inc: { beat: 1 } })
        .catch(() => undefined);
    }, 200);
    try {
      await expect(imported(there.connection, lines)).rejects.toMatchObject({ code: 'import-unfinished' });
    } finally {
      clearInterval(beating);
    }
    expect(await rowsIn(there)).toEqual({ people: 1, moves: 1 });
  });

  it('ends when another one took the store over', async () => {
    const told = (stage: string) => {
      const theirs = { $set: { run: 'r-9' } };
      if (stage === 'written') void movesCollection(there.connection).updateOne({ _id: 'import' }, theirs).exec();
    };
    const people = Array.from({ length: 2_000 }, (_, n) => ({ _id: `p-${n}` }));
    await expect(imported(there.connection, written({ people }), { told, clock: quickClock() })).rejects.toMatchObject({
      code: 'import-taken-over',
    });
  });
});

describe('a process that starts as an import begins', () => {
  const start = (owner = 'process-1') =>
    starting({ connection: there.connection, leases: there.store.leases, clock: systemClock, owner });
  const people = written({ people: [{ _id: 'p-1', version: 0, outbox: [] }] });

  it('ends, where the import was the first: its mark came after the store was opened', async () => {
    await requireWhole(there.connection);
    await movesCollection(there.connection).create({ _id: 'import', run: 'r', beat: 0, at: 0, begun: false });
    await expect(start()).rejects.toMatchObject({ code: 'import-unfinished' });
    expect((await there.store.leases.read('start'))?.owner).toBe('');
  });

  it('is seen by the import where it was the first, though it holds no lease of its work yet', async () => {
    const begun = await start();
    const working = setTimeout(async () => {
      await there.store.leases.replace(null, { name: 'publisher', owner: 'process-1', epoch: 1, beat: 0 });
      await begun.over();
    }, 300);
    await expect(imported(there.connection, people)).rejects.toMatchObject({ code: 'at-work' });
    clearTimeout(working);
    expect(await rowsIn(there)).toEqual({ leases: 2 });
  });

  it('does not wait for another that starts as well', async () => {
    const [one, other] = await Promise.all([start(), start('process-2')]);
    await Promise.all([one.over(), other.over()]);
    expect((await there.store.leases.read('start'))?.owner).toBe('');
  });
});

describe('an export beside a process at work', () => {
  const lease = (beat: number) => ({ name: 'publisher', owner: 'process-1', epoch: 1, beat });
  /** What a bot does to its lease. */
  async function atWork<T>({ store }: TestStore, task: () => Promise<T>): Promise<T> {
    await store.leases.replace(null, lease(0));
    let beat = 0;
    let stopped = false;
    const beating = (async () => {
      while (!stopped) {
        await store.leases.replace(lease(beat), lease(beat + 1));
        beat += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    return task().finally(async () => {
      stopped = true;
      await beating;
    });
  }

  it('is refused, as is an import', async () => {
    const refusal = { code: 'at-work', remedy: expect.stringContaining('top') };
    await atWork(here, () => expect(exported(here.source)).rejects.toMatchObject(refusal));
    await atWork(there, async () => {
      await expect(exported(there.source)).rejects.toMatchObject(refusal);
      await expect(imported(there.connection, written({ people: [{ _id: 'p-1' }] }))).rejects.toMatchObject(refusal);
    });
  });

  it('is made when that process was killed', async () => {
    await there.store.leases.replace(null, lease(0));
    await there.store.people.insert([aPerson('p-1')]);
    expect(await exported(there.source, false, quickClock())).toHaveLength(3);
  });

  /** A person, then a login, then a person …, while `task` goes on. */
  async function writing<T>({ connection }: TestStore, task: () => Promise<T>): Promise<T> {
    const [people, logins] = ['people', 'logins'].map((name) =>
      connection.collection<{ _id: string; at: number }>(name),
    );
    const rows = Array.from({ length: 1_500 }, (_, n) => ({ _id: `x-${n}`, person: `x-${n}`, app: 'crm', at: 0 }));
    await Promise.all([people?.insertMany(rows), logins?.insertMany(rows)]);
    let stopped = false;
    const changing = (async () => {
      for (let at = 1; !stopped; at += 1) {
        await people?.updateOne({ _id: `x-${(at * 7) % 1_500}` }, { $set: { at } });
        await logins?.updateOne({ _id: `x-${(at * 11) % 1_500}` }, { $set: { at } });
      }
    })();
    return task().finally(async () => {
      stopped = true;
      await changing;
    });
  }

  it('shows one moment of the built-in store, whatever is written meanwhile', async () => {
    const lines = await writing(here, async () => {
      // It has to have written something.
      await expect
        .poll(() => here.connection.collection('logins').countDocuments({ at: { $gt: 0 } }))
        .toBeGreaterThan(20);
      return exported(here.source, true);
    });
    const newest = (name: string) =>
      Math.max(
        ...lines.filter((line) => line.includes(`"${name}","document"`)).map((line) => JSON.parse(line).document.at),
      );
    expect(newest('people')).toBeGreaterThan(20);
    expect([0, 1]).toContain(newest('people') - newest('logins'));
  });

  it('is none of a MongoDB that changes meanwhile', async () => {
    await writing(there, () =>
      expect(exported(there.source, true)).rejects.toMatchObject({
        code: 'changed-meanwhile',
        message: expect.stringMatching(/people|logins/),
      }),
    );
    expect(await exported(there.source, true)).toHaveLength(3_002);
  });
});
