import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { documents } from '../connectors/_document.ts';
import { signInCalls } from '../connectors/_sign-in.ts';
import { loadConnectors } from './connectors.ts';
import { refused } from './core/errors.ts';
import { findStore, startStore } from './embedded-mongo/start.ts';
import type { Connectors } from './engine/connect/connect.ts';
import type { Engine } from './engine/engine.ts';
import type { Check } from './engine/examine/examine.ts';
import { note } from './engine/examine/finding.ts';
import { buildEngine } from './engine/ground.ts';
import type { Log } from './engine/ports.ts';
import type { KeyRing, Sealer } from './engine/secret/secret-ports.ts';
import type { Documents } from './engine/sign-on/documents-port.ts';
import type { Saml } from './engine/sign-on/saml-port.ts';
import type { Store } from './engine/store-ports.ts';
import { systemClock, systemRandom } from './engine/system-clock.ts';
import type { Env } from './env.ts';
import { createLog, createScrubber, type Scrubber } from './log.ts';
import { createSaml } from './saml/saml.ts';
import type { SlackDesk } from './slack/examine.ts';
import { examineBuiltIn, examineMongo } from './store/examine.ts';
import { fileKeys } from './store/file-keys.ts';
import { requireWhole } from './store/mongo/moves.ts';
import { buildIndexes, connectMongo, mongoStore } from './store/mongo.ts';
import { createSealer } from './store/sealing.ts';
import { environmentKeys, missingKeys, type SealingKeys } from './store/sealing-keys.ts';
import { type StoreClock, storeClock } from './store/store-clock.ts';
import type { SignInCalls } from './web/provider.ts';

/** The store of this environment, open. `close` leaves a store that another process owns running. */
export type Opened = {
  store: Store;
  connection: Awaited<ReturnType<typeof connectMongo>>;
  connectors: Connectors;
  log: Log;
  /** The time all processes on this store go by. */
  clock: StoreClock;
  /** Of the environment. */
  secret(name: string): string | undefined;
  /** Told of values that must never be logged. */
  learn(value: string): void;
  /** Looks for the keys when it is first used: without passwords none are needed. */
  sealer: Sealer;
  keys: KeyRing;
  documents: Documents;
  signInCalls: SignInCalls;
  saml: Saml;
  /** What `doctor` looks at beside the engine's own: the store. */
  checks: readonly Check[];
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
  if (env.slack.mode === 'socket') scrubber.learn(env.slack.appToken);
  const keys = keysOf(env, scrubber);
  const server = await openServer(env, log);
  const connection = await connectWhole(server, log);
  const clock = await storeClock(connection, systemClock, log);
  return {
    ...{ store: mongoStore(connection), connection, log, clock, secret, keys, sealer: createSealer(keys) },
    learn: scrubber.learn,
    connectors: await loadConnectors(),
    documents: documents({ now: systemClock.now }),
    signInCalls: signInCalls({ now: systemClock.now }),
    saml: createSaml({ now: systemClock.now }),
    checks: [{ name: 'the store', run: () => examineStore(env, connection) }],
    async close() {
      clock.stop();
      connection.removeAllListeners('disconnected');
      await connection.close();
      await server.stop();
    },
  };
}

type Server = { uri: string; stop(): Promise<void> };

/** Nothing works on a store that is only half there. */
async function connectWhole(server: Server, log: Log) {
  const connection = await connectMongo(server.uri, { log });
  try {
    await buildIndexes(connection);
    await requireWhole(connection);
    return connection;
  } catch (error) {
    connection.removeAllListeners('disconnected');
    await connection.close();
    await server.stop();
    throw error;
  }
}

