import type { Config } from '../../core/config.ts';
import { refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import { appsOfGrant, type GrantWord, grantWord, withGrants } from '../../core/grant.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor, Grant, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { rolesOf } from '../../core/role.ts';
import { zoneOf } from '../../core/stay.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps } from '../governance.ts';
import { checkLastDay } from '../leave/last-day.ts';
import { personNamed } from '../person-named.ts';
import { loadWorld, type World } from '../world.ts';

/** What people may ask for themselves. `has`: they have it; `waiting`: they asked, and nobody has decided. */
export type Requestable = {
  kind: 'app' | 'role';
  name: string;
  title: string;
  apps: readonly string[];
  state: 'open' | 'waiting' | 'has';
};

/** What a person asks for, why, and the last day (`YYYY-MM-DD`; null: for good). */
export type AccessRequest = { kind: 'app' | 'role'; name: string; why: string; until: string | null };

export type RequestView = {
  id: string;
  kind: 'app' | 'role';
  name: string;
  title: string;
  why: string;
  until: string | null;
  by: Actor;
  at: number;
  apps: readonly { app: string; title: string; word: GrantWord }[];
};

/** Every app and role the person may ask for, apps first, by title; roles that reach no app Rollcall provisions are left out: nobody would be asked. */
export async function requestables(deps: GovernanceDeps, id: string): Promise<Requestable[]> {
  const person = await personNamed(deps, id);
  const world = await loadWorld(deps);
  const logins = await loginsOf(deps, id);
  return offered(world.config).map((offer) => ({ ...offer, state: stateOf(person, offer, logins, world) }));
}

type Offer = Omit<Requestable, 'state'>;

const byTitle = (a: Offer, b: Offer): number => a.title.localeCompare(b.title, 'en');

function offered({ apps, roles }: Config): Offer[] {
  const open = apps.filter(({ requestable, provisioning }) => requestable === true && provisioning.enabled);
  const provisioned = new Set(apps.filter(({ provisioning }) => provisioning.enabled).map(({ name }) => name));
  const having = roles.filter(
    ({ requestable, apps: reached }) => requestable === true && reached.some((app) => provisioned.has(app)),
  );
  return [
    ...open.map(({ name, title = name }) => ({ kind: 'app' as const, name, title, apps: [name] })).sort(byTitle),
    ...having
      .map(({ name, title = name, apps: reached }) => ({ kind: 'role' as const, name, title, apps: reached }))
      .sort(byTitle),
  ];
}

type Logins = ReadonlyMap<string, Login>;

const loginsOf = async ({ store }: GovernanceDeps, person: string): Promise<Logins> =>
  new Map((await store.logins.byPeople([person])).map((login) => [login.app, login]));

function stateOf(person: Person, offer: Offer, logins: Logins, { config, now }: World): Requestable['state'] {
  const roles = rolesOf(person, config, now);
  const inRole = (app: string) => roles.some(({ role }) => role.apps.includes(app));
  const words = (person.grants ?? [])
    .filter((grant) => (offer.kind === 'role' ? grant.role === offer.name : grant.app === offer.name))
    .flatMap((grant) => offer.apps.map((app) => grantWord(person, grant, logins.get(app) ?? null, config, now)));
  const has = offer.kind === 'role' ? roles.some(({ role }) => role.name === offer.name) : inRole(offer.name);
  if (has || words.includes('given')) return 'has';
  return words.includes('waiting') ? 'waiting' : 'open';
}

/**
 * Asks for access in a person's name. The owners of each app decide about the account it would make, as about any change; until
 * then nothing is given. It ends by itself after its last day.
 * @throws RollcallError `unknown-person`, `not-requestable`, `no-reason`, `not-a-day`, `day-over`, `has-access`, `asked-already`, `not-active`.
 */
export async function requestAccess(
  deps: GovernanceDeps,
  id: string,
  wanted: AccessRequest,
  actor: Actor,
): Promise<{ text: string; id: string }> {
  const first = await personNamed(deps, id);
  const world = await loadWorld(deps);
  const offer = offerNamed(world.config, wanted);
  const why = wanted.why.trim().replace(/\s+/g, ' ').slice(0, 500);
  if (why === '') throw refused('no-reason', 'say why the access is needed', 'Whoever decides reads it.');
  if (first.status !== 'active')
    throw refused('not-active', `${nameOf(first)} does not work here now`, 'Access is for people who do.');
  const logins = await loginsOf(deps, id);
  const at = deps.clock.now();
  const grant: Grant = {
    ...{ id: deps.random.id('g'), why, by: actor, at, endedAt: null, until: wanted.until },
    ...{ app: offer.kind === 'app' ? offer.name : null, role: offer.kind === 'role' ? offer.name : null },
  };
  const written = await changeNewest(deps.store.people, first, (person) => {
    refuseAgain(person, offer, logins, world);
    checkDay(person, wanted.until, world);
    return withGrants(
      person,
      [...(person.grants ?? []), grant],
      eventOf(deps, person, grant, 'access.requested', told(grant, offer)),
    );
  });
  if (written === null) throw refused('unknown-person', `there is no person ${id}`, 'Look for them by name or e-mail.');
  ring(deps);
  return {
    id: grant.id,
    text: `${nameOf(written)} asks for ${offer.title}${untilText(grant)}. Whoever decides about it is asked now.`,
  };
}

const ring = ({ bell }: GovernanceDeps): void => {
  for (const waiting of ['reconcile', 'publisher'] as const) bell.ring(waiting);
};

const untilText = ({ until }: Pick<Grant, 'until'>): string => (until === null ? '' : ` until ${until}`);
const told = (grant: Grant, { title }: Offer): string => `asked for ${title}${untilText(grant)}: ${grant.why}`;

function eventOf(deps: GovernanceDeps, person: Person, grant: Grant, type: string, message: string) {
  return makeEvent(
    { type, message, actor: grant.by, person: person.id, app: grant.app },
    `${grant.id}:${type}`,
    deps.clock.now(),
  );
}

function offerNamed(config: Config, { kind, name }: AccessRequest): Offer {
  const offers = offered(config);
  const found = offers.find((offer) => offer.kind === kind && offer.name === name);
  if (found !== undefined) return found;
  const titles = offers.map(({ title }) => title).join(', ');
  throw refused(
    'not-requestable',
    `${name} cannot be asked for`,
    titles === '' ? 'An admin says what can be: `requestable: true` at an app or role.' : `These can: ${titles}.`,
  );
}

function refuseAgain(person: Person, offer: Offer, logins: Logins, world: World): void {
  const state = stateOf(person, offer, logins, world);
  if (state === 'has')
    throw refused('has-access', `${nameOf(person)} has ${offer.title} already`, 'Nothing needs to be asked.');
  if (state === 'waiting')
    throw refused(
      'asked-already',
      `${nameOf(person)} has asked for ${offer.title} already`,
      'Wait for the answer, or withdraw it first.',
    );
}

function checkDay(person: Person, until: string | null, { config, now }: World): void {
  if (until === null) return;
  checkLastDay(until, zoneOf(person.attributes, config.settings), now, 'Write a day still to come.');
}

/** What a person asked for, the newest first, and what became of it in each app. */
export async function requestsOf(deps: GovernanceDeps, id: string): Promise<RequestView[]> {
  const person = await personNamed(deps, id);
  const { config, now } = await loadWorld(deps);
  const logins = await loginsOf(deps, id);
  const titled = (kind: 'apps' | 'roles', name: string) => config[kind].find((one) => one.name === name)?.title ?? name;
  return [...(person.grants ?? [])].reverse().map((grant) => {
    const kind = grant.role === null ? 'app' : 'role';
    const name = grant.role ?? grant.app ?? '';
    return {
      ...{ id: grant.id, kind, name, title: titled(kind === 'app' ? 'apps' : 'roles', name) },
      ...{ why: grant.why, until: grant.until, by: grant.by, at: grant.at },
      apps: appsOfGrant(grant, config).map((app) => ({
        ...{ app, title: titled('apps', app) },
        word: grantWord(person, grant, logins.get(app) ?? null, config, now),
      })),
    };
  });
}

/**
 * Withdraws a request, or takes back what came of it: the person's own, or an admin's act. What it alone gave ends as a lost role does.
 * @throws RollcallError `unknown-person`, `unknown-request`.
 */
export async function endRequest(
  deps: GovernanceDeps,
  id: string,
  request: string,
  actor: Actor,
): Promise<{ text: string }> {
  const first = await personNamed(deps, id);
  const at = deps.clock.now();
  const known = (first.grants ?? []).find((grant) => grant.id === request);
  if (known === undefined)
    throw refused('unknown-request', `there is no request ${request}`, 'The list of requests shows their ids.');
  const what = known.role ?? known.app ?? '';
  const written = await changeNewest(deps.store.people, first, (person) => {
    const grants = person.grants ?? [];
    if (grants.every((grant) => grant.id !== request || grant.endedAt !== null)) return null;
    const ended = grants.map((grant) => (grant.id === request ? { ...grant, endedAt: at } : grant));
    const event = eventOf(deps, person, { ...known, by: actor }, 'access.ended', `no longer asks for ${what}`);
    return withGrants(person, ended, event);
  });
  if (written === null) return { text: `The request for ${what} has ended already.` };
  ring(deps);
  return { text: `${nameOf(written)} no longer asks for ${what}; what it alone gave is taken back.` };
}
