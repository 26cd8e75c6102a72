import type { Clock } from '../../src/engine/ports.ts';

type Timer = { at: number; order: number; fire(): void };

/** Timers in order of time, then of making. */
function timerHeap() {
  const heap: Timer[] = [];
  const before = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (i: number, j: number) => {
    const [a, b] = [heap[i], heap[j]];
    if (a === undefined || b === undefined) return;
    heap[i] = b;
    heap[j] = a;
  };
  const isBefore = (i: number, j: number) => {
    const [a, b] = [heap[i], heap[j]];
    return a !== undefined && b !== undefined && before(a, b);
  };
  return {
    first: () => heap[0],
    push(timer: Timer): void {
      let place = heap.push(timer) - 1;
      while (place > 0 && isBefore(place, (place - 1) >> 1)) {
        swap(place, (place - 1) >> 1);
        place = (place - 1) >> 1;
      }
    },
    pop(): Timer | undefined {
      swap(0, heap.length - 1);
      const timer = heap.pop();
      let place = 0;
      for (;;) {
        let least = place;
        for (const child of [2 * place + 1, 2 * place + 2])
          if (child < heap.length && isBefore(child, least)) least = child;
        if (least === place) return timer;
        swap(place, least);
        place = least;
      }
    },
  };
}

/** Everything that waits for nothing but promises has happened. Three times as fast as a turn of the event loop. */
export const promisesSettled = (): Promise<void> =>
  new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));

/** Input and output have had their turn as well. */
const turnOver = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One for all: making it, with its stack, costs more than all else a deadline does. */
const overdue = new DOMException('the deadline has passed', 'TimeoutError');

/** A clock that only moves when told, firing timers in order; between any two of them everything settles. */
export function virtualClock(start = 1_700_000_000_000, settle = turnOver) {
  let now = start;
  let offset = 0;
  let order = 0;
  const timers = timerHeap();

  function at(time: number, fire: () => void): void {
    order += 1;
    timers.push({ at: time, order, fire });
  }

  const clock: Clock = {
    now: () => now + offset,
    monotonic: () => now,
    sleep(milliseconds, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        at(now + milliseconds, wake);
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
    deadline(milliseconds) {
      const controller = new AbortController();
      at(now + milliseconds, () => controller.abort(overdue));
      return controller.signal;
    },
  };

  return {
    clock,
    /** Days pass as over a machine that sleeps: what was due meanwhile happens late, once, with the next `advance`. */
    leap(milliseconds: number): void {
      now += milliseconds;
    },
    /** Somebody puts the clock on the wall: no time passes, and no timer minds. */
    putOn(milliseconds: number): void {
      offset += milliseconds;
    },
    /** Lets everything that can happen by then happen. */
    async advance(milliseconds: number): Promise<void> {
      const until = now + milliseconds;
      await settle();
      for (let next = timers.first(); next !== undefined && next.at <= until; next = timers.first()) {
        timers.pop();
        now = Math.max(now, next.at);
        next.fire();
        await settle();
      }
      now = until;
    },
  };
}
