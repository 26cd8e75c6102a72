import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConnectors } from '../src/connectors.ts';
import { system } from '../src/core/event.ts';
import { type Company, configOf, configOfMany, openCompany, writePeople } from './company.ts';
import { benchDecisions } from './decisions.ts';
import { benchGrowth, type Growth, growthRows } from './growth.ts';
import { benchMemory } from './memory.ts';
import { benchStore } from './raw-lmdb.ts';
import { seedAccounts } from './seed.ts';
import { mebibytes, peakMemory, perSecond, printTable, type Row, ratio, seconds, timed } from './table.ts';

/**
 * Smaller or larger by `PEOPLE=2000 CREATES=500 npm run bench`; a part of it by `npm run bench -- replan`. `--json FILE` keeps the
 * table and what `bench/picture.ts` draws.
 */
const people = Number(process.env.PEOPLE ?? 100_000);
const creates = Number(process.env.CREATES ?? 5_000);
const apps = Number(process.env.APPS ?? 10);
const presses = {
  approvers: Number(process.env.APPROVERS ?? 50),
  operations: Number(process.env.OPERATIONS ?? 10_000),
};
const documents = Number(process.env.DOCUMENTS ?? 20_000);
const sizesIn = (list: string): number[] => list.split(',').map(Number);
const logins = sizesIn(process.env.LOGINS ?? '100000,1000000');
const sizes = sizesIn(process.env.SIZES ?? '1000,10000,100000').sort((a, b) => a - b);
const parts = {
  ...{ import: benchImport, creates: benchCreates, replan: benchReplan, decisions: decide },
  ...{ store: keep, memory: hold, growth: grow },
};
const bench = system('bench');
const rows: Row[] = [];
let growth: Growth[] = [];

