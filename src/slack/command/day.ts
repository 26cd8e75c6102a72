import { dayEnd } from '../../core/date.ts';
import type { Time } from '../../core/model.ts';
import { Duration, milliseconds } from '../../core/time-schema.ts';
import type { SlackDeps } from '../deps.ts';

export const day = 86_400_000;

/**
 * The moment up to which something is meant: the end of a day in the company's time zone, a date-time to the minute, or so long
 * from now. The parser has seen that it is one of these.
 */
export async function momentOf(
  { clock, settings }: Pick<SlackDeps, 'clock' | 'settings'>,
  text: string,
): Promise<Time> {
  if (Duration.safeParse(text).success) return clock.now() + milliseconds(text);
  return dayEnd(text, (await settings()).timezone ?? 'UTC') ?? Number.NaN;
}

/** When something ends that was typed; null: not typed, `past`: no time to come. */
export async function endOf(
  deps: Pick<SlackDeps, 'clock' | 'settings'>,
  text: string | undefined,
): Promise<Time | null | 'past'> {
  if (text === undefined) return null;
  const end = await momentOf(deps, text);
  return end > deps.clock.now() ? end : 'past';
}
export const passed = 'That has passed: name a day that is still to come.';
