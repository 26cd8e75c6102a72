import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import mongoose from 'mongoose';

/** One of several processes that compete for the same jobs; each run leaves a row of its own. Ends with its parent. */
const [uri = ''] = process.argv.slice(2);
const connection = await mongoose.createConnection(uri).asPromise();
if (connection.db === undefined) throw new Error('no database');
const runs = connection.db.collection('runs');
const agenda = new Agenda({
  backend: new MongoBackend({ mongo: connection.db }),
  processEvery: 100,
  defaultConcurrency: 20,
  maxConcurrency: 20,
});
agenda.define('count', async (job) => {
  await runs.insertOne({ job: (job.attrs.data as { number: number }).number, by: process.pid });
});
process.on('disconnect', () => process.exit(0));
await agenda.start();
process.send?.('ready');
