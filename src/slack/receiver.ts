import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, ErrorCode, HTTPReceiver } from '@slack/bolt';
import { ZodError } from 'zod';
import type { Clock, InboxStore, Log } from '../engine/ports.ts';
import type { Team } from './deps.ts';
import { guardInbox, type Inbox } from './inbox.ts';
import { slackLogger } from './logger.ts';
import { describeError } from './slack-error.ts';

export type BoltSettings = {
  token: string;
  signingSecret: string;
  slackApiUrl?: string;
  /** From `auth.test`, asked once by whoever starts: Bolt itself must not ask, it would retry for half an hour. */
  botId: string;
  botUserId: string;
  team: Team;
  store: { inbox: InboxStore };
  clock: Clock;
  log: Log;
};

export type BoltEdge = {
  /** `await app.init()` once the listeners are registered, before the first request. */
  app: App;
  /** Mounted at `POST /slack/events` of our one HTTP server; it listens on nothing itself. */
  handler(request: IncomingMessage, response: ServerResponse): void;
  inbox: Inbox;
};

export const eventsPath = '/slack/events';

/** How far Slack's clock and ours may be apart, both ways. @see https://docs.slack.dev/authentication/verifying-requests-from-slack */
const skew = 300_000;

/** Bolt over HTTP, built but not started: verified, stored before it is acknowledged, then handed to the listeners. */
export function buildBolt(settings: BoltSettings): BoltEdge {
  const { clock, log } = settings;
  const receiver = buildReceiver(settings);
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
  const inbox = guardInbox(app, settings);
  return {
    app,
    inbox,
    handler(request, response) {
      if (isFromTheFuture(request, clock.now())) return end(response, 401);
      try {
        receiver.requestListener(request, response);
      } catch (error) {
        log.warn(describeError(error), 'a request is none of Slack’s');
        end(response, 404);
      }
    },
  };
}

const buildReceiver = ({ signingSecret, log }: BoltSettings): HTTPReceiver =>
  new HTTPReceiver({
    signingSecret,
    // Mounted by Express, a handler sees the path below its mount.
    endpoints: [eventsPath, '/'],
    bodyLimit: '1mb',
    logger: slackLogger(log, 'receiver'),
    async processEventErrorHandler({ error, response }) {
      log.error({ ...describeError(error), answered: response.headersSent }, 'a Slack payload was not finished');
      if (!response.headersSent) end(response, 500);
      return false;
    },
  });

/** Payloads carry a team; one of another workspace is signed rightly and still not ours. */
const authorizer = ({ token, botId, botUserId, team }: BoltSettings) => {
  const ours = { botToken: token, botId, botUserId, teamId: team.id };
  return async ({ teamId, enterpriseId }: { teamId: string | undefined; enterpriseId: string | undefined }) => {
    if (teamId === team.id || (team.enterprise !== null && enterpriseId === team.enterprise)) return ours;
    throw new Error(`team ${teamId ?? 'unknown'} is not ours`);
  };
};

/** Bolt refuses old timestamps; it takes those of tomorrow, which would make a stolen request good for a day. */
function isFromTheFuture(request: IncomingMessage, now: number): boolean {
  const header = request.headers['x-slack-request-timestamp'];
  return typeof header === 'string' && Number(header) * 1000 - now > skew;
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status);
  response.end();
}
