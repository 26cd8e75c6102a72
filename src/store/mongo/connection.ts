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
  serverSelectionTimeoutMS: 10_000,
  socketTimeoutMS: 60_000,
};

/**
 * Opens the database of `uri`, strictly: unknown fields, unsafe filters and commands before the connection are refused.
 * On a replica set every write is acknowledged by the majority; a single server has none to ask.
 * @throws RollcallError `store-unavailable` (show)
 */
export async function connectMongo(uri: string, { log }: { log: Log }): Promise<mongoose.Connection> {
  mongoose.set({ runValidators: true, sanitizeFilter: true, strict: 'throw', strictQuery: 'throw' });
  const connection = await open(uri, options);
  const replicated = await isReplicated(connection);
  if (replicated) await connection.close();
  const lasting = replicated ? await open(uri, { ...options, w: 'majority' }) : connection;
  lasting.on('error', (error: Error) => log.error({ error: error.message }, 'the store reports an error'));
  lasting.on('disconnected', () => log.warn({}, 'the store is not reachable; trying again'));
  lasting.on('reconnected', () => log.info({}, 'the store is reachable again'));
  return lasting;
}

async function open(uri: string, settings: mongoose.ConnectOptions): Promise<mongoose.Connection> {
  const connection = mongoose.createConnection(uri, settings);
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.close().catch(() => undefined);
    const why = error instanceof Error ? error.message : String(error);
    throw refused(
      'store-unavailable',
      `MongoDB cannot be reached: ${why}`,
      'Check that it runs and that MONGODB_URI is right.',
    );
  }
}

async function isReplicated(connection: mongoose.Connection): Promise<boolean> {
  const hello = await connection.db?.admin().command({ hello: 1 });
  return hello?.setName !== undefined || hello?.msg === 'isdbgrid';
}
