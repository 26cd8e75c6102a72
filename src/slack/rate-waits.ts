import type { Time } from '../core/model.ts';
import type { Clock } from '../engine/ports.ts';

/** Slack asked to wait `seconds` before the next call of a method. */
export type RateWait = { method: string; at: Time; seconds: number };

const most = 1_000;
/** Milliseconds. */
const remembered = 60 * 60_000;

export type RateWaits = {
  heard(method: string, seconds: number): void;
  /** Of the last hour, oldest first. */
  recent(): readonly RateWait[];
};

/** What this process was asked to wait for: `doctor` tells of it, and nothing else needs it. */
export function rateWaits(clock: Pick<Clock, 'now'>): RateWaits {
  let waits: RateWait[] = [];
  return {
    heard(method, seconds) {
      waits = [...waits.slice(1 - most), { method, at: clock.now(), seconds }];
    },
    recent: () => waits.filter(({ at }) => clock.now() - at < remembered),
  };
}
