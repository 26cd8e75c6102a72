import type { Connection } from 'mongoose';
import { RollcallError, refused } from '../../core/errors.ts';
import type { Clock } from '../../engine/ports.ts';
import type { Collection } from '../mongo/collection.ts';
import { native } from '../mongo/documents.ts';
import { fail, isDuplicate } from '../mongo/failures.ts';
import { readMove } from '../mongo/moves.ts';
import { buildIndexes, storeCollections } from '../mongo.ts';
import { isAtWork, traces } from './at-work.ts';
import { type Claim, claim, withdraw } from './claim.ts';
import { archiveContents, expiryIndexes, isMoved } from './contents.ts';
import { documentText, type Stored } from './document-text.ts';
import { countsOf } from './export.ts';
import { damaged } from './failures.ts';
import type { Header } from './format.ts';
import { type Entry, readArchive, type Summary } from './reader.ts';
import { mongoSource, pagesOf } from './source.ts';
import { createTally, differences } from './tally.ts';

export type Stage = 'checked' | 'written' | 'read back';

export type ImportOptions = {
  connection: Connection;
  clock: Pick<Clock, 'now' | 'monotonic' | 'sleep'>;
  /** Of this Rollcall. */
  version: string;
  /** Names this import. */
  run: string;
  /** The export from its beginning; asked for twice. */
  bytes(): AsyncIterable<Uint8Array>;
  /** Told how far a stage is; `total` 0: not known yet. */
  told(stage: Stage, documents: number, total: number): void;
};

export type ImportReport = {
  header: Header;
  documents: number;
  collections: Readonly<Record<string, number>>;
  /** Ids of the keys that something in it is sealed under. */
  keys: readonly string[];
  /** It followed an import that had been broken off, and began anew. */
  again: boolean;
};

/**
 * Fills an empty store from an export: checks the whole export before the first document is written, and reads everything back at
 * the end. Whatever ends it halfway leaves a mark with which no bot starts, and the same call begins anew.
 * @throws RollcallError `foreign-export`, `newer-export`, `damaged-export`, `not-empty`, `at-work`, `import-unfinished`,
 * `import-conflict`, `import-differs`, `import-taken-over` (show), `store-unavailable` (retry)
 */
export async function importStore(options: ImportOptions): Promise<ImportReport> {
  const { connection, clock, run } = options;
  await refuseOthers(options);
  const summary = await readAll(options, 'checked', 0, async () => {});
  await buildIndexes(connection).catch(fail);
  const held = await claim(connection, clock, run).catch(fail);
  await fill(options, summary, held).catch(fail);
  const { header, documents, sums, keys } = summary;
  return { header, documents, collections: countsOf(sums), keys, again: held.again };
}

/** Somebody else's documents, or a process at work. What a broken-off import wrote is nobody's. */
async function refuseOthers({ connection, clock }: ImportOptions): Promise<void> {
  if (await isAtWork(mongoSource(connection), clock)) throw atWork();
  const mark = await readMove(connection);
  if (mark?.begun === true) return;
  const there = await nonEmpty(connection);
  if (there.length === 0) return;
  if (mark !== null) await withdraw(connection, mark);
  throw notEmpty(there);
}

async function nonEmpty(connection: Connection): Promise<{ name: string; count: number }[]> {
  const counts = await Promise.all(
    storeCollections(connection)
      .filter(isMoved)
      .map(async (model) => ({ name: model.modelName, count: await model.countDocuments({}) })),
  );
  return counts.filter(({ count }) => count > 0);
}

async function fill(options: ImportOptions, summary: Summary, held: Claim): Promise<void> {
  const { connection } = options;
  const source = await mongoSource(connection).read();
  const before = await traces(source);
  try {
    if (held.again) await clear(connection, held);
    // Once more, now that the mark keeps new bots away.
    else await begin(options, held);
    await dropExpiry(connection);
    await write(options, summary, held);
  } catch (error) {
    // Another try would end the same: the store is made what it was.
    if (error instanceof RollcallError && hopeless.includes(error.code)) {
      await clear(connection, held);
      await buildIndexes(connection);
      await held.release();
    }
    throw error;
  }
  await verify(options, summary, held);
  if ((await traces(source)) !== before) throw differs(['leases']);
  // With the last of them the store begins to remove what is old.
  await buildIndexes(connection);
  await held.release();
}

const hopeless = ['damaged-export', 'import-conflict', 'foreign-export'];

