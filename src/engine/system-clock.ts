import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Random } from './ports.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(milliseconds, signal) {
    await delay(Math.min(milliseconds, 2 ** 31 - 1), undefined, signal === undefined ? {} : { signal }).catch(
      () => undefined,
    );
  },
  deadline: (milliseconds) => AbortSignal.timeout(milliseconds),
};

/** Ids carry 60 random bits: short enough to type, long enough never to meet. */
export const systemRandom: Random = {
  id: (prefix) => `${prefix}-${BigInt(`0x${randomUUID().replaceAll('-', '').slice(0, 15)}`).toString(36)}`,
  fraction: () => Math.random(),
  bytes: (count) => randomBytes(count),
};
