import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refused } from './core/errors.ts';
import { isStoreFolder, openSnapshot } from './embedded-mongo/snapshot.ts';
import { findStore } from './embedded-mongo/start.ts';
import type { Log } from './engine/ports.ts';
import { systemClock } from './engine/system-clock.ts';
import type { Env } from './env.ts';
import { createLog, createScrubber } from './log.ts';
import { keysOf, openServer } from './open.ts';
import { type ExportOptions, type ExportReport, exportStore } from './store/archive/export.ts';
import { type ImportReport as Imported, type ImportOptions, importStore } from './store/archive/import.ts';
import { mongoSource, type Source, snapshotSource } from './store/archive/source.ts';
import { connectMongo } from './store/mongo.ts';

export type { ExportReport } from './store/archive/export.ts';
export type { Stage } from './store/archive/import.ts';

/** `missingKeys`: ids of keys that something is sealed under and that are not among those of this environment. */
export type ImportReport = Imported & { missingKeys: readonly string[] };

/** Writes the store of this environment as text. @throws RollcallError `no-store`, or as `exportStore` does (show). */
export async function exportFrom(
  env: Env,
  options: Pick<ExportOptions, 'whileRunning' | 'told'>,
  write: (pieces: AsyncIterable<string>) => Promise<void>,
): Promise<ExportReport> {
  const { source, close } = await openSource(env);
  try {
    return await exportStore({ ...options, source, clock: systemClock, version: version() }, write);
  } finally {
    await close();
  }
}

/** Fills the empty store of this environment. @throws RollcallError as `importStore` does (show). */
export async function importInto(env: Env, options: Pick<ImportOptions, 'bytes' | 'told'>): Promise<ImportReport> {
  const scrubber = createScrubber();
  const log = createLog(env.logLevel, scrubber);
  const held = keysOf(env, scrubber).ids();
  const { connection, close } = await openConnection(env, log);
  try {
    const run = randomUUID();
    const imported = await importStore({ ...options, connection, clock: systemClock, version: version(), run });
    return { ...imported, missingKeys: imported.keys.filter((key) => !held.includes(key)) };
  } finally {
    await close();
  }
}

type Open<T> = T & { close(): Promise<void> };

/** The built-in store is read from its folder: nothing is started, and a bot that has it open is not disturbed. */
async function openSource(env: Env): Promise<Open<{ source: Source }>> {
  if (env.mongodbUri !== undefined) {
    const { connection, close } = await openConnection(env, createLog(env.logLevel, createScrubber()));
    return { source: mongoSource(connection), close };
  }
  const dir = join(env.dataDir, 'store');
  if (!isStoreFolder(dir)) throw noStore(dir);
  const isServed = async () => (await findStore(dir)) !== undefined;
  return { source: snapshotSource(() => openSnapshot({ dir }), isServed), close: async () => {} };
}

async function openConnection(env: Env, log: Log) {
  const server = await openServer(env, log);
  const connection = await connectMongo(server.uri, { log }).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const close = async () => {
    connection.removeAllListeners('disconnected');
    await connection.close();
    await server.stop();
  };
  return { connection, close };
}

/** Of this Rollcall, as package.json says. */
const version = (): string =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')).version as string;

const noStore = (dir: string) =>
  refused('no-store', `there is no store in ${dir}`, 'Set DATA_DIR or MONGODB_URI to those of the bot.');
