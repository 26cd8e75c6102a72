import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { temporaryStore, until } from '../embedded-mongo/temporary-store.ts';

const jobs = 1_000;

async function worker(uri: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./agenda-worker.ts', import.meta.url)), [uri], {
    execArgv: ['--import', 'tsx'],
  });
  await once(child, 'message');
  return child;
}

it('lets two Agenda processes compete for 1,000 jobs, none run twice', async () => {
  const place = await temporaryStore();
  const uri = place.store.uri;
  const connection = await mongoose.createConnection(uri).asPromise();
  if (connection.db === undefined) throw new Error('no database');
  const agenda = new Agenda({ backend: new MongoBackend({ mongo: connection.db }), processEvery: 60_000 });
  agenda.define('count', async () => undefined);
  await agenda.start();
  await agenda.stop();
  for (let number = 0; number < jobs; number += 1) await agenda.now('count', { number });
  const workers = await Promise.all([worker(uri), worker(uri)]);
  const runs = connection.db.collection('runs');
  await until(async () => (await runs.countDocuments()) >= jobs, 900_000);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const rows = await runs.find().toArray();
  expect(rows).toHaveLength(jobs);
  expect(new Set(rows.map(({ job }) => job)).size).toBe(jobs);
  expect(new Set(rows.map(({ by }) => by)).size).toBe(2);
  for (const child of workers) child.disconnect();
  await connection.close();
  await place.stop();
});
