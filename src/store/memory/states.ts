import { canonical } from '../../core/hash.ts';
import type { AppHealth } from '../../engine/ports.ts';
import type {
  AppHealthStore,
  ConfigStore,
  DirectoryState,
  DirectoryStateStore,
  Lease,
  LeaseStore,
  StoredConfig,
} from '../../engine/store-ports.ts';
import { keep } from './keep.ts';
import { makeTable } from './table.ts';

const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const sameLease = (a: Lease | null, b: Lease | null): boolean =>
  a?.name === b?.name && a?.owner === b?.owner && a?.epoch === b?.epoch && a?.beat === b?.beat;

export function memoryLeases(): LeaseStore {
  const rows = new Map<string, Lease>();
  return {
    read: async (name) => rows.get(name) ?? null,
    async replace(seen, next) {
      const stored = rows.get(next.name) ?? null;
      if (sameLease(stored, next)) return true;
      if (!sameLease(stored, seen)) return false;
      rows.set(next.name, keep(next));
      return true;
    },
  };
}

export function memoryDirectories(): DirectoryStateStore {
  const rows = new Map<string, DirectoryState>();
  return {
    get: async (id) => rows.get(id) ?? null,
    put: async (state) => void rows.set(state.id, keep(state)),
  };
}

export function memoryHealth(): AppHealthStore {
  const { documents, rows } = makeTable<AppHealth>({ unique: [], shared: [], queues: [] });
  return { ...documents, list: async () => [...rows.values()] };
}

export function memoryConfig(): ConfigStore {
  let stored: StoredConfig | null = null;
  return {
    read: async () => stored,
    async replace(seen, next) {
      if (same(stored, next)) return true;
      if ((stored?.edition ?? null) !== seen) return false;
      stored = keep(next);
      return true;
    },
    async followed(edition) {
      if (stored?.edition === edition) stored = keep({ ...stored, unfollowed: null });
    },
  };
}
