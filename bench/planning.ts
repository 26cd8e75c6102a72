import { createCourtesy } from '../src/engine/courtesy.ts';
import { createExclusive } from '../src/engine/exclusive.ts';
import { createOwnership } from '../src/engine/ownership.ts';
import type { ReconcileDeps } from '../src/engine/plan/reconcile.ts';
import type { Store } from '../src/engine/store-ports.ts';
import { systemClock, systemRandom } from '../src/engine/system-clock.ts';
import { type Company, quiet } from './company.ts';

/** What planning needs, over this store, for a company whose apps were all listed. */
export function planning(company: Company, store: Store): ReconcileDeps {
  const owned = { leases: store.leases, clock: systemClock, owner: 'bench', lease: 15_000 };
  const ownership = createOwnership(owned);
  return {
    ...{ store, clock: systemClock, random: systemRandom, log: quiet, bell: { ring() {} } },
    courtesy: createCourtesy(systemClock),
    connections: company.engine.connections,
    exclusive: createExclusive({ ...owned, ownership }),
    listApp: async (app) => {
      throw new Error(`the accounts of ${app} were listed just now`);
    },
  };
}

/** Gives the person of this employee number another title, as a sync would have: what is left to do is to plan. */
export async function retitle(store: Store, employee: number, title: string): Promise<void> {
  const [before] = await store.people.byRecords('hr', [String(employee)]);
  if (before === undefined) throw new Error(`there is no person ${employee}`);
  const attributes = { ...before.attributes, title };
  const change = { attributes, dirty: true, revision: before.revision + 1, version: before.version + 1 };
  await store.people.swap([{ before, after: { ...before, ...change } }]);
}
