import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMove } from '../../../src/store/mongo/moves.ts';
import { builtIn, empty, exported, fill, imported, overTheWire, quickClock, type TestStore } from './stores.ts';

const worker = fileURLToPath(new URL('./move-worker.ts', import.meta.url));
let there: TestStore;
let folder: string;
let lines: string[];

beforeAll(async () => {
  const here = await builtIn();
  await fill(here.store);
  lines = await exported(here.source);
  await here.stop();
  there = await overTheWire();
  folder = await mkdtemp(join(tmpdir(), 'rollcall-kill-'));
  await writeFile(join(folder, 'export.jsonl'), lines.map((line) => `${line}\n`).join(''));
});
afterAll(async () => {
  await there.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Imports in a process of its own, which kills itself at a command to the store; answers the signal that ended it. */
function importKilledAt(command: number): Promise<NodeJS.Signals | null> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', worker, 'import', there.uri, join(folder, 'export.jsonl'), String(command)],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

/** The commands an import sends, by name. */
async function commandsOfImport(): Promise<string[]> {
  const connection = await mongoose
    .createConnection(there.uri, { monitorCommands: true, autoCreate: false })
    .asPromise();
  const names: string[] = [];
  connection.getClient().on('commandStarted', ({ commandName }) => names.push(commandName));
  await imported(connection, lines, { clock: quickClock() });
  await connection.close();
  return names;
}

it('loses nothing when it is killed at any moment and begun again, and no bot starts in between', async () => {
  const names = await commandsOfImport();
  await empty(there);
  // Its last word takes the mark away: whoever dies after it has moved the store.
  const last = names.lastIndexOf('delete') + 1;
  // `KILLS=20` draws more of them. Most commands build indexes, which is the dullest moment.
  const moments = names
    .slice(0, last)
    .flatMap((name, place) => (name === 'createIndexes' && place % 20 !== 0 ? [] : [place + 1]));
  const marked = names.indexOf('insert') + 2;
  const drawn = Array.from(
    { length: Number(process.env.KILLS ?? 1) },
    () => moments[Math.floor(Math.random() * moments.length)] ?? 1,
  );
  const killed = [...drawn, Math.max(...moments.filter((at) => names[at - 1] === 'insert')), last];
  for (const command of killed) {
    expect(await importKilledAt(command), `killed at ${command} of ${names.length}`).toBe('SIGKILL');
    const people = await there.connection.collection('people').countDocuments({});
    if (people > 0 || command === marked) expect(await readMove(there.connection), `${killed}`).not.toBeNull();
  }
  expect(await imported(there.connection, lines, { clock: quickClock() })).toMatchObject({ again: true });
  expect(await readMove(there.connection)).toBeNull();
  expect((await exported(there.source)).slice(1, -1)).toEqual(lines.slice(1, -1));
}, 300_000);
