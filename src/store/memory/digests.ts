import type { DigestState } from '../../core/digest.ts';
import type { DigestStore } from '../../engine/store-ports.ts';
import { makeTable } from './table.ts';

export function memoryDigests(): DigestStore {
  const { documents, drop } = makeTable<DigestState>({ unique: [], shared: [], queues: [] });
  return { ...documents, forget: async (id) => drop(id) };
}
