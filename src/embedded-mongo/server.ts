import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { type Catalog, loadCatalog, sweepDropped } from './catalog.ts';
import type { Server } from './commands/call.ts';
import { serveConnection } from './connection.ts';
import { createCursors } from './cursors.ts';
import { removeExpired } from './expiry.ts';
import { MongoError } from './mongo-error.ts';
import { takeOwnership } from './owner.ts';
import { isCommitFailure, openStorage, type Storage } from './storage.ts';

export interface ServerOptions {
  readonly dir: string;
  readonly socket: string;
  readonly mapBytes?: number | undefined;
  /** Seconds between two sweeps of TTL indexes; MongoDB's 60. */
  readonly ttlSeconds?: number | undefined;
  readonly cursorIdleMs?: number | undefined;
  readonly log: (line: string) => void;
}

export interface RunningServer {
  readonly uri: string;
  /** Takes no more, lets writes under way reach the disk, and gives the folder free. */
  stop(): Promise<void>;
}

const SECOND_MS = 1000;

/** The database of the address; others may be in the store beside it. */
export const DATABASE = 'rollcall';

export const uriOf = (socket: string) => `mongodb://${encodeURIComponent(socket)}/${DATABASE}?directConnection=true`;

/**
 * Opens the store in `dir` and serves it on a Unix socket.
 * @throws StoreInUse when another process has it.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { dir, socket, log, ttlSeconds = 60, cursorIdleMs = 600 * SECOND_MS } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const uri = uriOf(socket);
  const catalog: Catalog = new Map();
  const storage = reloading(openStorage(dir, options.mapBytes), catalog, log);
  const ownership = await takeOwnership(dir, { socket, uri }, storage.exclusively).catch(async (error: unknown) => {
    await storage.close();
    throw error;
  });
  await loadCatalog(storage, catalog);
  let isStopping = false;
  const sockets = new Set<Socket>();
  const cursors = createCursors({ idleMs: cursorIdleMs, orphanMs: 10 * SECOND_MS });
  const background = createBackground(log);
  const server: Server = {
    storage,
    catalog,
    cursors,
    startedAt: performance.now(),
    connections: () => sockets.size,
    sweep: () => background('removing what was dropped', () => sweepDropped(storage, () => isStopping)),
  };
  server.sweep();
  const expiry = () => background('removing what expired', () => removeExpired(server, () => isStopping));
  const clock = setInterval(expiry, ttlSeconds * SECOND_MS);
  const listener = await listen(socket, (connection, id) => {
    sockets.add(connection);
    connection.once('close', () => sockets.delete(connection));
    serveConnection(server, connection, id, log);
  });
  return {
    uri,
    async stop() {
      isStopping = true;
      clearInterval(clock);
      cursors.stop();
      listener.close();
      for (const connection of sockets) connection.destroy();
      await background.settled();
      await storage.write(() => undefined);
      ownership.release();
      await storage.close();
    },
  };
}

/** A commit that fails leaves the catalog in memory ahead of the disk: it is read again, and the client told. */
function reloading(storage: Storage, catalog: Catalog, log: (line: string) => void): Storage {
  const write: Storage['write'] = (change) =>
    storage.write(change).catch(async (error: unknown) => {
      if (!isCommitFailure(error)) throw error;
      error.commitError?.catch((cause: unknown) => log(`a commit failed: ${String(cause)}`));
      await loadCatalog(storage, catalog);
      const message = "the store could not write to its disk: is it full? Nothing of this command's last step was kept";
      throw new MongoError(14031, 'OutOfDiskSpace', message);
    });
  return { ...storage, write };
}

/** Work beside the commands, one piece after another; what fails is logged. */
function createBackground(log: (line: string) => void) {
  let last: Promise<unknown> = Promise.resolve();
  const run = (name: string, work: () => Promise<unknown>) => {
    last = last.then(work).catch((error: unknown) => log(`${name}: ${String(error)}`));
  };
  return Object.assign(run, { settled: () => last });
}

/** The folder of the socket is this user's alone: there is no other authentication. */
async function listen(path: string, serve: (socket: Socket, id: number) => void) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(dirname(path), 0o700);
  rmSync(path, { force: true });
  let count = 0;
  const listener = createServer((socket) => {
    count += 1;
    serve(socket, count);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return listener;
}
