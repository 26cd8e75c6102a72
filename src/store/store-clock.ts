import type { Connection } from 'mongoose';
import type { Clock, Log } from '../engine/ports.ts';

export type StoreClock = Clock & {
  /** Compares once more; a store that does not answer leaves things as they are. */
  look(): Promise<void>;
  stop(): void;
};

/** Differences that clocks kept by NTP have, and an answer that took longer says too little. Milliseconds. */
const tolerance = 2_000;
const lookEvery = 10_000;

/**
 * The time of day by the store's clock, which all processes share: due times one of them writes are due for the others. Where the
 * machine's clock is as good as equal, it is the machine's. Between two looks it goes on by the machine's stopwatch: a clock that jumps
 * would let requests expire and people leave before the store has set it right. What is measured in durations never depends on either.
 */
export async function storeClock(connection: Pick<Connection, 'db'>, machine: Clock, log: Log): Promise<StoreClock> {
  let ahead = 0;
  let known = { at: machine.now(), when: machine.monotonic() };

  /** Null: the store says nothing, or not soon enough to be of use. */
  async function measure(): Promise<number | null> {
    const sent = machine.monotonic();
    const hello = await connection.db?.admin().command({ hello: 1 });
    const took = machine.monotonic() - sent;
    if (!(hello?.localTime instanceof Date) || took > tolerance) return null;
    const difference = Math.round(hello.localTime.getTime() + took / 2 - machine.now());
    return Math.abs(difference) < tolerance ? 0 : difference;
  }

  async function look(): Promise<void> {
    const before = ahead;
    const measured = await measure().catch(() => null);
    if (measured === null) return;
    ahead = measured;
    known = { at: machine.now() + ahead, when: machine.monotonic() };
    if (Math.abs(ahead - before) < tolerance) return;
    const seconds = Math.round(ahead / 1_000);
    log.warn({ seconds }, 'the clock of this machine is not the store’s, whose time is used; see that both are right');
  }

  await look();
  const timer = setInterval(() => void look(), lookEvery).unref();
  const now = () => Math.floor(known.at + machine.monotonic() - known.when);
  return { ...machine, now, look, stop: () => clearInterval(timer) };
}
