import { WebClient, WebClientEvent, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../engine/ports.ts';
import type { Clients } from './deps.ts';
import { slackLogger } from './logger.ts';
import type { RateWaits } from './rate-waits.ts';

export type ClientSettings = {
  token: string;
  slackApiUrl?: string;
  log: Log;
  /** Told whenever Slack asks to wait before the next call of a method. */
  waits?: Pick<RateWaits, 'heard'>;
};

/** Answers to people: a slow answer is none, so one quick retry and then a sentence. Milliseconds. */
const interactive = { timeout: 5_000, retryConfig: { retries: 1, minTimeout: 150, maxTimeout: 300 } };
/** The outbox retries by itself and knows what has been shown; the client must not repeat a post on its own. */
const bulk = { timeout: 10_000, retryConfig: { retries: 0 } };

/** Two clients, because one 429 pauses every call of a client: a full outbox must not keep a modal from opening. */
export function slackClients(settings: ClientSettings): Clients {
  const make = (options: WebClientOptions) => {
    const client = new WebClient(settings.token, {
      ...options,
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logger: slackLogger(settings.log, 'web-api'),
      ...(settings.slackApiUrl === undefined ? {} : { slackApiUrl: settings.slackApiUrl }),
    });
    client.on(WebClientEvent.RATE_LIMITED, (seconds: number, { url }: { url: string }) =>
      settings.waits?.heard(url.split('/').at(-1) ?? url, seconds),
    );
    return client;
  };
  return { interactive: make(interactive), bulk: make(bulk) };
}
