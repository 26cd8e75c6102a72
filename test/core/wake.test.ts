import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wakeAt } from '../../src/core/wake.ts';
import { patience, runs } from './arbitraries.ts';
import { config, noon, person } from './samples.ts';

const day = 86_400_000;
const ending = (until: string, settings = {}) =>
  config({ settings, roles: [{ name: 'Board', members: [{ email: 'zoe@acme.test', until }] }], mappings: [] });
const dated = (startDate: string, endDate: string) =>
  person({ attributes: { ...person().attributes, startDate, endDate } });

describe('a person is woken', () => {
  it('at the nearest moment still to come, and never once all are over', () => {
    expect(wakeAt(dated('2026-04-01', '2027-01-31'), config(), noon)).toBe(Date.UTC(2026, 3, 1));
    expect(wakeAt(dated('2026-01-01', '2027-01-31'), config(), noon)).toBe(Date.UTC(2027, 1, 1));
    expect(wakeAt(dated('2026-01-01', '2026-02-01'), config(), noon)).toBeNull();
  });

  it('when an app makes accounts before the start, and again at the start', () => {
    const early = config({ apps: [{ name: 'crm', connector: 'x', provisioning: { createDaysBefore: 5 } }] });
    expect(wakeAt(dated('2026-04-01', '2027-01-31'), early, noon)).toBe(Date.UTC(2026, 2, 27));
    expect(wakeAt(dated('2026-04-01', '2027-01-31'), early, Date.UTC(2026, 2, 28))).toBe(Date.UTC(2026, 3, 1));
  });

  it('when a membership by hand ends, in the time zone', () => {
    expect(wakeAt(person(), ending('2026-03-20'), noon)).toBe(Date.UTC(2026, 2, 21));
    expect(wakeAt(person(), ending('2026-03-20', { timezone: 'Europe/Berlin' }), noon)).toBe(Date.UTC(2026, 2, 20, 23));
    expect(wakeAt(person(), ending('2026-03-14'), noon)).toBeNull();
  });

  it('when a contractor’s stay is over, however far away the end date', () => {
    const conditions = [{ attribute: 'title', operator: '=', value: 'Clerk' }];
    const contractors = config({ settings: { contractors: { conditions, longest: '30 days' } } });
    expect(wakeAt(dated('2026-03-10', '2030-01-31'), contractors, noon)).toBe(Date.UTC(2026, 3, 9));
  });

  it('by a date a mapping sets', () => {
    const set = [{ attribute: 'endDate', value: '2026-12-31' }];
    const mapped = config({ mappings: [{ name: 'Interns', set }] });
    expect(wakeAt(person(), mapped, noon)).toBe(Date.UTC(2027, 0, 1));
  });

  it(
    'always in the future',
    () => {
      const near = fc
        .integer({ min: -3, max: 3 })
        .map((days) => new Date(noon + days * day).toISOString().slice(0, 10));
      fc.assert(
        fc.property(
          near,
          near,
          near,
          (start, end, until) => (wakeAt(dated(start, end), ending(until), noon) ?? noon + 1) > noon,
        ),
        runs,
      );
    },
    patience,
  );
});
