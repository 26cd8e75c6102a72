import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDate, zonedEpoch, zonedLocal } from '../../../src/local-slack/page/slack-date.ts';

const now = new Date(Date.UTC(2026, 11, 3, 12));
const at = Date.UTC(2014, 1, 18, 14, 39, 42) / 1000;

describe('formatDate', () => {
  test.each([
    ['{date_num} {time_secs}', '2014-02-18 6:39:42 AM'],
    ['{date}', 'February 18th, 2014'],
    ['{date_short}', 'Feb 18, 2014'],
    ['{date_long}', 'Tuesday, February 18th, 2014'],
    ['{date_pretty} at {time}', 'February 18th, 2014 at 6:39 AM'],
    ['{nonsense} {constructor}', '{nonsense} {constructor}'],
  ])('%s of Slack’s own example is %s', (format, text) => {
    expect(formatDate(at, format, 'America/Los_Angeles', now)).toBe(text);
  });

  test.each([
    [0, 'today', 'Today'],
    [-1, 'yesterday', 'Yesterday'],
    [1, 'tomorrow', 'Tomorrow'],
    [-2, 'December 1st', 'Tuesday, December 1st'],
  ])('%i days from now: %s', (days, pretty, divider) => {
    const epoch = now.getTime() / 1000 + days * 86_400;
    expect(formatDate(epoch, '{date_pretty}', 'Europe/Berlin', now)).toBe(pretty);
    expect(formatDate(epoch, '{day_divider_pretty}', 'Europe/Berlin', now)).toBe(divider);
  });

  test('the day is the reader’s own', () => {
    const late = Date.UTC(2026, 11, 3, 23, 30) / 1000;
    expect(formatDate(late, '{date_pretty} {time}', 'Asia/Tokyo', now)).toBe('tomorrow 8:30 AM');
    expect(formatDate(late, '{date_pretty} {time}', 'America/New_York', now)).toBe('today 6:30 PM');
  });

  test.each([
    [-30, '30 seconds ago'],
    [-7200, '2 hours ago'],
    [172_800, 'in 2 days'],
  ])('{ago} of %i s', (seconds, text) => {
    expect(formatDate(now.getTime() / 1000 + seconds, '{ago}', 'UTC', now)).toBe(text);
  });

  test.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [12, '12th'],
    [13, '13th'],
    [21, '21st'],
    [31, '31st'],
  ])('December %i is the %s', (day, text) => {
    expect(formatDate(Date.UTC(2026, 11, day) / 1000, '{date}', 'UTC', now)).toBe(`December ${text}`);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e15])('%d is no time', (epoch) => {
    expect(formatDate(epoch, '{date}', 'UTC', now)).toBeUndefined();
  });
});

test('a local time and its moment agree in every zone', () => {
  const minute = fc.integer({ min: 0, max: 2 ** 25 }).map((minutes) => minutes * 60);
  fc.assert(
    fc.property(minute, fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'), (epoch, zone) => {
      const local = zonedLocal(epoch, zone);
      expect(zonedLocal(zonedEpoch(local, zone) ?? Number.NaN, zone)).toBe(local);
    }),
  );
  expect(zonedEpoch('2026-12-03T13:00', 'Europe/Berlin')).toBe(now.getTime() / 1000);
  expect(zonedEpoch('soon', 'Europe/Berlin')).toBeUndefined();
});
