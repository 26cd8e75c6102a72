import type { Connection } from 'mongoose';
import type { AccountStore } from '../../engine/store-ports.ts';
import { Amount, collection, Nested, type Row } from './collection.ts';
import { anyOf } from './operators.ts';
import { againIfTaken } from './upsert.ts';

/** Accounts without an owner that somebody decided to leave as they are. */
export const orphansCollection = (connection: Connection) =>
  collection(connection, 'orphans', { by: Nested, at: Amount }, []);

export function mongoOrphans(connection: Connection): Pick<AccountStore, 'leave' | 'forgetDecider' | 'left'> {
  const model = orphansCollection(connection);
  return {
    async leave(app, remoteId, { by, at }) {
      const _id = `${app}\n${remoteId}`;
      await againIfTaken(() => model.updateOne({ _id }, { $setOnInsert: { by, at } }, { upsert: true }));
    },
    async forgetDecider(person, mark) {
      await model.updateMany({ 'by.person': person }, { $set: { 'by.name': mark } });
    },
    async left(app, remoteIds) {
      const rows = await model.find({ _id: anyOf(remoteIds.map((id) => `${app}\n${id}`)) }, { _id: 1 }).lean<Row[]>();
      return new Set(rows.map(({ _id }) => _id.slice(app.length + 1)));
    },
  };
}
