import { dayEnd, isCalendarDay } from '../core/date.ts';
import type { Time } from '../core/model.ts';
import { Duration, milliseconds } from '../core/time-schema.ts';
import type { Session } from './session.ts';
import { wrongUse } from './wrong-use.ts';

/**
 * The moment up to which something is meant: the end of a day in the company's time zone, or a date-time to the minute.
 * @throws RollcallError `wrong-use`
 */
export async function endOf({ opened }: Pick<Session, 'opened'>, text: string): Promise<Time> {
  const zone = (await opened.store.config.read())?.config.settings.timezone ?? 'UTC';
  const at = dayEnd(text, zone);
  if (at === null) throw wrongUse(`${text} is no date`, 'Write 2026-03-31 or 2026-03-31T17:00.');
  return at;
}

/**
 * As `endOf`, or so long from now.
 * @throws RollcallError `wrong-use`
 */
export async function until(session: Pick<Session, 'opened'>, text: string, now = Date.now()): Promise<Time> {
  return Duration.safeParse(text).success ? now + milliseconds(text) : endOf(session, text);
}

/** A day as the configuration takes it. */
export function day(text: string): string {
  if (isCalendarDay(text)) return text;
  throw wrongUse(`${text} is no day`, 'Write one such as 2026-03-31.');
}

/** `2026-03-31 17:00` in UTC. */
export const inUtc = (time: Time | null): string =>
  time === null ? '' : new Date(time).toISOString().slice(0, 16).replace('T', ' ');
