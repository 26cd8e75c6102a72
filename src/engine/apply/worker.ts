import { attention, begin, putBack } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Time, Trouble } from '../../core/model.ts';
import { isWaiting } from '../../core/pausing.ts';
import type { AppHealth, Quarantine } from '../../core/quarantine.ts';
import type { Held } from '../ownership.ts';
import { carriedBy, handedWith } from '../password/carried-password.ts';
import { isByHand, workByHand } from '../task/work-by-hand.ts';
import { adoptable } from './adoptable.ts';
import { atSpeed, claimTry } from './app-health.ts';
import { type Answer, callTarget, settle } from './attempt.ts';
import { type Batch, batchOf, heed, search, settlingOf, type WorkerDeps, worker, write } from './batch.ts';
import { letThrough, woke } from './gate.ts';
import { collided, recover } from './recovery.ts';
import { replanned, upToDate } from './up-to-date.ts';

export type { WorkerDeps } from './batch.ts';

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
  if (isByHand(deps, app)) return workByHand(deps, lease, app, signal);
  const { logins, health } = deps.store;
  let size = 32;
  while (!signal.aborted && lease.remaining() > deps.timings.deadline) {
    const now = deps.clock.now();
    const known = await health.get(app);
    if (known?.pausedUntil != null) {
      if (known.pausedUntil > now) return known.pausedUntil - now;
      await atSpeed(deps, app);
      continue;
    }
    const started = deps.clock.monotonic();
    if (known?.quarantine) {
      const wait = await workQuarantined(deps, lease, app, { ...known, quarantine: known.quarantine }, size);
      if (wait !== null) return wait;
    } else {
      const due = await logins.due(lease.name, now, size);
      if (due.length === 0) break;
      const batch = batchOf(deps, lease, app, known);
      await workBatch(deps, batch, due);
      if (batch.wait > 0) return rested(deps, batch);
    }
    deps.happened();
    size = nextSize(size, deps.clock.monotonic() - started);
  }
  const next = await logins.nextDue(lease.name);
  return next === null ? null : Math.max(0, next - deps.clock.now());
}

/** Batches of about a second, so that a leaver never waits long behind bulk work. */
const nextSize = (size: number, took: number): number =>
  Math.max(8, Math.min(512, Math.round((size * 1_000) / Math.max(took, 100))));

/**
 * In quarantine only leaving goes on, each leaver at its own growing distance; and, when its time has come, one call of all the
 * workers of the app. Null: look again at once.
 */
async function workQuarantined(
  deps: WorkerDeps,
  lease: Held,
  app: string,
  known: AppHealth & { quarantine: Quarantine },
  size: number,
): Promise<number | null> {
  const { logins } = deps.store;
  const now = deps.clock.now();
  const leaving = await logins.due(lease.name, now, size, true);
  if (leaving.length > 0) {
    const batch = batchOf(deps, lease, app, known);
    await workBatch(deps, batch, leaving);
    return batch.wait > 0 ? rested(deps, batch) : null;
  }
  const due = await logins.due(lease.name, now, probed);
  // Another partition may have something due: a real call says more than a test of the connection.
  const at = known.quarantine.nextTry + (due.length === 0 ? deps.timings.lease : 0);
  if (at > now) return at - now;
  if (!(await claimTry(deps, app))) return null;
  const batch = batchOf(deps, lease, app, await deps.store.health.get(app));
  const calls = await workBatch(deps, batch, due, 1);
  if (batch.wait > 0) return rested(deps, batch);
  if (calls === 0) await testConnection(deps, batch);
  return null;
}

/** The app's documented rate is used up: the rest goes on after so many milliseconds. */
function rested({ happened }: WorkerDeps, { wait }: Batch): number {
  happened();
  return wait;
}

/** Logins looked through for one that can be tried. */
const probed = 32;

