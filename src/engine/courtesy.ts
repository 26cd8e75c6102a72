import type { Clock } from './ports.ts';

/** People first: what somebody waits for goes before work that nobody watches. */
export type Courtesy = {
  /** Works on something a person waits for; what takes longer than `attention` is bulk work itself by then. */
  attend<T>(work: () => Promise<T>): Promise<T>;
  /**
   * What bulk work awaits before its next step: answers at once while nobody is attended to, else when all of them are, and after
   * `patience` in any case, so that people who never stop cannot stop the work.
   */
  calm(): Promise<void>;
};

/** How long somebody is attended to at most, and how long a step of bulk work waits at most. Milliseconds. */
const attention = 1_000;
const patience = 500;

/** One for each process: another process has processors of its own. */
export function createCourtesy(clock: Pick<Clock, 'sleep'>): Courtesy {
  const attended = new Set<AbortController>();
  let quiet = new AbortController();
  /** Shared by all who wait, so that a signal has one listener however much work there is. */
  let waiting: Promise<void> | null = null;

  function leave(one: AbortController): void {
    if (attended.delete(one) && attended.size === 0) quiet.abort();
  }

  return {
    async attend(work) {
      const one = new AbortController();
      if (attended.size === 0) quiet = new AbortController();
      attended.add(one);
      void clock.sleep(attention, one.signal).then(() => leave(one));
      try {
        return await work();
      } finally {
        leave(one);
        one.abort();
      }
    },
    async calm() {
      if (attended.size === 0) return;
      waiting ??= clock.sleep(patience, quiet.signal).finally(() => {
        waiting = null;
      });
      await waiting;
    },
  };
}
