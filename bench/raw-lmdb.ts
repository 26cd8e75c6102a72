import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'bson';
import { type Database, open } from 'lmdb';
import { Schema } from 'mongoose';
import { system } from '../src/core/event.ts';
import { configOfMany, openCompany } from './company.ts';
import { seedAccounts } from './seed.ts';
import { perSecond, type Row, ratio, timed } from './table.ts';

/*
 * What the built-in store costs on top of LMDB: the same bytes, login documents as provisioning leaves them, through mongoose, the
 * driver, a socket and the store's process on one side, and straight into a file in this process on the other. Both sides answer a
 * write only once it is on disk, and both have so many writes under way.
 */

const lanes = 16;
const page = 1_000;
type Entry = { _id: string };
type Side = {
  insertEach(entries: readonly Entry[]): Promise<void>;
  insertMany(entries: readonly Entry[]): Promise<void>;
  readEach(ids: readonly string[]): Promise<void>;
  readAll(): Promise<number>;
};

/** One row for each thing done, after one that says what was done it to. */
export async function benchStore(dir: string, count: number): Promise<Row[]> {
  const company = await openCompany(join(dir, 'built-in'));
  const raw = openRaw(join(dir, 'raw'));
  try {
    await company.engine.configure(configOfMany(1, { idleRule: false }), system('bench'));
    await seedAccounts(company, count);
    const entries = (await company.connection.collection('logins').find().toArray()) as unknown as Entry[];
    const bytes = entries.reduce((sum, entry) => sum + serialize(entry).length, 0);
    const size = `${count.toLocaleString('en')} logins of ${Math.round(bytes / count).toLocaleString('en')} bytes`;
    const plain = await measure(rawSide(raw.database), entries);
    const ours = await measure(builtInSide(company), entries);
    return things.map(({ name, what }) => ({
      what: `${what} ${size}: raw LMDB, then the built-in store through mongoose`,
      figure: `${perSecond(count, plain[name])}, ${perSecond(count, ours[name])}`,
      ratio: ratio(ours[name], plain[name]),
    }));
  } finally {
    await raw.database.close();
    await company.close();
  }
}

const things = [
  { name: 'each', what: `insert one by one, ${lanes} at a time,` },
  { name: 'many', what: `insert in batches of ${page.toLocaleString('en')},` },
  { name: 'one', what: `read one by one, ${lanes} at a time,` },
  { name: 'all', what: 'read in one go' },
] as const;

/** Milliseconds for each thing. */
async function measure(side: Side, entries: readonly Entry[]) {
  const again = entries.map((entry) => ({ ...entry, _id: `again-${entry._id}` }));
  const each = await timed(() => side.insertEach(entries));
  const many = await timed(() => side.insertMany(again));
  const one = await timed(() => side.readEach(entries.map(({ _id }) => _id)));
  const all = await timed(() => side.readAll());
  if (all.value !== 2 * entries.length) throw new Error(`${all.value} documents came back, not ${2 * entries.length}`);
  // Twice the documents are read at the end, and the figure is for once.
  return { each: each.took, many: many.took, one: one.took, all: all.took / 2 };
}

function builtInSide({ connection }: Awaited<ReturnType<typeof openCompany>>): Side {
  const schema = new Schema({ _id: String }, { strict: false, versionKey: false, collection: 'bench' });
  const model = connection.model('Bench', schema);
  return {
    insertEach: (entries) =>
      inLanes(entries, async (entry) => void (await model.collection.insertOne({ ...entry } as never))),
    insertMany: (entries) =>
      inPages(entries, async (some) => void (await model.collection.insertMany([...some] as never[]))),
    readEach: (ids) =>
      inLanes(ids, async (id) => {
        if ((await model.findById(id).lean()) === null) throw new Error(`${id} is not there`);
      }),
    readAll: async () => (await model.find().lean()).length,
  };
}

type Raw = Database<Buffer, string>;

/** As the built-in store opens it (`src/embedded-mongo/storage.ts`): a commit is reported once it is on disk. */
function openRaw(path: string): { database: Raw } {
  mkdirSync(path, { recursive: true });
  return { database: open<Buffer, string>({ path, encoding: 'binary', overlappingSync: false, noSubdir: false }) };
}

/** The documents come and go as bytes, which the other side makes and reads besides. */
function rawSide(database: Raw): Side {
  const put = ({ _id, ...rest }: Entry): Promise<boolean> =>
    database.put(_id, Buffer.from(serialize({ _id, ...rest })));
  return {
    insertEach: (entries) => inLanes(entries, async (entry) => void (await put(entry))),
    insertMany: (entries) => inPages(entries, async (some) => void (await Promise.all(some.map(put)))),
    readEach: (ids) =>
      inLanes(ids, async (id) => {
        if (database.get(id) === undefined) throw new Error(`${id} is not there`);
      }),
    readAll: async () => [...database.getRange()].length,
  };
}

async function inLanes<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await work(one);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function inPages<T>(all: readonly T[], work: (some: readonly T[]) => Promise<void>): Promise<void> {
  for (let start = 0; start < all.length; start += page) await work(all.slice(start, start + page));
}
