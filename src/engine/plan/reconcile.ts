import { type Ask, canBeAsked } from '../../core/asking.ts';
import { rolesOf } from '../../core/desired.ts';
import { grantedApps } from '../../core/grant.ts';
import { isLeaving } from '../../core/leaving.ts';
import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor, Person } from '../../core/model.ts';
import { isRemoval } from '../../core/policy.ts';
import { milliseconds } from '../../core/time-schema.ts';
import { wakeAt } from '../../core/wake.ts';
import type { Exclusive } from '../exclusive.ts';
import type { Deps } from '../ports.ts';
import { soilPeople } from '../soil.ts';
import { type AppWorld, loadWorld, type World } from '../world.ts';
import { type Collector, createCollector } from './collector.ts';
import { type Considered, type Considering, consider } from './consider.ts';
import { guardLastAdmins, type Outcome } from './last-admin.ts';
import { leavingSteps, sooner } from './leaving-steps.ts';
import { decideLosses, lossOfAsk, type PlannedLoss } from './losses.ts';
import { matchesOf, type Pair } from './match.ts';
import { tellUndecided } from './undecided.ts';

/** People; each may have logins in fifty apps, and a page is in memory whole. */
const pageSize = 200;

export type ReconcileDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections' | 'log' | 'bell' | 'courtesy'> & {
  exclusive: Exclusive;
  /** A directory is being read in this process: what it tells is planned whole, at its end, so that one import asks once. */
  reading?(): boolean;
  /** Reads the app's accounts whole; throws ConnectorError if it cannot. */
  listApp(app: string): Promise<void>;
};

/** Why somebody is planned outside the dirty round: by name, and by whom. */
export type Request = { people: readonly string[]; app: string | null; again: boolean; requester: Actor | null };

type Round = {
  deps: ReconcileDeps;
  world: World;
  collector: Collector;
  losses: PlannedLoss[];
  /** Logins that lose privileged access by this plan. */
  parting: Set<string>;
  /** Apps whose accounts could not be read: their people stay dirty. */
  unread: Set<string>;
  /** People with operations that are decided at the end of the round. */
  gathered: Set<string>;
  /** People who stay dirty: an app of theirs could not be read, or somebody else was faster. */
  behind: Set<string>;
  request: Request | null;
  written: number;
};

/**
 * Brings the logins of all dirty people in line with their wish: leavers first, then everybody else (*the path of one change*,
 * steps 2–4). Whatever is interrupted leaves its people dirty and is planned again.
 */
export async function reconcile(deps: ReconcileDeps): Promise<number> {
  return deps.exclusive('reconcile', async () => {
    const unread = new Set<string>();
    let written = 0;
    for (const leaving of [true, false]) written += await reconcileRound(deps, leaving, unread);
    return written;
  });
}

/** Plans named people at once, dirty or not. */
export async function reconcilePeople(deps: ReconcileDeps, request: Request): Promise<number> {
  return deps.exclusive('reconcile', async () => {
    const round = newRound(deps, await loadWorld(deps), new Set(), request);
    for (let start = 0; start < request.people.length; start += pageSize)
      await planPage(round, await deps.store.people.many(request.people.slice(start, start + pageSize)));
    await conclude(round);
    return round.written;
  });
}

function newRound(deps: ReconcileDeps, world: World, unread: Set<string>, request: Request | null): Round {
  const round: Round = {
    ...{
      deps,
      world,
      unread,
      request,
      losses: [],
      parting: new Set(),
      gathered: new Set(),
      behind: new Set(),
      written: 0,
    },
    collector: createCollector(deps, world, (changes) => writeLogins(round, changes)),
  };
  return round;
}

