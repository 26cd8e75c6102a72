import type { Time } from './model.ts';

const hours = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat | null>();
/** Names of zones come from directories: nobody may fill the memory with them. */
const formatsKept = 1_000;

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  if (formats.size >= formatsKept) formats.clear();
  const format = make(zone);
  formats.set(zone, format);
  return format;
}

function make(zone: string): Intl.DateTimeFormat | null {
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', ...digits, ...clock });
  } catch {
    return null;
  }
}

/** Before it nobody works anywhere, and years of fewer than four digits are read in more than one way. */
const firstYear = Date.UTC(1000, 0);

/** Is there such a time zone (IANA, such as `Europe/Berlin`)? */
export const isTimezone = (zone: string): boolean => zone === 'UTC' || formatOf(zone) !== null;

/** The wall clock of the zone at a moment, written as if it were UTC; an unknown zone is UTC. */
export function wallClock(time: Time, zone: string): Time {
  const format = zone === 'UTC' ? null : formatOf(zone);
  if (format === null) return time;
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const day = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
  return day + (((time % 1_000) + 1_000) % 1_000);
}

/**
 * The moment at which the zone's wall clock shows `wall` (written as if it were UTC). A time that is left out when the clocks go
 * forward is read as so much later (02:30 as 03:30); one that comes twice is the first of the two. Both as *compatible* in
 * Temporal (https://tc39.es/proposal-temporal/docs/timezone.html). An unknown zone is UTC.
 */
export function momentOf(wall: Time, zone: string): Time {
  if (zone === 'UTC' || wall < firstYear || !isTimezone(zone)) return wall;
  const offsets = [wall - 24 * hours, wall + 24 * hours].map((near) => wallClock(near, zone) - near);
  const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  return candidates.find((time) => wallClock(time, zone) >= wall) ?? candidates.at(-1) ?? wall;
}
