import { refused } from '../core/errors.ts';
import type { Held, Ownership } from './ownership.ts';
import type { Clock } from './ports.ts';

/** Whether the lease of the running task was never taken over: a process that stood still for longer goes on beside the next owner. */
export type IsOurs = () => Promise<boolean>;

/**
 * Runs one task per name at a time: in this process by a queue, among processes by a lease that is renewed while the task runs.
 * @throws RollcallError `busy` when another process keeps the lease for longer than `patience` milliseconds.
 */
export function createExclusive(deps: { ownership: Ownership; clock: Clock; lease: number }) {
  const tails = new Map<string, Promise<unknown>>();

  async function take(name: string, patience: number): Promise<Held> {
    const deadline = deps.clock.monotonic() + patience;
    for (;;) {
      const held = await deps.ownership.acquire(name);
      if (held !== null) return held;
      if (deps.clock.monotonic() >= deadline) {
        throw refused(
          'busy',
          `another Rollcall process is at work on ${name}`,
          'Wait until it is done, then try again.',
        );
      }
      await deps.clock.sleep(Math.max(20, deps.lease / 10));
    }
  }

  async function heartbeat(name: string, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await deps.clock.sleep(deps.lease / 3, stop);
      if (!stop.aborted) await deps.ownership.acquire(name).catch(unrenewed);
    }
  }

  async function hold<T>(name: string, patience: number, task: (isOurs: IsOurs) => Promise<T>): Promise<T> {
    const held = await take(name, patience);
    const stop = new AbortController();
    const beating = heartbeat(name, stop.signal);
    try {
      return await task(() => deps.ownership.holds(held));
    } finally {
      stop.abort();
      await beating;
      await deps.ownership.release(name).catch(unrenewed);
    }
  }

  return function exclusive<T>(
    name: string,
    task: (isOurs: IsOurs) => Promise<T>,
    patience = deps.lease * 3,
  ): Promise<T> {
    const before = tails.get(name) ?? Promise.resolve();
    const run = before.then(() => hold(name, patience, task));
    tails.set(
      name,
      run.catch(() => undefined),
    );
    return run;
  };
}

/** A renewal that failed is tried again at the next beat; until then others may take over, and every write is a compare-and-set. */
const unrenewed = (): null => null;

export type Exclusive = <T>(name: string, task: () => Promise<T>, patience?: number) => Promise<T>;
