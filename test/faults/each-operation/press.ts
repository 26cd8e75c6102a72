import type { Scene } from './scene.ts';

/** Whoever is asked presses: Olga that the badge is made, Ada that she approves. Whoever is not answered presses again. */
export async function press({ store, instances, random }: Scene): Promise<void> {
  const alive = instances.filter(({ life }) => !life.isDead());
  for (const approval of await store.approvals.open(10)) {
    const [actor] = await store.people.byRecords('hr', [approval.task ? 'olga' : 'ada']);
    if (actor === undefined || approval.state !== 'open') continue;
    const { id, edition } = approval;
    const input = { approval: id, edition, decision: 'approve' as const, reason: null, actor };
    random
      .pick(alive)
      .engine.useCases.decide(input)
      .catch(() => undefined);
  }
}
