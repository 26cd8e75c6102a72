import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rate } from '../../src/core/connector.ts';
import {
  callsFor,
  durationText,
  endTurn,
  fullPurse,
  noTurns,
  pay,
  portionOf,
  spanOf,
  spanText,
  takeTurn,
  timeFor,
} from '../../src/core/pace.ts';

const budget = fc.record({
  calls: fc.integer({ min: 1, max: 2_000 }),
  seconds: fc.constantFrom(1, 30, 60, 3_600),
  burst: fc.integer({ min: 1, max: 200 }),
});
const rates: fc.Arbitrary<Rate> = fc.record({ reads: budget, writes: budget });
const calls = fc.record({ reads: fc.integer({ min: 0, max: 20 }), writes: fc.integer({ min: 1, max: 20 }) });
const none = { active: true, attributes: {}, entitlements: {} };

describe('a purse', () => {
  it('never lets more calls begin than a burst and what the rate gives since', () => {
    fc.assert(
      fc.property(
        rates,
        fc.array(fc.tuple(calls, fc.integer({ min: 0, max: 90_000 })), { maxLength: 60 }),
        (rate, asked) => {
          let [purse, now, writes] = [fullPurse(rate, 0), 0, 0];
          for (const [wanted, passes] of asked) {
            now += passes;
            const paid = pay(purse, wanted, rate, now);
            purse = paid.purse;
            if (paid.wait > 0) continue;
            const { calls: most, seconds, burst = 1 } = rate.writes ?? { calls: 0, seconds: 1 };
            // The last operation may be larger than what is left: it is made good before the next.
            expect(writes).toBeLessThanOrEqual(burst + (now * most) / (seconds * 1_000) + 1e-6);
            writes += wanted.writes;
          }
        },
      ),
    );
  });

  it('is full enough after the wait it asked for', () => {
    fc.assert(
      fc.property(rates, calls, calls, (rate, first, second) => {
        const begun = pay(fullPurse(rate, 0), first, rate, 0);
        expect(begun.wait).toBe(0);
        const { wait, purse } = pay(begun.purse, second, rate, 0);
        if (wait > 0) expect(pay(purse, second, rate, wait + 1).wait).toBe(0);
      }),
    );
  });

  it('never lets more begin over any span of a budget than it has, however the clock is put', () => {
    fc.assert(
      fc.property(
        fc.record({ reads: budget, writes: budget, all: budget }),
        fc.array(fc.tuple(calls, fc.integer({ min: -7_200_000, max: 90_000 })), { maxLength: 60 }),
        (rate, asked) => {
          let [purse, wall, passed] = [fullPurse(rate, 0), 0, 0];
          const begun: { at: number; writes: number; all: number }[] = [];
          for (const [wanted, passes] of asked) {
            wall += passes;
            passed += Math.max(0, passes);
            const paid = pay(purse, wanted, rate, wall);
            purse = paid.purse;
            if (paid.wait === 0) begun.push({ at: passed, writes: wanted.writes, all: wanted.reads + wanted.writes });
          }
          for (const kind of ['writes', 'all'] as const)
            for (const { at } of begun) {
              const span = begun.filter((one) => one.at >= at && one.at - at < spanOf(rate[kind]));
              const sum = span.reduce((total, one) => total + one[kind], 0);
              // One operation alone may need more than the budget has.
              expect(sum).toBeLessThanOrEqual(Math.max(rate[kind].calls, ...span.map((one) => one[kind])) + 1e-6);
            }
        },
      ),
    );
  });

  it('fills again after the clock was put back as if nothing had been', () => {
    const rate = { all: { calls: 10, seconds: 1, burst: 10 } };
    const spent = pay(fullPurse(rate, 7_200_000), { reads: 0, writes: 10 }, rate, 7_200_000).purse;
    const { wait, purse } = pay(spent, { reads: 0, writes: 1 }, rate, 3_600_000);
    expect(wait).toBeLessThanOrEqual(spanOf(rate.all));
    expect(pay(purse, { reads: 0, writes: 1 }, rate, 3_600_000 + wait).wait).toBe(0);
  });

  it('has no bottom where nothing is documented', () => {
    const paid = pay(fullPurse(undefined, 0), { reads: 1e9, writes: 1e9 }, undefined, 0);
    expect(paid.wait).toBe(0);
    expect(pay(paid.purse, { reads: 1, writes: 1 }, undefined, 0).wait).toBe(0);
  });
});

