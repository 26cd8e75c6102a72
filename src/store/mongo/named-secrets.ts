import type { Connection } from 'mongoose';
import type { NamedSecret } from '../../core/named-secret.ts';
import type { NamedSecretStore } from '../../engine/connect/draft-ports.ts';
import { Amount, collection, type Index, Nested, Text } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';

const fields = { ...versionedFields, sealed: Nested, by: Nested, at: Amount, edition: Amount, after: Text };
const indexes: readonly Index[] = [outboxIndex];

export const namedSecretsCollection = (connection: Connection) =>
  collection(connection, 'namedSecrets', fields, indexes);

export function mongoNamedSecrets(connection: Connection): NamedSecretStore {
  const { read, ...documents } = mongoDocuments<NamedSecret>(namedSecretsCollection(connection));
  return { ...documents, all: () => read({}, { _id: 1 }) };
}
