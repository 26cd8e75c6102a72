import { refused } from '../core/errors.ts';

/**
 * Something to look after every so often. An alarm only says when to look, never what is true: `run` reads our own documents,
 * does what is due there, and must not mind being called twice, at the same moment or not at all for one slot.
 */
export type Alarm = {
  /** Unique; `sync:hr`, `work`. */
  name: string;
  /** Milliseconds, or a cron expression of five or six fields. */
  every: number | string;
  /** IANA name of the zone a cron expression is meant in, such as `Europe/Berlin`. */
  timezone?: string;
  /** The signal aborts when Rollcall stops: take up nothing new, end what was begun. A failure is logged; the next slot tries again. */
  run(signal: AbortSignal): Promise<void>;
  /** How long after a crash another instance may take the alarm over, milliseconds; a running one renews it. Default: a minute. */
  lockLifetime?: number;
};

const cron = /^\S+(\s+\S+){4,5}$/;

/** @throws RollcallError `alarm-schedule` (show) that names the alarm */
export function checkSchedule({ name, every }: Pick<Alarm, 'name' | 'every'>): void {
  const known = typeof every === 'number' ? Number.isFinite(every) && every >= 1 : cron.test(every.trim());
  if (!known) throw badSchedule(name, every);
}

export const badSchedule = (name: string, every: number | string) =>
  refused(
    'alarm-schedule',
    `the alarm ${name} cannot ring every ${JSON.stringify(every)}`,
    'Write the interval in milliseconds, or a cron expression such as "0 9 * * *" with an existing time zone.',
  );