const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const scim = fork(fileURLToPath(new URL('./scim-server.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
const [port] = (await once(scim, 'message')) as [number];
const scimUrl = `http://127.0.0.1:${port}/scim/v2`;

try {
  const { positionals: wanted, values: options } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' } },
  });
  const unknown = wanted.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}: ${Object.keys(parts).join(', ')}`);
  for (const [name, part] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await part();
  printTable(rows);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ machine: machine(), rows, growth }, null, 2)}\n`);
} finally {
  scim.disconnect();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** What figures depend on, and no name of it. */
function machine() {
  return { cores: availableParallelism(), memory: totalmem(), node: process.versions.node, system: process.platform };
}

async function keep(): Promise<void> {
  rows.push(...(await benchStore(join(folder, 'store'), documents)));
}

async function hold(): Promise<void> {
  for (const each of logins) rows.push(...(await benchMemory(folder, { logins: each, apps })));
}

async function grow(): Promise<void> {
  growth = await benchGrowth(folder, scimUrl, sizes);
  rows.push(...growthRows(growth));
}

async function decide(): Promise<void> {
  const dir = mkdtempSync(join(folder, 'decisions-'));
  rows.push(...(await benchDecisions(dir, scimUrl, presses)));
}

/** Seeded here and planned in a process of its own, so that its memory is that of a bot. */
async function benchReplan(): Promise<void> {
  const dir = join(folder, 'replan');
  const company = await openCompany(dir);
  await company.engine.configure(configOfMany(apps, { idleRule: false }), bench);
  await seedAccounts(company, people);
  await company.close();
  const script = fileURLToPath(new URL('./replan.ts', import.meta.url));
  const planner = fork(script, [dir, String(apps)], { execArgv: ['--import', 'tsx'] });
  planner.once('message', (found) => rows.push(...(found as Row[])));
  const [code] = await once(planner, 'exit');
  if (code !== 0) throw new Error('the re-plan ended badly');
}

async function benchImport(): Promise<void> {
  const file = join(folder, 'people.csv');
  await writePeople(file, people);
  const bare = await timed(() => readBare(file));
  const parsed = await timed(() => readCsv(file));
  rows.push({
    what: `read ${people.toLocaleString('en')} rows, bare lines`,
    figure: perSecond(people, bare.took),
    ratio: '',
  });
  rows.push({
    what: 'read them through the csv directory',
    figure: perSecond(people, parsed.took),
    ratio: ratio(parsed.took, bare.took),
  });
  const company = await openCompany(join(folder, 'import'));
  await company.engine.configure(configOf(file, scimUrl, { create: true }), bench);
  const first = await peakMemory(() => timed(() => company.engine.sync('hr', bench)), company.pid());
  rows.push({
    what: 'first import: people, plan, one batch card',
    figure: perSecond(people, first.value.took),
    ratio: ratio(first.value.took, bare.took),
  });
  rows.push({
    what: 'its peak memory, bot and store',
    figure: `${mebibytes(first.peak)} + ${mebibytes(first.other)}`,
    ratio: '',
  });
  await company.engine.flush();
  await benchUnchanged(company, file, bare.took);
  await company.close();
}

async function benchUnchanged(company: Company, file: string, bare: number): Promise<void> {
  const before = await fingerprint(company);
  const skipped = await timed(() => company.engine.sync('hr', bench));
  rows.push({ what: 'second sync, file untouched', figure: seconds(skipped.took), ratio: ratio(skipped.took, bare) });
  utimesSync(file, new Date(), new Date());
  const read = await timed(() => company.engine.sync('hr', bench));
  rows.push({
    what: 'second sync, file rewritten with the same rows',
    figure: perSecond(people, read.took),
    ratio: ratio(read.took, bare),
  });
  const after = await fingerprint(company);
  const writes = before === after ? 'none' : `${before} → ${after}`;
  rows.push({ what: 'writes to people, logins, events in both', figure: writes, ratio: '' });
}

/** Counts and the sum of versions: any write to people or logins raises it. */
async function fingerprint({ connection }: Company): Promise<string> {
  const sums = [];
  for (const name of ['people', 'logins', 'events']) {
    const [row] =
      (await connection.db
        ?.collection(name)
        .aggregate([{ $group: { _id: null, count: { $sum: 1 }, versions: { $sum: '$version' } } }])
        .toArray()) ?? [];
    sums.push(`${name} ${row?.count ?? 0}/${row?.versions ?? 0}`);
  }
  return sums.join(' ');
}

async function readBare(file: string): Promise<number> {
  let lines = 0;
  for await (const _line of createInterface({ input: createReadStream(file) })) lines += 1;
  return lines;
}

async function readCsv(file: string): Promise<void> {
  const { directories } = await loadConnectors();
  const csv = directories.get('csv');
  if (csv === undefined) throw new Error('no csv connector');
  const directory = csv.connect(csv.config.parse({ file, key: 'Employee ID' }), {
    name: 'hr',
    allowHosts: [],
    deadline: 5_000,
    now: Date.now,
  });
  const pages = directory.read(null, AbortSignal.timeout(600_000));
  while (!(await pages.next()).done);
}

async function benchCreates(): Promise<void> {
  const file = join(folder, 'creates.csv');
  await writePeople(file, creates);
  const company = await openCompany(join(folder, 'creates'));
  await company.engine.configure(configOf(file, scimUrl, { create: false }), bench);
  await company.engine.sync('hr', bench);
  const ours = await timed(async () => {
    company.engine.start();
    await applied(company);
  });
  await company.close();
  const bare = await timed(() => createBare(creates));
  rows.push({
    what: `create ${creates.toLocaleString('en')} accounts, bare keep-alive loop of 16`,
    figure: perSecond(creates, bare.took),
    ratio: '',
  });
  rows.push({
    what: 'create them through the worker',
    figure: perSecond(creates, ours.took),
    ratio: ratio(ours.took, bare.took),
  });
}

async function applied({ store }: Company): Promise<void> {
  for (;;) {
    const counts = await store.logins.overview();
    if (counts.filter(({ state }) => state === 'applied').reduce((sum, { count }) => sum + count, 0) >= creates) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function createBare(count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let next = 0;
  const lane = async () => {
    while (next < count) {
      next += 1;
      await post(agent, next);
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  agent.destroy();
}

function post(agent: Agent, index: number): Promise<void> {
  const email = `bare${index}@acme.test`;
  const body = JSON.stringify({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    ...{ userName: email, externalId: `bare-${index}`, active: true, title: 'Engineer' },
    name: { givenName: `Given${index}`, familyName: `Family${index}` },
    emails: [{ value: email, primary: true, type: 'work' }],
  });
  const headers = {
    'Content-Type': 'application/scim+json',
    Authorization: 'Bearer bench-token',
    'Content-Length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const call = request(`${scimUrl}/Users`, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 201) reject(new Error(`bare create answered ${response.statusCode}`));
      response.resume().once('end', resolve);
    });
    call.once('error', reject);
    call.end(body);
  });
}
