import type { Approval } from '../../core/model.ts';
import type { ApprovalStore } from '../../engine/ports.ts';
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
const decided: readonly Approval['state'][] = ['approved', 'rejected', 'expired'];

export function memoryApprovals(): ApprovalStore {
  const table = makeTable<Approval, never, 'state' | 'unfinished'>(
    {},
    {
      state: (approval) => [approval.state],
      unfinished: ({ state, carriedOut }) => (decided.includes(state) && !carriedOut ? ['decided'] : []),
    },
  );
  return {
    ...table.documents,
    open: async (limit) => first(table.find('state', ['open']), limit, reversed(byAge)),
    async unfinished(before) {
      const old = table.find('state', ['gathering']).filter((approval) => approval.createdAt < before);
      return [...table.find('unfinished', ['decided']), ...old].sort(byAge);
    },
    expired: async (now, limit) =>
      first(
        table.find('state', ['open']).filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now),
        limit,
        byExpiry,
      ),
  };
}
