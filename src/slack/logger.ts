import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../engine/ports.ts';

/** Slack's libraries speak to their own logger; this one passes it on to ours. Their debug output holds payloads, so it is dropped. */
export const slackLogger = (log: Log, part: string): Logger => {
  const words = (messages: readonly unknown[]): string =>
    messages
      .map((message) => (message instanceof Error ? `${message.name}: ${message.message}` : String(message)))
      .join(' ');
  return {
    debug: () => undefined,
    info: (...messages) => log.debug({ part }, words(messages)),
    warn: (...messages) => log.warn({ part }, words(messages)),
    error: (...messages) => log.error({ part }, words(messages)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
};