describe('the turns of calls', () => {
  it('let no more arrive over any span than the budget has, whoever asks when and however long each is on its way', () => {
    const kinds = fc.constantFrom<('reads' | 'writes')[]>('reads', 'writes');
    const call = fc.record({ kind: kinds, passes: fc.nat(700), arrives: fc.nat(3_000), answered: fc.nat(3_000) });
    fc.assert(
      fc.property(fc.record({ reads: budget, all: budget }), fc.array(call, { maxLength: 120 }), (rate, asked) => {
        let [turns, now] = [noTurns, 0];
        let open: { kind: 'reads' | 'writes'; ends: number }[] = [];
        const made: { at: number; kind: string }[] = [];
        const pass = (until: number) => {
          for (const { kind, ends } of open.filter((one) => one.ends <= until).sort((a, b) => a.ends - b.ends))
            turns = endTurn(turns, kind, ends);
          open = open.filter((one) => one.ends > until);
          now = until;
        };
        for (const { kind, passes, arrives, answered } of asked) {
          pass(now + passes);
          const taken = takeTurn(turns, kind, rate, now);
          turns = taken.turns;
          if (taken.wait > 0) continue;
          made.push({ at: now + arrives, kind });
          open.push({ kind, ends: now + arrives + answered });
        }
        const within = (from: number, { seconds }: { seconds: number }, of: string[]) =>
          made.filter(({ at, kind }) => of.includes(kind) && at >= from && at - from < seconds * 1_000).length;
        for (const { at } of made) {
          expect(within(at, rate.all, ['reads', 'writes'])).toBeLessThanOrEqual(rate.all.calls);
          expect(within(at, rate.reads, ['reads'])).toBeLessThanOrEqual(rate.reads.calls);
        }
      }),
    );
  });

  it('come to whoever waits as told, where nobody else asks and all that was sent is over', () => {
    fc.assert(
      fc.property(budget, fc.array(fc.nat(700), { maxLength: 60 }), (all, passes) => {
        let [turns, now] = [noTurns, 0];
        for (const passed of passes) {
          now += passed;
          const first = takeTurn(turns, 'writes', { all }, now);
          now += first.wait;
          const taken = takeTurn(first.turns, 'writes', { all }, now);
          if (first.wait > 0) expect(taken.wait).toBe(0);
          turns = endTurn(taken.wait === 0 && first.wait > 0 ? taken.turns : first.turns, 'writes', now);
        }
      }),
    );
  });

  it('are given again within a span after the clock was put back', () => {
    const rate = { all: { calls: 1, seconds: 1 } };
    const taken = takeTurn(noTurns, 'writes', rate, 7_200_000).turns;
    expect(takeTurn(taken, 'writes', rate, 7_300_000).wait).toBe(20);
    const turns = endTurn(taken, 'writes', 7_200_000);
    expect(takeTurn(turns, 'writes', rate, 3_600_000).wait).toBe(1_010);
  });
});

describe('portions of a rate', () => {
  it('together never allow more over any span than the whole has', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.record({ all: budget }),
        shares,
        fc.array(fc.nat(900), { maxLength: 80 }),
        (whole, held, asked) => {
          const shards = held.reduce((sum, one) => sum + one, 0);
          fc.pre(whole.all.calls >= shards);
          const processes = held.map((one) => ({ rate: portionOf(whole, one / shards), turns: noTurns }));
          const made: number[] = [];
          let now = 0;
          for (const passes of asked) {
            now += passes;
            for (const process of processes) {
              const taken = takeTurn(process.turns, 'writes', process.rate, now);
              process.turns = taken.turns;
              if (taken.wait > 0) continue;
              process.turns = endTurn(taken.turns, 'writes', now);
              made.push(now);
            }
          }
          for (const from of made) {
            const span = made.filter((at) => at >= from && at - from < whole.all.seconds * 1_000);
            expect(span.length).toBeLessThanOrEqual(whole.all.calls);
          }
        },
      ),
    );
  });

  it('are the whole where there is nobody to share with, and one call in a longer time where it is little', () => {
    const rate = { perSecond: 3, concurrency: 4 };
    expect(portionOf(rate, 1)).toBe(rate);
    expect(portionOf(undefined, 0.5)).toBeUndefined();
    expect(portionOf(rate, 1 / 6)).toEqual({
      ...{ reads: { calls: 1, seconds: 2, burst: 1 }, writes: { calls: 1, seconds: 2, burst: 1 } },
      concurrency: 4,
    });
  });
});

