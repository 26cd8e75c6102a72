import { refused } from '../../core/errors.ts';
import type { Actor } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { type ReconcileDeps, reconcilePeople } from '../plan/reconcile.ts';
import type { Deps } from '../ports.ts';
import { putBackAll } from './retry.ts';

/**
 * Plans a person anew by name: what failed is tried again, what was rejected is asked again, what differs is brought in line.
 * @throws RollcallError `unknown-person`.
 */
export async function reprovision(
  deps: ReconcileDeps & Pick<Deps, 'bell'>,
  person: string,
  app: string | null,
  actor: Actor,
): Promise<{ text: string }> {
  const found = await deps.store.people.get(person);
  if (found === null)
    throw refused('unknown-person', `there is no person ${person}`, 'Search with `/provision status NAME`.');
  const logins = (await deps.store.logins.byPeople([person])).filter((login) => app === null || login.app === app);
  const retried = (await putBackAll(deps, logins, actor)).again;
  const again = await reconcilePeople(deps, { people: [person], app, again: true, requester: actor });
  const where = app === null ? 'their apps' : app;
  deps.bell.ring('worker');
  if (retried + again === 0) return { text: `${nameOf(found)} is as it should be in ${where}: nothing to do.` };
  return { text: `${nameOf(found)} was planned anew in ${where}: ${retried + again} logins change or are asked for.` };
}
