import type { ShortAnchor } from '../../core/anchor.ts';
import type { Config } from '../../core/config.ts';
import {
  type Digest,
  type DigestSchedule,
  type DigestState,
  isClean,
  nextDigest,
  sendingTime,
  toldBy,
  withTrend,
} from '../../core/digest.ts';
import { digestOf } from '../../core/hash.ts';
import type { Person, Time } from '../../core/model.ts';
import { fold, sortedUnique, textOf } from '../../core/text.ts';
import { isTimezone } from '../../core/zone.ts';
import type { Deps } from '../ports.ts';
import { workingAt } from '../world.ts';
import { type DigestDeps, makeDigest } from './digest.ts';

/** The time zone somebody has in Slack, by their person’s id or their Slack user id; null where Slack does not say. */
export type ZoneOf = (who: string) => Promise<string | null>;

type SendDeps = DigestDeps &
  Pick<Deps, 'bell' | 'log'> & {
    /** Anchors the chains, for the digest to take along; left out: it takes none. */
    anchor?(): Promise<ShortAnchor>;
  };
type Setting = NonNullable<Config['settings']['digest']>;
/** `word` as the configuration names it, `to` as the outbox does. */
type Recipient = { word: string; to: string; person: Person | null; channel: boolean };

/**
 * Sends the digests that are due, each recipient’s in their own time. What is due stands in our own documents, so that a restart or
 * a second alarm sends nothing twice: the message’s id is that of its moment, and it is asked for before the moment is ticked off.
 * Answers how many were sent.
 */
export async function sendDigests(deps: SendDeps, zoneOf: ZoneOf): Promise<number> {
  const config = (await deps.store.config.read())?.config;
  const setting = config?.settings.digest;
  if (config === undefined || setting === undefined) return 0;
  let made: Digest | null = null;
  const anchored = once(deps.anchor);
  let sent = 0;
  for (const recipient of await recipientsOf(deps, config, setting)) {
    const due = await dueState(deps, setting, recipient, zoneOf);
    if (due === null) continue;
    made ??= await makeDigest(deps, config);
    if (await send(deps, due, recipient, made, anchored)) sent += 1;
  }
  if (sent > 0) deps.bell.ring('outbox');
  return sent;
}

/** All recipients of a moment are told of the same anchor. */
function once(make: SendDeps['anchor']): () => Promise<ShortAnchor> | null {
  let made: Promise<ShortAnchor> | null = null;
  return () => {
    made ??= make?.() ?? null;
    return made;
  };
}

async function recipientsOf(deps: SendDeps, config: Config, { channel, people }: Setting): Promise<Recipient[]> {
  const words = people.flatMap((word) => (fold(word) === 'admins' ? config.settings.admins : [word]));
  const found: Recipient[] = [{ word: channel, to: channel, person: null, channel: true }];
  for (const word of sortedUnique(words)) {
    if (!word.includes('@')) found.push({ word, to: word, person: null, channel: false });
    const named = word.includes('@') ? await workingAt(deps, fold(word)) : [];
    for (const person of named.slice(0, 1)) found.push({ word, to: person.id, person, channel: false });
  }
  return found;
}

type Due = { before: DigestState; schedule: DigestSchedule };

/** The recipient’s state if a digest is due and may be sent now; otherwise sees to it that it will be. */
async function dueState(deps: SendDeps, setting: Setting, recipient: Recipient, zoneOf: ZoneOf): Promise<Due | null> {
  const { digests } = deps.store;
  const now = deps.clock.now();
  const before = await digests.get(recipient.word);
  const { at, timezone, hours } = setting;
  const made = digestOf({ at, timezone, hours });
  if (before !== null && before.schedule === made && before.dueAt > now) return null;
  const zone = recipient.channel ? timezone : await zoneFor(recipient, timezone, zoneOf);
  const schedule: DigestSchedule = { at, zone, hours: recipient.channel ? null : hours };
  if (before === null) {
    const state = { id: recipient.word, version: 0, outbox: [], schedule: made, madeAt: null, told: [] };
    await digests.insert([{ ...state, dueAt: nextDigest(schedule, now) }]);
    return null;
  }
  if (before.schedule !== made) return moved(deps, before, { schedule: made, dueAt: nextDigest(schedule, now) });
  const sendAt = sendingTime(schedule, now);
  return sendAt > now ? moved(deps, before, { dueAt: sendAt }) : { before, schedule };
}

async function moved(deps: SendDeps, before: DigestState, change: Partial<DigestState>): Promise<null> {
  await deps.store.digests.swap([{ before, after: { ...before, ...change, version: before.version + 1 } }]);
  return null;
}

/** What Slack says, else the directory, else the company’s. */
async function zoneFor({ to, person }: Recipient, timezone: string, zoneOf: ZoneOf): Promise<string> {
  const zones = [await zoneOf(to), person === null ? null : textOf(person.attributes, 'timezone')];
  return zones.find((zone) => zone !== null && isTimezone(zone)) ?? timezone;
}

async function send(
  deps: SendDeps,
  { before, schedule }: Due,
  { word, to, channel }: Recipient,
  made: Digest,
  anchored: () => Promise<ShortAnchor> | null,
): Promise<boolean> {
  const told = withTrend(made, before);
  // The channel gets its anchor on quiet days as well: where a day brings none, somebody asks why.
  const anchor = isClean(told) && !channel ? null : await anchored();
  const isTold = !isClean(told) || anchor !== null;
  if (isTold) {
    const item = { id: digestId(word, before.dueAt), kind: 'digest' as const, subject: word, to };
    const body = JSON.stringify({ ...briefly(told), ...(anchor !== null && { anchor }) });
    await deps.store.outbox.want({ ...item, body }, deps.clock.now());
  }
  const dueAt = nextDigest(schedule, deps.clock.now());
  await moved(deps, before, { dueAt, madeAt: made.at, told: toldBy(made) });
  return isTold;
}

const digestId = (word: string, dueAt: Time): string => `digest:${word}:${dueAt}`;

/** A message holds no more. */
const most = 40;
const briefly = (digest: Digest): Digest & { more: number } => ({
  ...digest,
  more: Math.max(0, digest.groups.length - most),
  groups: digest.groups.slice(0, most),
  quarantined: digest.quarantined.slice(0, most),
  expiring: digest.expiring.slice(0, most),
  cured: digest.cured.slice(0, most),
});
