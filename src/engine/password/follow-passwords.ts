import type { Config } from '../../core/config.ts';
import { erased, generatedId, made } from '../../core/handover.ts';
import { isLeaving } from '../../core/leaving.ts';
import type { Login } from '../../core/login-model.ts';
import type { Person, RollcallEvent } from '../../core/model.ts';
import type { Secret } from '../../core/password.ts';
import { ssoApps } from '../../core/password-parameter.ts';
import { following, forgotten, standingOf } from '../../core/sso-password.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';
import type { Subscriber } from '../publisher.ts';

export type FollowDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'bell'>;

/**
 * Passwords follow what happens to accounts and people. It hears of events that are stored for good, at least once, and reads what
 * is true now: hearing one twice, or late, changes nothing.
 */
export const passwordSubscriber =
  (deps: FollowDeps): Subscriber =>
  async (events) => {
    const news = events.filter(({ type }) => !type.startsWith('password.'));
    const created = await followCreates(deps, news);
    await forgetAdopted(deps, news);
    const followed = await followPeople(deps, [...new Set(news.flatMap(({ person }) => person ?? []))]);
    if (created || followed) for (const what of ['passwords', 'publisher'] as const) deps.bell.ring(what);
  };

const ends: Readonly<Record<string, string>> = {
  'operation.reject': 'the new account was rejected',
  'operation.expire': 'nobody approved the new account in time',
  'operation.supersede': 'the new account is not wanted any more',
};

/** The page of a generated password opens once its account is made; without one, it is erased. Answers whether anything changed. */
async function followCreates(deps: FollowDeps, events: readonly RollcallEvent[]): Promise<boolean> {
  const ended = events.filter(({ type, kind }) => kind === 'create' && (type === 'operation.succeed' || type in ends));
  const byId = new Map(
    ended.flatMap((event) => (event.operation === null ? [] : [[generatedId(event.operation), event]])),
  );
  if (byId.size === 0) return false;
  let changed = false;
  const at = deps.clock.now();
  for (const secret of await deps.store.secrets.many([...byId.keys()])) {
    const type = byId.get(secret.id)?.type ?? '';
    const why = ends[type];
    const change = (current: Secret) =>
      why === undefined ? made(current, deps.random.id('page'), at) : erased(current, why, at);
    if ((await changeSecret(deps, secret, change)) !== null) changed = true;
  }
  return changed;
}

export const changeSecret = (
  { store }: Pick<Deps, 'store'>,
  secret: Secret,
  change: (secret: Secret) => Secret | null,
): Promise<Secret | null> => changeNewest(store.secrets, secret, change);

/** An account taken over is another one than the person may have had there. */
async function forgetAdopted(deps: FollowDeps, events: readonly RollcallEvent[]): Promise<void> {
  const at = deps.clock.now();
  for (const { type, kind, person, app } of events) {
    if (type !== 'operation.succeed' || kind !== 'adopt' || person === null || app === null) continue;
    const [secret] = (await deps.store.secrets.ofPeople([person])).filter((one) => one.kind === 'sso');
    if (secret !== undefined) await changeSecret(deps, secret, (current) => forgotten(current, app, at));
  }
}

/** Brings the secrets of these people in step with their logins: level-triggered. Answers whether anything changed. */
export async function followPeople(deps: FollowDeps, ids: readonly string[]): Promise<boolean> {
  const config = (await deps.store.config.read())?.config;
  if (config === undefined || ids.length === 0) return false;
  const secrets = await deps.store.secrets.ofPeople(ids);
  const apps = ssoApps(config);
  const concerned = apps.size === 0 ? [...new Set(secrets.map(({ person }) => person))] : ids;
  if (concerned.length === 0) return false;
  const [people, logins] = [await deps.store.people.many(concerned), await deps.store.logins.byPeople(concerned)];
  const fresh: Secret[] = [];
  let changed = false;
  for (const person of people) {
    const own = logins.filter((login) => login.person === person.id);
    const had = secrets.filter((secret) => secret.person === person.id);
    for (const secret of had) if (await follow(deps, secret, { person, logins: own, config, apps })) changed = true;
    if (had.some(({ kind }) => kind === 'sso') || isLeaving(person, config, deps.clock.now())) continue;
    const first = following(null, person.id, standingOf(own, apps), deps.random.id('page'), deps.clock.now());
    if (first !== null) fresh.push(first);
  }
  const inserted = await deps.store.secrets.insert(fresh);
  const late = fresh.filter(({ id }) => !inserted.has(id)).map(({ person }) => person);
  return (late.length > 0 && (await followPeople(deps, late))) || changed || inserted.size > 0;
}

export type Followed = { person: Person; logins: readonly Login[]; config: Config; apps: ReadonlySet<string> };

async function follow(deps: FollowDeps, secret: Secret, followed: Followed): Promise<boolean> {
  const change = (current: Secret) => afterChange(current, followed, deps.random.id('page'), deps.clock.now());
  return (await changeSecret(deps, secret, change)) !== null;
}

/** What becomes of a secret as its person and their logins are now; null: it stays. */
export function afterChange(
  secret: Secret,
  { person, logins, config, apps }: Followed,
  nonce: string,
  at: number,
): Secret | null {
  if (isLeaving(person, config, at)) return erased(secret, 'they do not work here any more', at);
  if (secret.kind === 'sso') return following(secret, person.id, standingOf(logins, apps), nonce, at);
  const [app] = secret.delivered;
  const account = logins.find((login) => login.app === app)?.account;
  const isGone = secret.waiting.length === 0 && account !== 'active' && account !== 'suspended';
  return isGone ? erased(secret, 'the account is gone', at) : null;
}

/** How many logins are looked through at a time. */
const page = 500;

/** Everybody with an account in an app that takes the SSO password now: after a change of the configuration. */
export async function followEverybody(deps: FollowDeps, config: Config): Promise<void> {
  for (const app of ssoApps(config)) {
    let after: string | null = null;
    for (;;) {
      const logins: Login[] = await deps.store.logins.list({ app, account: 'active' }, after, page);
      if (logins.length === 0) break;
      after = logins.at(-1)?.id ?? null;
      await followPeople(
        deps,
        logins.map(({ person }) => person),
      );
    }
  }
}
