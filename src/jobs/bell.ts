import type { Alarm } from './alarm.ts';

/** One alarm in this process. It never runs beside itself here, and a ring during a run is answered by another run after it. */
export type Bell = {
  /** Ends when a run that began after the ring has ended; throws what it threw. */
  ring(): Promise<void>;
  /** Ends when nothing runs any more. */
  quiet(): Promise<void>;
};

export function makeBell(alarm: Alarm, signal: AbortSignal): Bell {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  async function run(): Promise<void> {
    if (!signal.aborted) await alarm.run(signal);
  }
  function start(): Promise<void> {
    const current = run().finally(() => {
      running = null;
    });
    running = current;
    return current;
  }
  async function after(): Promise<void> {
    while (running !== null) await running.catch(() => undefined);
    next = null;
    await start();
  }
  return {
    ring() {
      if (running === null) return start();
      next ??= after();
      return next;
    },
    async quiet() {
      while (running !== null || next !== null) await Promise.allSettled([running, next]);
    },
  };
}
