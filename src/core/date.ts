import type { Attributes, Time } from './model.ts';
import { textOf } from './text.ts';

const day = 86_400_000;
const pattern = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * The moment an ISO 8601 date or date-time names; a date is the start of its UTC day, a missing zone is UTC.
 * Null for anything else, also for days that do not exist (2026-02-30).
 */
export function timeOf(text: string): Time | null {
  const [, date, minutes, seconds = '', zone = 'Z'] = pattern.exec(text.trim()) ?? [];
  if (date === undefined || !exists(date)) return null;
  const time = Date.parse(`${date}T${minutes ?? '00:00'}${seconds}${zoneOf(zone)}`);
  return Number.isNaN(time) ? null : time;
}

const zoneOf = (zone: string): string =>
  zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();

function exists(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

const startOfDay = (time: Time): Time => Math.floor(time / day) * day;

/** When the person starts: the start of that UTC day. Null: no start date, or not an ISO date. */
export function startOf(attributes: Attributes): Time | null {
  const time = timeOf(textOf(attributes, 'startDate') ?? '');
  return time === null ? null : startOfDay(time);
}

/** When the person is gone: after the last day, which is the end date; a date-time is meant to the minute. */
export function endOf(attributes: Attributes): Time | null {
  const text = textOf(attributes, 'endDate') ?? '';
  const time = timeOf(text);
  if (time === null) return null;
  return text.length === 'yyyy-mm-dd'.length ? time + day : time;
}

/** When time itself changes what the person should have: the nearest start or end still to come. Null: never. */
export function wakeAt(person: { attributes: Attributes }, now: Time): Time | null {
  const coming = [startOf(person.attributes), endOf(person.attributes)].filter((time) => time !== null && time > now);
  return coming.reduce<Time | null>((least, time) => (least === null || (time ?? least) < least ? time : least), null);
}
