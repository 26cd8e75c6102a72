import { assertionOf } from '../../core/assertion.ts';
import { RollcallError } from '../../core/errors.ts';
import { newLogin } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Person } from '../../core/model.ts';
import type { Assertion } from '../../core/saml.ts';
import { isOver, refusedFor, type SignOn, usedFor } from '../../core/sign-on.ts';
import { bySignOnState } from '../../core/sign-on-closing.ts';
import { isManaged, signedOnAs } from '../../core/sign-on-name.ts';
import { isBySignOn, type SignOnRight, takenName } from '../../core/sign-on-right.ts';
import { wordOf } from '../../core/status.ts';
import { ended } from '../../core/text.ts';
import { changeNewest, swapOne } from '../gather.ts';
import { titleOf } from '../named-app.ts';
import { type AppWorld, loadWorld } from '../world.ts';
import { addresses } from './addresses.ts';
import type { SignOnDeps } from './deps.ts';
import { samlOf, signingKey } from './keys.ts';
import { type Holder, isAnothers, loginIdOf, rightNow, type SamlApp, samlApp } from './right.ts';
import type { KeyPair } from './saml-port.ts';
import type { Posting, SignOnOutcome } from './sign-ons.ts';

const random =
  ({ random: source }: Pick<SignOnDeps, 'random'>) =>
  (): string =>
    Buffer.from(source.bytes(20)).toString('hex');

/**
 * Uses a sign-on that is ready: whoever it is of is looked at anew, it is written down as used, and only then an assertion is handed out.
 * Null: somebody else was faster.
 */
export async function issue(deps: SignOnDeps, signOn: SignOn): Promise<SignOnOutcome | null> {
  const holder = await holderOf(deps, signOn);
  const title = holder === null ? signOn.app : titleOf(holder.app);
  const refuse = (text: string) => refuseWith(deps, signOn, title, text);
  if (holder === null) return refuse('The app or you are not known any more. Start again from Slack.');
  const { app, person, login } = holder;
  if (!isSame(signOn, person))
    return refuse('You are connected to another Slack user or directory entry than before. Start again from Slack.');
  const right = await rightNow(deps, holder);
  if (!right.may) return refuse(right.text);
  const saml = samlApp(deps, app.app);
  if (saml === null)
    return refuse(
      `${title} cannot be signed on to: its addresses lack a value, or one is wrong. An admin finds which in the log.`,
    );
  const acs = acsOf(signOn, saml);
  if (acs === null) return refuse('The address the app asked for is none of its own any more. Start again there.');
  // Written before the link is used up: where it cannot be, nothing says that somebody signed on. It is handed out after that alone.
  const at = deps.clock.now();
  const assertion = assertionOf({
    ...{ app: saml, person: person.id, wish: right.wish, name: right.name, issuer: addresses(deps).entityId, acs },
    ...{ inResponseTo: signOn.request?.id ?? null, at, random: random(deps) },
  });
  const written = respond(deps, assertion, await signingKey(deps));
  if ('unwritable' in written) return refuse(written.unwritable);
  const used = usedFor(signOn, at, { ...saidOf(app, login), reasons: right.wish.reasons });
  if (!(await swapOne(deps.store.signOns, signOn, used))) return null;
  deps.bell.ring('publisher');
  if (isBySignOn(app.app)) await remember(deps, holder, right);
  // Two who are called the same came at once, and each was remembered: neither is let in, since the app could not tell them apart.
  if (right.name !== null && (await isAnothers(deps, app, person, right.name)))
    return { result: 'refused', title, text: takenName(title, right.name) };
  return { result: 'post', title, posting: posted(written.xml, acs, signOn) };
}

/** A value that XML cannot hold is never sent without what is wrong in it. */
function respond(deps: SignOnDeps, assertion: Assertion, key: KeyPair): { xml: string } | { unwritable: string } {
  try {
    return { xml: samlOf(deps).respond(assertion, key) };
  } catch (error) {
    if (!(error instanceof RollcallError && error.code === 'saml-value')) throw error;
    return { unwritable: `${ended(error.message)} ${error.remedy}` };
  }
}

export const posted = (xml: string, acs: string, { request }: Pick<SignOn, 'request'>): Posting => ({
  acs,
  response: Buffer.from(xml, 'utf8').toString('base64'),
  relayState: request?.relayState ?? null,
});

/** What a request asked for, as long as it is the app's still; else where its answers usually go. */
function acsOf({ request }: SignOn, { saml }: SamlApp): string | null {
  const [first] = saml.acs;
  if (request === null) return first?.url ?? null;
  return saml.acs.find(({ url }) => url === request.acs)?.url ?? null;
}

function saidOf(app: AppWorld, login: Login | null): { message: string; status: string } {
  if (!isBySignOn(app.app) || isManaged(login))
    return { message: 'signed on', status: login === null ? '' : wordOf(login) };
  const state = login === null ? 'none' : bySignOnState(login);
  const message =
    state === 'none'
      ? 'signed on for the first time: the app makes the account'
      : state === 'closed'
        ? 'signed on after the account was closed: the app makes a new one'
        : 'signed on';
  return { message, status: 'provisioned by sign-on' };
}

/** That there is an account now; nobody's document but their own is touched. */
async function remember(
  { store, clock, bell }: SignOnDeps,
  { app, person }: Holder,
  { wish, name }: Extract<SignOnRight, { may: true }>,
): Promise<void> {
  const at = clock.now();
  const signedOn = (login: Login): Login | null => signedOnAs(login, wish, name, at);
  const known = await store.logins.get(loginIdOf(person, app));
  const fresh = known ?? newLogin(person.id, app.app.name, app.app.provisioning.shards);
  if (known === null && (await insertedFirst(store.logins, signedOn(fresh)))) return bell.ring('publisher');
  const newest = known ?? (await store.logins.get(fresh.id));
  if (newest !== null) await changeNewest(store.logins, newest, signedOn);
  bell.ring('publisher');
}

const insertedFirst = async (logins: SignOnDeps['store']['logins'], login: Login | null): Promise<boolean> =>
  login !== null && (await logins.insert([{ ...login, version: 0 }])).has(login.id);

/** The app, and the person as they are now; null where one of them is no more. */
export async function holderOf(deps: SignOnDeps, { app: name, whose }: SignOn): Promise<Holder | null> {
  const person = whose === null ? null : await deps.store.people.get(whose.person);
  const world = await loadWorld(deps);
  const app = world.apps.get(name);
  if (person === null || app === undefined) return null;
  return { world, app, person, login: await deps.store.logins.get(loginIdOf(person, app)) };
}

/** The Slack user and the directory entries it began with are the person's still. */
function isSame({ whose }: SignOn, person: Person): boolean {
  if (whose === null || whose.slack === null || person.slack === null) return false;
  const { slack, records } = whose;
  const now = new Set(recordsOf(person));
  return (
    person.slack.team === slack.team && person.slack.user === slack.user && records.every((record) => now.has(record))
  );
}

export const recordsOf = ({ records }: Pick<Person, 'records'>): string[] =>
  records.map(({ directory, externalId }) => `${directory}\n${externalId}`);

export async function refuseWith(
  deps: SignOnDeps,
  signOn: SignOn,
  title: string,
  text: string,
): Promise<SignOnOutcome | null> {
  const at = deps.clock.now();
  if (isOver(signOn, at)) return null;
  const won = await swapOne(deps.store.signOns, signOn, refusedFor(signOn, text, at));
  if (won) deps.bell.ring('publisher');
  return won ? { result: 'refused', title, text } : null;
}
