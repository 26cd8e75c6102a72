import type { Time } from './model.ts';
import { momentOf, wallClock } from './zone.ts';

const day = 86_400_000;
const pattern = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * The moment an ISO 8601 date or date-time names; a date is the start of its day, a missing zone is `zone`.
 * Null for anything else, also for days that do not exist (2026-02-30).
 */
export function timeOf(text: string, zone = 'UTC'): Time | null {
  const [, date, minutes, seconds = '', offset] = pattern.exec(text.trim()) ?? [];
  if (date === undefined || !exists(date)) return null;
  const written = Date.parse(`${date}T${minutes ?? '00:00'}${seconds}${offsetOf(offset ?? 'Z')}`);
  if (Number.isNaN(written)) return null;
  return offset === undefined ? momentOf(written, zone) : written;
}

const offsetOf = (offset: string): string =>
  offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase();

function exists(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/** A day that exists, written `YYYY-MM-DD` and nothing else. */
export const isCalendarDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && timeOf(text) !== null;

const isDay = (text: string): boolean => text.trim().length === 'yyyy-mm-dd'.length;

/** The start of the day the text names, or lies in, so many days earlier; days are the zone's. Null: not an ISO date. */
export function dayStart(text: string, zone: string, daysBefore = 0): Time | null {
  const time = timeOf(text, zone);
  if (time === null) return null;
  const wall = Math.floor(wallClock(time, zone) / day) * day;
  return momentOf(wall - daysBefore * day, zone);
}

/** The end of the day the text names, in the zone; a date-time is meant to the minute. Null: not an ISO date. */
export function dayEnd(text: string, zone: string): Time | null {
  return isDay(text) ? dayStart(text, zone, -1) : timeOf(text, zone);
}
