import { attention, putBack } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import { type WorkerDeps, worker } from '../apply/batch.ts';
import { letThrough } from '../apply/gate.ts';
import { replanned, upToDate } from '../apply/up-to-date.ts';
import type { Held } from '../ownership.ts';
import { loadWorld } from '../world.ts';
import { createHandOver } from './hand-over.ts';

const page = 500;
/** What is approved together becomes one task: nothing goes before so long has passed without another, milliseconds. */
const calm = 2_000;
/** Nor does anything wait longer than this for others. */
const longest = 30_000;

/** Are the changes of this app made by people? */
export const isByHand = ({ connections }: Pick<WorkerDeps, 'connections'>, app: string): boolean =>
  connections.connector(app).capabilities.byHand === true;

/** Works off one partition of an app that people keep by hand. Answers how long it may be left alone; null: until rung. */
export async function workByHand(
  deps: WorkerDeps,
  lease: Held,
  app: string,
  signal: AbortSignal,
): Promise<number | null> {
  const { logins } = deps.store;
  let due = await logins.due(lease.name, deps.clock.now(), page);
  const wait = stillComing(due, deps.clock.now());
  if (wait > 0) return wait;
  const world = due.length === 0 ? null : await loadWorld(deps);
  const known = world?.apps.get(app);
  if (world !== null && known !== undefined) {
    const handOver = createHandOver(deps, world, known);
    const taken = new Set<string>();
    while (due.length > 0 && !signal.aborted && lease.remaining() > deps.timings.deadline) {
      for (const { id } of due) taken.add(id);
      await handOver.take(await ready(deps, app, due));
      due = await unseen(deps, lease, taken);
    }
    await handOver.finish();
    deps.happened();
  }
  const next = await logins.nextDue(lease.name);
  return next === null ? null : Math.max(0, next - deps.clock.now());
}

/** The next page. What is taken already may still be due: few of one kind wait for the end, and so does what somebody else changed. */
async function unseen(deps: WorkerDeps, lease: Held, taken: ReadonlySet<string>): Promise<Login[]> {
  for (let most = page; ; most *= 2) {
    const due = await deps.store.logins.due(lease.name, deps.clock.now(), most);
    const fresh = due.filter(({ id }) => !taken.has(id));
    if (fresh.length > 0 || due.length < most) return fresh;
  }
}

function stillComing(due: readonly Login[], now: number): number {
  const times = due.map(({ operation }) => operation?.changedAt ?? 0);
  if (times.length === 0 || now - Math.min(...times) >= longest) return 0;
  return Math.min(calm, calm - (now - Math.max(...times)));
}

/** Those that may be handed over now; the others wait, are planned anew, or have lost the call they were begun with. */
async function ready(deps: WorkerDeps, app: string, due: readonly Login[]): Promise<readonly Login[]> {
  const free = await letThrough(deps, app, due);
  await withoutCall(
    deps,
    free.filter((login) => attention(login) === 'recover'),
  );
  const { calls, outdated } = await upToDate(
    deps,
    free.filter((login) => attention(login) === 'call'),
  );
  await replanned(deps, [...free.filter((login) => attention(login) === 'replan'), ...outdated]);
  return calls;
}

/**
 * Begun while the app was still called: what came of that call nobody can ask for any more. The task says to keep what is there, so it
 * is put back and handed over.
 */
async function withoutCall(deps: WorkerDeps, begun: readonly Login[]): Promise<void> {
  if (begun.length === 0) return;
  const at = deps.clock.now();
  const back = { at, nextAt: at, trouble: null, counted: false, note: 'the app is kept by hand now' };
  await deps.store.logins.swap(begun.map((before) => ({ before, after: putBack(before, back, worker) })));
}
