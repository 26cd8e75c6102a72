import type { Approval } from '../../core/approval-model.ts';
import { heldBack } from '../../core/pausing.ts';
import { isRemoval } from '../../core/policy.ts';
import { quarantineText } from '../../core/quarantine.ts';
import { ended } from '../../core/text.ts';
import { waitsOf } from '../apply/gate.ts';
import type { Deps } from '../ports.ts';

type HeldUpDeps = Pick<Deps, 'store' | 'clock'>;

/**
 * What the changes of an approved request wait for, with what to do; null: they go. Of many, the first is looked at: what holds an
 * app up holds up all of them. Leaving never waits.
 */
export async function heldUp(deps: HeldUpDeps, { id }: Pick<Approval, 'id'>): Promise<string | null> {
  const [login] = await deps.store.logins.byApproval(id, null, 1, 'approved');
  if (login?.operation == null || isRemoval(login.operation)) return null;
  const [waits, health] = await Promise.all([waitsOf(deps, login.app), deps.store.health.get(login.app)]);
  const wait = heldBack(login, waits, deps.clock.now());
  if (wait !== null) return `${ended(wait.trouble.message)} ${wait.trouble.remedy}`;
  return health?.quarantine ? quarantineText(health.quarantine, login.app) : null;
}
