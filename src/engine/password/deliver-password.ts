import { type ConnectorError, RollcallError, restAfter } from '../../core/errors.ts';
import { messageOf, withoutText } from '../../core/failure.ts';
import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Time } from '../../core/model.ts';
import type { Secret } from '../../core/password.ts';
import { heldBack } from '../../core/pausing.ts';
import { afterRound, asksAnew, type Round, refusedByAll, takesPassword } from '../../core/sso-password.ts';
import { observerOf, slowDown } from '../apply/app-health.ts';
import { search } from '../apply/batch.ts';
import { waitsOf } from '../apply/gate.ts';
import type { Deps } from '../ports.ts';
import { opened } from './carried-password.ts';
import { changeSecret, type FollowDeps } from './follow-passwords.ts';

export type DeliverDeps = FollowDeps & Pick<Deps, 'sealer' | 'connections' | 'timings'>;

/** What trying one app came to. `later`: not tried, or asked to wait; no failure. */
type Attempt =
  | { app: string; result: 'delivered' }
  | { app: string; result: 'failed'; error: ConnectorError | RollcallError }
  | { app: string; result: 'later'; at: Time };

/**
 * Hands the password a person set to every app that waits for it and may be called now: one update each, which does no harm when
 * it is made twice. What fails is tried again at growing distance, app by app in the next round.
 */
export async function deliver(deps: DeliverDeps, secret: Secret): Promise<void> {
  const password = opened(deps, secret.sealed, secret.id);
  if (password === null) return unreadable(deps, secret);
  const attempts = await Promise.all(secret.waiting.map((app) => tryApp(deps, secret, app, password)));
  const round = roundOf(deps, secret, attempts);
  const refused = attempts.filter(
    (one) => one.result === 'failed' && 'kind' in one.error && one.error.kind === 'rejected',
  );
  const rest = attempts.filter(({ result }) => result !== 'delivered').length;
  const at = deps.clock.now();
  const nonce = deps.random.id('page');
  await changeSecret(deps, secret, (current) => {
    // Another password was set meanwhile: this round says nothing about that one.
    if (current.sealed === null || current.sealed.text !== secret.sealed?.text) return null;
    return rest > 0 && refused.length === rest
      ? refusedByAll(current, round, nonce, at)
      : afterRound(current, round, at);
  });
  for (const what of ['publisher', 'passwords'] as const) deps.bell.ring(what);
}

/** No key of ours opens it: it is lost, and the person is asked for another. */
async function unreadable(deps: DeliverDeps, secret: Secret): Promise<void> {
  const at = deps.clock.now();
  const nonce = deps.random.id('page');
  await changeSecret(deps, secret, (current) =>
    current.sealed?.text === secret.sealed?.text
      ? asksAnew(current, 'the one that was set cannot be opened with the keys there are', nonce, at)
      : null,
  );
}

async function tryApp(deps: DeliverDeps, secret: Secret, app: string, password: string): Promise<Attempt> {
  const login = await deps.store.logins.get(loginId(secret.person, app));
  const now = deps.clock.now();
  const soon = now + deps.timings.retry * 12;
  // On its way, or being changed this moment: a new account takes the password along.
  if (!takesPassword(login) || login.operation?.state === 'applying') return { app, result: 'later', at: soon };
  const held = await heldUntil(deps, login);
  if (held !== null) return { app, result: 'later', at: Math.max(held, now + deps.timings.retry) };
  try {
    return await call(deps, login, password);
  } catch (error) {
    if (!(error instanceof RollcallError) || error.next !== 'show') throw error;
    return { app, result: 'failed', error };
  }
}

/** A quarantine, a pause the app asked for, a pause or window of ours. Null: it may go. */
async function heldUntil(deps: DeliverDeps, login: Login): Promise<Time | null> {
  const now = deps.clock.now();
  const health = await deps.store.health.get(login.app);
  if (health?.quarantine) return health.quarantine.nextTry;
  if (health?.pausedUntil != null && health.pausedUntil > now) return health.pausedUntil;
  return heldBack(login, await waitsOf(deps, login.app), now)?.until ?? null;
}

async function call(deps: DeliverDeps, login: Login & { remoteId: string }, password: string): Promise<Attempt> {
  const { app, remoteId } = login;
  const { target } = deps.connections.target(app);
  const begunAt = deps.clock.now();
  const change = { set: {}, clear: [], entitlements: {}, password };
  const answer = await search(() => target.update(remoteId, change, deps.clock.deadline(deps.timings.deadline)));
  const error = 'error' in answer ? withoutText(answer.error, password) : null;
  if (error?.kind === 'throttled') {
    const until = deps.clock.now() + restAfter(error, deps.timings.retry);
    await slowDown(deps, app, until);
    return { app, result: 'later', at: until };
  }
  await heed(deps, app, begunAt, error);
  return error === null ? { app, result: 'delivered' } : { app, result: 'failed', error };
}

/** What it says of the app's health: only whether it answers. That it takes no password from us says nothing of its accounts. */
async function heed(deps: DeliverDeps, app: string, begunAt: Time, error: ConnectorError | null): Promise<void> {
  if (error !== null && error.kind !== 'unavailable') return;
  const observer = observerOf(deps, app, await deps.store.health.get(app));
  await observer.hear({ begunAt, error });
  await observer.close();
}

function roundOf(deps: DeliverDeps, secret: Secret, attempts: readonly Attempt[]): Round {
  const failed = attempts.flatMap((one) =>
    one.result === 'failed' ? [{ app: one.app, reason: reasonOf(one.error) }] : [],
  );
  const later = attempts.flatMap((one) => (one.result === 'later' ? [one.at] : []));
  const untold = secret.page !== null && !secret.told ? [deps.clock.now() + deps.timings.retry * 12] : [];
  const again = failed.length === 0 ? [] : [backOff(deps, secret, attempts)];
  return {
    delivered: attempts.flatMap(({ app, result }) => (result === 'delivered' ? [app] : [])),
    failed,
    nextAt: Math.min(...later, ...again, ...untold, deps.clock.now() + deps.timings.retryMax),
  };
}

function backOff(
  { clock, random, timings }: DeliverDeps,
  { attempts: tries }: Secret,
  attempts: readonly Attempt[],
): Time {
  const waits = attempts.flatMap((one) =>
    one.result === 'failed' && 'retryAfter' in one.error ? [one.error.retryAfter ?? 0] : [],
  );
  const grown = Math.min(timings.retryMax, timings.retry * 2 ** Math.min(tries, 20));
  return clock.now() + Math.ceil(Math.max(...waits, 0, grown * (0.5 + random.fraction() / 2)));
}

const reasonOf = (error: ConnectorError | RollcallError): string =>
  'kind' in error ? messageOf(error) : error.message;