/** What was there before us is not ours to mark. */
async function begin(options: ImportOptions, held: Claim): Promise<void> {
  try {
    await refuseOthers(options);
  } catch (error) {
    if (error instanceof RollcallError) await held.release();
    throw error;
  }
  await held.begin();
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'codeName' in error && /^(Namespace|Index)NotFound$/.test(String(error.codeName));

/** Only under our mark: everything there is from an import that did not come to its end. */
async function clear(connection: Connection, held: Claim): Promise<void> {
  for (const model of storeCollections(connection).filter(isMoved)) {
    await held.beat();
    await native(model)
      .drop()
      .catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
  }
  await buildIndexes(connection);
}

/** What is old would go between the writing and the reading back. */
async function dropExpiry(connection: Connection): Promise<void> {
  for (const model of storeCollections(connection))
    for (const name of expiryIndexes(model))
      await native(model)
        .dropIndex(name)
        .catch((error: unknown) => {
          if (!isGone(error)) throw error;
        });
}

/** A batch is written at so many documents, or characters. */
const most = { documents: 1_000, characters: 2 * 1024 * 1024 };

async function write(options: ImportOptions, { documents, trailer }: Summary, held: Claim): Promise<void> {
  const models = new Map(storeCollections(options.connection).map((model) => [model.modelName, model]));
  let writing: Promise<void> = Promise.resolve();
  let batch: { name: string; rows: Stored[]; size: number } = { name: '', rows: [], size: 0 };
  const flush = async (name: string) => {
    await writing;
    await held.beat();
    const { rows } = batch;
    const model = models.get(batch.name);
    if (model !== undefined && rows.length > 0) writing = insert(model, rows);
    // Waited for at the next turn.
    writing.catch(() => undefined);
    batch = { name, rows: [], size: 0 };
  };
  const again = await readAll(options, 'written', documents, async ({ collection, text, document }) => {
    const isFull = batch.rows.length === most.documents || batch.size > most.characters;
    if (isFull || collection !== batch.name) await flush(collection);
    batch.rows.push(document);
    batch.size += text.length;
  });
  await flush('');
  await writing;
  if (again.trailer !== trailer) throw damaged('it was changed while it was imported');
}

async function insert(model: Collection, rows: readonly Stored[]): Promise<void> {
  try {
    await native(model).insertMany([...rows], { ordered: false });
  } catch (error) {
    throw isDuplicate(error) ? conflict(model.modelName, error.message) : error;
  }
}

/** Reads the export to its end, giving each document to `take`. */
async function readAll(
  { bytes, version, told }: ImportOptions,
  stage: Stage,
  total: number,
  take: (entry: Entry) => Promise<void>,
): Promise<Summary> {
  const collections = archiveContents().map(({ name }) => name);
  const entries = readArchive(bytes(), { version, collections });
  for (let done = 1; ; done += 1) {
    const next = await entries.next();
    if (next.done) return next.value;
    await take(next.value);
    if (done % 1_000 === 0) told(stage, done, total);
  }
}

async function verify({ connection, told }: ImportOptions, summary: Summary, held: Claim): Promise<void> {
  const tally = createTally();
  for (const { name } of archiveContents()) {
    for await (const document of pagesOf(connection, name)) {
      tally.add(name, documentText(document));
      if (tally.total() % 1_000 !== 0) continue;
      told('read back', tally.total(), summary.documents);
      await held.beat();
    }
  }
  const differing = differences(summary.sums, tally.sums());
  if (differing.length > 0) throw differs(differing);
}

const notEmpty = (there: readonly { name: string; count: number }[]) =>
  refused(
    'not-empty',
    `the store is not empty: it has ${there.map(({ name, count }) => `${count} ${name}`).join(', ')}`,
    'Import into an empty one: name another database in MONGODB_URI, or another folder in DATA_DIR.',
  );

const atWork = () =>
  refused('at-work', 'a Rollcall process is at work on the store to import into', 'Stop it first, then import.');

const conflict = (name: string, why: string) =>
  refused(
    'import-conflict',
    `the export holds two documents of ${name} that exclude each other (${why}); nothing was imported`,
    'Export again from the store itself: no store of Rollcall holds two such documents.',
  );

const differs = (names: readonly string[]) =>
  refused(
    'import-differs',
    `what was read back is not what was written: ${names.join(', ')}`,
    'Find out who else writes to this store, or whether its disk is sound; then give the same command again.',
  );
