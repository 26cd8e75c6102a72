import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import express, { type Router } from 'express';
import { createActions } from './actions.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Context, directId } from './context.ts';
import { createDelivery } from './delivery.ts';
import type { FaultPlan } from './fault-plan.ts';
import { createFaults, type FaultInjection } from './faults.ts';
import { httpCarrier } from './http-carrier.ts';
import { randomSecret } from './ids.ts';
import { fileJournal, memoryJournal } from './journal.ts';
import { createLog, type DeliveryLog } from './log.ts';
import { requireLoopback } from './loopback.ts';
import { readManifest } from './manifest.ts';
import { joinChannel } from './methods/conversations.ts';
import { postDue, watchSchedule } from './methods/schedule.ts';
import type { Actions, Member, Outcome, WorkspaceState } from './model.ts';
import { admit, enlistKept } from './newcomers.ts';
import { createRates } from './rates.ts';
import { createResponseUrls } from './response-urls.ts';
import { createSession } from './session.ts';
import { allMembers, type ChannelSetup, commonChannels, identify, setUpChannels } from './setup.ts';
import { createSocketMode, type Sockets } from './socket-mode.ts';
import { type Change, openStore } from './state.ts';
import { createTriggers } from './triggers.ts';
import { createUploads } from './uploads.ts';
import { webApi } from './web-api.ts';
import { createState } from './workspace-state.ts';

export type WorkspaceOptions = {
  /** The parsed app manifest. It decides which commands, events, shortcuts and methods there are. */
  manifest: unknown;
  /** The humans; the bot user comes from the manifest. */
  people: readonly Member[];
  channels: readonly ChannelSetup[];
  /** Where the bot takes deliveries, e.g. `http://127.0.0.1:3000/slack/events`. Not used in Socket Mode, which the manifest turns on. */
  botUrl: string;
  /** Where this workspace is mounted, e.g. `http://127.0.0.1:3000`. */
  publicUrl: string;
  /** Keeps the state here, one process at a time; in memory when absent. */
  dir?: string;
  tokens?: { botToken: string; signingSecret: string; appToken?: string };
  /** For tests. Start it at the real time: Bolt compares timestamps with its own clock. */
  clock?: { now(): number; after?: Clock['after'] };
  /** Slack's rate limits (default), or none. */
  rates?: 'slack' | 'none';
  /** What goes wrong by itself between the bot and Slack; nothing when absent. */
  faults?: FaultPlan;
  teamName?: string;
};

export type Workspace = {
  tokens: { botToken: string; appToken: string; signingSecret: string; appId: string; teamId: string; botUser: string };
  /** Slack's Web API under `/api/`, response URLs, uploads. The page is not part of it. */
  router: Router;
  /** For the server's `upgrade` event: Socket Mode connections. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Whether the manifest has the bot reached by Socket Mode; by signed requests to `botUrl` otherwise. */
  socketMode: boolean;
  sockets: Sockets;
  state: WorkspaceState;
  actions: Actions;
  /** Calls the listener after every change, until the returned function is called. */
  changes(listener: (what: { channel?: string; user?: string }) => void): () => void;
  faults: FaultInjection;
  log: DeliveryLog;
  /** A person joins a public channel. */
  join(user: string, channel: string): Outcome;
  /** Somebody new joins the workspace. They are there after a restart as well. */
  admit(member: Member): Outcome;
  /** Posts the scheduled messages due by `upTo` (milliseconds, now when absent; `Infinity` for all) and returns how many. */
  deliverScheduled(upTo?: number): Promise<number>;
  /** Resolves when nothing is on its way to the bot. */
  settled(): Promise<void>;
  /** Stops deliveries and timers and closes the journal. */
  stop(): Promise<void>;
};

/**
 * Sets up a workspace with one app installed. Throws a `LocalSlackError` that says what to mend.
 *
 * Stricter than Slack where Slack would lose something unseen: unknown arguments, text that Slack would cut off, replies to
 * threads that are not there. Not emulated: OAuth and token rotation, Enterprise, several apps, group direct messages,
 * user groups, attachments, custom names and icons, unfurling, search, streaming, canvases, lists, functions, the workspace-wide
 * posting limit, and the blocks named in `block-kit/blocks.ts`.
 */
