import type { Login } from '../../core/login-model.ts';
import type { Person, SlackIdentity } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { linkFor, refusedOutright, signOnLife, type Whose } from '../../core/sign-on.ts';
import { bySignOnState } from '../../core/sign-on-closing.ts';
import { isManaged } from '../../core/sign-on-name.ts';
import { isBySignOn } from '../../core/sign-on-right.ts';
import { byText } from '../../core/text.ts';
import { appNamed, titleOf } from '../named-app.ts';
import { type AppWorld, loadWorld } from '../world.ts';
import { addresses } from './addresses.ts';
import type { SignOnDeps } from './deps.ts';
import { recordsOf } from './issue.ts';
import { loginIdOf, rightNow } from './right.ts';
import type { SignOnApp, SignOnOffer } from './sign-ons.ts';
import { tokenOf } from './token.ts';

/** The apps people sign on to, by title, as this person may. */
export async function appsFor(deps: SignOnDeps, person: Person): Promise<SignOnApp[]> {
  const world = await loadWorld(deps);
  const logins = new Map((await deps.store.logins.byPeople([person.id])).map((login) => [login.id, login]));
  const shown = [...world.apps.values()]
    .filter(({ app }) => app.saml !== undefined)
    .map(async (app): Promise<SignOnApp> => {
      const login = logins.get(loginIdOf(person, app)) ?? null;
      const right = await rightNow(deps, { world, app, person, login });
      const made = isMade(app, login, right.may);
      const text = right.may ? mayText(titleOf(app), made, isClosed(app, login)) : right.text;
      return { app: app.app.name, title: titleOf(app), may: right.may, made, text };
    });
  return (await Promise.all(shown)).sort((a, b) => byText(a.title, b.title));
}

/** Is their account there already, by an earlier sign-on or since Rollcall made it? */
const isMade = ({ app }: AppWorld, login: Login | null, may: boolean): boolean =>
  isBySignOn(app) ? (login?.signOn !== undefined && bySignOnState(login) !== 'closed') || isManaged(login) : may;

/** Somebody closed the account they had there. */
const isClosed = ({ app }: AppWorld, login: Login | null): boolean =>
  isBySignOn(app) && login !== null && bySignOnState(login) === 'closed';

function mayText(title: string, made: boolean, closed: boolean): string {
  if (made) return `You may sign on to ${title}.`;
  if (closed) return `You may sign on to ${title}: it makes a new account, since the one you had there was closed.`;
  return `You may sign on to ${title}: the first sign-on makes your account there.`;
}

const minutes = (milliseconds: number): string => `${Math.round(milliseconds / 60_000)} minutes`;

/** @throws RollcallError `unknown-app`, `no-address` */
export async function offerTo(
  deps: SignOnDeps,
  person: Person,
  name: string,
  slack: SlackIdentity,
): Promise<SignOnOffer> {
  const world = await loadWorld(deps);
  const app = appNamed(world, name);
  const title = titleOf(app);
  const known = (await deps.store.people.get(person.id)) ?? person;
  const login = await deps.store.logins.get(loginIdOf(known, app));
  const right = await rightNow(deps, { world, app, person: known, login });
  const begun = {
    ...{ id: deps.random.id('s'), app: name, at: deps.clock.now() },
    nonce: Buffer.from(deps.random.bytes(16)).toString('base64url'),
  };
  const whose = whoseOf(known, slack);
  if (!right.may) {
    await deps.store.signOns.insert([refusedOutright(begun, whose, right.text)]);
    deps.bell.ring('publisher');
    return { result: 'refused', app: name, title, text: right.text };
  }
  const signOn = linkFor(begun, whose);
  const link = `${addresses(deps).link}/${tokenOf(deps, signOn)}`;
  await deps.store.signOns.insert([signOn]);
  deps.bell.ring('publisher');
  const once = `Sign on to ${title} by this link: it works once, for ${minutes(signOnLife.link)}, and is for you alone.`;
  const text = isClosed(app, login) ? `${once} It makes a new account: the one you had there was closed.` : once;
  return { result: 'link', app: name, title, link, expires: signOn.expires, text };
}

export const whoseOf = (person: Person, slack: SlackIdentity | null): Whose => ({
  ...{ person: person.id, name: nameOf(person), slack },
  records: recordsOf(person),
});
