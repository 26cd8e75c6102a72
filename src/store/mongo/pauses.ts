import type { Connection } from 'mongoose';
import type { StoredPause } from '../../core/pausing.ts';
import type { PauseStore } from '../../engine/store-ports.ts';
import { Amount, collection, Flag, type Index, Nested, Text } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';

const fields = {
  ...versionedFields,
  app: Text,
  person: Text,
  until: Amount,
  reason: Text,
  by: Nested,
  at: Amount,
  ended: Flag,
};
const indexes: readonly Index[] = [[{ ended: 1, _id: 1 }], outboxIndex];

export const pausesCollection = (connection: Connection) => collection(connection, 'pauses', fields, indexes);

export function mongoPauses(connection: Connection): PauseStore {
  const { read, ...documents } = mongoDocuments<StoredPause>(pausesCollection(connection));
  return { ...documents, open: () => read({ ended: false }, { _id: 1 }) };
}
