import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFaults, type FaultPlan } from '../../src/local-slack/fault-plan.ts';
import type { DeliveryKind } from '../../src/local-slack/faults.ts';

const kinds: readonly DeliveryKind[] = ['event', 'command', 'block_actions', 'block_suggestion', 'view_submission'];
const deliveries = fc.array(fc.constantFrom(...kinds), { maxLength: 300 });
const plan = fc.record({ seed: fc.nat(999_999_999), most: fc.nat(40) });
const draw = (given: FaultPlan, some: readonly DeliveryKind[]) => {
  const next = drawFaults(given);
  return some.map((kind) => next(kind));
};

describe('a plan of faults', () => {
  it('is the same for the same seed and deliveries, and has no more than its most', () => {
    fc.assert(
      fc.property(plan, deliveries, (given, some) => {
        const faults = draw(given, some);
        expect(draw(given, some)).toEqual(faults);
        expect(faults.filter(Boolean).length).toBeLessThanOrEqual(given.most);
      }),
    );
  });

  it('never has a person told that what they did failed, and leaves a trigger time to be used', () => {
    fc.assert(
      fc.property(plan, deliveries, (given, some) => {
        for (const [index, fault] of draw(given, some).entries()) {
          if (fault === undefined) continue;
          expect(fault.delivery).toBe(some[index]);
          if (fault.delivery !== 'event') expect(['duplicate', 'delay', 'disconnect']).toContain(fault.effect);
          if (fault.effect === 'delay') expect(fault.milliseconds).toBeLessThan(1_000);
        }
      }),
    );
  });

  it.each([1, 7, 42])('has something of everything within two hundred deliveries: seed %d', (seed) => {
    const faults = draw(
      { seed, most: 200 },
      Array.from({ length: 200 }, (_, index) => kinds[index % 2] ?? 'event'),
    );
    const effects = faults.map((fault) => (fault?.effect === 'disconnect' ? fault.ending : fault?.effect));
    const all = ['duplicate', 'delay', 'drop-ack', 'warning', 'cut', 'refresh_requested', undefined];
    expect([...new Set(effects)].sort()).toEqual([...all].sort());
  });
});