async function reconcileRound(deps: ReconcileDeps, leaving: boolean, unread: Set<string>): Promise<number> {
  let round: Round | null = null;
  const gathered: Planned[] = [];
  let after: string | null = null;
  for (;;) {
    await deps.courtesy.calm();
    const people: Person[] = await deps.store.people.dirty(leaving, after, pageSize);
    if (people.length === 0 || deps.reading?.()) break;
    after = people.at(-1)?.id ?? null;
    // After the page was read: a world from before a sync began would not know the approvers it brought.
    const world = await loadWorld(deps);
    round ??= newRound(deps, world, unread, null);
    round.world = world;
    await planPage(round, people);
    const { gathered: waiting } = round;
    await clear(
      round,
      people.filter((person) => !waiting.has(person.id)),
    );
    gathered.push(...people.filter((person) => waiting.has(person.id)).map(({ id, version }) => ({ id, version })));
  }
  if (round === null) return 0;
  await conclude(round);
  await clearAgain(round, gathered);
  return round.written;
}

/** A person as planned; a first import of any size is remembered by no more than this. */
type Planned = Pick<Person, 'id' | 'version'>;

async function clearAgain(round: Round, planned: readonly Planned[]): Promise<void> {
  for (let start = 0; start < planned.length; start += pageSize) {
    const versions = new Map(planned.slice(start, start + pageSize).map(({ id, version }) => [id, version]));
    const { people: store } = round.deps.store;
    const people = await store.many([...versions.keys()]);
    const isAsPlanned = ({ id, version }: Person) => versions.get(id) === version;
    await clear(round, people.filter(isAsPlanned));
    await soilPeople(
      store,
      people.filter((person) => !isAsPlanned(person)).map(({ id }) => id),
    );
  }
}

/**
 * The people follow the configuration now. One who changed meanwhile stays dirty, or becomes so again: another plan may have seen
 * the change and been done before this one wrote what it had made from the person as they were.
 */
async function clear(round: Round, people: readonly Person[]): Promise<void> {
  const { config, now } = round.world;
  const steps = await leavingSteps(round.deps.store, round.world, people);
  const pairs = people
    .filter((person) => !round.behind.has(person.id))
    .map((before) => ({
      before,
      after: {
        ...before,
        version: before.version + 1,
        dirty: false,
        plannedFor: null,
        wakeAt: sooner(wakeAt(before, config, now), steps.get(before.id) ?? null),
      },
    }));
  if (pairs.length === 0) return;
  const { people: store } = round.deps.store;
  const won = await store.swap(pairs);
  const lost = pairs.filter(({ before }) => !won.has(before.id)).map(({ before }) => before.id);
  await soilPeople(store, lost);
}

async function planPage(round: Round, page: readonly Person[]): Promise<void> {
  const { deps, world } = round;
  // Who may be somebody else under another id waits until an admin has said so or not.
  const people = page.filter(({ twins }) => twins.length === 0);
  await world.learnManagers(people);
  const logins = new Map(
    (await deps.store.logins.byPeople(people.map((person) => person.id))).map((login) => [login.id, login]),
  );
  const pairs = people.flatMap((person) => appsOf(round, person, logins).map((app) => ({ person, app })));
  const readable = await onlyReadable(round, pairs);
  const matches = await matchesOf(deps, world, readable, logins);
  const considering = readable.map(({ person, app }): Considering => {
    const id = loginId(person.id, app.app.name);
    const match = matches.get(id);
    return {
      ...{ world, app, person, login: logins.get(id) ?? null },
      ...{ accounts: match?.accounts ?? [], taken: match?.taken ?? new Set() },
      contested: match?.contested ?? new Set(),
      ...{ id: () => deps.random.id('o'), again: round.request?.again ?? false },
      requester: round.request?.requester ?? person.plannedFor ?? world.changer,
    };
  });
  const results = considering.map((one) => ({ considering: one, result: consider(one) }));
  await take(round, await guardLastAdmins(deps, results, round.parting));
}

/** Apps the person is wished in, and apps they have a login in. */
function appsOf(round: Round, person: Person, logins: ReadonlyMap<string, Login>): AppWorld[] {
  const { world, request } = round;
  const roles = [
    ...rolesOf(person, world.config, world.now).flatMap(({ role }) => role.apps),
    ...grantedApps(person, world.config, world.now),
  ];
  return [...world.apps.values()].filter(({ app }) => {
    if (request?.app != null && request.app !== app.name) return false;
    return roles.includes(app.name) || logins.has(loginId(person.id, app.name));
  });
}

