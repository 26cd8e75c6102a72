import { question } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { deciders } from '../../core/approval-step.ts';
import { principalsOf } from '../../core/delegation.ts';
import { refused } from '../../core/errors.ts';
import type { Actor } from '../../core/model.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';
import { adminsOf } from '../world.ts';

type QuestionDeps = Pick<Deps, 'store' | 'clock' | 'bell'> & { team?(): string | null };

/**
 * Asks something about an open request; it is told in the thread of its card, and decides nothing.
 * @throws RollcallError `unknown-request`, `not-open`, `not-asked`.
 */
export async function askQuestion(
  deps: QuestionDeps,
  id: string,
  text: string,
  actor: Actor,
): Promise<{ text: string }> {
  const approval = await deps.store.approvals.get(id);
  if (approval === null) throw refused('unknown-request', `there is no request ${id}`, 'See `/provision pending`.');
  if (approval.state !== 'open')
    throw refused('not-open', 'this request is not open any more', 'Ask whoever decided it.');
  if (actor.kind === 'person' && !(await mayAsk(deps, approval, actor.person)))
    throw refused('not-asked', 'only those who may decide and admins ask here', 'Ask one of them.');
  const at = deps.clock.now();
  const { approvals } = deps.store;
  await changeNewest(approvals, approval, (newest) =>
    newest.state === 'open' ? question(newest, text, actor, at) : null,
  );
  deps.bell.ring('publisher');
  return { text: 'Asked in the thread of the card.' };
}

async function mayAsk(deps: QuestionDeps, approval: Approval, person: string): Promise<boolean> {
  if (approval.circle.includes(person) || deciders(approval).has(person)) return true;
  const principals = principalsOf(await deps.store.delegations.open(), person, deps.clock.now());
  if (principals.some((id) => approval.circle.includes(id))) return true;
  return (await adminsOf(deps)).some(({ id }) => id === person);
}
