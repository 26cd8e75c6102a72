import type { Rate } from '../core/connector.ts';
import type { Login } from '../core/login-model.ts';
import type { Time } from '../core/model.ts';
import {
  type Calls,
  type Change,
  callsFor,
  endTurn,
  fullPurse,
  noCalls,
  noTurns,
  type Purse,
  pay,
  steadyTimeFor,
  sumOf,
  type Turns,
  takeTurn,
} from '../core/pace.ts';

/** How fast an app may be called by this process. */
export type Pace = {
  /** Pays for these calls in their order, as far as the app's documented rate goes; the next one may be begun after `wait`. */
  afford(calls: readonly Login[], now: Time): { begun: readonly Login[]; wait: number };
  /** What was begun is over: how many calls it really took is learned from. */
  settle(): void;
  /** The turn of one call of the app, whatever it is for, as `turnIn` answers it. */
  turn(kind: keyof Calls, now: () => Time): number | (() => void);
  /** About how many calls an operation takes in this app, as far as it has been seen. */
  callsFor(change: Change): Calls;
  /** How many times as long as at the documented rate work has taken of late: an app that asks for pauses takes longer. */
  slowness(): number;
};

/** Fewer calls than these teach nothing. */
const enough = 20;
/** How far what was seen may lead away from what is reckoned. */
const [least, most] = [0.05, 4];

/** What is learned of how slow an app is: from so much work on, of so much at most, and never from a standstill. Milliseconds. */
const [someWork, muchWork, standstill] = [30_000, 300_000, 120_000];

/** Compares how long work that waits for the rate takes with how long it should. */
function stopwatch(rate: () => Rate | undefined) {
  let [took, worth] = [0, 0];
  let last: { at: Time; worth: number } | null = null;
  return {
    /** Calls were begun, as many as the rate allowed; more `waits`. */
    begun(calls: Calls, at: Time, waits: boolean): void {
      const passed = last === null ? -1 : at - last.at;
      if (last !== null && passed >= 0 && passed < standstill) [took, worth] = [took + passed, worth + last.worth];
      if (worth > muchWork) [took, worth] = [took / 2, worth / 2];
      last = waits ? { at, worth: steadyTimeFor(calls, rate()) } : null;
    },
    slowness: (): number => (worth < someWork ? 1 : Math.min(10, Math.max(1, took / worth))),
  };
}

/** The turns taken of one quota, in this process. */
export type Quota = { turns: Turns };

/** Quotas by name, shared by whatever is counted together. */
export function createQuotas(): (name: string) => Quota {
  const known = new Map<string, Quota>();
  return (name) => {
    const quota = known.get(name) ?? { turns: noTurns };
    known.set(name, quota);
    return quota;
  };
}

/** Takes the turn of one call: answers what is called when it is over, or how many milliseconds to wait before asking again. */
export function turnIn(
  quota: Quota,
  kind: keyof Calls,
  rate: Rate | undefined,
  now: () => Time,
): number | (() => void) {
  const { turns, wait } = takeTurn(quota.turns, kind, rate, now());
  quota.turns = turns;
  if (wait > 0) return wait;
  return () => {
    quota.turns = endTurn(quota.turns, kind, now());
  };
}

/** `rate`: what this process may call of the app at this moment. */
export function createPace(rate: () => Rate | undefined, now: Time, quota: Quota): Pace {
  let purse: Purse = fullPurse(rate(), now);
  const watch = stopwatch(rate);
  let under = 0;
  let made = noCalls;
  let reckoned = noCalls;
  let share = { reads: 1, writes: 1 };

  const scaled = (change: Change): Calls => {
    const { reads, writes } = callsFor(change);
    return { reads: reads * share.reads, writes: writes * share.writes };
  };

  function learn(): void {
    // A connector that tells of none of its calls is taken at what is reckoned.
    if (made.reads + made.writes < enough) return;
    share = {
      reads: shareOf(share.reads, made.reads, reckoned.reads),
      writes: shareOf(share.writes, made.writes, reckoned.writes),
    };
    [made, reckoned] = [noCalls, noCalls];
  }

  return {
    afford(calls, at) {
      for (const [index, { operation }] of calls.entries()) {
        if (operation === null) continue;
        const paid = pay(purse, scaled(operation), rate(), at);
        purse = paid.purse;
        if (paid.wait > 0) return begin(calls.slice(0, index), paid.wait, at);
      }
      return begin(calls, 0, at);
    },
    settle() {
      under -= 1;
      if (under === 0) learn();
    },
    turn(kind, clock) {
      const turn = turnIn(quota, kind, rate(), clock);
      if (under > 0 && typeof turn === 'function') made = { ...made, [kind]: made[kind] + 1 };
      return turn;
    },
    callsFor: scaled,
    slowness: watch.slowness,
  };

  function begin(begun: readonly Login[], wait: number, at: Time): { begun: readonly Login[]; wait: number } {
    under += 1;
    watch.begun(sumOf(begun.flatMap(({ operation }) => (operation === null ? [] : scaled(operation)))), at, wait > 0);
    reckoned = sumOf([reckoned, ...begun.flatMap(({ operation }) => (operation === null ? [] : callsFor(operation)))]);
    return { begun, wait };
  }
}

/** Half of what was known, half of what was seen. */
function shareOf(known: number, made: number, reckoned: number): number {
  if (reckoned === 0) return known;
  return Math.min(most, Math.max(least, (known + made / reckoned) / 2));
}
