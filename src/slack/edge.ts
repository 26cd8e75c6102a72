import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Approval } from '../core/approval-model.ts';
import type { Person, RollcallEvent, Time } from '../core/model.ts';
import { type Courtesy, createCourtesy } from '../engine/courtesy.ts';
import type { Meter } from '../engine/meter.ts';
import type { Bell, Clock, Log } from '../engine/ports.ts';
import type { Store } from '../engine/store-ports.ts';
import type { UseCases } from '../engine/use-cases.ts';
import { isMember } from './caller.ts';
import { wantCard, wantLine } from './cards.ts';
import { slackClients } from './clients.ts';
import { type SlackDeps, type SlackSettings, slackMemory, type Team } from './deps.ts';
import { drainInbox } from './inbox.ts';
import type { Transport } from './intake.ts';
import { pumpOutbox } from './outbox.ts';
import { rateWaits } from './rate-waits.ts';
import { type BoltEdge, buildBolt } from './receiver.ts';
import { registerSlack } from './register.ts';
import { reminderItem, remindersIn, wantReminders } from './reminders.ts';
import { repairCards } from './repair.ts';
import { describeError } from './slack-error.ts';
import { zoneOf } from './zone.ts';

export type { SlackSettings } from './deps.ts';

export type SlackEdgeOptions = Transport & {
  botToken: string;
  /** Ends with a slash: `https://slack.com/api/`. */
  apiUrl: string;
  store: Pick<Store, 'inbox' | 'outbox'>;
  clock: Clock;
  log: Log;
  settings(): SlackSettings | Promise<SlackSettings>;
  /** Hears how long decisions take. */
  meter?: Pick<Meter, 'decided'>;
};

/** What Slack asks of the engine once both are there. */
export type Attached = {
  useCases: UseCases;
  bell: Pick<Bell, 'ring'>;
  courtesy: Courtesy;
  hasOutbox?(): Promise<boolean>;
};

/** Retry of the first `auth.test`, less and less often, and of stored payloads a crash left behind. Milliseconds. */
const connectEvery = 2_000;
const connectAtLeastEvery = 15_000;
const drainEvery = 30_000;
/** What another process asks to be shown rings no bell in this one. */
const lookEvery = 1_000;

/**
 * Everything between Slack and the engine. Slack may be away when Rollcall starts, and for hours later: the engine goes on, cards
 * wait in the outbox, and deliveries are answered 503 until we know who we are.
 */
