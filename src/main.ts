import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import express from 'express';
import { parse } from 'yaml';
import { buildApp, buildEngine, type RollcallApp, type SlackOptions } from './app.ts';
import { loadConnectors } from './connectors.ts';
import { checkConfig } from './core/config-check.ts';
import { RollcallError } from './core/errors.ts';
import { system } from './core/event.ts';
import { findStore, startStore } from './embedded-mongo/start.ts';
import type { Connectors } from './engine/connect.ts';
import type { Engine } from './engine/engine.ts';
import type { Log, Store } from './engine/ports.ts';
import { systemClock, systemRandom } from './engine/system-clock.ts';
import { type Env, readEnv } from './env.ts';
import { pageRouter } from './local-slack/page/router.ts';
import { createWorkspace, type Workspace } from './local-slack/workspace.ts';
import { createLog, createScrubber } from './log.ts';

import { buildIndexes, connectMongo, mongoStore } from './store/mongo.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The store of this environment, open. `close` leaves a store that another process owns running. */
export type Opened = {
  store: Store;
  connection: Awaited<ReturnType<typeof connectMongo>>;
  connectors: Connectors;
  log: Log;
  secret(name: string): string | undefined;
  close(): Promise<void>;
};

/**
 * Opens the store by MONGODB_URI alone: set, that MongoDB; unset, the built-in store in DATA_DIR, or the one a running bot has
 * open there. Nothing falls back silently.
 */
export async function openRollcall(env: Env, secrets: Readonly<Record<string, string>> = {}): Promise<Opened> {
  const scrubber = createScrubber();
  const log = createLog(env.logLevel, scrubber);
  const secret = (name: string): string | undefined => {
    const value = secrets[name] ?? env.secret(name);
    if (/TOKEN|SECRET|PASSWORD|KEY/i.test(name)) scrubber.learn(value);
    return value;
  };
  if (env.slack.mode !== 'local') scrubber.learn(env.slack.botToken);
  const server = await openServer(env, log);
  const connection = await connectMongo(server.uri, { log });
  await buildIndexes(connection);
  return {
    ...{ store: mongoStore(connection), connection, log, secret },
    connectors: await loadConnectors(),
    async close() {
      connection.removeAllListeners('disconnected');
      await connection.close();
      await server.stop();
    },
  };
}

async function openServer(env: Env, log: Log): Promise<{ uri: string; stop(): Promise<void> }> {
  if (env.mongodbUri !== undefined) {
    log.info({ store: 'MongoDB' }, 'the store is the MongoDB of MONGODB_URI');
    return { uri: env.mongodbUri, async stop() {} };
  }
  const dir = join(env.dataDir, 'store');
  const live = await findStore(dir);
  if (live !== undefined) {
    log.info({ store: dir }, 'the store is the built-in one that a running Rollcall has open');
    return { uri: live, async stop() {} };
  }
  log.info({ store: dir }, 'the store is the built-in one in DATA_DIR');
  return startStore({ dir, log: (line) => log.warn({ store: dir }, line) });
}

export type Running = { url: string; stop(): Promise<void> };

/** Starts everything and answers once it serves. */
export async function start(env: Env): Promise<Running> {
  const example = env.slack.mode === 'local' ? await exampleOf(env) : null;
  const opened = await openRollcall(env, example?.prepared.secrets);
  const apps = example === null ? null : await example.startApps();
  const front = express().disable('x-powered-by');
  const server = await listen(createServer(front), env);
  const url = `http://${env.host}:${(server.address() as AddressInfo).port}`;
  const workspace = example === null ? null : await openWorkspace(env, url, example.prepared.workspace);
  if (workspace !== null && example !== null) mountWorkspace(front, workspace, example.prepared);
  const ground = { ...opened, clock: systemClock, random: systemRandom };
  const app = await buildApp({ ...ground, slack: slackOf(env, workspace, url) });
  if (example !== null) await importExample(opened, app.engine, example.prepared.configFile);
  front.use(app.router);
  await app.start();
  return { url, stop: stopper({ app, server, workspace, apps, opened }) };
}

const manifest = (): unknown => parse(readFileSync(join(root, 'manifest.yml'), 'utf8'));

