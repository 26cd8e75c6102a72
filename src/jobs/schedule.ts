import type { Agenda } from 'agenda';
import type { mongo } from 'mongoose';
import { type Alarm, badSchedule } from './alarm.ts';

/** Agenda's collection, one document per alarm. */
export const alarmCollection = 'alarms';

/** One document per alarm, whoever creates it first: Agenda alone would make two when two instances start together. */
export async function buildAlarmIndex(db: mongo.Db): Promise<void> {
  await db.collection(alarmCollection).createIndex({ name: 1 }, { unique: true });
}

/**
 * Sees to it that the alarm is set as it is meant to be, and changes nothing where it is. Agenda's own `every` would take the
 * lock from a running instance; this only inserts what is absent, and moves the schedule where it differs or has run dry.
 * @throws RollcallError `alarm-schedule` (show)
 */
export async function setAlarm(agenda: Agenda, db: mongo.Db, alarm: Alarm): Promise<void> {
  const { name, every } = alarm;
  const job = agenda.create(name);
  job.repeatEvery(every, alarm.timezone === undefined ? {} : { timezone: alarm.timezone });
  const { nextRunAt } = job.attrs;
  if (nextRunAt == null) throw badSchedule(name, every);
  await job.unique({}, { insertOnly: true }).save();
  const schedule = { repeatInterval: every, repeatTimezone: alarm.timezone ?? null };
  const differs = [
    { repeatInterval: { $ne: schedule.repeatInterval } },
    { repeatTimezone: { $ne: schedule.repeatTimezone } },
    { nextRunAt: null, lockedAt: null },
  ];
  await db.collection(alarmCollection).updateOne({ name, $or: differs }, { $set: { ...schedule, nextRunAt } });
}

/** Lets go of what this instance still holds: a look-up that was on its way when Agenda stopped may have locked one more. */
export async function releaseAlarms(db: mongo.Db, agenda: Agenda): Promise<void> {
  const ours = { lastModifiedBy: agenda.attrs.name, lockedAt: { $ne: null } };
  await db.collection(alarmCollection).updateMany(ours, { $set: { lockedAt: null } });
}
