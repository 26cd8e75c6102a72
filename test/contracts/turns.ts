import { expect } from 'vitest';
import type { ConnectorContext, Rate } from '../../src/core/connector.ts';
import { endTurn, noTurns, takeTurn } from '../../src/core/pace.ts';
import { mostWithin } from '../fakes/most-within.ts';

const calls = 2;
const rate: Rate = { all: { calls, seconds: 1 } };

/**
 * Turns of two calls a second on a clock of their own: its time passes only once everything that has a turn has arrived, however slow
 * the machine. `arrived`: how many requests have reached the server.
 */
export function countedTurns(arrived: () => number) {
  let [turns, now, given] = [noTurns, 0, 0];
  const times: number[] = [];
  const note = (): void => {
    while (times.length < arrived()) times.push(now);
  };
  const turn: NonNullable<ConnectorContext['turn']> = (kind) => {
    note();
    const taken = takeTurn(turns, kind, rate, now);
    turns = taken.turns;
    if (taken.wait > 0) {
      if (times.length >= given) now += taken.wait;
      return 1;
    }
    given += 1;
    return () => {
      note();
      turns = endTurn(turns, kind, now);
    };
  };
  return {
    turn,
    /** Each request had a turn of its own, and no second saw more than two arrive. */
    expectKept(what: string): void {
      note();
      expect(times.length, `${what} goes through here`).toBeGreaterThan(0);
      expect(times.length, `${what}: requests that arrived, turns that were taken`).toBe(given);
      expect(mostWithin(times, 1_000), `${what}: requests in a second`).toBeLessThanOrEqual(calls);
    },
  };
}

const later = (now: number, milliseconds: number) => new Date(now + milliseconds).toUTCString();

/** What may stand in a Retry-After, and how long a connector says to wait. Milliseconds. */
export const retryAfters = (now: number): readonly { header: string; wait: number | undefined }[] => [
  { header: '7200', wait: 7_200_000 },
  { header: later(now, 5_400_000), wait: 5_400_000 },
  { header: '1790000000', wait: 3_600_000 },
  { header: later(now, 1_000 * 86_400_000), wait: 3_600_000 },
  { header: later(now, -3_600_000), wait: 0 },
  ...['-5', 'soon', ''].map((header) => ({ header, wait: undefined })),
];