/** Answers how many calls were made; `most` limits them. */
async function workBatch(
  deps: WorkerDeps,
  batch: Batch,
  due: readonly Login[],
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  const free = await adoptable(deps, batch.app, await letThrough(deps, batch.app, due));
  const recoveries = free.filter((login) => attention(login) === 'recover').slice(0, most);
  const { calls, outdated } = await upToDate(
    deps,
    free.filter((login) => attention(login) === 'call'),
  );
  await replanned(deps, [...free.filter((login) => attention(login) === 'replan'), ...outdated]);
  const { begun, wait } = batch.pace.afford(calls.slice(0, most - recoveries.length), deps.clock.now());
  batch.wait = wait;
  try {
    const claimed = await claim(deps, batch.lease, begun);
    const jobs = [
      ...claimed.map((login) => () => apply(deps, batch, login)),
      ...recoveries.map((login) => () => recover(deps, batch, login)),
    ];
    await inParallel(jobs, batch.width);
    await batch.observer.close();
    return jobs.length;
  } finally {
    batch.pace.settle();
  }
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
    // A pause or window it waited for is over.
    const ready = isWaiting(before) ? { ...woke(before, at), version: before.version } : before;
    return { before, after: begin(ready, call, worker) };
  });
  const won = await deps.store.logins.swap(pairs);
  return pairs.filter(({ before }) => won.has(before.id)).map(({ after }) => after);
}

async function apply(deps: WorkerDeps, batch: Batch, login: Login): Promise<void> {
  await deps.courtesy.calm();
  const carried = await carriedBy(deps, batch, login);
  if ('trouble' in carried) return withoutPassword(deps, login, carried.trouble);
  if (batch.lease.remaining() <= deps.timings.deadline) return notBegun(deps, login, 'not begun in time');
  if (batch.isShut(login)) return notBegun(deps, login, 'the app went into quarantine');
  const begunAt = deps.clock.now();
  const { password, isChosen } = carried;
  const answer = await callTarget(batch.target, login, password, deps.clock.deadline(deps.timings.deadline));
  logCall(deps, login, answer, begunAt);
  await heed(deps, batch, begunAt, answer.ok ? null : answer.error);
  if (!answer.ok && answer.error.kind === 'conflict' && login.operation?.kind === 'create') {
    return collided(deps, batch, login, answer.error);
  }
  if (answer.ok && isChosen) await handedWith(deps, login, password);
  const settling = settlingOf(deps, batch);
  await write(deps, login, (current) => settle(current, answer, settling));
}

/** What a call was part of, and what it came to; what the app said about it may name people, and stands in the history. */
function logCall(
  { log, clock }: WorkerDeps,
  { id, person, app, operation, intent }: Login,
  answer: Answer,
  begunAt: Time,
) {
  const outcome = answer.ok ? 'done' : answer.error.kind;
  const effect = answer.ok ? {} : { effect: answer.error.effect };
  const change = { operation: operation?.id, approval: operation?.ask?.approval, kind: operation?.kind };
  const about = { login: id, person, app, ...change, attempt: intent?.attempt };
  const took = { milliseconds: clock.now() - begunAt };
  log[answer.ok ? 'debug' : 'info']({ ...about, outcome, ...effect, ...took }, 'an app was called');
}

/** Nothing was sent: surely nothing happened. */
async function notBegun(deps: WorkerDeps, login: Login, note: string): Promise<void> {
  const at = deps.clock.now();
  await write(deps, login, (current) =>
    putBack(current, { at, nextAt: at, trouble: null, counted: false, note }, worker),
  );
}

/** A password could not be sealed: nothing was sent, and it costs no attempt. */
async function withoutPassword(deps: WorkerDeps, login: Login, trouble: Trouble): Promise<void> {
  const nextAt = trouble.at + deps.timings.retryMax;
  await write(deps, login, (current) => putBack(current, { at: trouble.at, nextAt, trouble, counted: false }, worker));
}

/** Nothing is due that could be tried: the connection itself is. */
async function testConnection(deps: WorkerDeps, batch: Batch): Promise<void> {
  const begunAt = deps.clock.now();
  const tested = await search(() => batch.target.test(deps.clock.deadline(deps.timings.deadline)));
  await heed(deps, batch, begunAt, typeof tested === 'object' ? tested.error : null);
  await batch.observer.close();
}
