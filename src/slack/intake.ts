import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Receiver } from '@slack/bolt';

/** How Slack's deliveries come: signed requests to our HTTP server, or Socket Mode connections that we open. */
export type Transport =
  | { signingSecret: string }
  | {
      appToken: string;
      /** A connection without a sign of life for this long is broken; 5 seconds when absent. Milliseconds. */
      silence?: number;
    };

/** One transport, wired to Bolt by its receiver. What it takes is stored and run alike, whichever it is. */
export type Intake = {
  receiver: Receiver;
  /** Mounted at `POST /slack/events` of our one HTTP server; null in Socket Mode, where nothing is posted to us. */
  handler: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  start(): void;
  /** Why nothing can come in, in words; null when it can. */
  problem(): string | null;
  /** Takes nothing new. What is being worked on may still be acknowledged meanwhile. */
  stop(): Promise<void>;
};
