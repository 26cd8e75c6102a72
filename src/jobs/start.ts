import type { Connection, mongo } from 'mongoose';
import { broken } from '../core/errors.ts';
import type { Log } from '../engine/ports.ts';
import { define, follow, listen, makeAgenda } from './agenda.ts';
import { type Alarm, checkSchedule } from './alarm.ts';
import { type Bell, makeBell } from './bell.ts';
import { buildAlarmIndex, releaseAlarms, setAlarm } from './schedule.ts';

export type { Alarm } from './alarm.ts';

export type JobOptions = {
  /** Open already: Agenda would wait for ever for one that is not. */
  connection: Connection;
  alarms: readonly Alarm[];
  log: Log;
  /** How often the store is asked what is due, milliseconds; alarms ring at their own moment in between. */
  scanEvery?: number;
  /** How long `stop` waits for running alarms, milliseconds. */
  patience?: number;
};

export type Jobs = {
  /** Rings in this process now; ends when a run that began after the call has ended. A failure is logged. */
  nudge(name: string): Promise<void>;
  /**
   * Rings no more, tells running alarms to end, and waits for them as long as `patience` allows. Agenda's own timers may keep
   * the process alive half a lock lifetime longer: end it by `process.exit`.
   */
  stop(): Promise<void>;
};

/** How often the alarms themselves are looked after: one that was lost or has run dry is set again. */
const healEvery = 60_000;

/**
 * Sets the alarms and lets them ring. Any number of instances share them through the store. What is guaranteed: an alarm rings
 * again and again as long as one instance lives, a missed slot is made up for once, and in one process an alarm never runs beside
 * itself. Usually it rings once per slot among all instances; after a crash, a stalled process or with clocks a lock lifetime
 * apart it may ring twice, or on two instances at once: what must not overlap holds its own lease.
 * @throws RollcallError `alarm-schedule` (show)
 */
export async function startJobs({
  connection,
  alarms,
  log,
  scanEvery = 5_000,
  patience = 20_000,
}: JobOptions): Promise<Jobs> {
  const db = openDatabase(connection);
  for (const alarm of alarms) checkSchedule(alarm);
  await buildAlarmIndex(db);

  const stopping = new AbortController();
  const agenda = makeAgenda(db, alarms.length, scanEvery);
  const begun = follow(agenda);
  listen(agenda, log);
  const bells = new Map<string, Bell>();
  for (const alarm of alarms) {
    const bell = makeBell(alarm, stopping.signal);
    bells.set(alarm.name, bell);
    define(agenda, alarm, bell.ring);
  }
  const setAll = async (): Promise<void> => {
    for (const alarm of alarms) await setAlarm(agenda, db, alarm);
  };
  await setAll();
  await agenda.start();
  const healing = setInterval(() => {
    setAll().catch((error: unknown) => log.warn({ error }, 'the alarms could not be looked after; trying again'));
  }, healEvery);

  return {
    async nudge(name) {
      const bell = bells.get(name);
      if (bell === undefined) throw broken('alarm-unknown', `there is no alarm ${name}`);
      await bell.ring().catch((error: unknown) => log.error({ alarm: name, error }, 'a nudged alarm failed'));
    },
    async stop() {
      clearInterval(healing);
      stopping.abort();
      await agenda.stop(false);
      const quiet = Promise.all([begun.ended(), ...[...bells.values()].map((bell) => bell.quiet())]);
      if (await within(patience, quiet)) await releaseAlarms(db, agenda);
      else log.warn({ alarms: begun.names() }, 'alarms still run and are left behind');
    },
  };
}

function openDatabase(connection: Connection): mongo.Db {
  if (connection.db === undefined) throw broken('alarm-store', 'alarms need an open connection to the store');
  return connection.db;
}

/** Whether the work ends in time. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const inTime = await Promise.race([work.then(() => true), tooLate]);
  clearTimeout(timer);
  return inTime;
}
