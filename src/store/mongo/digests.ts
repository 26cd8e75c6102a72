import type { Connection } from 'mongoose';
import type { DigestState } from '../../core/digest.ts';
import type { DigestStore } from '../../engine/store-ports.ts';
import { Amount, collection, type Index, Nested, Text } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';

const fields = { ...versionedFields, schedule: Text, dueAt: Amount, madeAt: Amount, told: [Nested] };
const indexes: readonly Index[] = [outboxIndex];

export const digestsCollection = (connection: Connection) => collection(connection, 'digests', fields, indexes);

export function mongoDigests(connection: Connection): DigestStore {
  const model = digestsCollection(connection);
  const { read: _read, ...documents } = mongoDocuments<DigestState>(model);
  return { ...documents, forget: async (id) => void (await model.deleteOne({ _id: id })) };
}
