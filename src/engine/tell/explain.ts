import { refused } from '../../core/errors.ts';
import { explanationOf } from '../../core/explanation.ts';
import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { asSignedOn, isBySignOn } from '../../core/sign-on-right.ts';
import { pauses } from '../act/pause.ts';
import type { Explanation, GovernanceDeps, Pause } from '../governance.ts';
import { signOnWish, wishOf } from '../plan/consider.ts';
import { loadWorld } from '../world.ts';

/**
 * Why the person has an account in the app, or why not, and where each value in it comes from; changes nothing.
 * @throws RollcallError `unknown-person`, `unknown-app`, `not-set-up`.
 */
export async function explain(deps: GovernanceDeps, id: string, name: string): Promise<Explanation> {
  const world = await loadWorld(deps);
  const app = world.apps.get(name);
  if (app === undefined)
    throw refused(
      'unknown-app',
      `there is no app ${name}`,
      `The apps are ${[...world.apps.keys()].join(', ') || 'none yet'}.`,
    );
  const person = await deps.store.people.get(id);
  if (person === null) throw refused('unknown-person', `there is no person ${id}`, 'Look for them by name or e-mail.');
  const login = await deps.store.logins.get(loginId(id, name));
  const bySignOn = isBySignOn(app.app);
  const seen = bySignOn ? { ...app, app: asSignedOn(app.app) } : app;
  const explained = explanationOf({
    ...{ person, login, app: seen.app, attributes: app.attributes, config: world.config, now: world.now, bySignOn },
    wish: (bySignOn ? signOnWish : wishOf)({ world, app, person, login }),
    pauses: (await pauses(deps)).filter((pause) => concerns(pause, person, name)),
    rejection: await rejectionOf(deps, login),
  });
  return { person: id, personName: nameOf(person), app: name, appTitle: app.app.title ?? name, ...explained };
}

/** A pause of an app, of a person, or of a person in an app. */
const concerns = ({ subject }: Pause, person: Person, app: string): boolean =>
  (subject.app ?? app) === app && (subject.person ?? person.id) === person.id;

async function rejectionOf({ store }: GovernanceDeps, login: Login | null): Promise<string | null> {
  const operation = login?.operation ?? null;
  if (operation?.state !== 'rejected' || operation.ask === null) return null;
  return (await store.approvals.get(operation.ask.approval))?.reason ?? null;
}
