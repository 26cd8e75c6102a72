import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { parse } from 'yaml';
import { startWorkspace } from '../../../src/local-slack/workspace.ts';
import { rollcall } from '../../e2e/bot.ts';
import { onSocketMode } from '../../local-slack/harness.ts';
import { seeded } from '../random.ts';
import { startManyApp } from './app.ts';
import { approvers, apps, channels, configOf, members, tokenNames } from './company.ts';
import { createInstance, type Instance } from './instance.ts';
import { startOwnStore } from './store.ts';

const manifest: unknown = parse(readFileSync(fileURLToPath(new URL('../../../manifest.yml', import.meta.url)), 'utf8'));
const key = Buffer.alloc(32, 7).toString('base64');

/** How one of the instances differs from its like: another way to the store, other options of Node. */
export type Difference = { uri?: string; options?: string; more?: Readonly<Record<string, string>> };

/**
 * Several Rollcall processes on one store of its own process, one Slack workspace over Socket Mode, and two SCIM apps whose calls go
 * wrong by the seed. `differ`: what is different about each instance, given the address of the store.
 */
export async function openMany(options: {
  seed: number;
  /** Share of calls to the apps that go wrong. */
  faults: number;
  first: string;
  instances: number;
  differ?: (index: number, uri: string) => Promise<Difference>;
}) {
  const store = await startOwnStore();
  const workspace = await startWorkspace({
    ...{ manifest: onSocketMode(manifest), people: members, channels, botUrl: 'http://127.0.0.1:9/slack/events' },
    rates: 'none',
  });
  const tokens = tokenNames.map((name) => [name, `token-of-${name}`] as const);
  const [crm, wiki] = await Promise.all(
    tokens.map(([, token], index) =>
      startManyApp(seeded(options.seed * 100 + index), token, options.faults, ['Leads']),
    ),
  );
  if (crm === undefined || wiki === undefined) throw new Error('no apps');
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-many-'));
  const file = join(folder, 'people.csv');
  const environment = {
    ...{ MONGODB_URI: store.uri, SLACK_API_URL: `${workspace.url}/api`, ROLLCALL_KEYS: key, NODE_ENV: 'production' },
    ...{ SLACK_BOT_TOKEN: workspace.tokens.botToken, SLACK_APP_TOKEN: workspace.tokens.appToken },
    ...{ LOG_LEVEL: process.env.LOG_LEVEL ?? 'info', ...Object.fromEntries(tokens) },
  };
  say(file, options.first);
  writeFileSync(join(folder, 'rollcall.yml'), configOf(file, { crm: crm.url, wiki: wiki.url }));
  const imported = await rollcall(folder, 0, ['config', 'import', join(folder, 'rollcall.yml'), '--yes'], environment);
  if (imported.code !== 0) throw new Error(`the configuration was not imported:\n${imported.out}${imported.err}`);
  const instances: Instance[] = [];
  for (let index = 0; index < options.instances; index += 1) {
    const { uri, options: node, more } = (await options.differ?.(index, store.uri)) ?? {};
    const own = { ...(uri !== undefined && { MONGODB_URI: uri }), ...(node !== undefined && { NODE_OPTIONS: node }) };
    instances.push(createInstance(`${index + 1}`, { ...environment, ...own, ...more }));
  }
  const connection = await mongoose.createConnection(store.uri).asPromise();
  if (connection.db === undefined) throw new Error('no database');
  return {
    ...{ workspace, instances, uri: store.uri, db: connection.db, apps: { crm, wiki } },
    /** HR exports anew. */
    say: (csv: string): void => say(file, csv),
    async close(): Promise<void> {
      await Promise.all(instances.map((instance) => instance.remove()));
      await connection.close();
      await Promise.all([crm.stop(), wiki.stop(), workspace.stop()]);
      await store.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type World = Awaited<ReturnType<typeof openMany>>;

/** Whole or not at all, as a good export is written. */
function say(file: string, csv: string): void {
  writeFileSync(`${file}.new`, csv);
  renameSync(`${file}.new`, file);
}

export async function openApprovals({ db }: Pick<World, 'db'>): Promise<string[]> {
  return (await db.collection('approvals').find({ state: 'open' }).toArray()).map(({ _id }) => String(_id));
}

/** Both approvers agree to whatever is open, at the same moment; what nobody answers is typed again later. */
export async function approveAll(world: Pick<World, 'db' | 'workspace'>): Promise<void> {
  const channel = world.workspace.state.channels.find(({ name }) => name === 'general')?.id ?? '';
  for (const id of await openApprovals(world))
    await Promise.all(
      approvers.map(({ user }) => world.workspace.actions.command(user, channel, `/provision approve ${id}`)),
    );
}

/** Ends when nothing is on its way and as many people are known; whoever has to agrees meanwhile. */
export async function untilQuiet(world: World, people: number, patience = 240_000): Promise<void> {
  const until = Date.now() + patience;
  for (;;) {
    await approveAll(world);
    const left = await unfinished(world, people);
    if (left.length === 0) return;
    if (Date.now() > until) throw new Error(`not quiet: ${left.join(', ')}\n${told(world.instances)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What each process said last. */
export const told = (instances: readonly Instance[]): string =>
  instances.map(({ name, output }) => `— instance ${name}\n${output().slice(-3_000)}`).join('\n');

/** What is still on its way, in words and numbers. */
async function unfinished({ db }: World, people: number): Promise<string[]> {
  const busy = { 'operation.state': { $in: ['planned', 'awaiting', 'approved', 'applying'] } };
  const counts = {
    logins: people * apps.length - (await db.collection('logins').countDocuments({ account: { $ne: 'none' } })),
    operations: await db.collection('logins').countDocuments(busy),
    dirty: await db.collection('people').countDocuments({ dirty: true }),
    unpublished: await unpublished(db),
    approvals: await db.collection('approvals').countDocuments({ state: { $in: ['open', 'gathering'] } }),
  };
  return Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
}

async function unpublished(db: mongoose.mongo.Db): Promise<number> {
  const counts = ['logins', 'people', 'approvals', 'healths'].map((name) =>
    db.collection(name).countDocuments({ 'outbox.0': { $exists: true } }),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
