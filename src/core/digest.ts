import type { Time, Versioned } from './model.ts';
import type { ChangeWindow } from './time-schema.ts';
import { isOpenAt, nextOpening } from './window.ts';
import { momentOf, wallClock } from './zone.ts';

/** Logins that need somebody, of one root cause. */
export type DigestGroup = {
  /** Of the root cause. */
  code: string;
  app: string;
  appTitle: string;
  /** The status word most of them show. */
  word: string;
  kind: string;
  cause: string;
  remedy: string;
  count: number;
  /** Names of the first of them. */
  people: readonly string[];
  /** Can *retry* help? */
  retryable: boolean;
  /** How many the digest before told of; null: none. */
  before: number | null;
};

/** What needs a person, of the whole company, at a moment. */
export type Digest = {
  at: Time;
  /** Largest first. */
  groups: readonly DigestGroup[];
  quarantined: readonly {
    app: string;
    appTitle: string;
    since: Time;
    reason: string;
    nextTry: Time;
    waiting: number;
  }[];
  /** Credentials that end soon, or have ended; the next first. */
  expiring: readonly Expiring[];
  /** Requests nobody has answered for more than a day; `oldest` is their first moment. */
  overdue: { count: number; oldest: Time | null; requests: readonly string[] };
  /** Told before and gone since. */
  cured: readonly ToldCause[];
  /** When the digest before was; null where there was none, and so no trend. */
  since: Time | null;
};

/** A root cause as a digest told it. */
export type ToldCause = { code: string; app: string; cause: string; count: number };

/** What is remembered of the digests of one recipient; its id is whom the configuration names. */
export type DigestState = Versioned & {
  /** Of the settings the due time was made under. */
  schedule: string;
  dueAt: Time;
  /** When one was due and made last, told or not. */
  madeAt: Time | null;
  told: readonly ToldCause[];
};

/**
 * Credentials of a connection, or where `pushed` the tokens by which its source pushes to us: of these another is made. `sign-on`: the
 * certificate all apps that people sign on to believe; another key is made, and told to them in time.
 */
export type Expiring = {
  what: 'app' | 'directory' | 'sign-on';
  name: string;
  title: string;
  endsAt: Time;
  pushed?: true;
};

/** Nothing to tell: such a digest goes to nobody, but for the anchor that the channel gets with it. */
export const isClean = ({ groups, quarantined, expiring, overdue }: Digest): boolean =>
  groups.length + quarantined.length + expiring.length + overdue.count === 0;

/** The digest held against the one before: what is new, still there and cured. */
export function withTrend(digest: Digest, state: Pick<DigestState, 'told' | 'madeAt'> | null): Digest {
  if (state === null || state.madeAt === null) return digest;
  const before = new Map(state.told.map((cause) => [cause.code, cause.count]));
  const groups = digest.groups.map((group) => ({ ...group, before: before.get(group.code) ?? null }));
  const there = new Set(digest.groups.map(({ code }) => code));
  return { ...digest, groups, cured: state.told.filter(({ code }) => !there.has(code)), since: state.madeAt };
}

/** Causes a state remembers: the largest; the rest would be taken for new once they are among these. */
export const remembered = 200;

export const toldBy = ({ groups }: Digest): ToldCause[] =>
  groups.slice(0, remembered).map(({ code, appTitle, cause, count }) => ({ code, app: appTitle, cause, count }));

/** `hours`: when its reader works; null for a channel, which is read when somebody comes. */
export type DigestSchedule = { at: string; zone: string; hours: Omit<ChangeWindow, 'timezone'> | null };

const day = 86_400_000;

/**
 * The first moment after `now` at which the zone’s clock shows `at`, on a day whose working hours hold it. Where none of two weeks
 * does, the next working hour.
 */
export function nextDigest({ at, zone, hours }: DigestSchedule, now: Time): Time {
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const today = Math.floor(wallClock(now, zone) / day) * day;
  const moments = Array.from({ length: 16 }, (_, ahead) =>
    momentOf(today + ahead * day + (hour * 60 + minute) * 60_000, zone),
  ).filter((moment) => moment > now);
  const [first = now + day] = moments;
  if (hours === null) return first;
  const window = { ...hours, timezone: zone };
  return moments.find((moment) => isOpenAt(window, moment)) ?? nextOpening(window, first) ?? first;
}

/** When a digest that is due may be sent: now, or once its reader works again. */
export function sendingTime({ zone, hours }: Omit<DigestSchedule, 'at'>, now: Time): Time {
  if (hours === null) return now;
  return nextOpening({ ...hours, timezone: zone }, now) ?? now;
}
