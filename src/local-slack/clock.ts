/** Time as the workspace sees it: milliseconds since 1970, and something done later unless the returned function is called. */
export type Clock = { now(): number; after(ms: number, run: () => void): () => void };

const longestTimer = 2 ** 31 - 1;

/** The real clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, longestTimer)).unref();
    return () => clearTimeout(timer);
  },
};
