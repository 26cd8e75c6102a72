import type { Clock, Log } from '../ports.ts';

/**
 * Runs `work` again and again, never twice at once: when rung, and when the moment it asked for has come.
 * `work` answers how many milliseconds it may be left alone; null means until rung. It is level-triggered: a ring during a run
 * causes one more run, and a throwing run is tried again after `pause`, which doubles with each that follows, up to `longest`: an outage of
 * hours neither fills the log nor keeps whoever comes back busy.
 */
export function createPump(
  deps: { clock: Clock; log: Log },
  name: string,
  work: (signal: AbortSignal) => Promise<number | null>,
  pause = 1_000,
  longest = 15_000,
) {
  const stopping = new AbortController();
  let rung = false;
  let failures = 0;
  let wake: (() => void) | null = null;
  let loop: Promise<void> | null = null;

  function ring(): void {
    rung = true;
    wake?.();
  }

  async function turn(): Promise<number | null> {
    try {
      const wait = await work(stopping.signal);
      if (failures > 0) deps.log.info({ pump: name, failures }, 'a round of work succeeded again');
      failures = 0;
      return wait;
    } catch (error) {
      if (!stopping.signal.aborted) deps.log.error({ pump: name, error }, 'a round of work failed; it is tried again');
      failures += 1;
      return Math.min(longest, pause * 2 ** Math.min(failures - 1, 10));
    }
  }

  async function rest(milliseconds: number | null): Promise<void> {
    if (rung || stopping.signal.aborted) return;
    const nap = new AbortController();
    const rings = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const naps = milliseconds === null ? new Promise<void>(() => {}) : deps.clock.sleep(milliseconds, nap.signal);
    await Promise.race([rings, naps]);
    wake = null;
    nap.abort();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      rung = false;
      await rest(await turn());
    }
  }

  return {
    ring,
    start(): void {
      loop ??= run();
    },
    /** Waits for the round under way. */
    async stop(): Promise<void> {
      stopping.abort();
      wake?.();
      await loop;
    },
  };
}

export type Pump = ReturnType<typeof createPump>;
