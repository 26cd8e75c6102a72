import type { ConnectorError } from '../core/errors.ts';
import { system } from '../core/event.ts';
import { attention, begin, changed, hold, leaveUnknown, putBack, succeed } from '../core/login.ts';
import type { Login } from '../core/model.ts';
import {
  asConnectorError,
  callTarget,
  lookAgain,
  retryLater,
  type Settling,
  searchCreated,
  settle,
} from './attempt.ts';
import { changeNewest, gatherSwaps } from './gather.ts';
import type { Held } from './ownership.ts';
import type { Deps } from './ports.ts';

const worker = system('worker');

export type WorkerDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections' | 'timings' | 'log'> & {
  /** Plans these people's logins anew. */
  replan(people: readonly string[]): Promise<void>;
  /** Rung after outcomes are written, so that cards and history follow at once. */
  happened(): void;
};

/**
 * Works off one partition: claims due logins, writes the intent, calls the connector once under a deadline, writes the outcome
 * (design B6 of the reliability reference). Every write is a compare-and-set; a call is only begun while the lease surely
 * outlasts its deadline. Answers how long it may be left alone.
 */
export async function workPartition(
  deps: WorkerDeps,
  lease: Held,
  app: string,
  signal: AbortSignal,
): Promise<number | null> {
  const { logins, health } = deps.store;
  let size = 32;
  while (!signal.aborted && lease.remaining() > deps.timings.deadline) {
    const now = deps.clock.now();
    const paused = (await health.get(app))?.pausedUntil ?? null;
    if (paused !== null && paused > now) return paused - now;
    const due = await logins.due(lease.name, now, size);
    if (due.length === 0) break;
    const started = deps.clock.monotonic();
    await workBatch(deps, lease, app, due);
    deps.happened();
    size = nextSize(size, deps.clock.monotonic() - started);
  }
  const next = await logins.nextDue(lease.name);
  return next === null ? null : Math.max(0, next - deps.clock.now());
}

/** Batches of about a second, so that a leaver never waits long behind bulk work. */
const nextSize = (size: number, took: number): number =>
  Math.max(8, Math.min(512, Math.round((size * 1_000) / Math.max(took, 100))));

async function workBatch(deps: WorkerDeps, lease: Held, app: string, due: readonly Login[]): Promise<void> {
  const recoveries = due.filter((login) => attention(login) === 'recover');
  const { calls, outdated } = await upToDate(
    deps,
    due.filter((login) => attention(login) === 'call'),
  );
  await replanned(deps, [...due.filter((login) => attention(login) === 'replan'), ...outdated]);
  const claimed = await claim(deps, lease, calls);
  const { connector, target } = deps.connections.target(app);
  const swap = gatherSwaps(deps.store.logins);
  const jobs = [
    ...claimed.map((login) => () => apply(deps, lease, app, login, target, swap)),
    ...recoveries.map((login) => () => recover(deps, lease, app, login, target, swap)),
  ];
  await inParallel(jobs, connector.rate?.concurrency ?? 16);
}

/**
 * What is applied follows the newest person. A planner that stood still for longer than its lease may have written what it made
 * from an older one, after everybody else had planned the change.
 */
async function upToDate(deps: WorkerDeps, logins: readonly Login[]) {
  const people = await deps.store.people.many([...new Set(logins.map((login) => login.person))]);
  const revisions = new Map(people.map(({ id, revision }) => [id, revision]));
  const holds = ({ person, basis }: Login) => basis !== null && basis.revision === revisions.get(person);
  return { calls: logins.filter(holds), outdated: logins.filter((login) => !holds(login)) };
}

/** Plans the logins' people anew; a login no plan could bring further is looked at again later. */
async function replanned(deps: WorkerDeps, logins: readonly Login[]): Promise<void> {
  if (logins.length === 0) return;
  await deps.replan([...new Set(logins.map((login) => login.person))]);
  const versions = new Map(logins.map(({ id, version }) => [id, version]));
  const stuck = (await deps.store.logins.many([...versions.keys()])).filter(
    ({ id, version }) => versions.get(id) === version,
  );
  if (stuck.length === 0) return;
  const nextAt = deps.clock.now() + deps.timings.retry;
  await deps.store.logins.swap(stuck.map((before) => ({ before, after: changed(before, { nextAt }) })));
}

/** Runs jobs with at most `width` at once. */
async function inParallel(jobs: readonly (() => Promise<void>)[], width: number): Promise<void> {
  const queue = jobs.values();
  const lane = async () => {
    for (const job of queue) await job();
  };
  await Promise.all(Array.from({ length: Math.min(width, jobs.length) }, lane));
}

/** Writes the intents in one bulk; only what was really won is called. */
async function claim(deps: WorkerDeps, lease: Held, calls: readonly Login[]): Promise<Login[]> {
  if (calls.length === 0) return [];
  const at = deps.clock.now();
  const lookAgainAt = at + deps.timings.deadline + deps.timings.settle;
  const pairs = calls.map((before) => {
    const call = { attempt: deps.random.id('t'), epoch: lease.epoch, at, lookAgainAt };
    return { before, after: begin(before, call, worker) };
  });
  const won = await deps.store.logins.swap(pairs);
  return pairs.filter(({ before }) => won.has(before.id)).map(({ after }) => after);
}

type TargetOf = ReturnType<Deps['connections']['target']>['target'];
type LoginSwap = ReturnType<typeof gatherSwaps<Login>>;

