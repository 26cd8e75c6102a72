import { changed } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { WorkerDeps } from './batch.ts';

/**
 * What is applied follows the newest person. A planner that stood still for longer than its lease may have written what it made
 * from an older one, after everybody else had planned the change.
 */
export async function upToDate(deps: WorkerDeps, logins: readonly Login[]) {
  const people = await deps.store.people.many([...new Set(logins.map((login) => login.person))]);
  const revisions = new Map(people.map(({ id, revision }) => [id, revision]));
  const holds = ({ person, basis }: Login) => basis !== null && basis.revision === revisions.get(person);
  return { calls: logins.filter(holds), outdated: logins.filter((login) => !holds(login)) };
}

/** Plans the logins' people anew; a login no plan could bring further is looked at again later. */
export async function replanned(deps: WorkerDeps, logins: readonly Login[]): Promise<void> {
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
