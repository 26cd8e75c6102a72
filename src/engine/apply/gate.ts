import { attention, changed } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import { isOn, isWaiting, type StoredPause, type Waits, waitOf } from '../../core/pausing.ts';
import type { Deps } from '../ports.ts';

export type GateDeps = Pick<Deps, 'store' | 'clock'>;

/**
 * Holds back approved changes that a pause or the app’s change window makes wait, and says so in each login; answers the others.
 * Leaving always passes.
 */
export async function letThrough(deps: GateDeps, app: string, due: readonly Login[]): Promise<readonly Login[]> {
  const waits = await waitsOf(deps, app);
  if (waits.pauses.length === 0 && waits.window === null) return due;
  const now = deps.clock.now();
  const held = due.flatMap((before) => {
    const wait = attention(before) === 'call' ? waitOf(before, waits, now) : null;
    return wait === null ? [] : [{ before, after: waiting(before, wait) }];
  });
  if (held.length === 0) return due;
  const won = await deps.store.logins.swap(held);
  await recheck(
    deps,
    waits.pauses,
    held.map(({ after }) => after).filter(({ id }) => won.has(id)),
  );
  const ids = new Set(held.map(({ before }) => before.id));
  return due.filter(({ id }) => !ids.has(id));
}

/** Pauses that hold now, and the app's change window. */
export async function waitsOf(deps: GateDeps, app: string): Promise<Waits> {
  const [open, stored] = await Promise.all([deps.store.pauses.open(), deps.store.config.read()]);
  const now = deps.clock.now();
  const found = stored?.config.apps.find(({ name }) => name === app);
  return { pauses: open.filter((pause) => isOn(pause, now)), window: found?.provisioning.window ?? null };
}

function waiting(login: Login, { until, trouble }: NonNullable<ReturnType<typeof waitOf>>): Login {
  const { operation } = login;
  if (operation === null) return login;
  return changed(login, { nextAt: until, operation: { ...operation, trouble } });
}

/** A pause that was ended while logins were being held for it would hold them until its own end: they go at once. */
async function recheck(deps: GateDeps, known: readonly StoredPause[], held: readonly Login[]): Promise<void> {
  if (held.length === 0 || known.length === 0) return;
  const now = new Map((await deps.store.pauses.open()).map(({ id, version }) => [id, version]));
  if (known.every(({ id, version }) => now.get(id) === version)) return;
  await wake(deps, held);
}

/** Logins that wait for nothing but a pause or a window are looked at now. */
export async function wake(deps: GateDeps, logins: readonly Login[]): Promise<number> {
  const at = deps.clock.now();
  let woken = 0;
  let some = logins.filter((login) => isWaiting(login));
  while (some.length > 0) {
    const pairs = some.map((before) => ({ before, after: woke(before, at) }));
    const won = await deps.store.logins.swap(pairs);
    woken += won.size;
    const lost = some.filter(({ id }) => !won.has(id)).map(({ id }) => id);
    some = lost.length === 0 ? [] : (await deps.store.logins.many(lost)).filter((login) => isWaiting(login));
  }
  return woken;
}

const page = 500;

/** The same for all of an app, or of every app. */
export async function wakeApp(deps: GateDeps & Pick<Deps, 'bell'>, app: string | null): Promise<number> {
  const filter = { ...(app !== null && { app }), state: 'approved' as const };
  let woken = 0;
  let after: string | null = null;
  for (;;) {
    const some: Login[] = await deps.store.logins.list(filter, after, page);
    if (some.length === 0) return woken;
    after = some.at(-1)?.id ?? null;
    woken += await wake(deps, some);
    deps.bell.ring('worker');
  }
}

/** Waits no longer: what it waited for is forgotten. */
export function woke(login: Login, at: number): Login {
  const { operation } = login;
  return operation === null ? login : changed(login, { nextAt: at, operation: { ...operation, trouble: null } });
}
