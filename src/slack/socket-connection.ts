import { type App, SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import type { Clock, Log } from '../engine/ports.ts';
import { slackLogger } from './logger.ts';
import { describeError } from './slack-error.ts';

export type SocketSettings = { appToken: string; slackApiUrl?: string; clock: Clock; log: Log };

/** One Socket Mode connection. It never reconnects: another one takes its place. */
export type Connection = {
  /** Resolves at Slack's `hello`; rejects when there is none. */
  opened: Promise<unknown>;
  /** Resolves when nothing more comes by it, with Slack's reason (`refresh_requested`), or `broken`, or `closed` by us. */
  over: Promise<string>;
  /** Lets out the acknowledgements under way, and closes. */
  close(): Promise<void>;
};

type Client = SocketModeReceiver['client'];

/** How long acknowledgements under way, and the goodbye after them, may take. Slack warns ten seconds ahead. Milliseconds. */
const acknowledgeWithin = 3_000;
const closeWithin = 1_000;

/** Opens a connection whose payloads go to this app. */
export function openConnection(app: App, settings: SocketSettings): Connection {
  const { clock } = settings;
  const receiver = buildReceiver(settings);
  receiver.init(app);
  const { client } = receiver;
  const acknowledged = watchAcknowledgements(client, clock);
  let end: (reason: string) => void = () => undefined;
  const over = new Promise<string>((resolve) => {
    end = resolve;
  });
  client.once('disconnected', () => end('broken'));
  readSafely(client, settings.log, async (reason) => {
    end(reason);
    await acknowledged();
  });
  const opened = client.start();
  let isOpen = false;
  // A connection that opens only after it was closed is closed then.
  let onceOpen: () => unknown = () => {
    isOpen = true;
  };
  opened.then(() => onceOpen()).catch(() => undefined);
  return {
    opened,
    over,
    async close() {
      end('closed');
      await acknowledged();
      if (!isOpen) onceOpen = () => client.disconnect();
      await Promise.race([client.disconnect(), clock.sleep(closeWithin)]);
    },
  };
}

/** Bolt's receiver with options of its own: those it is given are written to. One try each; who opens decides about the next. */
const buildReceiver = ({ appToken, slackApiUrl, log }: SocketSettings): SocketModeReceiver =>
  new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
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
 * Slack's client closes at once when it is told of the end, with acknowledgements under way; and a message it cannot read would
 * end the process. Here the first waits, and the second is one line in the log.
 */
function readSafely(client: Client, log: Log, beforeEnd: (reason: string) => Promise<void>): void {
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', async (data: unknown, isBinary: boolean) => {
    try {
      const reason = endingOf(data);
      if (reason !== null) await beforeEnd(reason);
      for (const read of readers) await read(data, isBinary);
    } catch (error) {
      log.warn(describeError(error), 'a message over Socket Mode is none of Slack’s');
    }
  });
}

const Goodbye = z.object({ type: z.literal('disconnect'), reason: z.string() });

/** Why Slack ends the connection, if that is what the message says. */
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