function slackOf(env: Env, workspace: Workspace | null, url: string): SlackOptions {
  const { slack, slackApiUrl } = env;
  if (workspace !== null) {
    const { botToken, signingSecret } = workspace.tokens;
    return { botToken, signingSecret, apiUrl: `${url}/api/` };
  }
  if (slack.mode === 'http')
    return { botToken: slack.botToken, signingSecret: slack.signingSecret, apiUrl: slackApiUrl };
  throw new RollcallError(
    'socket-mode',
    'show',
    'Socket Mode is not supported yet',
    'Unset SLACK_APP_TOKEN and set SLACK_SIGNING_SECRET; Slack then delivers to PUBLIC_URL/slack/events.',
  );
}

/** The example company lives outside src: only the local workspace loads it. */
async function exampleOf(env: Env) {
  const { prepareExample, startExampleApps } = await import('../examples/acme/start.ts');
  const options = { dir: join(env.dataDir, 'acme'), port: env.port + 1 };
  const prepared = prepareExample(options);
  return { prepared, startApps: () => startExampleApps(prepared, options) };
}

type WorkspaceSetup = Prepared['workspace'];

function openWorkspace(env: Env, url: string, setup: WorkspaceSetup): Promise<Workspace> {
  return createWorkspace({
    ...{ manifest: manifest(), people: setup.people, channels: setup.channels, teamName: setup.team },
    ...{ botUrl: `${url}/slack/events`, publicUrl: url, dir: join(env.dataDir, 'workspace') },
  });
}

type Prepared = Awaited<ReturnType<typeof exampleOf>>['prepared'];

function mountWorkspace(front: express.Express, workspace: Workspace, { pages, peopleFile }: Prepared): void {
  front.use(workspace.router);
  const watch = pages.map(({ title, url }) => `${title} ${url}`).join(', ');
  const notice = `Watch the accounts arrive: ${watch}. The HR export is ${relative(process.cwd(), peopleFile)}: change it and save.`;
  front.use(pageRouter(workspace, { notices: () => [notice] }));
}

/** Only into an empty store: what people changed since stays. */
async function importExample(opened: Opened, engine: Engine, file: string): Promise<void> {
  if ((await opened.store.config.read()) !== null) return;
  const checked = checkConfig(parse(readFileSync(file, 'utf8')), opened.connectors);
  if ('problems' in checked) throw new Error(`the example configuration is wrong: ${JSON.stringify(checked.problems)}`);
  await engine.configure(checked.config, system('example'));
}

/** For commands: the store beside a running bot or alone, and an engine that does nothing by itself. */
export async function openForCommand(env: Env): Promise<{ opened: Opened; engine: Engine }> {
  const example = env.slack.mode === 'local' ? await exampleOf(env) : null;
  const opened = await openRollcall(env, example?.prepared.secrets);
  return { opened, engine: await buildEngine({ ...opened, clock: systemClock, random: systemRandom }) };
}

/** The connectors there are, for commands that need no store. */
export const loadAll = (): Promise<Connectors> => loadConnectors();

function listen(server: Server, env: Env): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const message = taken ? `port ${env.port} is taken` : `cannot listen on ${env.host}:${env.port} (${error.code})`;
      reject(new RollcallError('listen', 'show', message, 'Stop what uses it, or set PORT to another one.'));
    });
    server.listen(env.port, env.host, () => resolve(server));
  });
}

type Parts = {
  app: RollcallApp;
  server: Server;
  workspace: Workspace | null;
  apps: { stop(): Promise<void> } | null;
  opened: Opened;
};

/** Intake first, then what is under way, then what everything stands on. */
function stopper({ app, server, workspace, apps, opened }: Parts): () => Promise<void> {
  let stopping: Promise<void> | null = null;
  const stop = async () => {
    server.closeIdleConnections();
    const closed = new Promise((resolve) => server.close(resolve));
    await app.stop();
    await workspace?.stop();
    server.closeAllConnections();
    await closed;
    await opened.close();
    await apps?.stop();
  };
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

/** Longest a stop may take; what is cut off is safe in the store and goes on at the next start. */
const stopPatience = 25_000;

async function endProcess(running: Running): Promise<void> {
  setTimeout(() => process.exit(1), stopPatience).unref();
  await running.stop();
  process.exit(0);
}

/** The process: starts, says where, and ends well on SIGTERM and Ctrl-C. */
export async function run(): Promise<void> {
  try {
    const env = readEnv();
    const running = await start(env);
    const end = () => void endProcess(running);
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    const what = env.slack.mode === 'local' ? 'the local workspace with the example company' : 'Slack';
    console.log(`Rollcall serves ${what} on ${running.url}/`);
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    console.error(`Rollcall cannot start: ${error.message}\n${error.remedy}`);
    process.exitCode = 1;
    process.exit();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await run();