/** ROLLCALL_KEYS, or the key file beside the built-in store, which is none for production: a disk that is lost takes it along. */
export function keysOf(env: Env, scrubber: Scrubber): SealingKeys {
  const learn = (bytes: Uint8Array): void => {
    const [base64 = '', url, hex = ''] = (['base64', 'base64url', 'hex'] as const).map((form) =>
      Buffer.from(bytes).toString(form),
    );
    for (const form of [base64.replace('=', ''), url, hex, hex.toUpperCase()]) scrubber.learn(form);
  };
  const [first, ...older] = env.keys ?? [];
  if (first === undefined) return env.production ? missingKeys() : fileKeys({ path: join(env.dataDir, 'keys'), learn });
  for (const bytes of [first, ...older]) learn(bytes);
  return environmentKeys([first, ...older]);
}

/** The store's server by MONGODB_URI; `stop` ends one that was started here. */
export async function openServer(env: Pick<Env, 'mongodbUri' | 'dataDir'>, log: Log): Promise<Server> {
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
  try {
    return await startStore({ dir, log: (line) => log.warn({ store: dir }, line) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = 'Check that DATA_DIR can be written, that its disk has room, and that no other Rollcall uses it.';
    throw refused('store-unreachable', `the built-in store does not start: ${why}`, remedy);
  }
}

const examineStore = (env: Env, connection: Opened['connection']) =>
  env.mongodbUri === undefined ? examineBuiltIn(join(env.dataDir, 'store')) : examineMongo(connection);

/** Is there a store already? Opening one makes it. */
export const hasStore = (env: Env): boolean => env.mongodbUri !== undefined || existsSync(join(env.dataDir, 'store'));

const root = fileURLToPath(new URL('..', import.meta.url));

/** The declaration of the Slack app, parsed. */
export const manifest = (): unknown => parse(readFileSync(join(root, 'manifest.yml'), 'utf8'));

/** What Slack is looked at with, where a command has its tokens: the built-in workspace keeps its own inside the bot. */
function slackDeskOf(env: Env, { log, store }: Pick<Opened, 'log' | 'store'>): SlackDesk | null {
  if (env.slack.mode === 'local') return null;
  const { mode: _, ...slack } = env.slack;
  const config = async () => (await store.config.read())?.config ?? null;
  const desk = {
    apiUrl: env.slackApiUrl,
    manifest: manifest(),
    publicUrl: env.publicUrl,
    clock: systemClock,
    log,
    config,
    outbox: store.outbox,
  };
  return { ...slack, ...desk };
}

/** Slack is loaded only when it is looked at: most commands need none of it. */
function slackChecks(desk: SlackDesk | null): Check[] {
  const name = 'Slack';
  if (desk !== null) return [{ name, run: async () => (await import('./slack/examine.ts')).slackCheck(desk).run() }];
  const what = 'Slack is the built-in workspace, which lives in the bot alone';
  return [{ name, run: async () => [note(what, 'Look at it there: `/provision doctor`.')] }];
}

/** Those of these words who could not decide in Slack; nobody where Slack is not known here. */
export async function absentHere(env: Env, { opened, words }: { opened: Opened; words: readonly string[] }) {
  const desk = slackDeskOf(env, opened);
  return desk === null ? [] : (await import('./slack/examine.ts')).absentInSlack(desk, words);
}

/** The example company lives outside src: only the local workspace loads it. */
export async function exampleOf(env: Env) {
  const { prepareExample, startExampleApps } = await import('../examples/acme/start.ts');
  const options = { dir: join(env.dataDir, 'acme'), port: env.port + 1, bot: env.publicUrl };
  const prepared = prepareExample(options);
  return { prepared, startApps: () => startExampleApps(prepared, options) };
}

/** For commands: the store beside a running bot or alone, and an engine that does nothing by itself. */
export async function openForCommand(env: Env): Promise<{ opened: Opened; engine: Engine }> {
  const example = env.slack.mode === 'local' ? await exampleOf(env) : null;
  const opened = await openRollcall(env, example?.prepared.secrets);
  const checks = [...opened.checks, ...slackChecks(slackDeskOf(env, opened))];
  const ground = { ...opened, checks, random: systemRandom, publicUrl: env.publicUrl };
  return { opened, engine: await buildEngine(ground) };
}

/** The connectors there are, for commands that need no store. */
export const loadAll = (): Promise<Connectors> => loadConnectors();
