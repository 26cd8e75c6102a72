import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { parse } from 'yaml';
import { actionIds } from '../blocks/ids.ts';
import { Config } from '../src/core/config.ts';
import { system } from '../src/core/event.ts';
import { findStore } from '../src/embedded-mongo/start.ts';
import type { Message } from '../src/local-slack/model.ts';
import { signedHeaders } from '../src/local-slack/signing.ts';
import { startWorkspace, type Workspace } from '../src/local-slack/workspace.ts';
import { configOf, openCompany, writePeople } from './company.ts';
import { milliseconds, type Row, ratio } from './table.ts';

/*
 * Many approvers press *Approve* in the same moment while a large plan is made and carried out. The bot is the real process, against
 * a local workspace here; the bare Bolt handler it is held against stands beside it on the same machine in the same moment.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const bench = system('bench');
/** Each approver decides twice: first alone, which makes them known, then while the plan is carried out. */
const rounds = 2;
/** A sync that asks for more people than this asks once for all of them; each approver shall have a card of their own. */
const singly = 5;

type Size = { approvers: number; operations: number };
type Card = { channel: string; ts: string; value: string; block: string; approval: string };
type Post = { url: string; secret: string; body: string };

export async function benchDecisions(dir: string, scimUrl: string, size: Size): Promise<Row[]> {
  const file = join(dir, 'people.csv');
  const desk = fork(join(root, 'bench/scim-server.ts'), { execArgv: ['--import', 'tsx'] });
  const [deskPort] = (await once(desk, 'message')) as [number];
  const config = configWith(configOf(file, scimUrl, { create: false }), deskPort, size.approvers);
  await askEach(dir, file, config, size.approvers);
  const port = await freePort();
  const workspace = await openWorkspace(port, size.approvers);
  const bare = fork(join(root, 'bench/bare-bolt.ts'), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, BARE_SECRET: workspace.tokens.signingSecret, SLACK_APP_TOKEN: '' },
  });
  const [barePort] = (await once(bare, 'message')) as [number];
  const bot = startBot(dir, port, workspace);
  try {
    const cards = await cardsIn(workspace, rounds * size.approvers);
    const database = await openDatabase(dir);
    const [first, second] = [cards.slice(0, size.approvers), cards.slice(size.approvers)];
    const round = { workspace, database, port, barePort };
    await pressAll(round, first);
    await writePeople(file, size.operations);
    await underWay(database, size.operations / 20);
    const left = await unfinished(database, size.operations);
    const pressed = await pressAll(round, second);
    await database.close();
    return rowsOf({ size, left, ...pressed });
  } finally {
    bot.kill('SIGTERM');
    await once(bot, 'exit');
    for (const each of [desk, bare]) each.disconnect();
    await workspace.stop();
  }
}

type Round = { workspace: Workspace; database: Database; port: number; barePort: number };

/** All at once: first at the bare handler, then at the bot. Milliseconds of each. */
async function pressAll({ workspace, database, port, barePort }: Round, cards: readonly Card[]) {
  const posts = cards.map((card, index) => pressOf(workspace, card, index));
  const pressAt = (at: number) =>
    Promise.all(posts.map((body) => post({ ...body, url: `http://127.0.0.1:${at}/slack/events` })));
  const plain = await pressAt(barePort);
  const seen = watch(workspace, database, cards);
  const acks = await pressAt(port);
  return { plain, acks, ...(await seen) };
}

/** Everybody gets the CRM unasked; a second app is for newcomers named by hand, and asks. */
function configWith(config: Config, deskPort: number, approvers: number): Config {
  const members = Array.from({ length: rounds * approvers }, (_, index) => emailOf(approvers + index));
  const people = Array.from({ length: approvers }, (_, index) => emailOf(index));
  const [crm] = config.apps;
  if (crm === undefined) throw new Error('no app');
  const baseUrl = `http://127.0.0.1:${deskPort}/scim/v2`;
  return Config.parse({
    ...config,
    settings: { ...config.settings, approvers: people },
    roles: [...config.roles, { name: 'Desk', apps: ['desk'], members }],
    apps: [
      crm,
      {
        ...{ ...crm, name: 'desk', connection: { ...crm.connection, baseUrl } },
        provisioning: { ...crm.provisioning, approval: { create: true } },
      },
    ],
  });
}

