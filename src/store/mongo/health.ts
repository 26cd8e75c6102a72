import type { Connection } from 'mongoose';
import type { AppHealth } from '../../engine/ports.ts';
import type { AppHealthStore } from '../../engine/store-ports.ts';
import { Amount, collection, type Index, Nested, Text } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';

const fields = {
  ...versionedFields,
  pausedUntil: Amount,
  reason: Text,
  failures: Amount,
  window: Nested,
  quarantine: Nested,
  lifted: Nested,
};
const indexes: readonly Index[] = [outboxIndex];

export const healthCollection = (connection: Connection) => collection(connection, 'appHealth', fields, indexes);

export function mongoHealth(connection: Connection): AppHealthStore {
  const { read, ...documents } = mongoDocuments<AppHealth>(healthCollection(connection));
  return { ...documents, list: () => read({}) };
}
