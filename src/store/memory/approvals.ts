import type { Approval } from '../../core/approval-model.ts';
import type { ApprovalStore } from '../../engine/store-ports.ts';
import { Lookup } from './lookup.ts';
import { by, first, reversed } from './order.ts';
import { makeTable } from './table.ts';

const byAge = by<Approval>(
  (approval) => approval.createdAt,
  (approval) => approval.id,
);
const byExpiry = by<Approval>(
  (approval) => approval.expiresAt ?? 0,
  (approval) => approval.id,
);
const byDecision = by<Approval>(
  (approval) => approval.decidedAt ?? 0,
  (approval) => approval.id,
);
const decidedAfter = (approvals: readonly Approval[], since: number): Approval[] =>
  approvals.filter(({ decidedAt }) => decidedAt !== null && decidedAt >= since);
const decided: readonly Approval['state'][] = ['approved', 'rejected', 'expired'];

export function memoryApprovals(): ApprovalStore {
  const inState = new Lookup<Approval>((approval) => [approval.state]);
  const undone = new Lookup<Approval>(({ state, carriedOut }) =>
    decided.includes(state) && !carriedOut ? ['undone'] : [],
  );
  const table = makeTable<Approval>({ unique: [], shared: [inState, undone], queues: [] });
  return {
    ...table.documents,
    open: async (limit) => first(table.find(inState, ['open']), limit, reversed(byAge)),
    async unfinished(before) {
      const old = table.find(inState, ['gathering']).filter((approval) => approval.createdAt < before);
      return [...table.find(undone, ['undone']), ...old].sort(byAge);
    },
    decidedSince: async (since, limit) =>
      first(decidedAfter([...table.rows.values()], since), limit, reversed(byDecision)),
    expired: async (now, limit) =>
      first(
        table.find(inState, ['open']).filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now),
        limit,
        byExpiry,
      ),
  };
}
