import type { Config } from '../../core/config.ts';
import { withStop } from '../../core/join.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { unpinned } from '../../core/pin.ts';
import { calledBy } from '../../core/stop.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps } from '../governance.ts';
import { personNamed } from '../person-named.ts';
import { reconcilePeople } from '../plan/reconcile.ts';
import { loadWorld } from '../world.ts';

/**
 * Lifts what somebody decided by name: the disable of the person (when no app is named), and pins of their logins, in the app or
 * in all. Then the computed wish holds again and is planned at once; what comes back is asked as always.
 * @throws RollcallError `unknown-person`, `not-set-up`.
 */
export async function release(
  deps: GovernanceDeps,
  id: string,
  app: string | null,
  actor: Actor,
): Promise<{ text: string }> {
  const person = await personNamed(deps, id);
  const { config } = await loadWorld(deps);
  const titleOf = (name: string) => config.apps.find((one) => one.name === name)?.title ?? name;
  const lifted = app === null ? await liftStop(deps, config, person, actor) : [];
  for (const login of await deps.store.logins.byPeople([id]))
    if ((app === null || login.app === app) && (await liftPin(deps, login, actor)))
      lifted.push(`${titleOf(login.app)} is no longer fixed as it was`);
  if (lifted.length === 0) return { text: nothingToRelease(person, app === null ? null : titleOf(app)) };
  await reconcilePeople(deps, { people: [id], app, again: true, requester: actor });
  for (const waiting of ['worker', 'publisher', 'reconcile'] as const) deps.bell.ring(waiting);
  return {
    text: `${nameOf(person)} is released: ${lifted.join(', ')}. What the directories and rules say holds again.`,
  };
}

async function liftStop(
  deps: GovernanceDeps,
  { directories }: Config,
  person: Person,
  actor: Actor,
): Promise<string[]> {
  const at = deps.clock.now();
  const written = await changeNewest(deps.store.people, person, (newest) =>
    newest.stop === null ? null : withStop(newest, null, { directories, at, actor }),
  );
  if (written === null || person.stop === null) return [];
  return [
    `no longer disabled by ${calledBy(person.stop.by)}${written.status === 'active' ? '' : `, but ${written.status} in a directory`}`,
  ];
}

async function liftPin(deps: GovernanceDeps, first: Login, actor: Actor): Promise<boolean> {
  const at = deps.clock.now();
  const options = { id: deps.random.id('e'), planBy: at + 5_000, at };
  const written = await changeNewest(deps.store.logins, first, (login) =>
    login.pin === null ? null : unpinned(login, actor, options),
  );
  return written !== null;
}

function nothingToRelease(person: Person, app: string | null): string {
  const name = nameOf(person);
  if (app === null)
    return `There is nothing to release: ${name} is not disabled by name, and none of their logins is fixed.`;
  const text = `There is nothing to release in ${app}: the login of ${name} is not fixed there.`;
  return person.stop === null
    ? text
    : `${text} They are disabled by name everywhere: release them without naming an app.`;
}
