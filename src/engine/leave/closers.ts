import { plainApp } from '../../core/config-difference.ts';
import type { Login } from '../../core/login-model.ts';
import type { Person } from '../../core/model.ts';
import { bySignOnState, isEntitled } from '../../core/sign-on-closing.ts';
import { sortedUnique } from '../../core/text.ts';
import { signOnWish } from '../plan/consider.ts';
import type { World } from '../world.ts';

/** A login with its person, in an app that may have been taken out of the configuration since. */
export type Closable = { world: World; person: Person; login: Login };

/** Ids of those whose word on this account counts: admins, and who decides about the app; never the person. Sorted. */
export async function closersOf({ world, person, login }: Closable): Promise<string[]> {
  await world.learnManagers([person]);
  const app = world.apps.get(login.app)?.app ?? plainApp(login.app);
  const named = [...world.admins, ...world.owners(app)].filter(({ status }) => status === 'active').map(({ id }) => id);
  return sortedUnique([...named, ...world.circle(person, app, null)].filter((id) => id !== person.id));
}

/** Why the person may sign on still, so that the account would be made anew; null: they may not. */
export function whyEntitled({ world, person, login }: Closable): string | null {
  const app = world.apps.get(login.app);
  if (app === undefined) return null;
  const wish = signOnWish({ world, app, person, login });
  return isEntitled(wish) ? (wish.reasons.filter(({ target }) => target === undefined).at(-1)?.because ?? '') : null;
}

/** An account sign-on made whose person may sign on no more: a human closes it, and says so. */
export const waitsToBeClosed = (one: Closable): boolean =>
  bySignOnState(one.login) === 'there' && whyEntitled(one) === null;
