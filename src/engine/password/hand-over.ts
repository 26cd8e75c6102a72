import type { Config } from '../../core/config.ts';
import { erased, expired, isOpenPage, made, moved, operationOf, spans } from '../../core/handover.ts';
import { loginId } from '../../core/login.ts';
import type { Time } from '../../core/model.ts';
import { isFinal } from '../../core/operation.ts';
import type { Secret } from '../../core/password.ts';
import { ssoApps } from '../../core/password-parameter.ts';
import type { Deps } from '../ports.ts';
import { deliver } from './deliver-password.ts';
import { afterChange, changeSecret, type FollowDeps, followEverybody } from './follow-passwords.ts';
import { wantPage } from './once-page.ts';

export type HandOverDeps = FollowDeps & Pick<Deps, 'sealer' | 'connections' | 'timings' | 'log'>;

/** Secrets looked at in one round, and at once. */
const batch = 200;
const width = 8;

/**
 * Brings passwords further: tells people of their pages, hands what they set to the apps, and erases what nobody needs any more.
 * Level-triggered and idempotent; one process at a time is enough, two do no harm.
 */
export function createHandOver(deps: HandOverDeps) {
  let followed: number | null = null;

  async function followConfig(): Promise<Config | null> {
    const stored = await deps.store.config.read();
    if (stored === null) return null;
    if (stored.edition !== followed) await followEverybody(deps, stored.config);
    followed = stored.edition;
    return stored.config;
  }

  /** Answers whether there may be more at once. */
  return async function handOver(): Promise<boolean> {
    const config = await followConfig();
    if (config === null) return false;
    const due = await deps.store.secrets.due(deps.clock.now(), batch);
    const queue = due.values();
    const lane = async () => {
      for (const secret of queue) await oneOf(deps, config, secret);
    };
    await Promise.all(Array.from({ length: Math.min(width, due.length) }, lane));
    if (due.length > 0) deps.bell.ring('publisher');
    return due.length === batch;
  };
}

/** One that fails never holds the others up: it is put off. */
async function oneOf(deps: HandOverDeps, config: Config, secret: Secret): Promise<void> {
  try {
    await bringFurther(deps, config, secret);
  } catch (error) {
    deps.log.error({ secret: secret.id, error }, 'a password could not be brought further; it is tried again');
    const at = deps.clock.now();
    await changeSecret(deps, secret, (current) => moved(current, { nextAt: at + deps.timings.retryMax }, at));
  }
}

async function bringFurther(deps: HandOverDeps, config: Config, secret: Secret): Promise<void> {
  const current = await upToDate(deps, config, secret);
  if (current === null || current.nextAt === null || current.nextAt > deps.clock.now()) return;
  if (current.kind === 'generated' && current.waiting.length > 0) return lookForAccount(deps, current);
  const lapsed = await changeSecret(deps, current, (newest) => expired(newest, deps.clock.now()));
  if (lapsed !== null) await wantPage(deps, current);
  const after = lapsed ?? current;
  if (isOpenPage(after.page, deps.clock.now()) && !after.told) await tell(deps, after);
  else if (after.sealed !== null && after.kind === 'sso') await deliver(deps, after);
  else if (lapsed === null) await rest(deps, after);
}

/** As the person and their logins are now. */
async function upToDate(deps: HandOverDeps, config: Config, secret: Secret): Promise<Secret | null> {
  const [person, logins] = await Promise.all([
    deps.store.people.get(secret.person),
    deps.store.logins.byPeople([secret.person]),
  ]);
  const at = deps.clock.now();
  const nonce = deps.random.id('page');
  const change = (current: Secret) =>
    person === null
      ? erased(current, 'the person is not known any more', at)
      : afterChange(current, { person, logins, config, apps: ssoApps(config) }, nonce, at);
  return (await changeSecret(deps, secret, change)) ?? deps.store.secrets.get(secret.id);
}

/** Nothing was heard of the create for long: what its login says counts. */
async function lookForAccount(deps: HandOverDeps, secret: Secret): Promise<void> {
  const [app = ''] = secret.waiting;
  const operation = (await deps.store.logins.get(loginId(secret.person, app)))?.operation ?? null;
  const isIts = operation?.id === operationOf(secret);
  const at = deps.clock.now();
  const nonce = deps.random.id('page');
  await changeSecret(deps, secret, (current) => {
    if (isIts && operation?.state === 'applied') return made(current, nonce, at);
    if (isIts && operation !== null && !isFinal(operation.state))
      return moved(current, { nextAt: at + spans.unmade }, at);
    return erased(current, 'its account was never made', at);
  });
}

/** Asked of Slack again and again, less and less often, until the person is found there. */
async function tell(deps: HandOverDeps, secret: Secret): Promise<void> {
  await wantPage(deps, secret);
  const at = deps.clock.now();
  const again = at + Math.min(6 * 3_600_000, deps.timings.retry * 12 * 2 ** Math.min(secret.attempts, 12));
  const delivers = secret.sealed !== null && secret.kind === 'sso';
  const change = (current: Secret) =>
    current.told || current.page?.nonce !== secret.page?.nonce
      ? null
      : moved(current, { attempts: current.attempts + 1, nextAt: Math.min(again, current.page?.expires ?? again) }, at);
  const after = await changeSecret(deps, secret, change);
  if (delivers && after !== null) await deliver(deps, after);
}

/** Nothing to do before the page's time is over. */
async function rest(deps: HandOverDeps, secret: Secret): Promise<void> {
  const at = deps.clock.now();
  const nextAt: Time | null = secret.page?.expires ?? null;
  await changeSecret(deps, secret, (current) =>
    current.nextAt === secret.nextAt && current.nextAt !== nextAt ? moved(current, { nextAt }, at) : null,
  );
}
