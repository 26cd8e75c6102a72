import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { expect } from 'vitest';
import { findStore } from '../../src/embedded-mongo/start.ts';
import { dropDatabase, withDatabase } from '../mongo.ts';
import { enterFaults } from './fault-tally.ts';
import { expectKept, secretsOf, storedIn } from './secrets-kept.ts';

export { freePorts } from '../fakes/free-ports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** With `MONGODB_URI` each data folder has a database of its own there; without, its bot keeps a built-in store in the folder. */
function serverOf(dataDir: string): string | undefined {
  const uri = process.env.MONGODB_URI;
  return uri === undefined || uri === '' ? undefined : withDatabase(uri, basename(dataDir));
}

const logLevel = process.env.LOG_LEVEL ?? 'warn';

/** The environment of the process under test: ours without what would make it serve something else. */
export function botEnv(dataDir: string, port: number, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { MONGODB_URI: _uri, NODE_ENV: _mode, ...rest } = process.env;
  const ours = Object.entries(rest).filter(([name]) => !name.startsWith('SLACK_') && !name.startsWith('VITEST'));
  const uri = serverOf(dataDir);
  const store = uri === undefined ? {} : { MONGODB_URI: uri };
  return {
    ...Object.fromEntries(ours),
    ...ownSeed(),
    ...store,
    DATA_DIR: dataDir,
    PORT: String(port),
    LOG_LEVEL: logLevel,
    ...more,
  };
}

/** Each file has a plan of faults of its own, the same in every run. */
function ownSeed(): NodeJS.ProcessEnv {
  const seed = process.env.LOCAL_SLACK_FAULTS;
  if (seed === undefined) return {};
  const digest = createHash('sha256')
    .update(`${seed} ${basename(expect.getState().testPath ?? '')}`)
    .digest();
  return { LOCAL_SLACK_FAULTS: String(digest.readUInt32BE() % 1_000_000_000) };
}

/** A new data folder; `remove` drops its database on a server as well. */
export function dataFolder(): { dir: string; remove(): Promise<void> } {
  const dir = mkdtempSync(join(tmpdir(), 'rollcall-'));
  return {
    dir,
    async remove() {
      const uri = serverOf(dir);
      if (uri !== undefined) await dropDatabase(uri);
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

export type Bot = {
  url: string;
  port: number;
  dataDir: string;
  /** Everything it printed and logged. */
  output(): string;
  /** SIGTERM, then waits. Answers the exit code. */
  stop(): Promise<number | null>;
  /** kill -9 of it and all its children at once, then waits. */
  kill(): Promise<void>;
};

/** Starts the real process and answers once it says that it serves. */
export async function startBot(
  dataDir: string,
  port: number,
  more: Readonly<Record<string, string>> = {},
): Promise<Bot> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: root,
    env: botEnv(dataDir, port, more),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const heard = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', heard);
  child.stderr.on('data', heard);
  await said(
    child,
    () => /serves .* on http/.test(output),
    () => output,
  );
  const url = `http://127.0.0.1:${port}`;
  if (!('SLACK_BOT_TOKEN' in more)) await expectTransport(url);
  return {
    url,
    port,
    dataDir,
    output: () => output,
    async stop() {
      const isAlive = child.exitCode === null && child.signalCode === null;
      const stored = isAlive ? await storedBy(dataDir) : [];
      const code = await end(child, 'SIGTERM');
      expectKept(secretsOf(dataDir, more), [...stored, { name: 'what it printed', bytes: Buffer.from(output) }]);
      enterFaults(output);
      if (output.includes('MaxListenersExceededWarning')) throw new Error(`the bot listens too often:\n${output}`);
      return code;
    },
    kill: async () => void (await end(child, 'SIGKILL', -(child.pid ?? 0))),
  };
}

/** What its store holds now; a built-in one that has ended holds nothing to be asked for. */
async function storedBy(dataDir: string) {
  if ((serverOf(dataDir) ?? (await findStore(join(dataDir, 'store')))) === undefined) return [];
  const { db, close } = await liveDatabase(dataDir);
  try {
    return await storedIn(db);
  } finally {
    await close();
  }
}

/** Over Socket Mode nothing is posted to the bot, so it takes no post. */
async function expectTransport(url: string): Promise<void> {
  const { status } = await fetch(`${url}/slack/events`, { method: 'POST' });
  const wanted = process.env.LOCAL_SLACK_TRANSPORT === 'socket';
  if ((status === 404) !== wanted) throw new Error(`the bot is not reached as this run asks for (${status})`);
}

function said(child: ChildProcess, isReady: () => boolean, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      if (!isReady()) return;
      clearInterval(timer);
      resolve();
    }, 20);
    child.once('exit', (code) => {
      clearInterval(timer);
      reject(new Error(`the bot ended with ${code} before it served:\n${output()}`));
    });
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals, target = child.pid ?? 0): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
    child.once('exit', (code) => resolve(code));
    process.kill(target, signal);
  });
}