describe('the calls of an operation', () => {
  it('are one for the account and one for each value', () => {
    const after = { ...none, attributes: { title: 'T' }, entitlements: { groups: ['A', 'B'] } };
    expect(callsFor({ kind: 'create', before: null, after })).toEqual({ reads: 4, writes: 3 });
    expect(callsFor({ kind: 'update', before: none, after })).toEqual({ reads: 4, writes: 3 });
    expect(callsFor({ kind: 'update', before: { ...after, entitlements: {} }, after })).toEqual({
      reads: 4,
      writes: 2,
    });
    expect(callsFor({ kind: 'suspend', before: after, after: { ...after, active: false } })).toEqual({
      reads: 1,
      writes: 1,
    });
    expect(callsFor({ kind: 'delete', before: after, after: null })).toEqual({ reads: 1, writes: 1 });
  });
});

describe('a duration', () => {
  const slack = { writes: { calls: 180, seconds: 60, burst: 20 }, reads: { calls: 1_000, seconds: 60 } };

  it('is that of the slower kind of call, in words', () => {
    expect(timeFor({ reads: 0, writes: 20 }, slack)).toBe(0);
    expect(timeFor({ reads: 1_001, writes: 200 }, slack)).toBeCloseTo(60_100);
    expect(durationText({ reads: 9_000, writes: 4_520 }, slack)).toBe('about 25 minutes, at 180 changes a minute');
    expect(durationText({ reads: 60_000, writes: 200 }, slack)).toBe('about 60 minutes, at 1,000 reads a minute');
    expect(durationText({ reads: 1, writes: 10 }, slack)).toBe('less than a minute, at 180 changes a minute');
    expect(durationText({ reads: 0, writes: 5_001 }, { writes: { calls: 1_000, seconds: 3_600 } })).toBe(
      'about 5 hours, at 1,000 changes an hour',
    );
    expect(durationText({ reads: 5, writes: 5 }, undefined)).toBeNull();
    expect(durationText({ reads: 5, writes: 5 }, { concurrency: 4 })).toBeNull();
    expect(durationText({ reads: 90, writes: 90 }, { perSecond: 10 })).toBe(
      'less than a minute, at 10 changes a second',
    );
  });

  it('never says more than it knows', () => {
    expect([0, 59_999, 60_000, 89_999, 90_000, 5_399_999, 5_400_000, 200_000_000].map(spanText)).toEqual([
      ...['less than a minute', 'less than a minute', 'about 1 minute', 'about 1 minute', 'about 2 minutes'],
      ...['about 90 minutes', 'about 1 hour 30 minutes', 'about 56 hours'],
    ]);
    expect([7_190_000, 13_200_000, 500_000_000].map(spanText)).toEqual([
      ...['about 2 hours', 'about 3 hours 40 minutes', 'about 6 days'],
    ]);
  });

  it('is in words no more than a tenth away from ten minutes on', () => {
    const lengths = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
    const read = (text: string) =>
      [...text.matchAll(/([\d,]+) (minute|hour|day)/g)].reduce(
        (sum, [, count = '', unit]) => sum + Number(count.replace(',', '')) * lengths[unit as keyof typeof lengths],
        0,
      );
    fc.assert(
      fc.property(fc.integer({ min: 600_000, max: 1e10 }), (span) => {
        expect(Math.abs(read(spanText(span)) / span - 1)).toBeLessThanOrEqual(0.1);
      }),
    );
  });
});
