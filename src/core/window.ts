import type { Time } from './model.ts';
import type { ChangeWindow } from './time-schema.ts';
import { momentOf, wallClock } from './zone.ts';

const day = 86_400_000;
const minute = 60_000;
/** In the order of `Date.getUTCDay`. */
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** The opening that begins on the day, given as its start on the wall clock; `closes` is the first moment after it. */
function openingOf({ from, to, timezone }: ChangeWindow, start: Time): { opens: Time; closes: Time } {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const length = end > begin ? end : end + day / minute;
  return { opens: momentOf(start + begin * minute, timezone), closes: momentOf(start + length * minute, timezone) };
}

/**
 * The first moment from `now` on at which the window is open: `now` itself, if it is. Days are those it opens on, on the wall
 * clock of its zone; times the clocks leave out or show twice are read as `momentOf` reads them. Null where it does not open
 * within two weeks.
 */
export function nextOpening(window: ChangeWindow, now: Time): Time | null {
  const today = Math.floor(wallClock(now, window.timezone) / day) * day;
  for (let ahead = -1; ahead <= 14; ahead += 1) {
    const start = today + ahead * day;
    const weekday = weekdays[new Date(start).getUTCDay()];
    if (weekday === undefined || !window.days.includes(weekday)) continue;
    const { opens, closes } = openingOf(window, start);
    if (closes > Math.max(now, opens)) return Math.max(now, opens);
  }
  return null;
}

/** Is the window open at the moment? */
export const isOpenAt = (window: ChangeWindow, now: Time): boolean => nextOpening(window, now) === now;

/** `2026-10-05 09:00 (Europe/Berlin)` */
export const openingWord = ({ timezone }: ChangeWindow, opens: Time): string =>
  `${new Date(wallClock(opens, timezone)).toISOString().slice(0, 16).replace('T', ' ')} (${timezone})`;
