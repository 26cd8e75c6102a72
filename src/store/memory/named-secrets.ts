import type { NamedSecret } from '../../core/named-secret.ts';
import type { NamedSecretStore } from '../../engine/connect/draft-ports.ts';
import { by } from './order.ts';
import { makeTable } from './table.ts';

const byName = by<NamedSecret>((secret) => secret.id);

export function memoryNamedSecrets(): NamedSecretStore {
  const table = makeTable<NamedSecret>({ unique: [], shared: [], queues: [] });
  return { ...table.documents, all: async () => [...table.rows.values()].sort(byName) };
}
