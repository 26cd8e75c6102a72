import type { Login } from '../../core/login-model.ts';
import type { Store } from '../store-ports.ts';

const page = 500;

/**
 * The logins whose operation still waits for the approval, page by page: those asked, then those held. What moves on meanwhile is
 * not met again, so that a page may be worked off before the next is read.
 */
export async function* waitingFor(
  { logins }: Pick<Store, 'logins'>,
  approval: string,
): AsyncGenerator<readonly Login[], void, void> {
  for (const state of ['awaiting', 'held'] as const) {
    let after: string | null = null;
    for (;;) {
      const found: Login[] = await logins.byApproval(approval, after, page, state);
      if (found.length === 0) break;
      after = found.at(-1)?.id ?? null;
      yield found;
    }
  }
}
