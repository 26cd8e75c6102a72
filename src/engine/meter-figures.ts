import type { AppConfig } from '../core/app-schema.ts';
import type { Approval } from '../core/approval-model.ts';
import type { Login } from '../core/login-model.ts';
import { type Ceiling, ceilingsOf } from '../core/pace.ts';
import { holdUpOf, type StoredPause } from '../core/pausing.ts';
import { isRemoval } from '../core/policy.ts';
import type { Backlog } from './mail-ports.ts';
import type { Ownership } from './ownership.ts';
import type { AppHealth, Deps } from './ports.ts';
import { unpublished } from './publisher.ts';
import type { LoginStore } from './store-ports.ts';

/** The lanes of a queue, by their number. */
export const laneNames = ['leaving', 'asked', 'bulk'] as const;

/** How an app stands; ages in seconds. */
export type AppFigures = {
  app: string;
  /** Of each lane: how long the login that has waited longest has been due; zero where none is. */
  queue: Record<(typeof laneNames)[number], number>;
  /** How long the oldest of the suspensions and deletions under way has been wanted, tried or not; zero where none is. */
  leaverWaits: number;
  health: AppHealth | null;
  /** How long it asked us not to call it still. */
  pausedFor: number;
  /** Somebody paused it as a whole, or its change window is closed: all but leaving waits. */
  isHeldUp: boolean;
  /** Calls a second its vendor documents; null: none are documented. */
  rate: Record<Ceiling, number | null>;
};

/** What stands where at this moment, for all processes together. Whoever it is about is not in it. */
export type Figures = {
  apps: AppFigures[];
  directories: { directory: string; lastRead: { at: number; complete: boolean } | null; problems: number }[];
  /** `overdue`: somebody else had to be asked, nobody can decide any more, or the step has waited as long as it may. */
  approvals: { open: number; overdue: number; oldest: number };
  events: Backlog;
  outbox: Backlog;
  inbox: Backlog;
};

/** What whoever watches the service may ask. */
export type Watched = {
  /** Cheap at any size. */
  figures(): Promise<Figures>;
  /** Logins by app, account and the state of their operation. Each is counted, so this is not to be asked often. */
  census(): ReturnType<LoginStore['overview']>;
  /** Names of the leases this process has. */
  leases(): readonly string[];
};

type FiguresDeps = Pick<Deps, 'store' | 'clock' | 'connections'>;

export const watched = (deps: FiguresDeps & { ownership: Pick<Ownership, 'names'> }): Watched => ({
  figures: () => figures(deps),
  census: () => deps.store.logins.overview(),
  leases: deps.ownership.names,
});

/** Most of what is counted one by one; more is told as so many. */
const most = 1_000;
/** Leavers looked at of each partition, of those that are tried within a day: the longest waiting are tried most often. */
const few = 20;
const day = 86_400_000;

/** A fixed number of small questions for each app, whatever the company's size. */
async function figures(deps: FiguresDeps): Promise<Figures> {
  const { store, clock } = deps;
  const now = clock.now();
  const config = (await store.config.read())?.config ?? null;
  if (config !== null) deps.connections.use(config);
  const [health, pauses] = await Promise.all([store.health.list(), store.pauses.open()]);
  const enabled = (config?.apps ?? []).filter(({ provisioning }) => provisioning.enabled);
  const apps = [];
  for (const app of enabled) apps.push(await figuresOf(deps, app, { health, pauses }));
  const names = (config?.directories ?? []).map(({ name }) => name);
  const states = await Promise.all(names.map((name) => store.directories.get(name)));
  const directories = names.map((directory, index) => {
    const { lastRead = null, problems = [] } = states[index] ?? {};
    return { directory, lastRead, problems: problems.length };
  });
  const [open, events, outbox, waiting] = await Promise.all([
    store.approvals.open(most),
    unpublished(store),
    store.outbox.backlog(),
    store.inbox.waiting(now + 1, 100),
  ]);
  return { apps, directories, approvals: approvalsAt(open, now), events, outbox, inbox: backlogOf(waiting) };
}

async function figuresOf(
  { store, clock, connections }: FiguresDeps,
  { name, provisioning }: AppConfig,
  known: { health: readonly AppHealth[]; pauses: StoredPause[] },
): Promise<AppFigures> {
  const now = clock.now();
  const shards = Array.from({ length: provisioning.shards }, (_, shard) => `${name}:${shard}`);
  const firsts = await Promise.all(shards.map((partition) => store.logins.nextInLanes(partition)));
  const leaving = await Promise.all(shards.map((partition) => store.logins.due(partition, now + day, few, true)));
  const age = (lane: number): number =>
    Math.max(0, ...firsts.map((times) => times[lane] ?? now).map((at) => (now - at) / 1_000));
  const health = known.health.find(({ id }) => id === name) ?? null;
  const { pause, window } = holdUpOf(name, { pauses: known.pauses, window: provisioning.window ?? null }, now);
  const { reads, writes, all } = ceilingsOf(connections.connector(name).rate);
  return {
    app: name,
    queue: { leaving: age(0), asked: age(1), bulk: age(2) },
    leaverWaits: Math.max(0, ...leaving.flat().map((login) => leaverWaits(login, now))),
    health,
    pausedFor: Math.max(0, (health?.pausedUntil ?? now) - now) / 1_000,
    isHeldUp: pause !== null || window?.open === false,
    rate: { reads: perSecond(reads), writes: perSecond(writes), all: perSecond(all) },
  };
}

/** Each failed try puts a login off: since when it is due says little of how long somebody who left has waited. */
const leaverWaits = ({ operation }: Login, now: number): number =>
  operation !== null && isRemoval(operation) && underWay.has(operation.state) ? (now - operation.createdAt) / 1_000 : 0;
const underWay: ReadonlySet<string> = new Set(['approved', 'applying']);

const perSecond = (budget: ReturnType<typeof ceilingsOf>['reads']): number | null =>
  budget === null ? null : budget.calls / budget.seconds;

function approvalsAt(open: readonly Approval[], now: number): Figures['approvals'] {
  const isOverdue = ({ escalatedAt, stuckAt, askedAt, patience }: Approval): boolean =>
    escalatedAt !== null || stuckAt !== null || (askedAt !== null && patience > 0 && askedAt + patience < now);
  const oldest = Math.max(0, ...open.map(({ createdAt }) => (now - createdAt) / 1_000));
  return { open: open.length, overdue: open.filter(isOverdue).length, oldest };
}

const backlogOf = (items: readonly { at: number }[]): Backlog => ({
  size: items.length,
  oldest: items.length === 0 ? null : Math.min(...items.map(({ at }) => at)),
});
