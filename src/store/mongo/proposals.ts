import type { Connection } from 'mongoose';
import type { Proposal } from '../../core/proposal.ts';
import type { ProposalStore } from '../../engine/configure/proposal-ports.ts';
import { Amount, collection, type Index, Nested, Text, Texts } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';

const fields = {
  ...versionedFields,
  base: Nested,
  edition: Amount,
  config: Nested,
  digest: Text,
  plan: Nested,
  by: Nested,
  at: Amount,
  shown: Texts,
  state: Text,
  agreed: Nested,
  decidedBy: Nested,
  decidedAt: Amount,
  reason: Text,
  remindedAt: Amount,
};
const indexes: readonly Index[] = [[{ state: 1, at: 1, _id: 1 }], outboxIndex];

export const proposalsCollection = (connection: Connection) => collection(connection, 'proposals', fields, indexes);

export function mongoProposals(connection: Connection): ProposalStore {
  const { read, ...documents } = mongoDocuments<Proposal>(proposalsCollection(connection));
  return { ...documents, open: (limit) => read({ state: 'open' }, { at: -1, _id: -1 }, limit) };
}
