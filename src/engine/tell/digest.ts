import { byHandKind } from '../../core/by-hand.ts';
import type { Config } from '../../core/config.ts';
import { type Digest, type DigestGroup, withTrend } from '../../core/digest.ts';
import { isFailureKind } from '../../core/failure.ts';
import type { Login } from '../../core/login-model.ts';
import type { Time } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { causeText, rootCauseOf } from '../../core/root-cause.ts';
import { signingKeysId } from '../../core/signing-key.ts';
import { wordOf } from '../../core/status.ts';
import { byText } from '../../core/text.ts';
import { tokenEnds } from '../inbound/tokens.ts';
import type { Deps } from '../ports.ts';
import type { LoginFilter } from '../store-ports.ts';

export type DigestDeps = Pick<Deps, 'store' | 'clock' | 'connections'>;

const day = 86_400_000;
/** Credentials that end within so long are told of. */
const endsSoon = 30 * day;
const namesShown = 5;
const page = 500;
const mostRequests = 1_000;

/** What needs a person now, grouped by root cause; `channel`’s digests before are what it is held against. */
export async function digest(deps: DigestDeps): Promise<Digest> {
  const stored = await deps.store.config.read();
  const made = await makeDigest(deps, stored?.config ?? null);
  const channel = stored?.config.settings.digest?.channel;
  return withTrend(made, channel === undefined ? null : await deps.store.digests.get(channel));
}

/** The same, held against nothing yet. */
export async function makeDigest(deps: DigestDeps, config: Config | null): Promise<Digest> {
  const at = deps.clock.now();
  const titles = new Map((config?.apps ?? []).map(({ name, title }) => [name, title ?? name]));
  const titleOf = (app: string): string => titles.get(app) ?? app;
  return {
    at,
    groups: await groupsOf(deps, titleOf),
    quarantined: await quarantinedOf(deps, titleOf),
    expiring: config === null ? [] : await credentialsEnding(deps, config, at + endsSoon),
    overdue: await overdueOf(deps, at - day),
    cured: [],
    since: null,
  };
}

type Titles = (app: string) => string;
/** `same`: it was told of all in the same words. */
type Gathered = { first: Login; count: number; same: boolean; people: string[]; words: Map<string, number> };

async function groupsOf(deps: DigestDeps, titleOf: Titles): Promise<DigestGroup[]> {
  const gathered = new Map<string, Gathered>();
  for await (const login of troubled(deps)) {
    const { code } = rootCauseOf(login);
    const group: Gathered = gathered.get(code) ?? { first: login, count: 0, same: true, people: [], words: new Map() };
    const word = wordOf(login);
    group.count += 1;
    group.same &&= messageOf(login) === messageOf(group.first);
    group.words.set(word, (group.words.get(word) ?? 0) + 1);
    if (group.people.length < namesShown) group.people.push(login.person);
    gathered.set(code, group);
  }
  const groups: DigestGroup[] = [];
  for (const group of gathered.values()) groups.push(await described(deps, group, titleOf));
  return groups.sort((a, b) => b.count - a.count || byText(a.app, b.app) || byText(a.code, b.code));
}

const messageOf = ({ operation }: Login): string | undefined => operation?.trouble?.message;

/** In the order they are looked for; a login is of one of these at a time. */
const filters: readonly LoginFilter[] = [{ state: 'failed' }, { state: 'held' }, { account: 'missing' }];

async function* troubled({ store }: DigestDeps): AsyncGenerator<Login> {
  for (const filter of filters) {
    let after: string | null = null;
    for (;;) {
      const logins: Login[] = await store.logins.list(filter, after, page);
      if (logins.length === 0) break;
      after = logins.at(-1)?.id ?? null;
      for (const login of logins) if (filter.state !== undefined || wordOf(login) === 'missing') yield login;
    }
  }
}