/** Runs `rollcall …` as a person would. */
export function rollcall(
  dataDir: string,
  port: number,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, ['bin/rollcall.js', ...args], {
      cwd: root,
      env: botEnv(dataDir, port, more),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.once('exit', (code) => resolve({ code, out, err }));
  });
}

/** The database of a running bot: on the server, or through the live socket of its built-in store. */
export async function liveDatabase(dataDir: string): Promise<{ db: mongoose.mongo.Db; close(): Promise<void> }> {
  const uri = serverOf(dataDir) ?? (await findStore(join(dataDir, 'store')));
  if (uri === undefined) throw new Error('no store is open there');
  const connection = await mongoose.createConnection(uri).asPromise();
  if (connection.db === undefined) throw new Error('no database');
  return { db: connection.db, close: () => connection.close() };
}

/** What an example app holds, from its file. */
export function accountsOf(
  dataDir: string,
  app: 'crm' | 'wiki' | 'hub',
): { userName: string; active?: boolean; [name: string]: unknown }[] {
  return JSON.parse(readFileSync(join(dataDir, 'acme', `${app}.json`), 'utf8')).users;
}

export function groupsOf(
  dataDir: string,
  app: 'crm' | 'wiki',
): { displayName: string; members: { value: string }[] }[] {
  return JSON.parse(readFileSync(join(dataDir, 'acme', `${app}.json`), 'utf8')).groups;
}

/**
 * Polls until the look gives something; fails with what was last seen. On a busy machine an app may not answer within its five seconds,
 * and what was sent to it is looked for, and tried again, later and later.
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  isRight: (seen: Awaited<T>) => boolean,
  milliseconds = 120_000,
): Promise<Awaited<T>> {
  const until = Date.now() + milliseconds;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (Date.now() > until)
      throw new Error(`not within ${milliseconds} ms; last seen: ${JSON.stringify(seen)?.slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Types a command in #general of the local workspace, as its page does. */
export async function typeCommand(bot: Bot, user: string, line: string): Promise<void> {
  const page = await (await fetch(bot.url)).text();
  const [, channel] =
    /#(C[A-Z0-9]+)"[^>]*data-channel-name="general"|data-channel-name="general"[^>]*#(C[A-Z0-9]+)"/
      .exec(page)
      ?.filter(Boolean) ?? [];
  const answer = await fetch(`${bot.url}/page/send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: bot.url },
    body: JSON.stringify({ user, channel, text: line }),
  });
  const outcome = (await answer.json()) as { ok: boolean; error?: string };
  if (!outcome.ok) throw new Error(`${line}: ${outcome.error}`);
}

/** Every document of the collections that hold what happened, by id. */
export async function dump(
  dataDir: string,
  names = ['people', 'logins', 'approvals', 'events'],
): Promise<Record<string, Record<string, unknown>>> {
  const { db, close } = await liveDatabase(dataDir);
  const all: Record<string, Record<string, unknown>> = {};
  for (const name of names) {
    const rows = await db.collection(name).find().toArray();
    all[name] = Object.fromEntries(rows.map((entry) => [String(entry._id), entry]));
  }
  await close();
  return all;
}

/** Ids of documents that are new or differ. */
export function differing(before: Record<string, unknown> = {}, after: Record<string, unknown> = {}): string[] {
  return Object.keys({ ...before, ...after }).filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]));
}

/** Nothing is on its way: no operation approved or being applied, nobody dirty, every event published. */
export async function quiet(dataDir: string): Promise<void> {
  const { db, close } = await liveDatabase(dataDir);
  try {
    await eventually(
      async () => ({
        // With a filter: the bare count runs ahead of the commit.
        people: await db.collection('people').countDocuments({ revision: { $gt: 0 } }),
        busy: await db
          .collection('logins')
          .countDocuments({ 'operation.state': { $in: ['planned', 'approved', 'applying'] } }),
        dirty: await db.collection('people').countDocuments({ dirty: true }),
        unpublished: await db.collection('logins').countDocuments({ 'outbox.0': { $exists: true } }),
        // Until it is open, nobody can decide it.
        gathering: await db.collection('approvals').countDocuments({ state: 'gathering' }),
      }),
      ({ busy, dirty, unpublished, gathering, people }) => busy + dirty + unpublished + gathering === 0 && people > 0,
    );
  } finally {
    await close();
  }
}
