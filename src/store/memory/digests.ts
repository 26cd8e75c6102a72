import type { DigestState } from '../../core/digest.ts';
import type { DigestStore } from '../../engine/store-ports.ts';
import { makeTable } from './table.ts';

export const memoryDigests = (): DigestStore =>
  makeTable<DigestState>({ unique: [], shared: [], queues: [] }).documents;
