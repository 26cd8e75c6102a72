import type { Secret } from '../../core/password.ts';
import type { SecretStore } from '../../engine/secret/secret-ports.ts';
import { Lookup } from './lookup.ts';
import { by, first } from './order.ts';
import { Queue } from './queue.ts';
import { makeTable } from './table.ts';

const byId = by<Secret>((secret) => secret.id);
const byDue = by<Secret>(
  (secret) => secret.nextAt ?? 0,
  (secret) => secret.id,
);

export function memorySecrets(): SecretStore {
  const ofPerson = new Lookup<Secret>((secret) => [secret.person]);
  const due = new Queue<Secret>(({ nextAt }) => (nextAt === null ? null : 'due'), byDue);
  const table = makeTable<Secret>({ unique: [], shared: [ofPerson], queues: [due] });
  return {
    ...table.documents,
    due: async (now, limit) => due.take('due', limit, ({ nextAt }) => nextAt !== null && nextAt <= now),
    ofPeople: async (people) => table.find(ofPerson, people).sort(byId),
    async sealedUnderOther(key, after, limit) {
      const others = [...table.rows.values()].filter(
        ({ id, sealed }) => sealed !== null && sealed.key !== key && (after === null || id > after),
      );
      return first(others, limit, byId);
    },
  };
}
