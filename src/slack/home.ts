import type { HomeView } from '@slack/types';
import { type HomeInput, home, strangerHome } from '../../blocks/home.ts';
import { nameOf } from '../../blocks/view.ts';
import { readsAll, readsOthers } from '../core/audience.ts';
import type { ProposalView } from '../engine/configure/configuring.ts';
import { callerOf } from './caller.ts';
import { isTheirs, type Known } from './command/access.ts';
import type { SlackDeps } from './deps.ts';
import { blocksFor } from './drawn-for.ts';

/** Draws somebody's App Home from state. */
export async function publishHome(deps: SlackDeps, user: string): Promise<void> {
  const caller = await callerOf(deps, user, 'read');
  const view = caller.known ? await homeOf(deps, caller) : strangerHome(caller.text);
  await deps.clients.interactive.views.publish({ user_id: user, view });
}

async function homeOf({ useCases }: SlackDeps, caller: Known): Promise<HomeView> {
  const { person, powers } = caller;
  const reads = readsOthers(powers);
  const [pending, logins, signOn, approvedBy, { apps, directories }, own] = await Promise.all([
    useCases.pending(person, powers, 11),
    useCases.findLogins({ person: person.id }, null, 40),
    useCases.signOnApps(person),
    useCases.approvedBy(person.id),
    reads ? useCases.overview() : { apps: [], directories: [] },
    readsAll(powers) ? adminPart(useCases, person.id) : null,
  ]);
  const view = home({
    ...{ person: person.id, name: nameOf(person), powers, logins: logins.logins, signOn, approvedBy },
    pending: pending.map((one) => ({ ...one, theirs: isTheirs(caller, one) })),
    apps: reads ? apps : null,
    admin: own === null ? null : { ...own, directories },
  });
  return { ...view, blocks: blocksFor(powers, view.blocks) };
}

async function adminPart(
  useCases: SlackDeps['useCases'],
  person: string,
): Promise<Omit<NonNullable<HomeInput['admin']>, 'directories'>> {
  const [failures, held, expiring, proposals] = await Promise.all([
    useCases.logins({ state: 'failed' }, null, 7),
    useCases.logins({ state: 'held' }, null, 7),
    useCases.expiring(),
    useCases.proposals(),
  ]);
  return { failures, held, expiring, proposals: proposals.map((view) => ({ view, reader: readerOf(view, person) })) };
}

function readerOf({ proposal, deciders }: ProposalView, person: string) {
  if (proposal.by.kind === 'person' && proposal.by.person === person) return 'proposed';
  return deciders.some((each) => each.person === person) ? 'decides' : 'reads';
}
