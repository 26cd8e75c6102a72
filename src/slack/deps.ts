import type { WebClient } from '@slack/web-api';
import type { Time } from '../core/model.ts';
import type { Settings } from '../core/settings-schema.ts';
import type { Courtesy } from '../engine/courtesy.ts';
import type { Meter } from '../engine/meter.ts';
import type { Bell, Clock, Log } from '../engine/ports.ts';
import type { Store } from '../engine/store-ports.ts';
import type { UseCases } from '../engine/use-cases.ts';
import type { Arrival } from './arrival.ts';
import { type ChannelBook, channelBook } from './channels.ts';
import { makePace, type Pace } from './pace.ts';
import { type ProfileCache, profileCache } from './profile.ts';

/** `interactive` answers people and fails fast; `bulk` carries the outbox, whose retries are the outbox's own. */
export type Clients = { interactive: WebClient; bulk: WebClient };

/** Where cards go, read anew for each; and where the company's days begin (UTC where it says nothing). */
export type SlackSettings = Pick<Settings, 'channel' | 'leaverChannel'> & Partial<Pick<Settings, 'timezone'>>;

/** The workspace (and, on Enterprise Grid, the organisation) the bot is installed in, from `auth.test`. */
export type Team = { id: string; enterprise: string | null };

/** Where one Slack user is written to, and when Slack last said so. */
export type Direct = { user: string; channel: string; at: Time };

/** What this process remembers for a short while. Nothing here is truth, and losing it loses nothing. */
export type Memory = {
  profiles: ProfileCache;
  channels: ChannelBook;
  pace: Pace;
  /** Batches whose operations are counted, not told: asked once for each batch, not once for each of its operations. */
  batches: Set<string>;
  /** Slack users of people who are not pinned yet, as last looked up by e-mail. */
  users: Map<string, { user: string | null; at: Time }>;
  /** The direct messages of people who were written to lately, by what they are called in the outbox. */
  directs: Map<string, Direct>;
  /** What each message was last made to show, and when, so that nothing is redrawn as it is. */
  drawn: Map<string, { message: string; at: Time }>;
};
export const slackMemory = (): Memory => ({
  profiles: profileCache(),
  channels: channelBook(),
  pace: makePace(),
  batches: new Set(),
  users: new Map(),
  directs: new Map(),
  drawn: new Map(),
});

/** Everything the Slack room needs; listeners and outbox take the parts they use. */
export type SlackDeps = {
  useCases: UseCases;
  store: Pick<Store, 'inbox' | 'outbox'>;
  clients: Clients;
  clock: Clock;
  log: Log;
  bell: Pick<Bell, 'ring'>;
  /** Decisions go before the drawing of what was decided. */
  deciding: Courtesy;
  /** The outbox lets people go first. */
  courtesy?: Pick<Courtesy, 'calm'>;
  /** Is it this process that brings messages to Slack? Left out: it is. */
  hasOutbox?(): Promise<boolean>;
  /** Hears how long decisions take. */
  meter?: Pick<Meter, 'decided'>;
  /** The payload this is done for; left out: none. */
  arrival?: Arrival;
  settings(): SlackSettings | Promise<SlackSettings>;
  team: Team;
  memory: Memory;
};
