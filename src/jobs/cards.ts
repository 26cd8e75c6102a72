import type { Alarm } from './alarm.ts';

/** Holds cards against the requests they show, and has those put right that may be wrong. */
export const cards = (run: Alarm['run'], every = 600_000): Alarm => ({ name: 'cards', every, run });
