import type { Alarm } from './alarm.ts';

/** Looks for people whose start or end date has come. */
export const wake = (run: Alarm['run'], every = 60_000): Alarm => ({ name: 'wake', every, run });
