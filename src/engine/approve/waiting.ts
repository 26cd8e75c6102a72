import type { Approval } from '../../core/approval-model.ts';
import type { Login } from '../../core/login-model.ts';
import type { Store } from '../store-ports.ts';

const page = 500;

/**
 * The logins whose operation still waits for the approval, page by page: those asked, then those held; of a task those handed over.
 * What moves on meanwhile is not met again, so that a page may be worked off before the next is read.
 */
export async function* waitingFor(
  { logins }: Pick<Store, 'logins'>,
  { id, task }: Pick<Approval, 'id' | 'task'>,
): AsyncGenerator<readonly Login[], void, void> {
  for (const state of task ? (['handed'] as const) : (['awaiting', 'held'] as const)) {
    let after: string | null = null;
    for (;;) {
      const found: Login[] = await logins.byApproval(id, after, page, state);
      if (found.length === 0) break;
      after = found.at(-1)?.id ?? null;
      yield found;
    }
  }
}
