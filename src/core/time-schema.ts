import { z } from 'zod';

const units = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
} as const;
const durationPattern = /^(\d{1,6}) (millisecond|second|minute|hour|day|week)s?$/;

/** A span of time as people write it: `15 minutes`, `3 days`. */
export const Duration = z
  .string()
  .regex(durationPattern, 'write a number and a unit, such as "15 minutes" or "3 days"');

/** Milliseconds of a Duration. */
export function milliseconds(duration: string): number {
  const [, count = '0', unit = 'second'] = durationPattern.exec(duration) ?? [];
  return Number(count) * units[unit as keyof typeof units];
}

export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'write a date such as "2026-03-31"');
export const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day such as "09:00"');
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** When changes may be made; leaving is never held up by it. */
export const ChangeWindow = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .default([...weekdays]),
  from: time,
  /** Earlier than `from`: the next day. */
  to: time,
  timezone: z.string().default('UTC'),
});
export type ChangeWindow = z.infer<typeof ChangeWindow>;