/**
 * Nothing is planned in an app before its accounts were read whole: an unread app holds its people back, no others. Who leaves
 * gets no account that could be there already, and never waits for a list.
 */
async function onlyReadable(round: Round, pairs: readonly Pair[]): Promise<Pair[]> {
  const needsList = ({ person }: Pair) => !isLeaving(person, round.world.config, round.world.now);
  for (const app of new Set(pairs.filter(needsList).map((pair) => pair.app))) await ensureListed(round, app);
  const readable: Pair[] = [];
  for (const pair of pairs) {
    if (needsList(pair) && round.unread.has(pair.app.app.name)) round.behind.add(pair.person.id);
    else readable.push(pair);
  }
  return readable;
}

async function ensureListed(round: Round, { app }: AppWorld): Promise<void> {
  const { deps, world, unread } = round;
  if (!app.provisioning.enabled || unread.has(app.name)) return;
  const listedAt = await deps.store.accounts.listedAt(app.name);
  if (listedAt !== null && listedAt + milliseconds(app.provisioning.verify) > world.now) return;
  try {
    await deps.listApp(app.name);
  } catch (error) {
    unread.add(app.name);
    deps.log.warn({ app: app.name, error }, 'the accounts of an app could not be read; its people wait');
  }
}

async function take(round: Round, all: readonly Outcome[]): Promise<void> {
  const writes: { before: Login | null; login: Login }[] = [];
  const asks: Ask[] = [];
  const undecided = new Set<string>();
  for (const { considering, result } of all) {
    const { person, app } = considering;
    if (result.outcome === 'stale') round.behind.add(person.id);
    if (!('login' in result)) continue;
    if (result.outcome === 'write') {
      writes.push(result);
      continue;
    }
    const ask = askOf(round, person, app, result);
    if (result.act === 'ask' && !canBeAsked(ask)) {
      round.behind.add(person.id);
      undecided.add(app.app.name);
      continue;
    }
    round.gathered.add(person.id);
    if (result.outcome === 'ask') asks.push(ask);
    else round.losses.push(lossOfAsk(ask, person, result.act));
  }
  for (const app of undecided) await tellUndecided(round.deps, round.world, app);
  await writeLogins(round, writes);
  await round.collector.ask(asks);
}

function askOf(round: Round, person: Person, app: AppWorld, result: Extract<Considered, { operation: unknown }>): Ask {
  const { before, login, operation } = result;
  const asking = round.world.asking(person, app.app, operation);
  return { before, login, operation, ...asking, leaving: isRemoval(operation), urgent: false };
}

/** Inserts what is new and swaps what is known; a login that somebody else changed meanwhile leaves its person dirty. */
async function writeLogins(
  round: Round,
  changes: readonly { before: Login | null; login: Login }[],
): Promise<Set<string>> {
  if (changes.length === 0) return new Set();
  const { logins } = round.deps.store;
  const fresh = changes.flatMap(({ before, login }) => (before === null ? [login] : []));
  const known = changes.flatMap(({ before, login }) => (before === null ? [] : [{ before, after: login }]));
  const inserted = fresh.length > 0 ? await logins.insert(fresh) : new Set<string>();
  const swapped = known.length > 0 ? await logins.swap(known) : new Set<string>();
  const written = new Set([...inserted, ...swapped]);
  round.written += written.size;
  for (const { login } of changes) if (!written.has(login.id)) round.behind.add(login.person);
  if (written.size > 0) round.deps.bell.ring('worker');
  return written;
}

/** The end of a plan: losses are counted together, then everything that needs consent is asked. */
async function conclude(round: Round): Promise<void> {
  const { deps, world, collector, behind } = round;
  const write = (changes: Parameters<typeof writeLogins>[1]) => writeLogins(round, changes);
  const losing = { deps, world, collector, write, behind: (person: string) => void behind.add(person) };
  await decideLosses(losing, round.losses);
  await round.collector.finish();
  round.deps.bell.ring('worker');
  round.deps.bell.ring('publisher');
}
