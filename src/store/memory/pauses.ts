import type { StoredPause } from '../../core/pausing.ts';
import type { PauseStore } from '../../engine/store-ports.ts';
import { Lookup } from './lookup.ts';
import { by } from './order.ts';
import { makeTable } from './table.ts';

const byId = by<StoredPause>((pause) => pause.id);

export function memoryPauses(): PauseStore {
  const open = new Lookup<StoredPause>(({ ended }) => (ended ? [] : ['open']));
  const table = makeTable<StoredPause>({ unique: [], shared: [open], queues: [] });
  return { ...table.documents, open: async () => table.find(open, ['open']).sort(byId) };
}