export function slackEdge(options: SlackEdgeOptions) {
  const { store, clock, log } = options;
  const waits = rateWaits(clock);
  const clients = slackClients({ token: options.botToken, slackApiUrl: options.apiUrl, log, waits });
  const memory = slackMemory();
  let attached: Attached | null = null;
  let connected: { bolt: BoltEdge; deps: SlackDeps } | null = null;
  let stopped = false;
  let refusals = 0;
  let drainAt: Time = 0;
  let problem: string | null = 'not connected yet';

  async function connect(to: Attached): Promise<void> {
    const answer = await clients.interactive.auth.test();
    const team: Team = { id: String(answer.team_id), enterprise: answer.enterprise_id ?? null };
    const deps: SlackDeps = { ...options, ...to, clients, team, memory, deciding: createCourtesy(clock) };
    const bolt = buildBolt({
      ...options,
      ...{ token: options.botToken, slackApiUrl: options.apiUrl },
      ...{ botId: String(answer.bot_id), botUserId: String(answer.user_id), team, store, clock, log },
      courtesy: to.courtesy,
    });
    registerSlack(bolt.app, deps);
    await bolt.app.init();
    connected = { bolt, deps };
    if (!stopped) bolt.start();
    log.info({ team: answer.team, bot: answer.user }, 'connected to Slack');
  }

  async function turn(): Promise<number | null> {
    if (attached === null) return connectEvery;
    try {
      if (connected === null) await connect(attached);
    } catch (error) {
      problem = 'Slack does not answer';
      log.warn(describeError(error), 'Slack does not answer; trying again');
      refusals += 1;
      return Math.min(connectAtLeastEvery, connectEvery * 2 ** Math.min(refusals - 1, 10));
    }
    problem = null;
    return connected === null ? connectEvery : work(connected);
  }

  async function work({ bolt, deps }: { bolt: BoltEdge; deps: SlackDeps }): Promise<number> {
    if (clock.now() >= drainAt) {
      await drainInbox(deps, bolt.inbox.replay);
      drainAt = clock.now() + drainEvery;
    }
    const { nextAt } = await pumpOutbox(deps, clock.now(), attached?.hasOutbox);
    const next = Math.min(nextAt ?? Number.POSITIVE_INFINITY, drainAt, clock.now() + lookEvery);
    return Math.max(10, next - clock.now());
  }

  function handler(request: IncomingMessage, response: ServerResponse): void {
    const handle = connected?.bolt.handler;
    if (handle == null) response.writeHead(503, { 'Retry-After': '2' }).end();
    else handle(request, response);
  }

  return {
    attach(to: Attached): void {
      attached = to;
    },
    team: () => connected?.deps.team.id ?? null,
    /** The card is placed as soon as Slack can be asked where; until then it waits unplaced, and nothing else waits for it. */
    async showCard(approval: Approval): Promise<void> {
      try {
        if (connected === null) throw new Error('not connected');
        await wantCard(connected.deps, approval);
      } catch (error) {
        log.debug(describeError(error), 'a card waits for Slack');
        const item = {
          id: `card:${approval.id}:${unplaced}`,
          kind: 'card' as const,
          subject: approval.id,
          to: unplaced,
          body: null,
        };
        await store.outbox.want(item, clock.now());
      }
    },
    /** Tells what happened in the threads of the cards; a line that cannot be placed now is only missing there. */
    async tellLines(events: readonly RollcallEvent[]): Promise<void> {
      if (connected === null) return;
      for (const event of events) {
        await wantLine(connected.deps, event).catch((error: unknown) =>
          log.debug(describeError(error), 'a thread line was left out'),
        );
      }
    },
    /** Is this person still a full member here? Asked before a consent of theirs counts. */
    isMember: (person: Person): Promise<boolean> => isMember(connected?.deps ?? null, person),
    /** The time zone somebody has set in Slack; null where Slack does not say. */
    zoneOf: async (who: string): Promise<string | null> => (connected === null ? null : zoneOf(connected.deps, who)),
    /** Tells of accounts that will be deleted; until Slack can be asked where, that waits unplaced, like a card. */
    async remind(events: readonly RollcallEvent[]): Promise<void> {
      if (attached === null) return;
      for (const reminders of await remindersIn(attached.useCases, events)) {
        try {
          if (connected === null) throw new Error('not connected');
          await wantReminders(connected.deps, reminders);
        } catch (error) {
          log.debug(describeError(error), 'a reminder waits for Slack');
          await store.outbox.want(reminderItem(reminders, unplaced), clock.now());
        }
      }
    },
    /** Has the cards of these requests put right where they may not show the truth; nothing while Slack is away. */
    repairCards: async (approvals: readonly Approval[]): Promise<number> =>
      connected === null ? 0 : repairCards(connected.deps, approvals),
    /** What Slack asked to wait for in the last hour. */
    rateWaits: waits.recent,
    turn,
    /** Null in Socket Mode. */
    handler: 'appToken' in options ? null : handler,
    check: { name: 'slack', check: async () => problem ?? connected?.bolt.problem() ?? null },
    /** Takes nothing new, and resolves when no delivery is being worked on. */
    async stop(): Promise<void> {
      stopped = true;
      await connected?.bolt.stop();
      await connected?.bolt.inbox.idle();
    },
  };
}

export type SlackEdge = ReturnType<typeof slackEdge>;

const unplaced = '#(unplaced)';
