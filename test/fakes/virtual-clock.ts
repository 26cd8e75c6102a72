import type { Clock } from '../../src/engine/ports.ts';

type Timer = { at: number; order: number; fire(): void };

/** A clock that only moves when told, firing timers in order; promises settle between any two of them. */
export function virtualClock(start = 1_700_000_000_000) {
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();

  function at(time: number, fire: () => void): Timer {
    order += 1;
    const timer = { at: time, order, fire };
    timers.add(timer);
    return timer;
  }

  function earliest(): Timer | null {
    let first: Timer | null = null;
    for (const timer of timers) {
      if (first === null || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  }

  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep(milliseconds, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const timer = at(now + milliseconds, resolve);
        signal?.addEventListener('abort', () => {
          timers.delete(timer);
          resolve();
        });
      });
    },
    deadline(milliseconds) {
      const controller = new AbortController();
      at(now + milliseconds, () => controller.abort());
      return controller.signal;
    },
  };

  return {
    clock,
    /** Lets everything that can happen by then happen. */
    async advance(milliseconds: number): Promise<void> {
      const until = now + milliseconds;
      await settle();
      for (let next = earliest(); next !== null && next.at <= until; next = earliest()) {
        timers.delete(next);
        now = Math.max(now, next.at);
        next.fire();
        await settle();
      }
      now = until;
    },
  };
}
