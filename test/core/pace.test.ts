import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rate } from '../../src/core/connector.ts';
import { callsFor, durationText, fullPurse, pay, spanText, timeFor } from '../../src/core/pace.ts';

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

  it('has no bottom where nothing is documented', () => {
    const paid = pay(fullPurse(undefined, 0), { reads: 1e9, writes: 1e9 }, undefined, 0);
    expect(paid.wait).toBe(0);
    expect(pay(paid.purse, { reads: 1, writes: 1 }, undefined, 0).wait).toBe(0);
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
    expect(timeFor({ reads: 1_001, writes: 200 }, slack)).toBe(60_000);
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
      ...['about 90 minutes', 'about 2 hours', 'about 2 days'],
    ]);
  });
});
