import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import type { Express } from 'express';
import { parse } from 'yaml';
import { buildApp, type RollcallApp, type SlackOptions } from './app.ts';
import { checkConfig } from './core/config-check.ts';
import { RollcallError } from './core/errors.ts';
import { system } from './core/event.ts';
import type { Engine } from './engine/engine.ts';
import { systemClock, systemRandom } from './engine/system-clock.ts';
import type { Env } from './env.ts';
import { pageRouter } from './local-slack/page/router.ts';
import { createWorkspace, type Workspace } from './local-slack/workspace.ts';
import { endOnCrash } from './log.ts';
import { exampleOf, manifest, type Opened, openRollcall } from './open.ts';
import { starting } from './store/starting.ts';
import { createFront } from './web/front.ts';

export type Running = { url: string; stop(): Promise<void> };

/** Starts everything and answers once it serves. */
export async function start(env: Env): Promise<Running> {
  const example = env.slack.mode === 'local' ? await exampleOf(env) : null;
  const opened = await openRollcall(env, example?.prepared.secrets);
  endOnCrash(process, opened.log, () => process.exit(1));
  const { connection, store } = opened;
  const begun = await starting({
    connection,
    leases: store.leases,
    clock: systemClock,
    owner: systemRandom.id('start'),
  });
  const apps = example === null ? null : await example.startApps();
  const front = createFront();
  const server = await listen(createServer(front), env);
  const url = `http://${env.host}:${(server.address() as AddressInfo).port}`;
  const workspace = example === null ? null : await openWorkspace(env, url, example.prepared.workspace);
  if (workspace !== null && example !== null) {
    server.on('upgrade', workspace.upgrade);
    mountWorkspace(front, workspace, example.prepared);
  }
  const ground = { ...opened, machine: systemClock, random: systemRandom };
  const app = await buildApp({ ...ground, publicUrl: publicUrlOf(env, url), slack: slackOf(env, workspace, url) });
  if (example !== null) await importExample(opened, app.engine, example.prepared.configFile);
  front.use(app.router);
  await app.start();
  await begun.over();
  return { url, stop: stopper({ app, server, workspace, apps, opened }) };
}

/** What PUBLIC_URL says, or the address we listen on; with PORT 0 only that is known now. */
const publicUrlOf = ({ publicUrl, host }: Env, url: string): string =>
  publicUrl === `http://${host}:0` ? url : publicUrl;

function slackOf(env: Env, workspace: Workspace | null, url: string): SlackOptions {
  const { slack, slackApiUrl } = env;
  if (workspace !== null) {
    const { botToken, appToken, signingSecret } = workspace.tokens;
    const transport = workspace.socketMode ? { appToken } : { signingSecret };
    return { botToken, ...transport, apiUrl: `${url}/api/`, manifest: workspaceManifest(env) };
  }
  if (slack.mode === 'local') throw new Error('the local workspace was not opened');
  return { ...slack, apiUrl: slackApiUrl, manifest: manifest() };
}

/** Deliveries that go wrong by a seed; after these all is well. */
const most = 200;

type WorkspaceSetup = Prepared['workspace'];

function openWorkspace(env: Env, url: string, setup: WorkspaceSetup): Promise<Workspace> {
  return createWorkspace({
    ...{ manifest: workspaceManifest(env), people: setup.people, channels: setup.channels, teamName: setup.team },
    ...(env.slack.mode === 'local' && env.slack.faults !== undefined && { faults: { seed: env.slack.faults, most } }),
    ...{ botUrl: `${url}/slack/events`, publicUrl: url, dir: join(env.dataDir, 'workspace') },
  });
}

/** The workspace delivers as manifest.yml says, unless the environment says otherwise. */
function workspaceManifest({ slack }: Env): unknown {
  const declared = manifest() as { settings: object };
  if (slack.mode !== 'local' || slack.socketMode === undefined) return declared;
  return { ...declared, settings: { ...declared.settings, socket_mode_enabled: slack.socketMode } };
}

type Prepared = Awaited<ReturnType<typeof exampleOf>>['prepared'];

function mountWorkspace(front: Express, workspace: Workspace, { pages, peopleFile }: Prepared): void {
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
    const faults = workspace?.faults.tally() ?? {};
    if (Object.keys(faults).length > 0)
      opened.log.info({ faults }, 'deliveries of the local workspace that went wrong');
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