async function described(
  { store }: DigestDeps,
  { first, count, same, people, words }: Gathered,
  titleOf: Titles,
): Promise<DigestGroup> {
  const { code, app, kind } = rootCauseOf(first);
  const named = new Map((await store.people.many(people)).map((person) => [person.id, nameOf(person)]));
  const [word = ''] = [...words].sort(([a, x], [b, y]) => y - x || byText(a, b)).map(([each]) => each);
  return {
    ...{ code, app, appTitle: titleOf(app), word, kind, count, before: null },
    people: people.map((id) => named.get(id) ?? id),
    // Where it was told of each alike, nothing of it is one record’s own.
    cause: causeText(first, same ? 1 : count),
    remedy: first.operation?.trouble?.remedy ?? '',
    retryable: (isFailureKind(kind) && kind !== 'missing') || kind === byHandKind,
  };
}

async function quarantinedOf({ store }: DigestDeps, titleOf: Titles): Promise<Digest['quarantined']> {
  const ill = (await store.health.list()).flatMap(({ id, quarantine }) =>
    quarantine === null ? [] : [{ id, quarantine }],
  );
  if (ill.length === 0) return [];
  const waiting = (await store.logins.overview()).filter(({ state }) => state === 'approved');
  const countIn = (app: string): number =>
    waiting.filter((one) => one.app === app).reduce((sum, { count }) => sum + count, 0);
  return ill
    .map(({ id, quarantine: { since, reason, nextTry } }) => ({
      ...{ app: id, appTitle: titleOf(id), since, reason, nextTry, waiting: countIn(id) },
    }))
    .sort((a, b) => byText(a.app, b.app));
}

/** Connections whose credentials end soon, the next first. */
export async function expiring(deps: DigestDeps): Promise<Digest['expiring']> {
  const stored = await deps.store.config.read();
  return stored === null ? [] : credentialsEnding(deps, stored.config, deps.clock.now() + endsSoon);
}

/** Connections whose credentials end before `until`, the next first; what cannot be connected says nothing. */
async function credentialsEnding(deps: DigestDeps, config: Config, until: Time): Promise<Digest['expiring']> {
  const { connections } = deps;
  connections.use(config);
  const tokens = await tokenEnds(deps, config);
  const apps = config.apps.map(({ name, title }) => ({
    ...{ what: 'app' as const, name, title: title ?? name },
    endsAt: endOf(() => connections.target(name).target),
  }));
  const directories = config.directories.map(({ name, title }) => ({
    ...{ what: 'directory' as const, name, title: title ?? name },
    endsAt: tokens.get(name) ?? endOf(() => connections.directory(name)),
    ...(tokens.has(name) && { pushed: true as const }),
  }));
  return [...apps, ...directories, ...(await signingEnd(deps))]
    .flatMap((one) => (one.endsAt === null || one.endsAt > until ? [] : [{ ...one, endsAt: one.endsAt }]))
    .sort((a, b) => a.endsAt - b.endsAt || byText(a.name, b.name));
}

/** When the certificate of the key that signs last ends; nothing where no key was needed yet. */
async function signingEnd({ store }: DigestDeps) {
  const last = (await store.signingKeys.get(signingKeysId))?.keys.at(-1);
  return last === undefined ? [] : [{ what: 'sign-on' as const, name: last.id, title: 'Sign-on', endsAt: last.endsAt }];
}

function endOf(connect: () => { credentialsEnd?(): Time | null }): Time | null {
  try {
    return connect().credentialsEnd?.() ?? null;
  } catch {
    return null;
  }
}

async function overdueOf({ store }: DigestDeps, before: Time): Promise<Digest['overdue']> {
  const open = (await store.approvals.open(mostRequests)).filter(({ createdAt }) => createdAt <= before);
  const oldest = open.reduce<Time | null>((least, { createdAt }) => Math.min(least ?? createdAt, createdAt), null);
  return { count: open.length, oldest, requests: open.slice(-namesShown).map(({ id }) => id) };
}
