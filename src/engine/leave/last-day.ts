import { dayEnd, isCalendarDay } from '../../core/date.ts';
import { refused } from '../../core/errors.ts';
import type { Time } from '../../core/model.ts';

/**
 * A last day must be one still to come, where it is meant. `remedy`: what to do about one that is over.
 * @throws RollcallError `not-a-day`, `day-over`.
 */
export function checkLastDay(day: string, zone: string, now: Time, remedy: string): void {
  if (!isCalendarDay(day)) throw refused('not-a-day', `${day} is no day`, 'Write a date such as 2026-03-31.');
  if ((dayEnd(day, zone) ?? now) <= now) throw refused('day-over', `${day} is over`, remedy);
}
