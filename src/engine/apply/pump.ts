import type { Clock, Log } from '../ports.ts';

/**
 * Runs `work` again and again, never twice at once: when rung, and when the moment it asked for has come.
 * `work` answers how many milliseconds it may be left alone; null means until rung. It is level-triggered: a ring during a run
 * causes one more run, and a throwing run is tried again after `pause`.
 */
export function createPump(
  deps: { clock: Clock; log: Log },
  name: string,
  work: (signal: AbortSignal) => Promise<number | null>,
  pause = 1_000,
) {
  const stopping = new AbortController();
  let rung = false;
  let wake: (() => void) | null = null;
  let loop: Promise<void> | null = null;

  function ring(): void {
    rung = true;
    wake?.();
  }

  async function turn(): Promise<number | null> {
    try {
      return await work(stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) deps.log.error({ pump: name, error }, 'a round of work failed; it is tried again');
      return pause;
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
