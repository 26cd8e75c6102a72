import type { Connection } from 'mongoose';
import type { Delegation } from '../../core/delegation.ts';
import { together } from '../../core/together.ts';
import type { DelegationStore } from '../../engine/store-ports.ts';
import { Amount, collection, Flag, type Index, Nested, Text } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';

const fields = { ...versionedFields, delegate: Text, until: Amount, by: Nested, at: Amount, ended: Flag };
const indexes: readonly Index[] = [[{ ended: 1, _id: 1 }], outboxIndex];

export const delegationsCollection = (connection: Connection) => collection(connection, 'delegations', fields, indexes);

export function mongoDelegations(connection: Connection): DelegationStore {
  const { read, ...documents } = mongoDocuments<Delegation>(delegationsCollection(connection));
  const open = together<null, Delegation[]>(async () => {
    const found = await read({ ended: false }, { _id: 1 });
    return () => found;
  });
  return { ...documents, open: () => open(null) };
}
