import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRates } from '../../src/local-slack/rates.ts';
import { manualClock } from './fixtures.ts';

const tiers = [
  [1, 1, 1 / 60],
  [2, 20, 20 / 60],
  [3, 50, 50 / 60],
  [4, 100, 100 / 60],
  ['posting', 10, 1],
  ['connecting', 10, 1 / 60],
] as const;

test.each(tiers)('tier %s never lets through more than its burst and its rate', (tier, burst, perSecond) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 300 }), (pauses) => {
      const clock = manualClock();
      const began = clock.now();
      const rates = createRates(clock, 'slack');
      let passed = 0;
      for (const pause of pauses) {
        clock.advance(pause);
        if (rates(tier, 'key') === 0) passed += 1;
      }
      expect(passed).toBeLessThanOrEqual(burst + ((clock.now() - began) / 1000) * perSecond + 1e-6);
    }),
    { numRuns: 30 },
  );
});

test.each(tiers)('tier %s lets the call through after the wait it told', (tier, burst) => {
  const clock = manualClock();
  const rates = createRates(clock, 'slack');
  for (let count = 0; count < burst; count += 1) expect(rates(tier, 'key')).toBe(0);
  const wait = rates(tier, 'key');
  expect(wait).toBeGreaterThan(0);
  expect(rates(tier, 'another key')).toBe(0);
  clock.advance(wait * 1000);
  expect(rates(tier, 'key')).toBe(0);
});

test('there may be no limits at all', () => {
  const rates = createRates(manualClock(), 'none');
  for (let count = 0; count < 1_000; count += 1) expect(rates(1, 'key')).toBe(0);
  const strict = createRates(manualClock(), 'slack');
  for (let count = 0; count < 1_000; count += 1) expect(strict('unlimited', 'key')).toBe(0);
});
