import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, startOf, timeOf, wakeAt } from '../../src/core/date.ts';
import { patience, runs } from './arbitraries.ts';
import { noon, person } from './samples.ts';

const day = 86_400_000;

describe('timeOf', () => {
  it.each([
    ['2026-03-15', Date.UTC(2026, 2, 15)],
    [' 2026-03-15T12:30Z ', Date.UTC(2026, 2, 15, 12, 30)],
    ['2026-03-15 12:30', Date.UTC(2026, 2, 15, 12, 30)],
    ['2026-03-15T12:30:15.5+02:00', Date.UTC(2026, 2, 15, 10, 30, 15, 500)],
    ['2026-03-15t12:30:00-0130', Date.UTC(2026, 2, 15, 14)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
  ])('reads %s', (text, time) => {
    expect(timeOf(text)).toBe(time);
  });

  it.each(['', 'soon', '15.03.2026', '2026-3-15', '2026-02-29', '2026-13-01', '2026-03-15T25:00Z', '20260315'])(
    'does not guess at %j',
    (text) => {
      expect(timeOf(text)).toBeNull();
    },
  );

  it(
    'reads back every moment JavaScript writes',
    () => {
      const years = { min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true };
      fc.assert(
        fc.property(fc.date(years), (date) => timeOf(date.toISOString()) === date.getTime()),
        runs,
      );
    },
    patience,
  );
});

describe('start and end', () => {
  it('begin with the start day and end after the end day', () => {
    expect(startOf({ startDate: '2026-03-15' })).toBe(Date.UTC(2026, 2, 15));
    expect(endOf({ endDate: '2026-03-15' })).toBe(Date.UTC(2026, 2, 16));
  });

  it('take a time of day for the end at its word, and start with the day', () => {
    expect(startOf({ startDate: '2026-03-15T09:00Z' })).toBe(Date.UTC(2026, 2, 15));
    expect(endOf({ endDate: '2026-03-15T17:00Z' })).toBe(Date.UTC(2026, 2, 15, 17));
  });

  it('are unknown without an ISO date', () => {
    expect([startOf({}), endOf({ endDate: 'none' })]).toEqual([null, null]);
  });
});

describe('wakeAt', () => {
  const wake = (startDate: string, endDate: string) => wakeAt(person({ attributes: { startDate, endDate } }), noon);

  it('is the nearest moment still to come', () => {
    expect(wake('2026-04-01', '2027-01-31')).toBe(Date.UTC(2026, 3, 1));
    expect(wake('2026-01-01', '2027-01-31')).toBe(Date.UTC(2027, 1, 1));
  });

  it('is never once both are over', () => {
    expect(wake('2026-01-01', '2026-02-01')).toBeNull();
  });

  it(
    'always lies in the future',
    () => {
      const near = fc
        .integer({ min: -3, max: 3 })
        .map((days) => new Date(noon + days * day).toISOString().slice(0, 10));
      fc.assert(
        fc.property(near, near, (start, end) => (wake(start, end) ?? noon + 1) > noon),
        runs,
      );
    },
    patience,
  );
});
