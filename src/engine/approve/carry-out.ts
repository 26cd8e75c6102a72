import { carriedOut, isChosen } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { deciders } from '../../core/approval-step.ts';
import { settleTask } from '../../core/by-hand.ts';
import { system } from '../../core/event.ts';
import { decideOperation } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor } from '../../core/model.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';
import { askRest, isAsAsked } from './choose.ts';
import { askOwn, isOwn } from './own-operations.ts';
import { waitingFor } from './waiting.ts';

type CarryOutDeps = Pick<Deps, 'store' | 'clock' | 'bell'>;

/**
 * Makes every operation of a decided approval follow: each by its own compare-and-set, and only if it still is exactly what was
 * asked. Safe to repeat; answers how many followed.
 */
export async function carryOut(deps: CarryOutDeps, approval: Approval): Promise<number> {
  const decision = decisionOf(approval);
  if (decision === null) return 0;
  let followed = 0;
  for await (const logins of waitingFor(deps.store, approval)) {
    followed += await follow(deps, approval, decision, logins);
    deps.bell.ring('worker');
  }
  await askRest(deps, approval);
  await askOwn(deps, approval);
  await changeNewest(deps.store.approvals, approval, (newest) => (newest.carriedOut ? null : carriedOut(newest)));
  deps.bell.ring('worker');
  deps.bell.ring('publisher');
  return followed;
}

const decisionOf = (approval: Approval): 'approve' | 'reject' | 'expire' | null => {
  if (approval.state === 'approved') return 'approve';
  if (approval.state === 'rejected') return 'reject';
  return approval.state === 'expired' ? 'expire' : null;
};

async function follow(
  deps: CarryOutDeps,
  approval: Approval,
  decision: 'approve' | 'reject' | 'expire',
  logins: readonly Login[],
): Promise<number> {
  const actor = approval.decidedBy ?? system('expiry');
  let pairs = pairsOf(deps, decision, actor, approval, logins);
  let followed = 0;
  while (pairs.length > 0) {
    const won = await deps.store.logins.swap(pairs);
    followed += won.size;
    const lost = pairs.filter(({ before }) => !won.has(before.id)).map(({ before }) => before.id);
    pairs = lost.length === 0 ? [] : pairsOf(deps, decision, actor, approval, await deps.store.logins.many(lost));
  }
  return followed;
}

function pairsOf(
  deps: CarryOutDeps,
  decision: 'approve' | 'reject' | 'expire',
  actor: Actor,
  approval: Approval,
  logins: readonly Login[],
) {
  const at = deps.clock.now();
  const consented = deciders(approval);
  return logins.flatMap((before) => {
    if (!isAsAsked(before, approval.id) || !isChosen(approval, before.id)) return [];
    if (decision === 'approve' && isOwn(before, consented, approval)) return [];
    const after = approval.task
      ? settleTask(before, decision === 'approve' ? 'done' : 'cannot', { by: actor, at, reason: approval.reason })
      : decideOperation(before, decision, actor, at, approval.reason ?? '');
    return after === before ? [] : [{ before, after: { ...after, version: before.version + 1 } }];
  });
}