const emailOf = (index: number): string => `n${index}@acme.test`;

/** A request for each newcomer: a few of them in each read. Nothing of the CRM is carried out yet. */
async function askEach(dir: string, file: string, config: Config, approvers: number): Promise<void> {
  const company = await openCompany(dir);
  await writePeople(file, approvers);
  await company.engine.configure(config, bench);
  const all = (1 + rounds) * approvers;
  for (let known = approvers; known < all; ) {
    known = Math.min(known + singly, all);
    await writePeople(file, known);
    await company.engine.sync('hr', bench);
    await company.engine.flush();
  }
  const open = await company.store.approvals.open(1_000);
  await company.close();
  if (open.length !== rounds * approvers) throw new Error(`${open.length} requests instead of ${rounds * approvers}`);
}

const userOf = (index: number): string => `U0BENCH${String(index).padStart(4, '0')}`;

function openWorkspace(port: number, approvers: number): Promise<Workspace & { url: string }> {
  const people = Array.from({ length: approvers }, (_, index) => ({
    ...{ id: userOf(index), name: `n${index}`, realName: `Given${index} Family${index}` },
    ...{ email: emailOf(index), timeZone: 'UTC' },
  }));
  return startWorkspace({
    ...{ manifest: parse(readFileSync(join(root, 'manifest.yml'), 'utf8')), people, channels: [{ name: 'access' }] },
    ...{ botUrl: `http://127.0.0.1:${port}/slack/events`, rates: 'none' },
  });
}

function startBot(dir: string, port: number, { tokens, url }: Workspace & { url: string }): ChildProcess {
  const { MONGODB_URI: _uri, SLACK_APP_TOKEN: _token, ...rest } = process.env;
  return spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...{ ...rest, DATA_DIR: dir, PORT: String(port), LOG_LEVEL: 'error', BENCH_TOKEN: 'bench-token' },
      ...{ SLACK_BOT_TOKEN: tokens.botToken, SLACK_SIGNING_SECRET: tokens.signingSecret, SLACK_API_URL: `${url}/api` },
    },
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The cards that can be decided; a channel takes one a second. */
async function cardsIn(workspace: Workspace, wanted: number): Promise<Card[]> {
  const channel = workspace.state.channels.find(({ name }) => name === 'access')?.id ?? '';
  for (;;) {
    const cards = workspace.state.messages(channel, userOf(0)).flatMap((message) => cardOf(message) ?? []);
    if (cards.length >= wanted) return cards;
    await pause(100);
  }
}

function cardOf({ channel, ts, blocks }: Message): Card | null {
  for (const block of blocks ?? []) {
    if (block.type !== 'actions') continue;
    const button = block.elements.find(({ action_id }) => action_id === actionIds.approve);
    if (button?.type !== 'button' || button.value === undefined) continue;
    return {
      channel,
      ts,
      value: button.value,
      block: block.block_id ?? '',
      approval: button.value.replace(/:\d+$/, ''),
    };
  }
  return null;
}

async function openDatabase(dir: string) {
  const uri = await findStore(join(dir, 'store'));
  if (uri === undefined) throw new Error('the bot has no store open');
  const connection = await mongoose.createConnection(uri).asPromise();
  const collection = (name: string) => connection.collection<{ _id: string }>(name);
  return { collection, close: () => connection.close() };
}
type Database = Awaited<ReturnType<typeof openDatabase>>;

const applied = ({ collection }: Database): Promise<number> =>
  collection('logins').countDocuments({ app: 'crm', 'operation.state': 'applied' });
