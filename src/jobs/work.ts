import type { Alarm } from './alarm.ts';

/** The safety net under everything a ring in this process may have missed: due logins, waking people, unpublished events, mail. */
export const work = (run: Alarm['run'], every = 5_000): Alarm => ({ name: 'work', every, run });
