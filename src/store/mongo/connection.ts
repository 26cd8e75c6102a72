import mongoose from 'mongoose';
import { refused } from '../../core/errors.ts';
import type { Log } from '../../engine/ports.ts';

const options: mongoose.ConnectOptions = {
  appName: 'rollcall',
  autoCreate: false,
  autoIndex: false,
  bufferCommands: false,
  connectTimeoutMS: 5_000,
  ignoreUndefined: true,
  maxPoolSize: 20,
  retryReads: true,
  retryWrites: true,
  sanitizeFilter: true,
  socketTimeoutMS: 60_000,
};

export type ConnectOptions = {
  log: Log;
  /** How long a command waits for a server to be found, milliseconds; ten seconds bridge a restart or an election. */
  patience?: number;
};

/**
 * Opens the database of `uri`, strictly: unknown fields, unsafe filters and commands before the connection are refused.
 * On a replica set every write is acknowledged by the majority; a single server has none to ask.
 * @throws RollcallError `store-unreachable` (show)
 */
export async function connectMongo(
  uri: string,
  { log, patience = 10_000 }: ConnectOptions,
): Promise<mongoose.Connection> {
  mongoose.set({ runValidators: true, sanitizeFilter: true, strict: 'throw', strictQuery: 'throw' });
  const settings = { ...options, serverSelectionTimeoutMS: patience };
  const first = await open(uri, settings);
  const concern = writeConcernFor(await first.db?.admin().command({ hello: 1 }));
  if (concern !== undefined) await first.close();
  const connection = concern === undefined ? first : await open(uri, { ...settings, ...concern });
  connection.on('error', (error: Error) => log.error({ error: error.message }, 'the store reports an error'));
  connection.on('disconnected', () => log.warn({}, 'the store is not reachable; trying again'));
  connection.on('reconnected', () => log.info({}, 'the store is reachable again'));
  return connection;
}

/** Majority for members of a replica set and for routers, by what they say in `hello` (MongoDB manual, *hello*). */
export function writeConcernFor(
  hello: { setName?: unknown; msg?: unknown } | undefined,
): { w: 'majority' } | undefined {
  const replicated = hello?.setName !== undefined || hello?.msg === 'isdbgrid';
  return replicated ? { w: 'majority' } : undefined;
}

async function open(uri: string, settings: mongoose.ConnectOptions): Promise<mongoose.Connection> {
  const connection = mongoose.createConnection();
  try {
    return await connection.openUri(uri, settings);
  } catch (error) {
    await connection.close().catch(() => undefined);
    const why = error instanceof Error ? error.message : String(error);
    throw refused(
      'store-unreachable',
      `MongoDB cannot be reached: ${withoutPassword(why)}`,
      'Check that it runs and that MONGODB_URI is right.',
    );
  }
}

const withoutPassword = (text: string): string => text.replace(/\/\/[^/@\s]*@/g, '//…@');
