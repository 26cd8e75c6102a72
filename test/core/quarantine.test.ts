import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../../src/core/errors.ts';
import {
  type Condition,
  distance,
  floorOf,
  leavingRest,
  limits,
  type Outcome,
  observe,
  paceOf,
  quarantineText,
  tried,
  triedNow,
  turn,
  well,
} from '../../src/core/quarantine.ts';

const pace = paceOf({ retry: 5_000, retryMax: 3_600_000 });
const start = 1_700_000_000_000;
const many = { numRuns: 2_000 };
const minute = 60_000;

const outcome = (kind: FailureKind | 'done', begunAt = start, confirmed = false): Outcome => ({
  begunAt,
  error: kind === 'done' ? null : { kind, message: `crm: ${kind}.` },
  confirmed,
});
const all = (kinds: readonly (FailureKind | 'done')[], at = start): Outcome[] => kinds.map((kind) => outcome(kind, at));
const seen = (condition: Condition, outcomes: readonly Outcome[], now = start, floor = 5): Condition =>
  observe(condition, outcomes, { now, pace, floor });
const come = (...kinds: (FailureKind | 'done')[]): Condition => seen(well, all(kinds));
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

const kindOf = fc.constantFrom<(FailureKind | 'done')[]>(
  ...['done' as const, 'auth' as const, 'throttled' as const, 'conflict' as const],
  ...['missing' as const, 'rejected' as const, 'unavailable' as const, 'bug' as const],
);
const calls = fc.array(fc.record({ kind: kindOf, wait: fc.integer({ min: 0, max: 20 * minute }) }), { maxLength: 60 });

/** One call after another as time passes. */
function lived(given: readonly { kind: FailureKind | 'done'; wait: number }[], floor = 5) {
  let [now, condition] = [start, well];
  const steps: { before: Condition; after: Condition; kind: FailureKind | 'done'; now: number }[] = [];
  for (const { kind, wait } of given) {
    now += wait + 1;
    const before = condition;
    condition = seen(before, [outcome(kind, now)], now, floor);
    steps.push({ before, after: condition, kind, now });
  }
  return { condition, steps, now };
}

describe('quarantine begins', () => {
  it('at once when the credentials are refused even by a call that changes nothing', () => {
    const condition = seen(well, [outcome('auth', start, true)]);
    expect(condition.quarantine).toEqual({
      since: start,
      kind: 'auth',
      reason: 'Invalid authentication: crm: auth.',
      nextTry: start + 2 * minute,
      tries: 0,
    });
    expect(turn(well, condition)).toBe('quarantined');
  });

  it('when three calls broke the contract and nothing else came of it', () => {
    expect(come('bug', 'bug').quarantine).toBeNull();
    expect(come('bug', 'bug', 'bug').quarantine?.kind).toBe('bug');
    expect(come('bug', 'done', 'done', 'done', 'bug', 'done', 'done', 'bug').quarantine).toBeNull();
  });

  it('at five failures of which more than 40 % of the calls are, and not at four', () => {
    expect(come(...times(4, 'unavailable' as const)).quarantine).toBeNull();
    expect(come(...times(5, 'unavailable' as const)).quarantine?.reason).toBe('No answer: crm: unavailable.');
    const mixed = [...times(7, 'done' as const), ...times(5, 'unavailable' as const)];
    expect(seen(well, [outcome('unavailable'), ...all(mixed)]).quarantine).not.toBeNull();
    expect(
      come('unavailable', ...times(9, 'done' as const), ...times(4, 'unavailable' as const)).quarantine,
    ).toBeNull();
  });

  it('later in a large app, which it takes one failure in a hundred accounts to judge', () => {
    expect([0, 499, 501, 10_000, 100_000].map(floorOf)).toEqual([5, 5, 6, 100, limits.floor.most]);
    expect(seen(well, all(times(99, 'unavailable')), start, 100).quarantine).toBeNull();
    expect(seen(well, all(times(100, 'unavailable')), start, 100).quarantine).not.toBeNull();
  });

  it('half as soon when values are refused, and never by what is missing or taken', () => {
    expect(come(...times(9, 'rejected' as const)).quarantine).toBeNull();
    expect(come(...times(10, 'rejected' as const)).quarantine?.kind).toBe('rejected');
    expect(come(...times(500, 'missing' as const), ...times(500, 'conflict' as const))).toBe(well);
  });

  it('soon after an outage began, however many calls went well before', () => {
    const busy = seen(well, [outcome('unavailable'), ...all(times(100_000, 'done'))]);
    const ill = seen(busy, all(times(20, 'unavailable')));
    expect(ill.quarantine).not.toBeNull();
  });
});

