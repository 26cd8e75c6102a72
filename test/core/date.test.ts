import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayEnd, dayStart, timeOf } from '../../src/core/date.ts';
import { wallClock } from '../../src/core/zone.ts';
import { patience, runs } from './arbitraries.ts';

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

it('a text without a zone is meant in the zone given', () => {
  expect(timeOf('2026-07-15T12:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 6, 15, 10, 30));
  expect(timeOf('2026-07-15T12:30Z', 'Europe/Berlin')).toBe(Date.UTC(2026, 6, 15, 12, 30));
  expect(timeOf('2026-07-15', 'America/New_York')).toBe(Date.UTC(2026, 6, 15, 4));
  expect(timeOf('2026-07-15', 'Nowhere/Land')).toBe(Date.UTC(2026, 6, 15));
});

it('a time the clocks leave out is as much later, and one they show twice is the first of the two', () => {
  expect(timeOf('2026-03-29T02:00', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1));
  expect(timeOf('2026-03-29T02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1, 30));
  expect(timeOf('2026-10-25T02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 0, 30));
});

describe('a day', () => {
  it('begins with its start and ends with its end', () => {
    expect(dayStart('2026-03-15', 'UTC')).toBe(Date.UTC(2026, 2, 15));
    expect(dayEnd(' 2026-03-15 ', 'UTC')).toBe(Date.UTC(2026, 2, 16));
  });

  it('is the zone’s, also when the clocks change, and where midnight is left out', () => {
    expect(dayStart('2026-03-29', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 28, 23));
    expect(dayEnd('2026-03-29', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 22));
    expect(dayEnd('2026-10-25', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 23));
    expect(dayStart('2018-11-04', 'America/Sao_Paulo')).toBe(Date.UTC(2018, 10, 4, 3));
  });

  it('is counted back by days of the calendar', () => {
    expect(dayStart('2026-03-30', 'Europe/Berlin', 2)).toBe(Date.UTC(2026, 2, 27, 23));
  });

  it('of a date-time starts with the day it lies in, and ends at its word', () => {
    expect(dayStart('2026-03-15T23:30Z', 'UTC')).toBe(Date.UTC(2026, 2, 15));
    expect(dayStart('2026-03-15T23:30Z', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 15, 23));
    expect(dayEnd('2026-03-15T17:00Z', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 15, 17));
  });

  it('is unknown without an ISO date', () => {
    expect([dayStart('15.03.2026', 'UTC'), dayEnd('none', 'UTC'), dayEnd('2026-02-30', 'UTC')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/Sao_Paulo',
    'Asia/Kathmandu',
    'Africa/Cairo',
    'Pacific/Apia',
  );
  it(
    'starts when its own date begins, in every zone',
    () => {
      const date = fc
        .integer({ min: Date.UTC(1990, 0) / day, max: Date.UTC(2040, 0) / day })
        .map((days) => new Date(days * day).toISOString().slice(0, 10));
      fc.assert(
        fc.property(date, zone, (text, where) => {
          const start = dayStart(text, where) ?? Number.NaN;
          const shown = (time: number) => new Date(wallClock(time, where)).toISOString().slice(0, 10);
          // Samoa had no 30 December 2011: the day that is left out begins with the next one.
          if (where === 'Pacific/Apia' && text === '2011-12-30') return shown(start) === '2011-12-31';
          return shown(start) === text && shown(start - 1) < text;
        }),
        runs,
      );
    },
    patience,
  );
});
