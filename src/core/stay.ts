import { holdsAll } from './condition.ts';
import { dayEnd, dayStart } from './date.ts';
import type { Attributes, Time } from './model.ts';
import type { Contractors, Settings } from './settings-schema.ts';
import { textOf, valuesOf } from './text.ts';
import { milliseconds } from './time-schema.ts';
import { isTimezone } from './zone.ts';

type Zoned = Pick<Settings, 'timezone'>;
type Terms = Pick<Settings, 'timezone' | 'contractors'>;

/** Where a person's dates are meant: their own `timezone` if there is such a one, else the company's. */
export function zoneOf(attributes: Attributes, settings: Zoned): string {
  const own = textOf(attributes, 'timezone');
  return own !== null && isTimezone(own) ? own : settings.timezone;
}

/** When the person starts, or so many days before: the start of that day. Null: no start date, or not an ISO date. */
export function startOf(attributes: Attributes, settings: Zoned, daysBefore = 0): Time | null {
  const text = textOf(attributes, 'startDate');
  return text === null ? null : dayStart(text, zoneOf(attributes, settings), daysBefore);
}

/** The end of a stay; `capped`: the end date lies further away than contractors may stay. */
export type End = { at: Time; capped: boolean };

/** When the person is gone: after the last day, which is the end date. Null: no end date, or not an ISO date. */
export function endOf(attributes: Attributes, settings: Terms): End | null {
  const text = textOf(attributes, 'endDate');
  const at = text === null ? null : dayEnd(text, zoneOf(attributes, settings));
  if (at === null) return null;
  const longest = longestStay(attributes, settings);
  return longest !== null && longest < at ? { at: longest, capped: true } : { at, capped: false };
}

function longestStay(attributes: Attributes, settings: Terms): Time | null {
  const contractors = contractorsFor(attributes, settings);
  const start = contractors === null ? null : startOf(attributes, settings);
  return contractors === null || start === null ? null : start + milliseconds(contractors.longest);
}

/** The terms of a contractor; null for everybody else. Without conditions nobody is one. */
function contractorsFor(attributes: Attributes, { contractors }: Terms): Contractors | null {
  if (contractors === undefined || contractors.conditions.length === 0) return null;
  return holdsAll(contractors, attributes) ? contractors : null;
}

/** What a contractor needs before anything new is given, and has not; empty for everybody else. */
export function lackingOf(attributes: Attributes, settings: Terms): string[] {
  const contractors = contractorsFor(attributes, settings);
  if (contractors === null) return [];
  const sponsored = valuesOf(attributes, contractors.sponsor).length > 0;
  return [
    ...(sponsored ? [] : [`a sponsor (${contractors.sponsor})`]),
    ...(endOf(attributes, settings) === null ? ['an end date (endDate)'] : []),
  ];
}
