import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePace, type Rate } from '../../src/slack/pace.ts';

const slow: Rate = { perSecond: 1, burst: 3 };

describe('the pace', () => {
  it('lets a burst go and then spaces out', () => {
    const pace = makePace();
    expect([1, 2, 3].map(() => pace.take({ a: slow }, 0))).toEqual([0, 0, 0]);
    expect(pace.take({ a: slow }, 0)).toBe(1_000);
    expect(pace.take({ a: slow }, 400)).toBe(600);
    expect(pace.take({ a: slow }, 1_000)).toBe(0);
    expect(pace.take({ a: slow }, 1_000)).toBe(1_000);
  });

  it('keeps channels apart, and takes from all buckets or from none', () => {
    const pace = makePace();
    const one: Rate = { perSecond: 1, burst: 1 };
    expect(pace.take({ a: one, b: one }, 0)).toBe(0);
    expect(pace.take({ a: one, c: one }, 0)).toBe(1_000);
    expect(pace.take({ c: one }, 0)).toBe(0);
  });

  it('stands still as long as Slack asks', () => {
    const pace = makePace();
    pace.pause('a', 5_000);
    pace.pause('a', 2_000);
    expect(pace.take({ a: slow }, 0)).toBe(5_000);
    expect(pace.take({ b: slow }, 0)).toBe(0);
    expect(pace.take({ a: slow }, 5_000)).toBe(0);
  });

  it('never lets more go than the rate, whenever it is asked; and goes on after the wait it names', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { minLength: 1, maxLength: 60 }), (gaps) => {
        const pace = makePace();
        const taken: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const wait = pace.take({ a: slow }, now);
          if (wait === 0) taken.push(now);
          else expect(makeWait(pace, now + wait)).toBe(0);
          now += wait;
          if (wait > 0) taken.push(now);
        }
        for (const start of taken) {
          const within = taken.filter((at) => at >= start && at < start + 10_000).length;
          expect(within).toBeLessThanOrEqual(slow.burst + 10);
        }
      }),
    );
  });
});

const makeWait = (pace: ReturnType<typeof makePace>, at: number): number => pace.take({ a: slow }, at);