describe('quarantine ends', () => {
  const ill = seen(well, [outcome('auth', start, true)]);

  it('with any success of a call begun since, and not with one that was on its way', () => {
    expect(seen(ill, [outcome('done', start)])).toBe(ill);
    const recovered = seen(ill, [outcome('done', start + 1)], start + minute);
    expect(recovered).toEqual({ ...well, lifted: { at: start + minute, tries: 0 } });
    expect(turn(ill, recovered)).toBe('recovered');
  });

  it('tries at growing distance up to a day', () => {
    let condition = ill;
    const distances: number[] = [];
    for (let n = 0; n < 14; n += 1) {
      const now = condition.quarantine?.nextTry ?? 0;
      condition = tried(condition, now, pace);
      distances.push(((condition.quarantine?.nextTry ?? 0) - now) / minute);
    }
    expect(distances).toEqual([4, 8, 16, 32, 64, 128, 256, 512, 1_024, 1_440, 1_440, 1_440, 1_440, 1_440]);
    expect(triedNow(condition, start + 5).quarantine).toMatchObject({ nextTry: start + 5, tries: 0, since: start });
    expect(tried(well, start, pace)).toBe(well);
    expect(triedNow(well, start)).toBe(well);
  });

  it('goes on where it stopped when the app fails again at once', () => {
    const later = tried(tried(ill, start, pace), start, pace);
    const recovered = seen(later, [outcome('done', start + 1)], start + 1);
    const again = seen(recovered, [outcome('auth', start + 2, true)], start + 2);
    expect(again.quarantine?.tries).toBe(3);
    const much = start + 60 * minute;
    expect(seen(recovered, [outcome('auth', much, true)], much).quarantine?.tries).toBe(0);
  });

  it('lets leavers be tried at each try, and once an hour at least', () => {
    const quarantine = ill.quarantine ?? { tries: 0, since: 0, kind: 'auth', reason: '', nextTry: 0 };
    expect([0, 1, 4, 5, 20].map((tries) => leavingRest({ ...quarantine, tries }, pace) / minute)).toEqual([
      2, 4, 32, 60, 60,
    ]);
  });
});

describe('whatever the calls come to', () => {
  it('asking to slow down, what is missing and what is taken say nothing of the app', () => {
    fc.assert(
      fc.property(calls, (given) => {
        for (const { before, after: next, kind } of lived(given).steps)
          if (kind === 'throttled' || kind === 'missing' || kind === 'conflict') expect(next).toBe(before);
      }),
      many,
    );
  });

  it('fewer failures than the floor never begin it, unless the contract is broken', () => {
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 40 }), (given, floor) => {
        const failures = given.filter(({ kind }) => kind === 'auth' || kind === 'unavailable' || kind === 'rejected');
        if (failures.length >= floor) return;
        const honest = given.filter(({ kind }) => kind !== 'bug');
        expect(lived(honest, floor).condition.quarantine).toBeNull();
      }),
      many,
    );
  });

  it('nothing but failures within the hour always begins it, at the floor', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 50 }), (floor, more) => {
        const { steps } = lived(times(floor + more, { kind: 'unavailable' as const, wait: 0 }), floor);
        expect(steps.findIndex(({ after: { quarantine } }) => quarantine !== null)).toBe(floor - 1);
      }),
      many,
    );
  });

  it('only a failure begins it and only a success ends it', () => {
    fc.assert(
      fc.property(calls, (given) => {
        for (const { before, after: next, kind } of lived(given).steps) {
          if (turn(before, next) === 'quarantined') expect(kind).not.toBe('done');
          if (turn(before, next) === 'recovered') expect(kind).toBe('done');
          if (before.quarantine !== null && kind === 'done') expect(next.quarantine).toBeNull();
          if (before.quarantine !== null && next.quarantine !== null)
            expect(next.quarantine).toMatchObject({
              since: before.quarantine.since,
              nextTry: before.quarantine.nextTry,
            });
        }
      }),
      many,
    );
  });

  it('numbers stay sane: never negative, never more failures than calls, never more calls than are remembered', () => {
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 20 }), (given, floor) => {
        for (const { after: next } of lived(given, floor).steps) {
          const window = next.window;
          if (window === null) continue;
          expect(Math.min(window.broken, window.refused, window.bugs)).toBeGreaterThanOrEqual(0);
          expect(window.broken + window.refused).toBeLessThanOrEqual(window.calls);
          expect(window.bugs).toBeLessThanOrEqual(window.broken);
          expect(window.calls).toBeLessThanOrEqual(limits.remembered * floor + 1);
        }
      }),
      many,
    );
  });

  it('once all goes well for some hours, nothing is remembered', () => {
    fc.assert(
      fc.property(calls, (given) => {
        let { condition, now } = lived(given);
        for (let n = 0; n < 14; n += 1) {
          now += 61 * minute;
          condition = seen(condition, [outcome('done', now)], now);
        }
        expect(condition).toMatchObject({ failures: 0, window: null, quarantine: null });
      }),
      many,
    );
  });

  it('the distance never shrinks', () => {
    fc.assert(
      fc.property(fc.nat(2_000), (tries) => {
        expect(distance(tries + 1, pace)).toBeGreaterThanOrEqual(distance(tries, pace));
        expect(distance(tries, pace)).toBeLessThanOrEqual(24 * 60 * minute);
      }),
      many,
    );
  });
});

it('says the reason, since when, the next try and the way out', () => {
  const { quarantine } = seen(well, [outcome('auth', start, true)]);
  if (quarantine === null) throw new Error('no quarantine');
  expect(quarantineText(quarantine, 'crm')).toBe(
    'crm is in quarantine since 2023-11-14 22:13 UTC: Invalid authentication: crm: auth. Only leaving goes on; one call is ' +
      'tried at 2023-11-14 22:15 UTC, and the first that succeeds ends it. Renew the connection of crm: its credentials are no ' +
      'longer taken. Then retry. To try at once: `/provision retry crm`.',
  );
});
