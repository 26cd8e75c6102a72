import type { Approval } from '../../core/approval-model.ts';
import type { Deps } from '../ports.ts';

/** Requests looked at in one sweep. */
const most = 5_000;
/** A card may still be put right so long after its request was decided, milliseconds. */
const decidedFor = 24 * 3_600_000;

/** Everything whose card may not show the truth: what is open, and what was decided lately. */
export async function cardsToRepair({ store, clock }: Pick<Deps, 'store' | 'clock'>): Promise<Approval[]> {
  const since = clock.now() - decidedFor;
  return [...(await store.approvals.open(most)), ...(await store.approvals.decidedSince(since, most))];
}
