import type { Clock } from './clock.ts';

/**
 * Slack's rate tiers: calls a minute for each method, kept as token buckets that hold one minute's worth.
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export type Tier = 1 | 2 | 3 | 4 | 'posting' | 'connecting' | 'unlimited';

type Bucket = { capacity: number; perSecond: number };

/**
 * Posting is about one message a second in each channel; "short bursts are allowed", which we take as 10. Connections are of tier 1,
 * where Slack has let several through in one second (slackapi/java-slack-sdk#1223): as many as an app may have.
 */
const buckets: Readonly<Record<Exclude<Tier, 'unlimited'>, Bucket>> = {
  1: { capacity: 1, perSecond: 1 / 60 },
  2: { capacity: 20, perSecond: 20 / 60 },
  3: { capacity: 50, perSecond: 50 / 60 },
  4: { capacity: 100, perSecond: 100 / 60 },
  posting: { capacity: 10, perSecond: 1 },
  connecting: { capacity: 10, perSecond: 1 / 60 },
};

/** Takes one call from the bucket of `key`; returns the seconds to wait when there is none left, else 0. */
export type Rates = (tier: Tier, key: string) => number;

export const createRates = (clock: Clock, mode: 'slack' | 'none'): Rates => {
  const levels = new Map<string, { left: number; at: number }>();
  return (tier, key) => {
    if (mode === 'none' || tier === 'unlimited') return 0;
    const { capacity, perSecond } = buckets[tier];
    const level = levels.get(key) ?? { left: capacity, at: clock.now() };
    const left = Math.min(capacity, level.left + ((clock.now() - level.at) / 1000) * perSecond);
    if (left < 1) {
      levels.set(key, { left, at: clock.now() });
      return Math.ceil((1 - left) / perSecond);
    }
    levels.set(key, { left: left - 1, at: clock.now() });
    return 0;
  };
};
