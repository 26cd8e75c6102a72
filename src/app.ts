import { type Response, Router } from 'express';
import type { Connection } from 'mongoose';
import type { Config } from './core/config.ts';
import { system } from './core/event.ts';
import { resolveSecrets } from './core/secret.ts';
import { milliseconds } from './core/time-schema.ts';
import { createPump } from './engine/apply/pump.ts';
import type { Engine } from './engine/engine.ts';
import { buildEngine, type Ground } from './engine/ground.ts';
import { meteredStore } from './engine/meter.ts';
import type { Clock, Connections, Log } from './engine/ports.ts';
import type { Store } from './engine/store-ports.ts';
import { createRing } from './engine/sync/notices.ts';
import { cards } from './jobs/cards.ts';
import { digest } from './jobs/digest.ts';
import { expire } from './jobs/expire.ts';
import { type Alarm, type Jobs, startJobs } from './jobs/start.ts';
import { syncDirectory } from './jobs/sync-directory.ts';
import { verifyApp } from './jobs/verify.ts';
import { wake } from './jobs/wake.ts';
import { work } from './jobs/work.ts';
import { type SlackEdge, type SlackSettings, slackEdge } from './slack/edge.ts';
import { slackCheck } from './slack/examine.ts';
import type { Transport } from './slack/intake.ts';
import { healthRouter } from './web/health.ts';
import { hooksRouter } from './web/hooks.ts';
import { createMetrics } from './web/metrics.ts';
import { metricsPage } from './web/metrics-page.ts';
import { oauthRouter } from './web/oauth.ts';
import { onceRouter } from './web/once.ts';
import type { Provider, SignInCalls } from './web/provider.ts';
import { samlRouter } from './web/saml.ts';
import { scimRouter } from './web/scim.ts';
import { secretsRouter } from './web/secrets.ts';
import { stepUpRouter } from './web/step-up.ts';
import { inTurns } from './web/turns.ts';

/** `manifest`: of manifest.yml, parsed. */
export type SlackOptions = { botToken: string; apiUrl: string; manifest: unknown } & Transport;
export type AppOptions = Ground & {
  connection: Connection;
  slack: SlackOptions;
  publicUrl: string;
  /** How the provider that approvers sign in with is called. */
  signInCalls: SignInCalls;
  /** This machine's own clock, which what others sign is held against; left out: it is the one of the ground. */
  machine?: Clock;
};

/** Everything wired: routes to mount, and what `start` starts and `stop` stops. Building starts nothing. */
export type RollcallApp = { engine: Engine; router: Router; start(): Promise<void>; stop(): Promise<void> };

export async function buildApp(options: AppOptions): Promise<RollcallApp> {
  const { clock, log } = options;
  const metrics = createMetrics();
  const { meter } = metrics;
  const store = meteredStore(options.store, { meter, clock });
  const slack = slackEdge({ ...options.slack, store, clock, log, meter, settings: () => settingsOf(store) });
  const slackPump = createPump({ clock, log }, 'slack', slack.turn);
  const checks = [...(options.checks ?? []), slackCheckOf(options, slack)];
  const engine = await buildEngine(
    { ...options, store, checks, meter },
    { ...slack, outbox: slackPump.ring, subscribers: [slack.tellLines, slack.remind] },
  );
  slack.attach(engine);
  const router = Router();
  if (slack.handler !== null) router.use('/slack/events', inTurns(clock.now, ended, slackTurns), slack.handler);
  const web = { useCases: engine.useCases, clock, log, publicUrl: options.publicUrl };
  router.use('/once/secrets', secretsRouter(web));
  router.use('/once', onceRouter(web));
  router.use('/oauth', oauthRouter(web));
  router.use('/saml', samlRouter(web));
  router.use('/hooks', hooksRouter(web));
  router.use('/scim/v2', scimRouter({ ...web, useCases: engine.inbound }));
  const provider = () => providerOf(store, engine.secret);
  const { machine = clock } = options;
  router.use('/step-up', stepUpRouter({ ...web, machine, provider, calls: options.signInCalls }));
  const slackWaits = () => slack.rateWaits().length;
  const page = metricsPage({ metrics, watched: engine.watched, clock, slackWaits });
  router.use(healthRouter({ checks: [storeCheck(store), slack.check], clock, metrics: page }));
  const schedule = createSchedule(options, engine, slack);
  return {
    engine,
    router,
    async start() {
      engine.start();
      slackPump.start();
      await schedule.start();
    },
    async stop() {
      await schedule.stop();
      await slack.stop();
      await slackPump.stop();
      await engine.stop();
    },
  };
}

