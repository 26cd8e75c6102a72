import { App, ErrorCode } from '@slack/bolt';
import { ZodError } from 'zod';
import type { Courtesy } from '../engine/courtesy.ts';
import type { InboxStore } from '../engine/mail-ports.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { Team } from './deps.ts';
import { httpIntake } from './http-intake.ts';
import { guardInbox, type Inbox } from './inbox.ts';
import type { Intake, Transport } from './intake.ts';
import { slackLogger } from './logger.ts';
import { socketIntake } from './socket-intake.ts';

export type BoltSettings = Transport & {
  token: string;
  slackApiUrl?: string;
  /** From `auth.test`, asked once by whoever starts: Bolt itself must not ask, it would retry for half an hour. */
  botId: string;
  botUserId: string;
  team: Team;
  store: { inbox: InboxStore };
  clock: Clock;
  log: Log;
  courtesy: Pick<Courtesy, 'attend'>;
};

export type BoltEdge = Omit<Intake, 'receiver'> & {
  /** `await app.init()` once the listeners are registered, before the first delivery and before `start`. */
  app: App;
  inbox: Inbox;
};

/** Bolt, built but not started: what comes in is stored before it is acknowledged, then handed to the listeners. */
export function buildBolt(settings: BoltSettings): BoltEdge {
  const { log } = settings;
  const { receiver, ...intake } = 'appToken' in settings ? socketIntake(settings) : httpIntake(settings);
  const app = new App({
    receiver,
    authorize: authorizer(settings),
    convoStore: false,
    deferInitialization: true,
    logger: slackLogger(log, 'bolt'),
    clientOptions: {
      fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(5_000) }),
      ...(settings.slackApiUrl === undefined ? {} : { slackApiUrl: settings.slackApiUrl }),
    },
  });
  app.error(async (error) => {
    if (error.code === ErrorCode.AuthorizationError)
      log.warn({ error: error.message }, 'a payload of another workspace was not run');
    else if (error.original instanceof ZodError)
      log.warn({ error: error.message }, 'a payload is not as Slack sends it');
    else throw error;
  });
  return { ...intake, app, inbox: guardInbox(app, settings) };
}

/** Payloads carry a team; one of another workspace is signed rightly and still not ours. */
const authorizer = ({ token, botId, botUserId, team }: BoltSettings) => {
  const ours = { botToken: token, botId, botUserId, teamId: team.id };
  return async ({ teamId, enterpriseId }: { teamId: string | undefined; enterpriseId: string | undefined }) => {
    if (teamId === team.id || (team.enterprise !== null && enterpriseId === team.enterprise)) return ours;
    throw new Error(`team ${teamId ?? 'unknown'} is not ours`);
  };
};
