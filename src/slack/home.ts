import type { HomeView } from '@slack/types';
import { home, strangerHome } from '../../blocks/home.ts';
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

async function homeOf(deps: SlackDeps, { person, powers }: Known): Promise<HomeView> {
  const { useCases } = deps;
  const [pending, logins, admin] = await Promise.all([
    useCases.pending(person, powers, 11),
    useCases.logins({ person: person.id }, null, 40),
    powers.admin ? adminPart(deps) : null,
  ]);
  return home({ name: nameOf(person), pending, logins, admin });
}

async function adminPart({ useCases }: SlackDeps) {
  const [failures, { directories, apps }] = await Promise.all([
    useCases.logins({ word: 'failed' }, null, 20),
    useCases.overview(),
  ]);
  return { failures, directories, apps };
}
