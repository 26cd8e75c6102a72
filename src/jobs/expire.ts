import type { Alarm } from './alarm.ts';

/** Ends approvals whose time is over, and finishes those that were decided but not carried out. */
export const expire = (run: Alarm['run'], every = 60_000): Alarm => ({ name: 'expire', every, run });
