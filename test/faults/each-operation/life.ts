import type { Clock } from '../../../src/engine/ports.ts';
import type { Hooks } from './hooks.ts';

/**
 * The life of one process: it may stand still for a while, be killed, or have its clock put. Whatever it awaits passes through
 * here: one that stands still goes on late, and one that is dead never.
 */
export function createLife(clock: Clock) {
  let isDead = false;
  let ahead = 0;
  let thawed: Promise<void> | null = null;
  const never = new Promise<never>(() => {});

  const isStopped = () => isDead || thawed !== null;

  async function awake(): Promise<void> {
    while (thawed !== null && !isDead) await thawed;
    if (isDead) await never;
  }

  return {
    awake,
    isDead: () => isDead,
    kill(): void {
      isDead = true;
    },
    /** Stands still from now on, until the answer is called. */
    freeze(): () => void {
      let thaw = () => {};
      thawed = new Promise<void>((resolve) => {
        thaw = () => {
          thawed = null;
          resolve();
        };
      });
      return thaw;
    },
    /** Somebody puts this machine’s clock on, or back. */
    putClock(milliseconds: number): void {
      ahead += milliseconds;
    },
    clock: {
      now: () => clock.now() + ahead,
      monotonic: clock.monotonic,
      sleep: (milliseconds, signal) =>
        clock.sleep(milliseconds, signal).then(() => (isStopped() ? awake() : undefined)),
      deadline: clock.deadline,
    } satisfies Clock,
    /** A part of the store as this process reaches it, which may be away. */
    through<T extends object>(part: T, hooks: Pick<Hooks, 'store'>): T {
      const reached = Object.entries(part).map(([name, member]) => {
        // An iterable is no call: what it reads is not met by any fault.
        if (typeof member !== 'function' || name === 'presentIn') return [name, member];
        const call = async (...given: unknown[]) => {
          if (isStopped()) await awake();
          hooks.store?.();
          const answer: unknown = await member.apply(part, given);
          if (isStopped()) await awake();
          return answer;
        };
        return [name, call];
      });
      return Object.fromEntries(reached);
    },
  };
}

export type Life = ReturnType<typeof createLife>;
