import { question } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { noPowers, powersOf } from '../../core/audience.ts';
import { refused } from '../../core/errors.ts';
import type { Actor } from '../../core/model.ts';
import { isOpenAt, mayQuestion } from '../../core/request-right.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';
import { placesOf, workingAmong } from './standing.ts';

type QuestionDeps = Pick<Deps, 'store' | 'clock' | 'bell'>;

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
  if (!isOpenAt(approval, deps.clock.now())) throw notOpen();
  if (actor.kind === 'person' && !(await mayAsk(deps, approval, actor.person)))
    throw refused('not-asked', 'only those who may decide and admins ask here', 'Ask one of them.');
  const written = await changeNewest(deps.store.approvals, approval, (newest) => {
    const at = deps.clock.now();
    return isOpenAt(newest, at) ? question(newest, text, actor, at) : null;
  });
  if (written === null) throw notOpen();
  deps.bell.ring('publisher');
  return { text: 'Asked in the thread of the card.' };
}

const notOpen = () => refused('not-open', 'this request is not open any more', 'Ask whoever decided it.');

/** Whoever does not work here asks nothing, and neither does whoever stands in for one who does not. */
async function mayAsk(deps: QuestionDeps, approval: Approval, id: string): Promise<boolean> {
  const [person] = await workingAmong(deps, [id]);
  if (person === undefined) return false;
  const stored = await deps.store.config.read();
  const powers = stored === null ? noPowers : powersOf(person, stored.config);
  const standsIn = (await placesOf(deps, id)).some((principal) => approval.circle.includes(principal.id));
  return mayQuestion(approval, { person: id, powers, standsIn });
}
