import type { Ending } from './fault-plan.ts';
import type { DeliveryKind } from './faults.ts';
import type { DeliveryRecord } from './log.ts';

/** The bot's answer. `body` is parsed JSON, plain text, or undefined for an empty one. */
export type Ack = { ok: true; body: unknown } | { ok: false; error: 'operation_timeout' | 'dispatch_failed' };

/** One thing to bring to the bot once. */
export type Parcel = {
  /** The same for both copies of a doubled one, new for every further attempt. */
  id: string;
  kind: DeliveryKind;
  payload: Record<string, unknown>;
  /** Which time again, and why the last one failed. */
  retry?: { number: number; reason: DeliveryRecord['outcome'] };
  /** The connection is to break once the bot has it. */
  cut?: true;
};

export type Attempt = { ack: Ack; outcome: DeliveryRecord['outcome']; status?: number; noRetry?: boolean };

/** A transport: signed HTTP or Socket Mode. */
export type Carrier = {
  carry(parcel: Parcel): Promise<Attempt>;
  /** What an acknowledgement that did not come looks like. */
  late: Attempt;
  /** Ends the connections there are, if they have served for a while; false: they have not. */
  interrupt?(ending: Ending): boolean;
  /** Resolves once there is a connection again after those were ended, or after ten seconds. */
  ready?(): Promise<void>;
  /** Gives up what is under way. */
  stop(): void;
};

/** An acknowledgement later than this is none. Milliseconds. @see https://docs.slack.dev/interactivity/handling-user-interaction */
export const ackWithin = 3_000;

export const unreachable: Attempt = { ack: { ok: false, error: 'dispatch_failed' }, outcome: 'connection_failed' };
