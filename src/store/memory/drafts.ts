import type { Draft } from '../../core/draft.ts';
import type { DraftStore } from '../../engine/connect/draft-ports.ts';
import { Lookup } from './lookup.ts';
import { by, first, reversed } from './order.ts';
import { makeTable } from './table.ts';

const byAge = by<Draft>(
  (draft) => draft.at,
  (draft) => draft.id,
);

export function memoryDrafts(): DraftStore {
  const inState = new Lookup<Draft>((draft) => [draft.state]);
  const table = makeTable<Draft>({ unique: [], shared: [inState], queues: [] });
  return { ...table.documents, open: async (limit) => first(table.find(inState, ['open']), limit, reversed(byAge)) };
}
