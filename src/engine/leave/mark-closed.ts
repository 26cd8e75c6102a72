import { refused } from '../../core/errors.ts';
import { loginId, newLogin } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { bySignOnState, closedByHand, reopened } from '../../core/sign-on-closing.ts';
import { closedText } from '../../core/sign-on-login.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps } from '../governance.ts';
import { personNamed } from '../person-named.ts';
import { loadWorld } from '../world.ts';
import { type Closable, closersOf, whyEntitled } from './closers.ts';

type Account = Closable & { title: string };

/**
 * A human closed an account that sign-on had made, where no interface lets us look: the login is `deleted` from now on, on their
 * word. Whoever says so after another is told who was first. `note`: what they say beside it.
 * @throws RollcallError `unknown-person`, `erased`, `not-set-up`, `own-login`, `not-allowed`, `not-by-sign-on`, `still-entitled`, `changed`.
 */
export async function markClosed(
  deps: GovernanceDeps,
  id: string,
  app: string,
  note: string | null,
  actor: Actor,
): Promise<{ text: string }> {
  const account = await accountOf(deps, id, app);
  checkOther(account, actor);
  await checkCloser(account, actor);
  const { login } = account;
  if (bySignOnState(login) === 'closed') return { text: already(account, login) };
  checkClosable(account);
  const said = { by: actor, at: deps.clock.now(), note: note === null || note.trim() === '' ? null : note.trim() };
  const event = deps.random.id('e');
  const written = await changeNewest(deps.store.logins, login, (newest) =>
    isAsJudged(newest, login) ? closedByHand(newest, said, event) : null,
  );
  if (written === null) return { text: await toldOtherwise(deps, account) };
  deps.bell.ring('publisher');
  return { text: closedNow(account) };
}

/**
 * It was said by mistake: the account counts as there again, and is a human's to close. Only admins take it back.
 * @throws RollcallError `unknown-person`, `erased`, `not-set-up`, `own-login`, `not-admin`, `not-closed`, `no-reason`.
 */
export async function unmarkClosed(
  deps: GovernanceDeps,
  id: string,
  app: string,
  why: string,
  actor: Actor,
): Promise<{ text: string }> {
  const account = await accountOf(deps, id, app);
  checkOther(account, actor);
  checkAdmin(account, actor);
  if (why.trim() === '') throw refused('no-reason', 'a mistake is taken back with a reason', 'Say what was wrong.');
  const said = { by: actor, at: deps.clock.now(), why: why.trim() };
  const event = deps.random.id('e');
  const written = await changeNewest(deps.store.logins, account.login, (newest) =>
    bySignOnState(newest) === 'closed' ? reopened(newest, said, event) : null,
  );
  if (written === null) throw notClosed(account);
  deps.bell.ring('publisher');
  return { text: openAgain(account) };
}

async function accountOf(deps: GovernanceDeps, id: string, app: string): Promise<Account> {
  const person = await personNamed(deps, id);
  if (person.erasedAt !== undefined)
    throw refused('erased', 'this person was erased', 'There is nothing left to say of their accounts.');
  const world = await loadWorld(deps);
  const login = (await deps.store.logins.get(loginId(id, app))) ?? newLogin(id, app, 1);
  return { world, person, login, title: world.apps.get(app)?.app.title ?? app };
}

/** Nobody says of themselves that their account is gone. */
function checkOther({ person, title }: Account, actor: Actor): void {
  if (actor.kind !== 'person' || actor.person !== person.id) return;
  throw refused('own-login', `nobody says of their own account in ${title} that it is closed`, 'Ask another admin.');
}

async function checkCloser(account: Account, actor: Actor): Promise<void> {
  if (actor.kind !== 'person' || (await closersOf(account)).includes(actor.person)) return;
  throw refused(
    'not-allowed',
    `only admins, approvers and the owners of ${account.title} say that an account there is closed`,
    'Ask one of them.',
  );
}

function checkAdmin({ world }: Account, actor: Actor): void {
  if (actor.kind !== 'person' || world.admins.some(({ id, status }) => id === actor.person && status === 'active'))
    return;
  throw refused('not-admin', 'only admins take back that an account is closed', 'Ask one of them.');
}

/** @throws RollcallError `not-by-sign-on`, `still-entitled`. */
function checkClosable(account: Account): void {
  const { person, title, login } = account;
  const name = nameOf(person);
  if (login.signOn === undefined)
    throw refused(
      'not-by-sign-on',
      `${name} has no account in ${title} that sign-on made`,
      'Only such an account is closed on somebody’s word: the report of a leaver lists them.',
    );
  if (bySignOnState(login) !== 'there')
    throw refused(
      'not-by-sign-on',
      `the account of ${name} in ${title} is Rollcall’s to find and to close by now`,
      'See what it is doing: `/provision explain PERSON APP`.',
    );
  const entitled = whyEntitled(account);
  if (entitled === null) return;
  throw refused(
    'still-entitled',
    `${name} may still sign on to ${title} (${entitled}), and the next sign-on would make the account anew`,
    'Take the role or the grant away first, or disable them.',
  );
}

/** Nobody has signed on, and nothing was planned, since this was judged. */
const isAsJudged = (newest: Login, judged: Login): boolean =>
  bySignOnState(newest) === 'there' && newest.signOn?.times === judged.signOn?.times;

/** Somebody was faster: whoever said the same is told so. */
async function toldOtherwise(deps: GovernanceDeps, account: Account): Promise<string> {
  const newest = await deps.store.logins.get(account.login.id);
  if (newest !== null && bySignOnState(newest) === 'closed') return already(account, newest);
  throw refused(
    'changed',
    `the account of ${nameOf(account.person)} in ${account.title} has changed meanwhile`,
    'Look at the report of the leaver again.',
  );
}

const about = ({ person, title }: Account): string => `The account of ${nameOf(person)} in ${title}`;

const already = (account: Account, login: Login): string =>
  `${about(account)} is closed already: ${closedText(login)}.`;
const closedNow = (account: Account): string =>
  `${about(account)} is marked as closed, on your word: Rollcall cannot look there. If they come back and sign on again, the app makes a new one.`;
const openAgain = (account: Account): string => `${about(account)} counts as open again: a human has to close it.`;

const notClosed = ({ person, title }: Account) =>
  refused(
    'not-closed',
    `nobody’s word stands that the account of ${nameOf(person)} in ${title} is closed`,
    'There is nothing to take back.',
  );
