import { end, open } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { system } from '../../core/event.ts';
import type { RollcallEvent } from '../../core/model.ts';
import { milliseconds } from '../../core/time-schema.ts';
import type { Deps } from '../ports.ts';
import type { Subscriber } from '../publisher.ts';
import { tellWithdrawn } from '../task/withdrawn.ts';
import { isWaitedFor } from './waiting.ts';

/** Shows an approval where it belongs, or draws its card again. */
export type ShowCard = (approval: Approval) => Promise<void>;

/** Card state follows events: whatever happened to an operation or to the approval itself, its card is drawn anew. */
export function cardSubscriber(deps: Pick<Deps, 'store' | 'clock' | 'bell'>, show: ShowCard): Subscriber {
  return async (events) => {
    const touched = await deps.store.approvals.many(approvalsOf(events));
    const gone = events.filter((event) => event.type === 'operation.supersede');
    const shrunk = new Set(approvalsOf(gone));
    for (const approval of touched) {
      if (approval.state === 'gathering') continue;
      await tellWithdrawn(
        deps,
        approval,
        gone.filter((event) => event.approval === approval.id),
      );
      const mayBeEmpty = approval.state === 'open' && shrunk.has(approval.id);
      await show(mayBeEmpty ? await closeIfEmpty(deps, approval) : approval);
    }
    if (touched.length > 0) deps.bell.ring('outbox');
  };
}

const approvalsOf = (events: readonly RollcallEvent[]): string[] => [
  ...new Set(events.flatMap((event) => (event.approval === null ? [] : [event.approval]))),
];

/** When every operation was superseded, nothing is left to decide. Answers the request as it is then. */
export async function closeIfEmpty(deps: Pick<Deps, 'store' | 'clock'>, approval: Approval): Promise<Approval> {
  if (await isWaitedFor(deps.store, approval)) return approval;
  const after = end(approval, 'closed', 'nothing of it is wanted any more', system('planner'), deps.clock.now());
  return (await deps.store.approvals.swap([{ before: approval, after }])).has(after.id) ? after : approval;
}

/** A crash while a plan was asking: what was bound to the approval is asked for now; an empty one is closed. */
export async function reopenGathering(deps: Pick<Deps, 'store' | 'clock'>, approval: Approval): Promise<void> {
  const logins = await deps.store.logins.byApproval(approval.id, null, 100_000);
  const now = deps.clock.now();
  const stored = await deps.store.config.read();
  const expiry = milliseconds(stored?.config.settings.approvalExpiry ?? '3 days');
  const people = new Set(logins.map((login) => login.person)).size;
  const after =
    logins.length === 0
      ? end(approval, 'closed', 'nothing was asked', system('planner'), now)
      : open(approval, { operations: logins.length, people }, expiry, system('planner'), now);
  await deps.store.approvals.swap([{ before: approval, after }]);
}
