import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPReceiver } from '@slack/bolt';
import type { Log } from '../engine/ports.ts';
import type { Intake } from './intake.ts';
import { slackLogger } from './logger.ts';
import { describeError } from './slack-error.ts';

export const eventsPath = '/slack/events';

/** How far Slack's clock and that of this machine may be apart, both ways. @see https://docs.slack.dev/authentication/verifying-requests-from-slack */
const skew = 300_000;

export type HttpSettings = { signingSecret: string; log: Log };

/** Signed requests. It listens on nothing itself: our server is there before and after it. */
export function httpIntake(settings: HttpSettings): Intake {
  const { log } = settings;
  const receiver = buildReceiver(settings);
  return {
    receiver,
    handler(request, response) {
      // By the machine's own clock, as Bolt holds it against the past: where the store's is wrong, Slack is heard all the same.
      if (isFromTheFuture(request, Date.now())) return end(response, 401);
      try {
        receiver.requestListener(request, response);
      } catch (error) {
        log.warn(describeError(error), 'a request is none of Slack’s');
        end(response, 404);
      }
    },
    start: () => undefined,
    problem: () => null,
    stop: async () => undefined,
  };
}

const buildReceiver = ({ signingSecret, log }: HttpSettings): HTTPReceiver =>
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

/** Bolt refuses old timestamps; it takes those of tomorrow, which would make a stolen request good for a day. */
function isFromTheFuture(request: IncomingMessage, now: number): boolean {
  const header = request.headers['x-slack-request-timestamp'];
  return typeof header === 'string' && Number(header) * 1000 - now > skew;
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status);
  response.end();
}
