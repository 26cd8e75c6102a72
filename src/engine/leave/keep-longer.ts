import { refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import { ladderOf } from '../../core/grace.ts';
import { dayWord } from '../../core/leaving.ts';
import { changed, loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor, Person, Time } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps } from '../governance.ts';
import { appNamed } from '../named-app.ts';
import { personNamed } from '../person-named.ts';
import { reconcilePeople } from '../plan/reconcile.ts';
import { soilPerson } from '../soil.ts';
import { loadWorld } from '../world.ts';

const longest = 365 * 86_400_000;

/**
 * The grace ladder deletes the account of a leaver not before `until`. A deletion that is asked for already is withdrawn.
 * @throws RollcallError `unknown-person`, `unknown-app`, `bad-date`, `no-account`, `no-grace`, `not-leaving`.
 */
export async function keepLonger(
  deps: GovernanceDeps,
  id: string,
  app: string,
  until: Time,
  actor: Actor,
): Promise<{ text: string }> {
  const person = await personNamed(deps, id);
  const now = deps.clock.now();
  checkDate(until, now);
  const { login, title } = await leaversLogin(deps, person, app, now);
  const written = await keep(deps, login, until, actor, now);
  await soilPerson(deps.store.people, person);
  await reconcilePeople(deps, { people: [id], app, again: false, requester: null });
  for (const waiting of ['publisher', 'reconcile'] as const) deps.bell.ring(waiting);
  return { text: written === null ? tooLate(person, title) : kept(person, title, until) };
}

function checkDate(until: Time, now: Time): void {
  if (until > now && until <= now + longest) return;
  const problem = until > now ? 'is more than a year away' : 'has passed';
  throw refused('bad-date', `${dayWord(until)} ${problem}`, 'Choose a day to come, at most 365 days from now.');
}

async function leaversLogin(deps: GovernanceDeps, person: Person, app: string, now: Time) {
  const world = await loadWorld(deps);
  const { app: known } = appNamed(world, app);
  const title = known.title ?? app;
  const login = await deps.store.logins.get(loginId(person.id, app));
  const name = nameOf(person);
  if (login === null || (login.account !== 'active' && login.account !== 'suspended'))
    throw refused('no-account', `${name} has no account in ${title}`, 'There is nothing to keep.');
  if (known.provisioning.grace === undefined)
    throw refused(
      'no-grace',
      `${title} deletes no suspended account by itself`,
      'Nothing has to be kept longer there.',
    );
  if (ladderOf({ person, login, app: known, config: world.config, now }) === null)
    throw refused(
      'not-leaving',
      `${name} is not on the way out of ${title}`,
      'Only the account of somebody who left, and that Rollcall manages, is deleted by the grace.',
    );
  return { login, title };
}

/** Null: the account is gone, or its deletion is on the way to the app. */
function keep(deps: GovernanceDeps, first: Login, until: Time, actor: Actor, at: Time): Promise<Login | null> {
  const { logins } = deps.store;
  const id = deps.random.id('e');
  return changeNewest(logins, first, (login) => {
    const { person, app, operation } = login;
    const going = operation?.state === 'applying' && operation.kind === 'delete';
    if (going || login.remoteId !== first.remoteId) return null;
    const message = `the account is kept until ${dayWord(until)}`;
    const draft = { type: 'login.kept', message, actor, person, app, status: 'suspended' };
    return changed(login, { keepUntil: until }, [makeEvent(draft, id, at)]);
  });
}

const kept = (person: Person, app: string, until: Time): string =>
  `The account of ${nameOf(person)} in ${app} is kept until ${dayWord(until)}, and deleted after that unless somebody keeps it longer.`;
const tooLate = (person: Person, app: string): string =>
  `It is too late: the account of ${nameOf(person)} in ${app} is being deleted right now.`;
