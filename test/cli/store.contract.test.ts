import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportLines, importLines, keyLines } from '../../src/cli/store.ts';
import type { ChainedEvent } from '../../src/core/event.ts';
import { findStore, type StoreProcess, startStore } from '../../src/embedded-mongo/start.ts';
import { allChains, verifyChains } from '../../src/engine/tell/audit.ts';
import { archiveContents, leftOut } from '../../src/store/archive/contents.ts';
import { fromRow } from '../../src/store/mongo/collection.ts';
import { connectMongo, mongoStore } from '../../src/store/mongo.ts';
import {
  accountsOf,
  type Bot,
  botEnv,
  dataFolder,
  eventually,
  freePorts,
  rollcall,
  startBot,
  typeCommand,
} from '../e2e/bot.ts';
import { quiet } from '../store/open-mongo.ts';

const folder = dataFolder();
const file = join(folder.dir, 'rollcall.jsonl.gz');
const other = mkdtempSync(join(tmpdir(), 'rollcall-other-'));
const grace = 'U0GRACE02';
/** Whatever the tests run on: what moves is a built-in store. */
const builtIn = { MONGODB_URI: '' };
let port: number;
let bot: Bot | null = null;
let there: StoreProcess;

beforeAll(async () => {
  port = await freePorts();
  there = await startStore({ dir: other });
});
afterAll(async () => {
  await bot?.kill();
  await there.stop();
  rmSync(other, { recursive: true, force: true });
  await folder.remove();
});

async function inStore<T>(uri: string, look: (db: mongoose.mongo.Db) => Promise<T>): Promise<T> {
  const connection = await mongoose.createConnection(uri).asPromise();
  if (connection.db === undefined) throw new Error('no database');
  return look(connection.db).finally(() => connection.close());
}

type LoginRow = {
  _id: string;
  app: 'crm' | 'wiki';
  account: string;
  remoteId: string;
  operation: { ask: { approval: string } };
};

/** The login that the first open card about one new account asks for, once nothing else is under way. */
const asked = (db: mongoose.mongo.Db) =>
  eventually(
    async () => {
      const busy = { 'operation.state': { $in: ['planned', 'approved', 'applying'] } };
      const cards = await db.collection<{ _id: string }>('approvals').find({ state: 'open', operations: 1 }).toArray();
      const login = await db.collection<LoginRow>('logins').findOne({
        'operation.ask.approval': { $in: cards.map(({ _id }) => _id) },
        'operation.state': 'awaiting',
        'operation.kind': 'create',
      });
      const rest = [
        await db.collection('logins').countDocuments(busy),
        await db.collection('people').countDocuments({ dirty: true }),
        await db.collection('approvals').countDocuments({ state: 'gathering' }),
      ];
      return { login, rest: rest.reduce((sum, count) => sum + count, 0) };
    },
    ({ login, rest }) => login !== null && rest === 0,
  );

/** The chains of events of an export. */
async function* chainsIn(text: string) {
  const lines = text.split('\n').filter((line) => line.startsWith('{"collection":"events"'));
  const events = lines.map((line) => fromRow<ChainedEvent>(JSON.parse(line).document));
  const place = ({ partition, sequence }: ChainedEvent) => `${partition} ${String(sequence).padStart(9, '0')}`;
  yield* events.toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
}

async function headsIn(uri: string) {
  const connection = await connectMongo(uri, { log: quiet });
  return verifyChains(() => allChains({ store: mongoStore(connection) })).finally(() => connection.close());
}

it('a company outgrows its machine: it is exported, imported and goes on where it was', async () => {
  bot = await startBot(folder.dir, port, builtIn);
  const { login } = await inStore((await findStore(join(folder.dir, 'store'))) ?? '', asked);
  const approval = login?.operation.ask.approval ?? '';

  expect(await rollcall(folder.dir, port, ['store', 'export', file], builtIn)).toMatchObject({
    code: 1,
    err: expect.stringContaining('a Rollcall process is at work'),
  });
  const backup = join(folder.dir, 'backup.jsonl');
  const beside = await rollcall(folder.dir, port, ['store', 'export', backup, '--while-running'], builtIn);
  expect(beside, beside.err).toMatchObject({ code: 0, out: expect.stringContaining('personal data') });
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(await bot.stop()).toBe(0);
  bot = null;

  expect((await rollcall(folder.dir, port, ['store', 'export', file], builtIn)).code).toBe(0);
  const text = gunzipSync(readFileSync(file)).toString();
  const secrets = Object.values(JSON.parse(readFileSync(join(folder.dir, 'acme', 'tokens.json'), 'utf8')) as object);
  for (const secret of secrets) expect(text.includes(secret), 'a token of an app is in the export').toBe(false);

  const moved = { MONGODB_URI: there.uri };
  const imported = await rollcall(folder.dir, port, ['store', 'import', file, '--json'], moved);
  expect(imported.code, imported.err).toBe(0);
  expect(JSON.parse(imported.out)).toMatchObject({ again: false, documents: text.trimEnd().split('\n').length - 2 });
  const { heads, broken } = await verifyChains(() => chainsIn(text));
  expect(broken).toBeNull();
  expect((await headsIn(there.uri)).heads).toEqual(heads);

  bot = await startBot(folder.dir, port, moved);
  await typeCommand(bot, grace, `/provision approve ${approval}`);
  await inStore(there.uri, async (db) => {
    const done = await eventually(
      () => db.collection<LoginRow>('logins').findOne({ _id: login?._id ?? '' }),
      (seen) => seen?.account === 'active',
    );
    const accounts = accountsOf(folder.dir, login?.app ?? 'crm');
    expect(accounts.map(({ id }) => id)).toContain(done?.remoteId);
    const known = [...archiveContents().map(({ name }) => name), ...Object.keys(leftOut), 'alarms'];
    const found = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    expect(
      found.filter((name) => !known.includes(name)),
      'an export does not have it',
    ).toEqual([]);
  });
  expect(await bot.stop()).toBe(0);
  bot = null;
}, 240_000);

it('goes through a pipe, and says what is wrong with what comes', async () => {
  const to = mkdtempSync(join(tmpdir(), 'rollcall-piped-'));
  try {
    const env = { ...botEnv(folder.dir, port, builtIn), TO: to };
    const pipe = 'node bin/rollcall.js store export - | DATA_DIR=$TO node bin/rollcall.js store import - --json';
    const { stdout } = await promisify(execFile)('sh', ['-c', pipe], { env });
    expect(JSON.parse(stdout)).toMatchObject({ header: { store: 'built-in' }, missingKeys: [] });
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
  const wrong = await rollcall(folder.dir, port, ['store', 'import', 'package.json'], { DATA_DIR: other, ...builtIn });
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('this is no export of a store') });
});

it('says in words what it did, and which keys are missing', () => {
  const header = {
    ...{ rollcall: 'store' as const, format: 1 as const, version: '1.0.0', at: '2026-01-02T03:04:05.000Z' },
    ...{ store: 'built-in' as const, keys: ['one', 'two'] },
  };
  const report = { header, documents: 1, collections: { people: 1 } };
  expect(exportLines('x.gz', report)).toEqual(
    expect.arrayContaining([
      '1 document of the built-in store written to x.gz:',
      '  people  1',
      expect.stringContaining('under keys one, two: the other side needs the same in ROLLCALL_KEYS'),
    ]),
  );
  expect(importLines({ ...report, keys: [], again: true, missingKeys: [] })[0]).toContain('began anew');
  expect(keyLines([])).toEqual([]);
  expect(keyLines(['two'])[0]).toContain('a key that this environment does not have: two');
});
