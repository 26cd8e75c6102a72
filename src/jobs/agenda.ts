import { randomUUID } from 'node:crypto';
import { MongoJobRepository } from '@agendajs/mongo-backend';
import { Agenda, type AgendaBackend, type Job } from 'agenda';
import type { mongo } from 'mongoose';
import type { Log } from '../engine/ports.ts';
import type { Alarm } from './alarm.ts';
import { alarmCollection } from './schedule.ts';

/** A minute: longer than clocks differ, short enough that a crash does not silence an alarm for long. */
const lockLifetime = 60_000;

/** An Agenda on the open database. Its own backend would add a collection and three indexes for a log that is not kept. */
export function makeAgenda(db: mongo.Db, alarms: number, scanEvery: number): Agenda {
  const repository = new MongoJobRepository({ mongo: db, db: { collection: alarmCollection }, ensureIndex: false });
  const backend: AgendaBackend = {
    name: 'MongoDB',
    repository,
    ownsConnection: false,
    connect: () => repository.connect(),
    disconnect: async () => {},
  };
  return new Agenda({
    backend,
    name: randomUUID(),
    processEvery: scanEvery,
    defaultConcurrency: 1,
    defaultLockLimit: 1,
    maxConcurrency: Math.max(1, alarms),
    removeOnComplete: true,
  });
}

/** Lets Agenda call `ring` in the alarm's slots. Its lock is renewed while `ring` lasts, and let go after it. */
export function define(agenda: Agenda, alarm: Alarm, ring: () => Promise<void>): void {
  const lifetime = alarm.lockLifetime ?? lockLifetime;
  const work = async (job: Job): Promise<void> => {
    let renewal: Promise<void> = Promise.resolve();
    const renewing = setInterval(() => {
      renewal = job.touch().catch(() => undefined);
    }, lifetime / 3);
    try {
      await ring();
    } finally {
      clearInterval(renewing);
      await renewal;
    }
  };
  agenda.define(alarm.name, work, { concurrency: 1, lockLimit: 1, lockLifetime: lifetime });
}

/** Logs what goes wrong. While the store is away Agenda reports the same error for every alarm and scan: it is said once. */
export function listen(agenda: Agenda, log: Log): void {
  let said = '';
  agenda.on('error', (error: Error) => {
    if (error.message === said) return;
    said = error.message;
    log.warn({ error: error.message }, 'alarms cannot be looked up; trying again');
  });
  agenda.on('start', () => {
    said = '';
  });
  agenda.on('fail', (error: Error, job: Job) => {
    log.error({ alarm: job.attrs.name, error: error.message }, 'an alarm failed; it rings again in its next slot');
  });
}

/** The alarms Agenda has begun and not yet written off. */
export type Begun = { names(): string[]; ended(): Promise<void> };

export function follow(agenda: Agenda): Begun {
  const begun = new Set<Job>();
  let none = (): void => {};
  agenda.on('start', (job: Job) => void begun.add(job));
  agenda.on('complete', (job: Job) => {
    begun.delete(job);
    if (begun.size === 0) none();
  });
  return {
    names: () => [...begun].map((job) => job.attrs.name),
    ended: () =>
      new Promise((resolve) => {
        none = resolve;
        if (begun.size === 0) resolve();
      }),
  };
}
