import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError } from '../../src/core/connector.ts';
import { createLog, createScrubber, endOnCrash } from '../../src/log.ts';
import { buildIndexes, connectMongo, mongoStore } from '../../src/store/mongo.ts';
import { botEnv } from '../e2e/bot.ts';
import { company, silent } from '../engine/company.ts';
import { row } from '../fakes/memory-directory.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const serve = join(root, 'src/embedded-mongo/serve.ts');
const minute = 60_000;
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'outage-'));
  ends.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

/** Starts the real process where it cannot start; answers how it ended and what it said. */
async function startInVain(dataDir: string, more: Record<string, string>): Promise<{ code: number; said: string }> {
  const { MONGODB_URI: _, ...env } = botEnv(dataDir, 0);
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    ...{ cwd: root, env: { ...env, ...more } },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ends.push(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const [code] = await once(child, 'close');
  return { code, said };
}

describe('a store that is away at the start', () => {
  it('ends the process with a line that says so, for whatever supervises it to start it again', async () => {
    const uri = 'mongodb://rollcall:canary-5f2d@127.0.0.1:1/rollcall';
    const { code, said } = await startInVain(folder(), { MONGODB_URI: uri });
    expect(code).toBe(1);
    expect(said).toContain('Rollcall cannot start: MongoDB cannot be reached');
    expect(said).toContain('Check that it runs and that MONGODB_URI is right.');
    expect(said).not.toMatch(/canary-5f2d|\n\s+at /);
  });

  it('is told the same way where it is the built-in one', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'store'), 'no folder');
    const { code, said } = await startInVain(dir, {});
    expect(code).toBe(1);
    expect(said).toContain('Rollcall cannot start: the built-in store does not start');
    expect(said).toContain('Check that DATA_DIR can be written');
    expect(said).not.toMatch(/\n\s+at /);
  });
});

describe('a full disk under the built-in store', () => {
  /** No file of it may grow beyond 8 MB (sh counts 512-byte blocks). */
  async function smallStore(): Promise<{ child: ChildProcess; uri: string }> {
    const start = ['-c', `trap '' XFSZ; ulimit -f 16384; exec "$0" "$@"`, process.execPath];
    const child = spawn('/bin/sh', [...start, '--import', 'tsx', serve, '--dir', folder()], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    ends.push(() => child.kill('SIGKILL'));
    if (child.stdout === null) throw new Error('no output');
    const [line] = await once(createInterface(child.stdout), 'line');
    return { child, uri: String(line).slice('listening '.length) };
  }

  it('is named, loses nothing that was acknowledged, lets reads go on, and writes once there is room', async () => {
    const { uri } = await smallStore();
    const connection = await connectMongo(uri, { log: silent });
    ends.push(() => connection.close());
    await buildIndexes(connection);
    const { inbox } = mongoStore(connection);
    const kept: string[] = [];
    let refusal: unknown = null;
    for (let press = 0; refusal === null && press < 20_000; press += 1) {
      const item = {
        id: `press-${press}`,
        payload: { text: 'x'.repeat(200_000) },
        at: press,
        attempts: 0,
        doneAt: null,
      };
      refusal = await inbox.add(item).then(
        () => {
          kept.push(item.id);
          return null;
        },
        (error: unknown) => error,
      );
    }
    expect(refusal).toMatchObject({ code: 'store-full', remedy: expect.stringContaining('Make room') });
    expect(kept.length).toBeGreaterThan(10);
    const waiting = (await inbox.waiting(Number.MAX_SAFE_INTEGER, 20_000)).map(({ id }) => id);
    expect(kept.filter((id) => !waiting.includes(id))).toEqual([]);
    await connection.collection('inbox').deleteMany({ at: { $lt: 3 } });
    const late = { id: 'late', payload: {}, at: 1e6, attempts: 0, doneAt: null };
    expect(await inbox.add(late)).toBe(true);
  });
});

describe('an error that nothing caught', () => {
  it.each(['uncaughtException', 'unhandledRejection'])('ends the process (%s) with one line and no secret', (event) => {
    const lines: string[] = [];
    const scrubber = createScrubber();
    scrubber.learn('canary-77aa01');
    const log = createLog('info', scrubber, { write: (line) => void lines.push(line) });
    const from = new EventEmitter();
    let ended = 0;
    endOnCrash(from, log, () => (ended += 1));
    const error = Object.assign(new Error('boom canary-77aa01'), { config: { headers: { token: 'canary-77aa01' } } });
    from.emit(event, error);
    expect([ended, lines.length]).toEqual([1, 1]);
    expect(lines[0]).toContain('nothing caught');
    expect(lines[0]).toContain('boom');
    expect(lines[0]).not.toContain('canary-77aa01');
  });
});

const staff = ['ada', 'bea', 'cy', 'dee', 'eve'].map((name) => row(name, { department: 'Support' }));
const without = (name: string) =>
  staff.map((one) => (one.externalId === name ? { ...one, status: 'suspended' as const } : one));

describe('a clock that is put', () => {
  it.each([
    ['back by an hour', -60 * minute],
    ['on by an hour', 60 * minute],
    ['back by a day', -24 * 60 * minute],
  ])('%s holds up nobody who leaves or joins afterwards, and makes nothing twice', async (_, by) => {
    const rate = { all: { calls: 10, seconds: 1, burst: 10 } };
    const acme = await company(staff, undefined, { rate });
    await acme.sync();
    acme.time.putOn(by);
    acme.directory.state.rows = [...without('dee'), row('fay', { department: 'Support' })];
    await acme.sync();
    expect([await acme.word('dee'), await acme.word('fay')]).toEqual(['suspended', 'provisioned']);
    const made = acme.app.calls.filter(({ kind }) => kind === 'create').length;
    expect(made).toBe(staff.length + 1);
    await acme.stop();
  });
});

describe('an app that is away for hours', () => {
  it('keeps what waits, says why and since when, and everybody has what they should soon after it is back', async () => {
    const acme = await company(staff);
    await acme.sync();
    const joiners = Array.from({ length: 10 }, (_, index) => row(`joiner-${index}`, { department: 'Support' }));
    acme.directory.state.rows = [...staff, ...joiners];
    acme.app.breakDown(new ConnectorError('unavailable', 'none', 'crm does not answer.'));
    await acme.sync();
    await acme.time.advance(6 * 60 * minute);
    const [app] = (await acme.engine.useCases.overview()).apps;
    expect(app?.health?.quarantine).toMatchObject({ reason: expect.stringContaining('does not answer') });
    expect(app?.words).toEqual({ provisioned: staff.length, 'in progress': joiners.length });
    const calls = acme.app.calls.length;
    await acme.time.advance(60 * minute);
    expect(acme.app.calls.length - calls, 'it is hardly called meanwhile').toBeLessThan(10);
    acme.app.breakDown(null);
    await acme.time.advance(24 * 60 * minute);
    expect((await acme.engine.useCases.overview()).apps[0]?.words).toEqual({
      provisioned: staff.length + joiners.length,
    });
    await acme.stop();
  });
});
