import { refused } from '../../core/errors.ts';
import type { Actor } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { appNamed } from '../named-app.ts';
import { type ReconcileDeps, reconcilePeople } from '../plan/reconcile.ts';
import type { Deps } from '../ports.ts';
import { loadWorld } from '../world.ts';
import { putBackAll } from './retry.ts';

/**
 * Plans a person anew by name: what failed is tried again, what was rejected is asked again, what differs is brought in line.
 * @throws RollcallError `unknown-person`, `unknown-app`, `not-set-up`.
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
  if (app !== null) appNamed(await loadWorld(deps), app);
  const logins = (await deps.store.logins.byPeople([person])).filter((login) => app === null || login.app === app);
  const retried = (await putBackAll(deps, logins, actor)).again;
  const again = await reconcilePeople(deps, { people: [person], app, again: true, requester: actor });
  const where = app === null ? 'their apps' : app;
  deps.bell.ring('worker');
  if (retried + again === 0 && logins.length > 0 && logins.every(({ disassociated }) => disassociated))
    return { text: `${nameOf(found)} is unlinked in ${where} and left alone: rematch links the account again.` };
  if (retried + again === 0 && logins.some(({ operation }) => operation?.state === 'applying'))
    return { text: `${nameOf(found)} is being changed in ${where} right now: what is wished is looked at after it.` };
  if (retried + again === 0) return { text: `${nameOf(found)} is as it should be in ${where}: nothing to do.` };
  return { text: `${nameOf(found)} was planned anew in ${where}: ${retried + again} logins change or are asked for.` };
}