/** Slack comes by few addresses, all of a company perhaps by the one of a proxy: far more than people press. */
const slackTurns = { burst: 1_000, perSecond: 200 };
const ended = (response: Response) => response.end();

const settingsOf = async (store: Store): Promise<SlackSettings> => {
  const stored = await store.config.read();
  const { channel, leaverChannel, timezone } = stored?.config.settings ?? { channel: '#access', timezone: 'UTC' };
  return leaverChannel === undefined ? { channel, timezone } : { channel, leaverChannel, timezone };
};

const slackCheckOf = (
  { slack, publicUrl, store, clock: shared, machine: clock = shared, log }: AppOptions,
  { rateWaits }: SlackEdge,
) =>
  slackCheck({
    ...{ ...slack, publicUrl: publicUrl ?? null, clock, log, outbox: store.outbox, rateWaits },
    config: async () => (await store.config.read())?.config ?? null,
  });

/** Where approvers sign in anew; null where nothing is said. @throws RollcallError `secret-missing` */
async function providerOf(store: Store, secret: AppOptions['secret']): Promise<Provider | null> {
  const stepUp = (await store.config.read())?.config.settings.stepUp;
  if (stepUp === undefined) return null;
  const { clientSecret } = resolveSecrets({ clientSecret: stepUp.clientSecret }, secret);
  return { ...stepUp, clientSecret, maxAge: milliseconds(stepUp.maxAge), allowHosts: stepUp.allowHosts ?? [] };
}

const storeCheck = (store: Store) => ({
  name: 'store',
  check: async () => {
    await store.config.read();
    return null;
  },
});

/** Alarms and file watches of the present configuration; set anew when it changes. */
function createSchedule(options: AppOptions, engine: Engine & { connections: Connections }, slack: SlackEdge) {
  const { store, clock, log, connection } = options;
  let edition: number | null = null;
  let jobs: Jobs | null = null;
  let unwatch: (() => Promise<void>)[] = [];

  async function clear(): Promise<void> {
    await Promise.all([jobs?.stop(), ...unwatch.map((stop) => stop())]);
    jobs = null;
    unwatch = [];
  }

  async function follow(): Promise<number> {
    const stored = await store.config.read();
    if (stored === null || stored.edition === edition) return 2_000;
    await clear();
    engine.connections.use(stored.config);
    jobs = await startJobs({ connection, log, alarms: alarmsOf(stored.config, engine, slack) });
    unwatch = watchDirectories(stored.config, engine, log);
    edition = stored.edition;
    return 2_000;
  }

  const pump = createPump({ clock, log }, 'schedule', follow);
  return {
    async start() {
      pump.start();
    },
    async stop() {
      await pump.stop();
      await clear();
    },
  };
}

function alarmsOf(config: Config, { alarms }: Engine, slack: SlackEdge): Alarm[] {
  const enabled = config.apps.filter((app) => app.provisioning.enabled);
  return [
    ...config.directories.map((directory) => syncDirectory(directory, alarms.sync)),
    ...enabled.map((app) => verifyApp(app, alarms.verify)),
    work(alarms.work),
    expire(alarms.approvals),
    cards(async () => void (await alarms.cards(slack.repairCards))),
    wake(alarms.wake),
    ...digest(config.settings, async () => void (await alarms.digest(slack.zoneOf))),
  ];
}

/** Reads each directory once at the start, and whenever its source says it changed. */
function watchDirectories(
  config: Config,
  engine: Engine & { connections: Connections },
  log: Log,
): (() => Promise<void>)[] {
  // However often a source says so, one read goes on and one follows.
  const ring = createRing({ log }, (name) => engine.useCases.sync(name, system('change')));
  return config.directories.flatMap(({ name }) => {
    const read = () => ring(name);
    // First watched, then read: what changes between the two is told by the watch.
    const stop = engine.connections.directory(name).watch?.(read);
    read();
    return stop === undefined ? [] : [stop];
  });
}
