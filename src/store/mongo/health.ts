import type { Connection } from 'mongoose';
import type { Time } from '../../core/model.ts';
import type { AppHealth, AppHealthStore } from '../../engine/ports.ts';
import { Amount, collection, fromRow, type Row, Text } from './collection.ts';
import { below } from './operators.ts';
import { againIfTaken } from './upsert.ts';

const fields = { pausedUntil: Amount, reason: Text, failures: Amount };

export const healthCollection = (connection: Connection) => collection(connection, 'health', fields, []);

export function mongoHealth(connection: Connection): AppHealthStore {
  const model = healthCollection(connection);
  const lift = { $set: { pausedUntil: null, reason: null, failures: 0 } };

  /** A longer pause takes the place of a shorter one, with its reason; either way one more failure is counted. */
  async function prolong(app: string, until: Time, reason: string | null): Promise<void> {
    const longer = { _id: app, $or: [{ pausedUntil: null }, { pausedUntil: below(until) }] };
    await againIfTaken(() => model.updateOne({ _id: app }, { $setOnInsert: lift.$set }, { upsert: true }));
    const { matchedCount } = await model.updateOne(longer, {
      $set: { pausedUntil: until, reason },
      $inc: { failures: 1 },
    });
    if (matchedCount === 0) await model.updateOne({ _id: app }, { $inc: { failures: 1 } });
  }

  return {
    async get(app) {
      const row = await model.findOne({ _id: app }).lean<Row | null>();
      return row === null ? null : fromRow<AppHealth>(row);
    },
    async pause(app, until, reason) {
      if (until !== null) return prolong(app, until, reason);
      await againIfTaken(() => model.updateOne({ _id: app }, lift, { upsert: true }));
    },
    async list() {
      const rows = await model.find({}).lean<Row[]>();
      return rows.map((row) => fromRow<AppHealth>(row));
    },
  };
}
