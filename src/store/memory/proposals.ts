import type { Proposal } from '../../core/proposal.ts';
import type { ProposalStore } from '../../engine/configure/proposal-ports.ts';
import { Lookup } from './lookup.ts';
import { by, first, reversed } from './order.ts';
import { makeTable } from './table.ts';

const byAge = by<Proposal>(
  (proposal) => proposal.at,
  (proposal) => proposal.id,
);

export function memoryProposals(): ProposalStore {
  const inState = new Lookup<Proposal>((proposal) => [proposal.state]);
  const table = makeTable<Proposal>({ unique: [], shared: [inState], queues: [] });
  return {
    ...table.documents,
    open: async (limit) => first(table.find(inState, ['open']), limit, reversed(byAge)),
  };
}
