import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeArchive } from '../../../src/cli/store-file.ts';
import { documentText } from '../../../src/store/archive/document-text.ts';
import { entryLine, headerLine, trailerLine } from '../../../src/store/archive/format.ts';
import { createTally } from '../../../src/store/archive/tally.ts';
import { aLogin } from '../../contracts/store/builders.ts';
import { builtIn, type TestStore, version } from './stores.ts';

const worker = fileURLToPath(new URL('./move-worker.ts', import.meta.url));
const run = promisify(execFile);
/** `LOGINS=100000` is the real thing and takes minutes; here a few thousand stand for it that are the larger. */
const logins = Number(process.env.LOGINS ?? 5_000);
const megabyte = 1024 * 1024;
const size = process.env.LOGINS === undefined ? 32 * 1024 : 1_024;
let here: TestStore;
let folder: string;
let written = 0;

beforeAll(async () => {
  here = await builtIn();
  folder = await mkdtemp(join(tmpdir(), 'rollcall-memory-'));
});
afterAll(async () => {
  await here.stop();
  await rm(folder, { recursive: true, force: true });
});

async function* many() {
  const tally = createTally();
  const at = '2026-01-02T03:04:05.000Z';
  const header = headerLine({ rollcall: 'store', format: 1, version, at, store: 'MongoDB', keys: [] });
  yield `${header}\n`;
  for (let n = 0; n < logins; n += 1) {
    const { id, ...login } = aLogin(`p-${String(n).padStart(7, '0')}`, 'crm', { remoteId: `r-${n}` });
    const text = documentText({ _id: id, ...login, former: ['x'.repeat(size)] });
    tally.add('logins', text);
    written += text.length;
    yield `${entryLine('logins', text)}\n`;
  }
  yield `${trailerLine(header, tally.sums())}\n`;
}

/** In a process that has little room for objects; answers the most memory it had. */
async function move(action: string, place: string, file: string): Promise<number> {
  const small = ['--max-old-space-size=64', '--max-semi-space-size=4', '--expose-gc', '--import', 'tsx'];
  const { stdout } = await run(process.execPath, [...small, worker, action, place, join(folder, file)]);
  return Number(stdout);
}

it('moves a store larger than its memory, both ways', async () => {
  await writeArchive(join(folder, 'given.jsonl'), many());
  expect(written).toBeGreaterThan(150 * megabyte);
  const most = {
    import: await move('import', here.uri, 'given.jsonl'),
    'export from the folder': await move('export', here.dir, 'folder.jsonl'),
    'export over the wire': process.env.LOGINS === undefined ? 0 : await move('export', here.uri, 'wire.jsonl'),
  };
  if (process.env.LOGINS !== undefined) process.stdout.write(`${written} characters: ${JSON.stringify(most)}\n`);
  for (const [what, bytes] of Object.entries(most)) expect(bytes, what).toBeLessThan(130 * megabyte);
  const own = async (file: string) => (await lastLine(join(folder, file))).replace(/"header":"[^"]*"/, '');
  expect(await own('folder.jsonl')).toBe(await own('given.jsonl'));
  if (process.env.LOGINS !== undefined) expect(await own('wire.jsonl')).toBe(await own('given.jsonl'));
}, 300_000);

async function lastLine(file: string): Promise<string> {
  let text = '';
  for await (const chunk of createReadStream(file, 'utf8')) text = `${text}${chunk}`.slice(-2_000);
  return text.trimEnd().split('\n').at(-1) ?? '';
}
