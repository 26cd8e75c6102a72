import { dayWord, isLeaving } from '../../core/leaving.ts';
import { loginId, newLogin } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { isOpen } from '../../core/operation.ts';
import { wishedKeys } from '../../core/plan.ts';
import { explain, wordOf } from '../../core/status.ts';
import type { GovernanceDeps, LeaverReport, OpenAccount } from '../governance.ts';
import { personNamed } from '../person-named.ts';
import { wishOf } from '../plan/consider.ts';
import type { LoginView } from '../use-cases.ts';
import { type AppWorld, loadWorld, type World } from '../world.ts';
import { closersOf, waitsToBeClosed } from './closers.ts';

type Place = 'closed' | 'pending' | 'failed' | 'open';

/**
 * Everything somebody who leaves had: what is closed, under way or failed, and the accounts a human has to close: those Rollcall
 * does not manage, was told to leave alone, or only knows from the app's list by the person's id, user name or e-mail.
 * @throws RollcallError `unknown-person`, `not-set-up`.
 */
export async function leaver(deps: GovernanceDeps, id: string): Promise<LeaverReport> {
  const person = await personNamed(deps, id);
  const world = await loadWorld(deps);
  const logins = (await deps.store.logins.byPeople([id])).sort((a, b) => (a.app < b.app ? -1 : 1));
  const places: Record<Place, LoginView[]> = { closed: [], pending: [], failed: [], open: [] };
  for (const login of logins) {
    const place = placeOf(login);
    if (place !== null) places[place].push(viewOf(world, person, login));
  }
  for (const app of world.apps.values()) places.open.push(...(await strangersOf(deps, world, app, person, logins)));
  const open = await Promise.all(places.open.map((view) => withClosers(world, person, view)));
  const { status, leftAt } = person;
  const gone = isLeaving(person, world.config, world.now);
  const text = gone ? sentence(person, places) : stays(person, open);
  return { person: id, personName: nameOf(person), status, leftAt, ...places, open, text };
}

/** Where a login stands when its person leaves; null: there never was an account, or it is meant to be in use. */
function placeOf(login: Login): Place | null {
  const { account, operation, wish } = login;
  const managed = (login.provenance === 'created' || login.provenance === 'adopted') && !login.disassociated;
  if (account === 'none') return login.former.length > 0 ? 'closed' : null;
  if (account === 'deleted' || account === 'missing') return 'closed';
  if (!managed) return account === 'active' ? 'open' : 'closed';
  const rejected = operation?.state === 'rejected';
  if (isOpen(operation)) return operation.state === 'failed' || isStuck(login) ? 'failed' : 'pending';
  if (account === 'suspended') return 'closed';
  if (wish?.state === 'active') return null;
  if (wish?.state === 'kept') return 'open';
  return rejected ? 'failed' : 'pending';
}

/** Of somebody who works here only what they may not use any more has to be closed. */
function stays(person: Person, open: readonly OpenAccount[]): string {
  const left = open.filter(({ closers }) => closers !== undefined);
  if (left.length === 0) return `${nameOf(person)} works here: nothing has to be closed.`;
  const what = countWord(
    left.length,
    'account they may sign on to no more has',
    'accounts they may sign on to no more have',
  );
  return `${nameOf(person)} works here: ${what} to be closed by a human (${namesOf(left)}).`;
}

/** On whose word an account that sign-on made counts as closed. */
async function withClosers(world: World, person: Person, view: LoginView): Promise<OpenAccount> {
  const one = { world, person, login: view.login };
  return waitsToBeClosed(one) ? { ...view, closers: await closersOf(one) } : view;
}

/** Held for another reason than a decision people are asked for. */
const isStuck = ({ operation }: Login): boolean => operation?.state === 'held' && operation.ask === null;

const viewOf = (world: World, person: Person, login: Login): LoginView => ({
  login,
  personName: nameOf(person),
  appTitle: titleOf(world, login.app),
  word: wordOf(login),
  explanation: explain(login),
});

const titleOf = (world: World, app: string): string => world.apps.get(app)?.app.title ?? app;

/** Active accounts of the app's list that carry one of the person's match keys, and that nobody's login holds. */
async function strangersOf(
  { store }: Pick<GovernanceDeps, 'store'>,
  world: World,
  app: AppWorld,
  person: Person,
  logins: readonly Login[],
): Promise<LoginView[]> {
  const { name } = app.app;
  const own = logins.find((login) => login.id === loginId(person.id, name));
  if (own?.disassociated && own.account === 'active') return [];
  const found = await store.accounts.match(name, wishedKeys(asIfHere(world, app, person), person));
  const owners = await store.logins.byAccount(
    name,
    found.map(({ remoteId }) => remoteId),
  );
  const held = new Set([...owners.map(({ remoteId }) => remoteId), ...(own?.former ?? [])]);
  return found
    .filter(({ active, remoteId }) => active && !held.has(remoteId))
    .map(({ remoteId, userName, emails }) =>
      strangerView(world, app, person, remoteId, userName ?? emails[0] ?? remoteId),
    );
}

/** The wish the person would have here, for the user name an account of theirs would carry. */
function asIfHere(world: World, app: AppWorld, person: Person) {
  const { endDate: _, ...attributes } = person.attributes;
  return wishOf({ world, app, person: { ...person, status: 'active', stop: null, attributes }, login: null });
}

function strangerView(world: World, app: AppWorld, person: Person, remoteId: string, called: string): LoginView {
  const { name, provisioning } = app.app;
  const appTitle = titleOf(world, name);
  return {
    login: { ...newLogin(person.id, name, provisioning.shards), account: 'active', provenance: 'unmanaged', remoteId },
    personName: nameOf(person),
    appTitle,
    word: 'unmanaged',
    explanation: `The account ${called} in ${appTitle} looks like theirs, and Rollcall does not manage it.`,
  };
}

function sentence(person: Person, { closed, pending, failed, open }: Record<Place, LoginView[]>): string {
  const since = person.leftAt === null ? '' : ` since ${dayWord(person.leftAt)}`;
  const how = person.stop !== null ? 'is disabled' : person.status === 'suspended' ? 'is suspended' : 'has left';
  const todo =
    open.length === 0 ? 'none left for a human to close' : `${open.length} a human has to close (${namesOf(open)})`;
  const parts = [
    countWord(closed.length, 'account is closed', 'accounts are closed'),
    ...(pending.length > 0 ? [`${pending.length} under way (${namesOf(pending)})`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed (${namesOf(failed)})`] : []),
    todo,
  ];
  return `${nameOf(person)} ${how}${since}: ${parts.join(', ')}.`;
}

export const countWord = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
export const namesOf = (views: readonly LoginView[]): string =>
  [...new Set(views.map((view) => view.appTitle))].join(', ');
