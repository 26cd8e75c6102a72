import { type App, SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import type { Clock, Log } from '../engine/ports.ts';
import { slackLogger } from './logger.ts';
import { describeError } from './slack-error.ts';

export type SocketSettings = { appToken: string; silence?: number; slackApiUrl?: string; clock: Clock; log: Log };

/** One Socket Mode connection. It never reconnects: another one takes its place. */
export type Connection = {
  /** Resolves at Slack's `hello`; rejects when there is none. */
  opened: Promise<unknown>;
  /**
   * Resolves when another one is needed: with Slack's reason for ending it (`warning`), `broken`, or `closed` by us. After a
   * reason it still takes and acknowledges what comes, until it is `gone`.
   */
  over: Promise<string>;
  gone: Promise<void>;
  /** Lets out the acknowledgements under way, and closes. What Slack sends meanwhile may be lost; it says so to the person. */
  close(): Promise<void>;
};

type Client = SocketModeReceiver['client'];

/** How long acknowledgements under way, and the goodbye after them, may take. Milliseconds. */
const acknowledgeWithin = 3_000;
const closeWithin = 1_000;

const usualSilence = 5_000;

/** Opens a connection whose payloads go to this app. */
export function openConnection(app: App, settings: SocketSettings): Connection {
  const { clock } = settings;
  const receiver = buildReceiver(settings);
  receiver.init(app);
  const { client } = receiver;
  const acknowledged = watchAcknowledgements(client, clock);
  const gone = new Promise<void>((resolve) => client.once('disconnected', () => resolve()));
  let end: (reason: string) => void = () => undefined;
  const over = new Promise<string>((resolve) => {
    end = resolve;
  });
  void gone.then(() => end('broken'));
  readSafely(client, settings.log, end);
  const opened = client.start();
  let isOpen = false;
  // A connection that opens only after it was closed is closed then.
  let onceOpen: () => unknown = () => {
    isOpen = true;
  };
  opened.then(() => onceOpen()).catch(() => undefined);
  return {
    ...{ opened, over, gone },
    async close() {
      end('closed');
      await acknowledged();
      if (!isOpen) onceOpen = () => client.disconnect();
      await Promise.race([client.disconnect(), clock.sleep(closeWithin)]);
    },
  };
}

/** Bolt's receiver with options of its own: those it is given are written to. One try each; who opens decides about the next. */
const buildReceiver = ({ appToken, silence = usualSilence, slackApiUrl, log }: SocketSettings): SocketModeReceiver =>
  new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    clientPingTimeout: silence,
    // What goes wrong with a connection is told once, by whoever keeps them.
    logger: slackLogger({ ...log, warn: log.debug, error: log.debug }, 'socket'),
    installerOptions: {
      clientOptions: {
        timeout: 10_000,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        allowAbsoluteUrls: false,
        ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
      },
    },
    async processEventErrorHandler({ error }) {
      log.error(describeError(error), 'a Slack payload was not finished');
      return false;
    },
  });

/**
 * Slack's client closes as soon as Slack says that it is going to: what is on its way then is thrown away, acknowledgements as well.
 * And a message it cannot read would end the process. Here it is not told of the first, and the second is one line in the log.
 */
function readSafely(client: Client, log: Log, end: (reason: string) => void): void {
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', async (data: unknown, isBinary: boolean) => {
    try {
      const reason = endingOf(data);
      if (reason !== null) return end(reason);
      for (const read of readers) await read(data, isBinary);
    } catch (error) {
      log.warn(describeError(error), 'a message over Socket Mode is none of Slack’s');
    }
  });
}

const Goodbye = z.object({ type: z.literal('disconnect'), reason: z.string().default('no reason') });

/** Why Slack is going to end the connection, if that is what the message says. */
function endingOf(data: unknown): string | null {
  if (typeof data !== 'string' || !data.includes('"disconnect"')) return null;
  return Goodbye.safeParse(JSON.parse(data)).data?.reason ?? null;
}

/** Answers a function that resolves when every envelope taken is acknowledged or can no longer be, or after `acknowledgeWithin`. */
function watchAcknowledgements(client: Client, clock: Clock): () => Promise<void> {
  const waiting = new Set<unknown>();
  let settled = (): void => undefined;
  const none = () => {
    waiting.clear();
    settled();
  };
  client.once('disconnected', none);
  client.on('slack_event', ({ envelope_id }: { envelope_id: unknown }) => waiting.add(envelope_id));
  client.on('outgoing_message', ({ envelope_id }: { envelope_id: unknown }) => {
    waiting.delete(envelope_id);
    if (waiting.size === 0) settled();
  });
  return async () => {
    if (waiting.size === 0) return;
    const nap = new AbortController();
    const all = new Promise<void>((resolve) => {
      settled = resolve;
    });
    await Promise.race([all, clock.sleep(acknowledgeWithin, nap.signal)]);
    nap.abort();
  };
}
