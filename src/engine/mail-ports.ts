import type { Time } from '../core/model.ts';

/*
 * What comes from Slack and what goes there, kept until it is done.
 */

/** Slack payloads, stored before the ack; worked off at least once, handled once by their key. */
export type InboxItem = { id: string; payload: unknown; at: Time; attempts: number; doneAt: Time | null };
export type InboxStore = {
  /** False when the key is known already. */
  add(item: InboxItem): Promise<boolean>;
  /** Not done and untouched since `before`. */
  waiting(before: Time, limit: number): Promise<InboxItem[]>;
  /**
   * Counts an attempt; false when done already, or touched by another process since `before`. `touchedAt`: as if touched then; a
   * moment to come lets it rest.
   */
  attempt(id: string, touchedAt: Time, before: Time): Promise<boolean>;
  done(id: string, at: Time): Promise<void>;
};

/** A message the bot keeps in step with its state. `wanted` > `shown`: post or update it. */
export type OutboxItem = {
  id: string;
  kind: 'card' | 'line' | 'proposal' | 'notice' | 'digest' | 'welcome' | 'grace' | 'once' | 'draft' | 'numbers';
  /** What it is about: an approval id, an event id, a day and an app … */
  subject: string;
  /** Channel asked for (`#access`, a channel id, or a person id for a direct message). */
  to: string;
  /** Where it is, once posted. */
  channel: string | null;
  ts: string | null;
  /** Body of a notice; of a digest what it tells, as JSON; cards and lines are rendered from state. */
  body: string | null;
  wanted: number;
  shown: number;
  /** When it was last shown; null: never. */
  shownAt: Time | null;
  /** Posts whose answer nobody has got: each may stand in its channel or not. Written down ahead of the call. */
  unanswered: Posting[];
  attempts: number;
  nextAt: Time;
};
/** One call that posts. `at` tells it from the others of its item. */
export type Posting = { channel: string; at: Time };
/** What waits to be shown: how much, and since when the longest waiting was wanted; null where nothing waits. */
export type Backlog = { size: number; oldest: Time | null };
export type OutboxStore = {
  /** Creates the item, or raises `wanted` and sets nextAt to now if it exists. */
  want(item: Pick<OutboxItem, 'id' | 'kind' | 'subject' | 'to' | 'body'>, now: Time): Promise<void>;
  /** What is to be shown by now, what is due longest first; of these kinds alone if they are named. */
  due(now: Time, limit: number, kinds?: readonly OutboxItem['kind'][]): Promise<OutboxItem[]>;
  get(id: string): Promise<OutboxItem | null>;
  /** Every item about this, in id order. */
  about(subject: string): Promise<OutboxItem[]>;
  /** Records what was shown, and when; `wanted` may have risen meanwhile. */
  shown(id: string, wanted: number, place: { channel: string; ts: string; at?: Time }): Promise<void>;
  later(id: string, nextAt: Time): Promise<void>;
  /** Adds to what is unanswered, of which it keeps the newest ten. */
  posting(id: string, one: Posting): Promise<void>;
  /** Takes out what was added as of `at`: what has come of it is known. */
  answered(id: string, at: Time): Promise<void>;
  backlog(): Promise<Backlog>;
};
