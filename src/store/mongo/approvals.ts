import type { Connection } from 'mongoose';
import type { Approval } from '../../core/approval-model.ts';
import type { ApprovalStore } from '../../engine/store-ports.ts';
import { Amount, collection, Flag, type Index, Nested, Text, Texts } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';
import { anyOf, atLeast, below, between, isTime } from './operators.ts';

const fields = {
  ...versionedFields,
  kind: Text,
  task: Flag,
  byHand: Flag,
  app: Text,
  operationKind: Text,
  foundBy: Text,
  person: Text,
  leaving: Flag,
  urgent: Flag,
  steps: [Nested],
  step: Amount,
  circle: Texts,
  quorum: Amount,
  risk: Text,
  intentions: Nested,
  state: Text,
  operations: Amount,
  people: Amount,
  edition: Amount,
  requester: Nested,
  votes: [Nested],
  decidedBy: Nested,
  decidedAt: Amount,
  reason: Text,
  carriedOut: Flag,
  chosen: Nested,
  remindedAt: Amount,
  escalatedAt: Amount,
  stuckAt: Amount,
  patience: Amount,
  askedAt: Amount,
  expiresAt: Amount,
  createdAt: Amount,
};

const indexes: readonly Index[] = [
  [{ carriedOut: 1, state: 1 }, { partialFilterExpression: { carriedOut: false } }],
  [{ expiresAt: 1, _id: 1 }, { partialFilterExpression: { state: 'open' } }],
  [{ state: 1, createdAt: 1, _id: 1 }],
  [{ decidedAt: 1, _id: 1 }, { partialFilterExpression: { decidedAt: isTime } }],
  outboxIndex,
];

export const approvalsCollection = (connection: Connection) => collection(connection, 'approvals', fields, indexes);

export function mongoApprovals(connection: Connection): ApprovalStore {
  const { read, ...documents } = mongoDocuments<Approval>(approvalsCollection(connection));
  return {
    ...documents,
    open: (limit) => read({ state: 'open' }, { createdAt: -1, _id: -1 }, limit),
    async unfinished(before) {
      const decided = { carriedOut: false, state: anyOf(['approved', 'rejected', 'expired']) };
      const gathering = { state: 'gathering', createdAt: below(before) };
      return read({ $or: [decided, gathering] }, { createdAt: 1, _id: 1 });
    },
    decidedSince: (since, limit) => read({ decidedAt: atLeast(since) }, { decidedAt: -1, _id: -1 }, limit),
    expired: (now, limit) => read({ state: 'open', expiresAt: between(0, now) }, { expiresAt: 1, _id: 1 }, limit),
  };
}
