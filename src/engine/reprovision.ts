import { refused } from '../core/errors.ts';
import { putBack } from '../core/login.ts';
import type { Actor, Login } from '../core/model.ts';
import { nameOf } from '../core/name.ts';
import type { Deps } from './ports.ts';
import { type ReconcileDeps, reconcilePeople } from './reconcile.ts';

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
  const before = new Map((await deps.store.logins.byPeople([person])).map((login) => [login.id, login]));
  const retried = await retryFailed(
    deps,
    [...before.values()].filter((login) => app === null || login.app === app),
    actor,
  );
  const again = await reconcilePeople(deps, { people: [person], app, again: true, requester: actor });
  const where = app === null ? 'their apps' : app;
  deps.bell.ring('worker');
  if (retried + again === 0) return { text: `${nameOf(found)} is as it should be in ${where}: nothing to do.` };
  return { text: `${nameOf(found)} was planned anew in ${where}: ${retried + again} logins change or are asked for.` };
}

/** A failed operation that still is what is wished goes back to the worker; its approval stands. */
async function retryFailed(deps: ReconcileDeps, logins: readonly Login[], actor: Actor): Promise<number> {
  const at = deps.clock.now();
  const failed = logins.filter((login) => login.operation?.state === 'failed' && login.account !== 'missing');
  const pairs = failed
    .filter((login) => login.operation?.revision === login.revision)
    .map((before) => ({
      before,
      after: {
        ...putBack(before, { at, nextAt: at, trouble: null, counted: true, note: 'tried again by request' }, actor),
        attempts: 0,
      },
    }));
  return pairs.length === 0 ? 0 : (await deps.store.logins.swap(pairs)).size;
}
