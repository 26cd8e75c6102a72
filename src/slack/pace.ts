import type { Time } from '../core/model.ts';

/** Calls a second in the long run, and how many may follow each other at once. */
export type Rate = { perSecond: number; burst: number };

/** chat.postMessage: about one a second in each channel. @see https://docs.slack.dev/apis/web-api/rate-limits */
export const postRate: Rate = { perSecond: 1, burst: 3 };
/** chat.update: tier 3, 50 and more a minute; some are left to the presses. */
export const updateRate: Rate = { perSecond: 0.7, burst: 10 };
/**
 * Messages to one person: whoever it is may have to be looked up, and the direct message opened, both of tier 3; some are left to
 * answers.
 */
export const personRate: Rate = { perSecond: 0.7, burst: 20 };
/**
 * Messages to people whose direct message is known: of several hundred a minute that a workspace takes, most are left to channels.
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export const knownRate: Rate = { perSecond: 2, burst: 40 };
/** One message is not redrawn faster than people read. */
export const redrawRate: Rate = { perSecond: 0.5, burst: 2 };

/** Token buckets by key, and pauses Slack asked for. */
export type Pace = {
  /** Takes one call from every key's bucket; else takes none and answers how long to wait, milliseconds. */
  take(keys: Readonly<Record<string, Rate>>, now: Time): number;
  /** Nothing under this key before `until`. */
  pause(key: string, until: Time): void;
};

type Bucket = { left: number; at: Time };

/** A bucket that lacks less than this is full enough: sums of fractions never come out exactly. */
const rounding = 1e-6;

export function makePace(): Pace {
  const buckets = new Map<string, Bucket>();
  const pauses = new Map<string, Time>();
  const level = (key: string, rate: Rate, now: Time): Bucket => {
    const bucket = buckets.get(key) ?? { left: rate.burst, at: now };
    const gained = (Math.max(0, now - bucket.at) / 1000) * rate.perSecond;
    return { left: Math.min(rate.burst, bucket.left + gained), at: now };
  };
  const waitFor = (key: string, rate: Rate, now: Time): number => {
    const paused = Math.max(0, (pauses.get(key) ?? 0) - now);
    const missing = 1 - level(key, rate, now).left;
    return Math.max(paused, missing > rounding ? Math.ceil((missing / rate.perSecond) * 1000) : 0);
  };
  return {
    take(keys, now) {
      const wanted = Object.entries(keys);
      const wait = Math.max(0, ...wanted.map(([key, rate]) => waitFor(key, rate, now)));
      if (wait > 0) return wait;
      for (const [key, rate] of wanted) {
        const { left, at } = level(key, rate, now);
        buckets.set(key, { left: left - 1, at });
      }
      if (buckets.size > 5_000) forgetFull(buckets, now);
      return 0;
    },
    pause: (key, until) => void pauses.set(key, Math.max(until, pauses.get(key) ?? 0)),
  };
}

/** Buckets untouched for a minute are full again whatever their rate: they need no memory. */
function forgetFull(buckets: Map<string, Bucket>, now: Time): void {
  for (const [key, { at }] of buckets) if (now - at > 60_000) buckets.delete(key);
}
