import type { Connection } from 'mongoose';
import type { DirectoryState, DirectoryStateStore } from '../../engine/store-ports.ts';
import { Amount, collection, fromRow, Nested, type Row, Text, toFields } from './collection.ts';
import { twice } from './failures.ts';
import { againIfTaken } from './upsert.ts';

const fields = { cursor: Text, fingerprint: Text, present: Amount, under: Text, lastRead: Nested, problems: [Nested] };

export const directoriesCollection = (connection: Connection) => collection(connection, 'directories', fields, []);

export function mongoDirectories(connection: Connection): DirectoryStateStore {
  const model = directoriesCollection(connection);
  return {
    async get(id) {
      const row = await model.findOne({ _id: id }).lean<Row | null>();
      return row === null ? null : fromRow<DirectoryState>(row);
    },
    async put(state) {
      const update = { $set: toFields(state) };
      await againIfTaken(() => twice(() => model.updateOne({ _id: state.id }, update, { upsert: true })));
    },
  };
}
