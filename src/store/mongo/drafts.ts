import type { Connection } from 'mongoose';
import type { Draft } from '../../core/draft.ts';
import type { DraftStore } from '../../engine/connect/draft-ports.ts';
import { Amount, collection, Flag, type Index, Nested, Text, Texts } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';

const fields = {
  ...versionedFields,
  ...{
    kind: Text,
    renews: Flag,
    connector: Text,
    name: Text,
    title: Text,
    connection: Nested,
    names: Nested,
    about: Nested,
  },
  ...{ provisioning: Nested, parameters: [Nested], rules: [Nested], roles: Texts, reading: Nested, saved: Texts },
  ...{ page: Nested, authenticated: Nested, tested: Nested, refreshed: Nested, discovered: Nested, busy: Nested },
  ...{ state: Text, outcome: Text, by: Nested, at: Amount },
};
const indexes: readonly Index[] = [[{ state: 1, at: 1, _id: 1 }], outboxIndex];

export const draftsCollection = (connection: Connection) => collection(connection, 'drafts', fields, indexes);

export function mongoDrafts(connection: Connection): DraftStore {
  const { read, ...documents } = mongoDocuments<Draft>(draftsCollection(connection));
  return { ...documents, open: (limit) => read({ state: 'open' }, { at: -1, _id: -1 }, limit) };
}