async function apply(deps: WorkerDeps, lease: Held, app: string, login: Login, target: TargetOf, swap: LoginSwap) {
  if (lease.remaining() <= deps.timings.deadline) return notBegun(deps, login, swap);
  const answer = await callTarget(target, login, deps.clock.deadline(deps.timings.deadline));
  if (!answer.ok) await heed(deps, app, answer.error);
  if (!answer.ok && answer.error.kind === 'conflict' && login.operation?.kind === 'create') {
    return collided(deps, login, answer.error, target, swap);
  }
  const settling = settlingOf(deps);
  await write(deps, login, swap, (current) => settle(current, answer, settling));
}

/** The lease ran short before anything was sent: surely nothing happened. */
async function notBegun(deps: WorkerDeps, login: Login, swap: LoginSwap): Promise<void> {
  const at = deps.clock.now();
  await write(deps, login, swap, (current) =>
    putBack(current, { at, nextAt: at, trouble: null, counted: false, note: 'not begun in time' }, worker),
  );
}

/** The outcome belongs to this attempt alone: if the document shows another, it is not ours to write. */
async function write(deps: WorkerDeps, login: Login, swap: LoginSwap, change: (login: Login) => Login): Promise<void> {
  const attempt = login.intent?.attempt;
  await changeNewest(deps.store.logins, swap, login, (current) =>
    current.intent?.attempt === attempt && current.operation?.state === 'applying' ? change(current) : null,
  );
}

const settlingOf = (deps: WorkerDeps): Settling => ({
  at: deps.clock.now(),
  actor: worker,
  timings: deps.timings,
  jitter: deps.random.fraction(),
});

/** What concerns the whole app: it asked us to slow down, or its credentials are no longer taken. */
async function heed(deps: WorkerDeps, app: string, error: ConnectorError): Promise<void> {
  const now = deps.clock.now();
  if (error.kind === 'throttled') {
    await deps.store.health.pause(app, now + (error.retryAfter ?? deps.timings.retry), 'the app asked us to slow down');
  }
  if (error.kind === 'auth') {
    await deps.store.health.pause(app, now + deps.timings.retry * 6, `Invalid authentication: ${error.message}`);
  }
}

/** The app already has such an account. If it carries our id it is the one we made; otherwise a person decides. */
async function collided(deps: WorkerDeps, login: Login, error: ConnectorError, target: TargetOf, swap: LoginSwap) {
  const operation = login.operation;
  if (operation === null) return;
  const finding = await search(deps, () =>
    searchCreated(target, operation, deps.clock.deadline(deps.timings.deadline)),
  );
  const settling = settlingOf(deps);
  await write(deps, login, swap, (current) => {
    if ('error' in finding) return leaveUnknown(current, settling.at, deps.timings.settle);
    if (finding.found === 'done') return recovered(current, finding.account, settling);
    const candidates = finding.found === 'foreign' ? finding.candidates : [];
    return foreign(current, candidates, error.message, settling);
  });
}

function foreign(login: Login, candidates: readonly string[], message: string, settling: Settling): Login {
  const remedy = 'Match the login to that account, or change the name or e-mail of one of the two.';
  return hold(login, { kind: 'conflict', message, remedy, at: settling.at }, worker, { candidates });
}

async function search<T>(_deps: WorkerDeps, look: () => Promise<T>): Promise<T | { error: ConnectorError }> {
  try {
    return await look();
  } catch (error) {
    return { error: asConnectorError(error) };
  }
}

/** Found in the app after an unknown outcome: done, and planned once more in case only a part of it arrived. */
const recovered = (login: Login, account: Parameters<typeof succeed>[1], settling: Settling): Login => ({
  ...succeed(login, account, worker, settling.at),
  nextAt: settling.at,
});

/**
 * An intent whose outcome nobody knows: a crash, a time-out, a reset. It is never sent again blind. An intent of an older epoch
 * waits out the settle time on this worker's own clock first, since its call may still be on the way.
 */
async function recover(deps: WorkerDeps, lease: Held, app: string, login: Login, target: TargetOf, swap: LoginSwap) {
  const { intent, operation } = login;
  if (intent === null || operation === null) return;
  if (intent.outcome === 'pending' && intent.epoch !== lease.epoch) return waitOut(deps, lease, login, swap);
  if (lease.remaining() <= deps.timings.deadline) return;
  const finding = await search(deps, () => lookAgain(target, operation, deps.clock.deadline(deps.timings.deadline)));
  if ('error' in finding) await heed(deps, app, finding.error);
  const settling = settlingOf(deps);
  await write(deps, login, swap, (current) => {
    if ('error' in finding) return stillUnknown(current, finding.error, settling);
    if (finding.found === 'done') return recovered(current, finding.account, settling);
    if (finding.found === 'foreign') return foreign(current, finding.candidates, foreignText, settling);
    const trouble = current.operation?.trouble ?? {
      kind: 'unavailable',
      message: 'the app did not answer',
      remedy: '',
      at: settling.at,
    };
    return retryLater(current, trouble, 0, settling);
  });
}

const foreignText = 'an account of that name is in the app, and it is not known to be ours';

async function waitOut(deps: WorkerDeps, lease: Held, login: Login, swap: LoginSwap): Promise<void> {
  const at = deps.clock.now();
  await write(deps, login, swap, (current) => {
    const waiting = leaveUnknown(current, at, deps.timings.deadline + deps.timings.settle);
    return waiting.intent === null ? waiting : { ...waiting, intent: { ...waiting.intent, epoch: lease.epoch } };
  });
}

/** The search itself failed: the intent stands; the app is asked again later, however long it takes. */
function stillUnknown(login: Login, error: ConnectorError, settling: Settling): Login {
  if (error.kind === 'missing') return settle(login, { ok: false, error }, settling);
  const { timings, at } = settling;
  return changed(login, { nextAt: at + Math.max(error.retryAfter ?? 0, timings.settle) });
}
