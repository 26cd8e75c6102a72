import type { Approval } from '../../core/approval-model.ts';
import type { Login } from '../../core/login-model.ts';
import type { Store } from '../store-ports.ts';

const page = 500;

const statesOf = ({ task }: Pick<Approval, 'task'>) => (task ? (['handed'] as const) : (['awaiting', 'held'] as const));

/** Is anything left for it to decide? */
export async function isWaitedFor(
  { logins }: Pick<Store, 'logins'>,
  approval: Pick<Approval, 'id' | 'task'>,
): Promise<boolean> {
  for (const state of statesOf(approval))
    if ((await logins.byApproval(approval.id, null, 1, state)).length > 0) return true;
  return false;
}

/**
 * The logins whose operation still waits for the approval, page by page: those asked, then those held; of a task those handed over.
 * What moves on meanwhile is not met again, so that a page may be worked off before the next is read.
 */
export async function* waitingFor(
  { logins }: Pick<Store, 'logins'>,
  approval: Pick<Approval, 'id' | 'task'>,
): AsyncGenerator<readonly Login[], void, void> {
  for (const state of statesOf(approval)) {
    let after: string | null = null;
    for (;;) {
      const found: Login[] = await logins.byApproval(approval.id, after, page, state);
      if (found.length === 0) break;
      after = found.at(-1)?.id ?? null;
      yield found;
    }
  }
}
