import type { Deps } from './ports.ts';

/** Start and end dates that have come make their people dirty. */
export async function wakePeople(deps: Pick<Deps, 'store' | 'clock' | 'bell'>): Promise<void> {
  const people = await deps.store.people.waking(deps.clock.now(), 500);
  if (people.length === 0) return;
  const pairs = people.map((before) => ({
    before,
    after: { ...before, version: before.version + 1, dirty: true, wakeAt: null },
  }));
  await deps.store.people.swap(pairs);
  deps.bell.ring('reconcile');
}
