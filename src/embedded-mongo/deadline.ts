import { setImmediate as nextTurn } from 'node:timers/promises';
import { MongoError } from './mongo-error.ts';

/** How long a command, or a cursor over its batches, may work: `maxTimeMS`, and while its client is there. */
export interface Deadline {
  /** @throws MongoError 50 once the time is used up, 11601 when the client has gone. */
  check(): void;
  /** The clock stands still until `resume`. */
  suspend(): void;
  resume(isGone: () => boolean): void;
}

export function createDeadline(maxTimeMS: number, isClientGone: () => boolean): Deadline {
  let left = maxTimeMS > 0 ? maxTimeMS : Number.POSITIVE_INFINITY;
  let since = performance.now();
  let isGone = isClientGone;
  return {
    check() {
      if (performance.now() - since > left)
        throw new MongoError(50, 'MaxTimeMSExpired', 'operation exceeded time limit');
      if (isGone()) throw new MongoError(11601, 'Interrupted', 'operation was interrupted: the client disconnected');
    },
    suspend() {
      left -= performance.now() - since;
    },
    resume(isNowGone) {
      since = performance.now();
      isGone = isNowGone;
    },
  };
}

const TURN_MS = 8;
const ITEMS_PER_LOOK = 32;

/** The items that are there, giving way to other work every few milliseconds. `undefined` items only count as work. */
export async function* paced<T>(items: Iterable<T | undefined>, deadline: Deadline): AsyncGenerator<T> {
  let turn = performance.now();
  let count = 0;
  for (const item of items) {
    if (item !== undefined) yield item;
    count += 1;
    if (count % ITEMS_PER_LOOK !== 0) continue;
    deadline.check();
    if (performance.now() - turn < TURN_MS) continue;
    await nextTurn();
    turn = performance.now();
  }
}
