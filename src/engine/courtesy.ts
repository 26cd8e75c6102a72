import type { Clock } from './ports.ts';

/** People first: what somebody waits for goes before work that nobody watches. */
export type Courtesy = {
  /** Works on something a person waits for. */
  attend<T>(work: () => Promise<T>): Promise<T>;
  /**
   * What bulk work awaits before its next step: answers at once while nobody is attended to, else when all of them are, and after
   * `patience` in any case, so that people who never stop cannot stop the work.
   */
  calm(): Promise<void>;
};

/** Milliseconds a step of bulk work waits at most. */
const patience = 500;

/** One for each process: another process has processors of its own. */
export function createCourtesy(clock: Pick<Clock, 'sleep'>): Courtesy {
  let attended = 0;
  let quiet = new AbortController();

  return {
    async attend(work) {
      if (attended === 0) quiet = new AbortController();
      attended += 1;
      try {
        return await work();
      } finally {
        attended -= 1;
        if (attended === 0) quiet.abort();
      }
    },
    async calm() {
      if (attended > 0) await clock.sleep(patience, quiet.signal);
    },
  };
}