export const createWorkspace = async (options: WorkspaceOptions): Promise<Workspace> => {
  requireLoopback('publicUrl', options.publicUrl);
  requireLoopback('botUrl', options.botUrl);
  const app = readManifest(options.manifest);
  const clock: Clock = { after: systemClock.after, ...options.clock, now: options.clock?.now ?? systemClock.now };
  const publicUrl = options.publicUrl.replace(/\/$/, '');
  const tokens = {
    ...{
      botToken: `xoxb-local-${randomSecret()}`,
      appToken: `xapp-local-${randomSecret()}`,
      signingSecret: randomSecret(),
    },
    ...options.tokens,
  };
  const identity = identify(app, options.teamName ?? 'Local workspace');
  const members = allMembers(app, identity, options.people);
  const channels = setUpChannels(options.channels, members, identity);
  const journal = options.dir === undefined ? memoryJournal<Change>() : fileJournal<Change>(options.dir);
  const [faults, log] = [createFaults(options.faults), createLog()];
  const socketMode = createSocketMode({ publicUrl, appId: identity.appId, clock, enabled: app.socketMode });
  const { signingSecret } = tokens;
  const carrier = app.socketMode ? socketMode : httpCarrier({ botUrl: options.botUrl, signingSecret, clock });
  const triggers = createTriggers(clock);
  const context: Context = {
    app,
    identity,
    publicUrl,
    startedAt: clock.now(),
    clock,
    members,
    directUsers: new Map([...members.keys()].map((user) => [directId(identity, user), user])),
    channels,
    commonChannels: commonChannels(options.channels, channels),
    store: openStore(journal, clock),
    session: createSession(),
    triggers,
    responseUrls: createResponseUrls(publicUrl, clock),
    delivery: createDelivery({ carrier, clock, faults, triggers, log }),
    socketMode,
    uploads: createUploads(publicUrl, options.dir),
  };
  enlistKept(context);
  const stopSchedule = watchSchedule(context);
  const { appId, teamId, botUser } = identity;
  return {
    tokens: { ...tokens, appId, teamId, botUser },
    router: webApi({
      context,
      tokens,
      rates: createRates(clock, options.rates ?? 'slack'),
      faults,
      log,
    }),
    upgrade: (request, socket, head) => socketMode.upgrade({ request, socket, head }),
    socketMode: app.socketMode,
    sockets: socketMode.sockets,
    state: createState(context),
    actions: createActions(context),
    changes: (listener) => context.store.listen(listener),
    faults,
    log,
    join: (user, channel) => join(context, user, channel),
    admit: (member) => admit(context, member),
    deliverScheduled: async (upTo = clock.now()) => postDue(context, upTo),
    settled: () => context.delivery.settled(),
    async stop() {
      stopSchedule();
      await context.delivery.stop();
      journal.close();
    },
  };
};

/** A workspace with its own HTTP server on this machine, for tests. `url` is its address. */
export const startWorkspace = async (
  options: Omit<WorkspaceOptions, 'publicUrl'> & { port?: number; host?: string },
): Promise<Workspace & { url: string }> => {
  const { port = 0, host = '127.0.0.1', ...rest } = options;
  requireLoopback('host', host);
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  try {
    const workspace = await createWorkspace({ ...rest, publicUrl: url });
    app.use(workspace.router);
    server.on('upgrade', workspace.upgrade);
    const stop = async () => {
      server.closeAllConnections();
      const closed = new Promise((resolve) => server.close(resolve));
      await workspace.stop();
      await closed;
    };
    return { ...workspace, url, stop };
  } catch (error) {
    server.close();
    throw error;
  }
};

function join(context: Context, user: string, id: string): Outcome {
  const channel = context.channels.get(id);
  if (!context.members.has(user)) return { ok: false, error: 'user_not_found' };
  if (!channel || channel.private) return { ok: false, error: 'channel_not_found' };
  joinChannel(context, channel, user);
  return { ok: true };
}
