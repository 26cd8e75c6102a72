import type { Delegation } from '../../core/delegation.ts';
import type { DelegationStore } from '../../engine/store-ports.ts';
import { Lookup } from './lookup.ts';
import { by } from './order.ts';
import { makeTable } from './table.ts';

const byId = by<Delegation>((delegation) => delegation.id);

export function memoryDelegations(): DelegationStore {
  const open = new Lookup<Delegation>(({ ended }) => (ended ? [] : ['open']));
  const table = makeTable<Delegation>({ unique: [], shared: [open], queues: [] });
  return { ...table.documents, open: async () => table.find(open, ['open']).sort(byId) };
}
