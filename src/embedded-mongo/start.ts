import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { livingOwner } from './owner.ts';
import type { Report } from './serve.ts';

export interface StoreOptions {
  /** Folder of the data; made if it is not there. */
  readonly dir: string;
  /** Bytes of address space to map (not memory, not disk); more are mapped when needed. Default 64 GiB. */
  readonly mapSize?: number;
  /** Seconds between two sweeps of TTL indexes. Default 60. */
  readonly ttlSeconds?: number;
  /** The longest wait before it is started again, however often it dies, milliseconds. Default 5,000. */
  readonly longestPause?: number;
  readonly log?: (line: string) => void;
}

export interface StoreProcess {
  readonly uri: string;
  readonly pid: () => number | undefined;
  /** How often it died and was started again. */
  readonly restarts: () => number;
  /** Flushes and ends it. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 50;
const STEADY_MS = 10_000;
const STOP_MS = 10_000;

/**
 * Starts the store as a child process that ends with this one, and starts it again, at the same address, whenever it dies.
 * @throws Error with a sentence for people when it cannot start: another process has the folder, the folder cannot be written …
 */
export async function startStore({
  log = () => undefined,
  longestPause = 5_000,
  ...options
}: StoreOptions): Promise<StoreProcess> {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const place = socketPlace(dir);
  let restarts = 0;
  let pause = FIRST_PAUSE_MS;
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let { child, uri } = await startChild({ ...options, dir }, place.path, log);

  const watch = (watched: ChildProcess, since: number) => {
    watched.once('exit', (code, signal) => {
      if (isStopping) return;
      if (Date.now() - since > STEADY_MS) pause = FIRST_PAUSE_MS;
      log(`the store's process ended (${signal ?? `code ${code}`}), starting it again in ${pause} ms`);
      timer = setTimeout(again, pause);
      pause = Math.min(pause * 2, longestPause);
    });
  };
  const again = () => {
    restarts += 1;
    child = spawn({ ...options, dir }, place.path, log);
    watch(child, Date.now());
  };
  watch(child, Date.now());

  return {
    uri,
    pid: () => child.pid,
    restarts: () => restarts,
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await end(child);
      place.remove();
    },
  };
}

/** The address of the store that a living process serves from `dir`, if one does. */
export async function findStore(dir: string): Promise<string | undefined> {
  return (await livingOwner(resolve(dir)))?.uri;
}

/** What fits into `sun_path` on all systems; Linux has 108, macOS 104, with the final NUL. */
const MOST_PATH_BYTES = 103;

function socketPlace(dir: string): { path: string; remove: () => void } {
  const path = join(dir, 'socket', 'mongo.sock');
  if (Buffer.byteLength(path) <= MOST_PATH_BYTES) return { path, remove: () => undefined };
  const own = mkdtempSync(join(tmpdir(), 'mongo-'));
  return { path: join(own, 'mongo.sock'), remove: () => rmSync(own, { recursive: true, force: true }) };
}

type ChildOptions = Omit<StoreOptions, 'log' | 'longestPause'>;

function spawn({ dir, mapSize, ttlSeconds }: ChildOptions, socket: string, log: (line: string) => void): ChildProcess {
  const sizes = [
    ...(mapSize === undefined ? [] : ['--map-bytes', String(mapSize)]),
    ...(ttlSeconds === undefined ? [] : ['--ttl-seconds', String(ttlSeconds)]),
  ];
  const child = fork(
    fileURLToPath(new URL('./serve.ts', import.meta.url)),
    ['--dir', dir, '--socket', socket, ...sizes],
    {
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  if (child.stderr) createInterface(child.stderr).on('line', log);
  child.on('error', (error) => log(`the store's process: ${error.message}`));
  child.on('message', (report: Report) => {
    if ('failed' in report) log(report.failed);
  });
  return child;
}

async function startChild(options: ChildOptions, socket: string, log: (line: string) => void) {
  const child = spawn(options, socket, log);
  const report = await Promise.race([
    once(child, 'message').then(([news]) => news as Report),
    once(child, 'exit').then(
      ([code]): Report => ({ failed: `the store's process ended with code ${code} before it was ready` }),
    ),
  ]);
  if ('failed' in report) throw new Error(report.failed);
  return { child, uri: report.listening };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}
