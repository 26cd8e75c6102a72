const formatters = new Map<string, Intl.DateTimeFormat>();

function partsOf(date: Date, timeZone: string): Record<string, string> {
  const formatter =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'long',
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
    });
  formatters.set(timeZone, formatter);
  return Object.fromEntries(formatter.formatToParts(date).map(({ type, value }) => [type, value]));
}

const months = 'January February March April May June July August September October November December'.split(' ');

function calendarDay(date: Date, timeZone: string): { iso: string; number: number } {
  const { year = '', month = '', day = '' } = partsOf(date, timeZone);
  const start = Date.UTC(Number(year), months.indexOf(month), Number(day));
  return { iso: new Date(start).toISOString().slice(0, 10), number: start / 86_400_000 };
}

function ordinal(day: number): string {
  const teen = day % 100 > 10 && day % 100 < 14;
  return `${day}${(!teen && ['th', 'st', 'nd', 'rd'][day % 10]) || 'th'}`;
}

function ago(seconds: number): string {
  const size = Math.abs(seconds);
  const [count, unit] =
    size < 60
      ? [size, 'second']
      : size < 3600
        ? [size / 60, 'minute']
        : size < 86_400
          ? [size / 3600, 'hour']
          : [size / 86_400, 'day'];
  return new Intl.RelativeTimeFormat('en-US').format(Math.trunc(-Math.sign(seconds) * count), unit as 'day');
}

/**
 * Slack's date tokens in a person's time zone (docs.slack.dev, *Formatting message text*, "Date formatting"): the year is left out
 * within six months of `now`; the `pretty` forms say yesterday, today or tomorrow. Unknown tokens stay as they are.
 * `epoch` is in seconds. Returns undefined where that is no time.
 */
export function formatDate(epoch: number, format: string, timeZone: string, now: Date): string | undefined {
  const date = new Date(epoch * 1000);
  if (Number.isNaN(date.getTime()) || Math.abs(epoch) > 32_503_680_000) return undefined;
  const part = partsOf(date, timeZone);
  const { iso, number } = calendarDay(date, timeZone);
  const near = Math.abs(date.getTime() - now.getTime()) < 183 * 86_400_000;
  const year = near ? '' : `, ${part.year}`;
  const long = `${part.month} ${ordinal(Number(part.day))}${year}`;
  const short = `${part.month?.slice(0, 3)} ${part.day}${year}`;
  const relative = ['yesterday', 'today', 'tomorrow'][number - calendarDay(now, timeZone).number + 1];
  const weekday = `${part.weekday}, ${long}`;
  const tokens: Record<string, string> = {
    date_num: iso,
    date: long,
    date_short: short,
    date_long: weekday,
    date_pretty: relative ?? long,
    date_short_pretty: relative ?? short,
    date_long_pretty: relative ?? weekday,
    day_divider_pretty: relative ? relative[0]?.toUpperCase() + relative.slice(1) : weekday,
    time: `${part.hour}:${part.minute} ${part.dayPeriod}`,
    time_secs: `${part.hour}:${part.minute}:${part.second} ${part.dayPeriod}`,
    ago: ago((now.getTime() - date.getTime()) / 1000),
  };
  return format.replace(/\{(\w+)\}/g, (token, name: string) => (Object.hasOwn(tokens, name) && tokens[name]) || token);
}

/** `2026-12-03T09:30` on the clock of a zone → epoch seconds; undefined where it is no such time. */
export function zonedEpoch(local: string, timeZone: string): number | undefined {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const shift = (at: number) => Date.parse(`${zonedLocal(at / 1000, timeZone)}Z`) - at;
  return (asUtc - shift(asUtc - shift(asUtc))) / 1000;
}

/** Epoch seconds → `2026-12-03T09:30` on the clock of a zone, as `<input type="datetime-local">` wants it. */
export function zonedLocal(epoch: number, timeZone: string): string {
  return new Date(epoch * 1000).toLocaleString('sv-SE', { timeZone }).slice(0, 16).replace(' ', 'T');
}
