import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeWindow } from '../../src/core/time-schema.ts';
import { isOpenAt, nextOpening, openingWord } from '../../src/core/window.ts';
import { wallClock } from '../../src/core/zone.ts';

const utc = (text: string) => Date.parse(`${text}Z`);
const office = ChangeWindow.parse({
  days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  from: '09:00',
  to: '17:00',
  timezone: 'Europe/Berlin',
});
const night = ChangeWindow.parse({ from: '22:00', to: '05:00', timezone: 'America/New_York' });
const many = { numRuns: 2_000 };
const minute = 60_000;
const hour = 60 * minute;

describe('the next opening', () => {
  it('is now while the window is open, from its first minute to before its last', () => {
    for (const time of ['2026-07-06T07:00:00', '2026-07-06T11:30:00', '2026-07-06T14:59:59'])
      expect(nextOpening(office, utc(time))).toBe(utc(time));
    expect(isOpenAt(office, utc('2026-07-06T06:59:59'))).toBe(false);
    expect(isOpenAt(office, utc('2026-07-06T15:00:00'))).toBe(false);
  });

  it('is the next day it opens, over a weekend too', () => {
    expect(nextOpening(office, utc('2026-07-06T15:00:00'))).toBe(utc('2026-07-07T07:00:00'));
    expect(nextOpening(office, utc('2026-07-10T15:00:00'))).toBe(utc('2026-07-13T07:00:00'));
  });

  it('follows the clocks of its zone', () => {
    expect(nextOpening(office, utc('2026-01-05T00:00:00'))).toBe(utc('2026-01-05T08:00:00'));
    // The clocks go forward on 2026-03-29 and back on 2026-10-25.
    expect(nextOpening(office, utc('2026-03-27T17:00:00'))).toBe(utc('2026-03-30T07:00:00'));
    expect(nextOpening(office, utc('2026-10-23T17:00:00'))).toBe(utc('2026-10-26T08:00:00'));
  });

  it('reaches over midnight, belonging to the day it begins on', () => {
    expect(isOpenAt(night, utc('2026-07-07T03:00:00'))).toBe(true);
    expect(isOpenAt(night, utc('2026-07-07T09:00:00'))).toBe(false);
    const fridays = { ...night, days: ['friday' as const] };
    expect(isOpenAt(fridays, utc('2026-07-11T08:59:00'))).toBe(true);
    expect(nextOpening(fridays, utc('2026-07-11T09:00:00'))).toBe(utc('2026-07-18T02:00:00'));
  });

  it('is the whole day where both ends are the same', () => {
    const all = {
      ...office,
      days: [...ChangeWindow.parse({ from: '00:00', to: '00:00' }).days],
      from: '00:00',
      to: '00:00',
    };
    fc.assert(
      fc.property(fc.integer({ min: utc('2020-01-01T00:00:00'), max: utc('2030-01-01T00:00:00') }), (now) => {
        expect(nextOpening(all, now)).toBe(now);
      }),
    );
  });

  it('that the clocks leave out comes as much later, so that no day loses its window', () => {
    const small = ChangeWindow.parse({ from: '02:10', to: '02:50', timezone: 'Europe/Berlin' });
    expect(nextOpening(small, utc('2026-03-29T00:30:00'))).toBe(utc('2026-03-29T01:10:00'));
    expect(nextOpening(small, utc('2026-03-29T01:50:00'))).toBe(utc('2026-03-30T00:10:00'));
  });

  it('reads as people read it', () => {
    expect(openingWord(office, utc('2026-07-06T07:00:00'))).toBe('2026-07-06 09:00 (Europe/Berlin)');
  });
});

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hours, minutes]) => `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);
const anyWindow: fc.Arbitrary<ChangeWindow> = fc.record({
  days: fc.uniqueArray(
    fc.constantFrom<ChangeWindow['days'][number][]>(
      ...['monday' as const, 'tuesday' as const, 'wednesday' as const, 'thursday' as const],
      ...['friday' as const, 'saturday' as const, 'sunday' as const],
    ),
    { minLength: 1, maxLength: 7 },
  ),
  from: clock,
  to: clock,
  timezone: fc.constantFrom(
    ...['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'],
  ),
});
/** Around the days on which clocks change, and any other day. */
const moment = fc.oneof(
  fc.integer({ min: utc('2026-03-27T00:00:00'), max: utc('2026-03-31T00:00:00') }),
  fc.integer({ min: utc('2026-10-23T00:00:00'), max: utc('2026-11-03T00:00:00') }),
  fc.integer({ min: utc('2020-01-01T00:00:00'), max: utc('2035-01-01T00:00:00') }),
);

describe('any window', () => {
  it('is open at its next opening, which is never in the past and within two weeks', () => {
    fc.assert(
      fc.property(anyWindow, moment, (window, now) => {
        const opens = nextOpening(window, now);
        expect(opens).not.toBeNull();
        expect(opens).toBeGreaterThanOrEqual(now);
        expect((opens ?? 0) - now).toBeLessThan(15 * 24 * hour);
        expect(nextOpening(window, opens ?? 0)).toBe(opens);
      }),
      many,
    );
  });

  it('is shut all the time before', () => {
    fc.assert(
      fc.property(anyWindow, moment, fc.double({ min: 0, max: 1, noNaN: true }), (window, now, part) => {
        const opens = nextOpening(window, now) ?? now;
        const between = now + Math.floor((opens - now) * part);
        if (between < opens) expect(isOpenAt(window, between)).toBe(false);
      }),
      many,
    );
  });

  it('is open only between its times on its own wall clock, but for hours the clocks leave out or repeat', () => {
    const name = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' });
    fc.assert(
      fc.property(anyWindow, moment, (window, now) => {
        const steady = [now - 26 * hour, now + 26 * hour].every(
          (near) => wallClock(near, window.timezone) - near === wallClock(now, window.timezone) - now,
        );
        if (!steady) return;
        const wall = wallClock(now, window.timezone);
        const time = new Date(wall).toISOString().slice(11, 16);
        const day = (ago: number) => name.format(wall - ago * 24 * hour).toLowerCase() as ChangeWindow['days'][number];
        const over = window.to <= window.from;
        const today = window.days.includes(day(0)) && time >= window.from && (over || time < window.to);
        const yesterday = over && window.days.includes(day(1)) && time < window.to;
        expect(isOpenAt(window, now)).toBe(today || yesterday);
      }),
      many,
    );
  });
});
