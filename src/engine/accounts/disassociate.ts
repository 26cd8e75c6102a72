import { refused } from '../../core/errors.ts';
import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { unlinked } from '../../core/pin.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps } from '../governance.ts';
import { appNamed } from '../named-app.ts';
import { personNamed } from '../person-named.ts';
import { loadWorld } from '../world.ts';

/**
 * Stops managing an account, which stays in the app exactly as it is: never changed any more, and not taken away when the person
 * leaves. What was open is superseded. Rematch links it again.
 * @throws RollcallError `unknown-person`, `unknown-app`, `unknown-login`, `own-login`, `busy`.
 */
export async function disassociate(
  deps: GovernanceDeps,
  id: string,
  app: string,
  actor: Actor,
): Promise<{ text: string }> {
  const person = await personNamed(deps, id);
  refuseOneself(person, actor);
  appNamed(await loadWorld(deps), app);
  const login = await deps.store.logins.get(loginId(id, app));
  if (login === null) {
    throw refused(
      'unknown-login',
      `${nameOf(person)} has no login in ${app}`,
      'See `/provision status` for what there is.',
    );
  }
  const event = {
    id: deps.random.id('e'),
    actor,
    at: deps.clock.now(),
    message: 'unlinked; the account stays as it is',
  };
  const written = await changeNewest(deps.store.logins, login, (newest) => {
    if (newest.operation?.state === 'applying') throw busy(person, newest);
    return newest.disassociated ? null : unlinked(newest, event);
  });
  deps.bell.ring('publisher');
  return { text: written === null ? alreadyUnlinked(person, app) : unlinkedText(person, app) };
}

/** Nobody takes their own account out of what is managed: it would stay when they leave. */
function refuseOneself(person: Person, actor: Actor): void {
  if (actor.kind !== 'person' || actor.person !== person.id) return;
  throw refused('own-login', 'nobody unlinks their own login', 'Ask another admin to do it.');
}

/** The call is on its way: what it made must be known first. */
export const busy = (person: Person, { app }: Pick<Login, 'app'>) =>
  refused('busy', `the account of ${nameOf(person)} in ${app} is being changed right now`, 'Try again in a moment.');

const alreadyUnlinked = (person: Person, app: string): string =>
  `The login of ${nameOf(person)} in ${app} is unlinked already. Rematch links it again.`;
const unlinkedText = (person: Person, app: string): string =>
  `The login of ${nameOf(person)} in ${app} is unlinked: the account stays as it is, and Rollcall no longer manages it. Rematch links it again.`;
