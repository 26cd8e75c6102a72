import { end } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { Config } from '../../core/config.ts';
import { system } from '../../core/event.ts';
import type { Deps } from '../ports.ts';
import { carryOut } from './carry-out.ts';
import { askRest } from './choose.ts';
import type { DecideDeps } from './decide.ts';
import { endDelegations } from './delegate.ts';
import { remindOpen } from './remind.ts';
import { keepDecidable, namedIn, workingAmong } from './standing.ts';

const page = 500;
/** Open requests looked after in one round. */
const most = 5_000;

/**
 * What time does to requests, all level-triggered: expires what nobody answered, opens or drops what a crash left gathering, carries
 * out what was decided, keeps every open step decidable, reminds, asks others in time, ends delegations.
 */
export async function sweepApprovals(
  deps: DecideDeps & Pick<Deps, 'timings'>,
  reopen: (approval: Approval) => Promise<void>,
): Promise<void> {
  const now = deps.clock.now();
  const { approvals } = deps.store;
  for (const approval of await approvals.expired(now, page)) {
    const after = end(approval, 'expired', 'nobody answered in time', system('expiry'), now);
    if ((await approvals.swap([{ before: approval, after }])).has(after.id)) await carryOut(deps, after);
  }
  for (const approval of await approvals.unfinished(now - deps.timings.lease * 3)) {
    if (approval.state === 'gathering') await reopen(approval);
    else await carryOut(deps, approval);
  }
  await endDelegations(deps);
  await lookAfter(deps);
}

async function lookAfter(deps: DecideDeps): Promise<void> {
  const open = await deps.store.approvals.open(most);
  const working = new Set((await workingAmong(deps, open.flatMap(namedIn))).map(({ id }) => id));
  const standing: Approval[] = [];
  for (const approval of open) {
    if (approval.chosen !== null) await askRest(deps, approval);
    standing.push(await keepDecidable(deps, approval, working));
  }
  await remindOpen(deps, standing, await remindersOf(deps));
}

async function remindersOf({ store }: Pick<Deps, 'store'>): Promise<Config['settings']['reminders']> {
  const stored = await store.config.read();
  return (stored?.config ?? Config.parse({ version: 1 })).settings.reminders;
}