const unfinished = async (database: Database, operations: number): Promise<number> =>
  operations - (await applied(database));

/** Until so many operations of the plan are done: it is being made and carried out. */
async function underWay(database: Database, wanted: number): Promise<void> {
  while ((await applied(database)) < wanted) await pause(50);
}

const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));

/** A press as Slack sends it. */
function pressOf({ tokens }: Workspace, card: Card, index: number): Omit<Post, 'url'> {
  const team = { id: tokens.teamId, domain: 'bench' };
  const payload = {
    ...{ type: 'block_actions', api_app_id: tokens.appId, team, user: { id: userOf(index), team_id: team.id } },
    container: { type: 'message', message_ts: card.ts, channel_id: card.channel, is_ephemeral: false },
    ...{ channel: { id: card.channel }, message: { ts: card.ts }, trigger_id: `bench.${index}`, response_url: '' },
    actions: [
      {
        ...{ type: 'button', action_id: actionIds.approve, block_id: card.block, value: card.value },
        action_ts: `${Math.floor(Date.now() / 1_000)}.${String(index).padStart(6, '0')}`,
      },
    ],
  };
  return { secret: tokens.signingSecret, body: `payload=${encodeURIComponent(JSON.stringify(payload))}` };
}

/** Milliseconds until the press was acknowledged. */
function post({ url, secret, body }: Post): Promise<number> {
  const headers = {
    ...signedHeaders(secret, Math.floor(Date.now() / 1_000), body),
    ...{ 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) },
  };
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers, agent: new Agent() }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`a press was answered ${response.statusCode}`));
      response.resume().once('end', () => resolve(performance.now() - started));
    });
    call.once('error', reject);
    call.end(body);
  });
}

/** Milliseconds from now until each decision stands in the store, as somebody sees who looks every few, and until each card changed. */
async function watch(workspace: Workspace, database: Database, cards: readonly Card[]) {
  const started = performance.now();
  const changed = new Map<string, number>();
  const decided = new Map<string, number>();
  const channel = cards[0]?.channel ?? '';
  const stop = workspace.changes(() => {
    const open = new Set(
      workspace.state.messages(channel, userOf(0)).flatMap((message) => cardOf(message)?.approval ?? []),
    );
    const at = performance.now() - started;
    for (const { approval } of cards) if (!open.has(approval) && !changed.has(approval)) changed.set(approval, at);
  });
  while (changed.size < cards.length || decided.size < cards.length) {
    const waiting = cards.map(({ approval }) => approval).filter((approval) => !decided.has(approval));
    const found = database.collection('approvals').find({ _id: { $in: waiting }, state: { $ne: 'open' } } as object);
    for (const { _id } of await found.project({ _id: 1 }).toArray()) decided.set(_id, performance.now() - started);
    await pause(5);
  }
  stop();
  return { decided: [...decided.values()], changed: [...changed.values()] };
}

type Measured = { size: Size; left: number } & Readonly<Record<'plain' | 'acks' | 'decided' | 'changed', number[]>>;

function rowsOf({ size, left, plain, acks, decided, changed }: Measured): Row[] {
  const under = `${size.approvers} presses at once, ${left.toLocaleString('en')} operations of the plan still to do`;
  const figure = (times: readonly number[]) => `${milliseconds(at(times, 50))}, ${milliseconds(at(times, 99))}`;
  const row = (what: string, times: readonly number[], held = ''): Row => ({
    what,
    figure: figure(times),
    ratio: held,
  });
  return [
    row(`${under}: bare Bolt acknowledges, p50, p99`, plain),
    row('the bot stores and acknowledges them', acks, ratio(at(acks, 50), at(plain, 50))),
    row('from the press to the durable decision', decided),
    row('from the press to the changed card', changed),
  ];
}

/** The time within which so many percent were done. */
function at(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
}
