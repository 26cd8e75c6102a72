import type { HomeView } from '@slack/types';
import { type HomeInput, home, strangerHome } from '../../blocks/home.ts';
import { nameOf } from '../../blocks/view.ts';
import { callerOf } from './caller.ts';
import type { Known } from './command/access.ts';
import type { SlackDeps } from './deps.ts';

/** Draws somebody's App Home from state. */
export async function publishHome(deps: SlackDeps, user: string): Promise<void> {
  const caller = await callerOf(deps, user, 'read');
  const view = caller.known ? await homeOf(deps, caller) : strangerHome(caller.text);
  await deps.clients.interactive.views.publish({ user_id: user, view });
}

async function homeOf({ useCases }: SlackDeps, { person, powers }: Known): Promise<HomeView> {
  const reads = powers.admin || powers.approver;
  const [pending, logins, approvedBy, { apps, directories }, troubled] = await Promise.all([
    useCases.pending(person, powers, 11),
    useCases.findLogins({ person: person.id }, null, 40),
    useCases.approvedBy(person.id),
    reads ? useCases.overview() : { apps: [], directories: [] },
    powers.admin ? troubledPart(useCases) : null,
  ]);
  return home({
    ...{ person: person.id, name: nameOf(person), pending, logins: logins.logins, approvedBy },
    apps: reads ? apps : null,
    admin: troubled === null ? null : { ...troubled, directories },
  });
}

async function troubledPart(
  useCases: SlackDeps['useCases'],
): Promise<Omit<NonNullable<HomeInput['admin']>, 'directories'>> {
  const [failures, held, expiring] = await Promise.all([
    useCases.logins({ state: 'failed' }, null, 7),
    useCases.logins({ state: 'held' }, null, 7),
    useCases.expiring(),
  ]);
  return { failures, held, expiring };
}
