import type { AccountChange, ListedAccount, Target } from '../../core/connector.ts';
import { ConnectorError, restAfter } from '../../core/errors.ts';
import { troubleOf, withoutText } from '../../core/failure.ts';
import { giveUp, hold, leaveUnknown, putBack, succeed } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor, Operation, Time, Trouble } from '../../core/model.ts';
import { changeOf } from '../../core/plan.ts';
import { isRemoval } from '../../core/policy.ts';
import { leavingRest, paceOf, type Quarantine } from '../../core/quarantine.ts';
import { formerWith } from '../../core/rehire.ts';
import { withUnread } from '../../core/unread.ts';
import type { Timings } from '../ports.ts';

/** What a call came to. `account` is null after a delete. */
export type Answer = { ok: true; account: ListedAccount | null } | { ok: false; error: ConnectorError };

const noChange: AccountChange = { set: {}, clear: [], entitlements: {} };
const isEmpty = (change: AccountChange): boolean =>
  Object.keys(change.set).length === 0 && change.clear.length === 0 && Object.keys(change.entitlements).length === 0;

/** Makes the operation's one call to the app, with the password of a new account. Sends nothing twice and never throws. */
export async function callTarget(
  target: Target,
  login: Login,
  password: string | null,
  signal: AbortSignal,
): Promise<Answer> {
  const operation = login.operation;
  if (operation === null) return { ok: false, error: new ConnectorError('bug', 'none', 'no operation to apply') };
  try {
    return { ok: true, account: await perform(target, operation, password, signal) };
  } catch (error) {
    const known = asConnectorError(error);
    return { ok: false, error: password === null ? known : withoutText(known, password) };
  }
}

async function perform(
  target: Target,
  operation: Operation,
  password: string | null,
  signal: AbortSignal,
): Promise<ListedAccount | null> {
  const { kind, remoteId, after } = operation;
  if (kind === 'create') {
    const { attributes, entitlements } = after ?? { attributes: {}, entitlements: {} };
    const account = { externalId: operation.person, attributes, entitlements };
    return target.create(password === null ? account : { ...account, password }, signal);
  }
  if (remoteId === null) throw new ConnectorError('bug', 'none', `${kind} without an account`);
  const change = after === null ? noChange : changeOf(operation);
  if (kind === 'delete') {
    await target.delete(remoteId, signal);
    return null;
  }
  if (kind === 'suspend') return target.suspend(remoteId, signal);
  const asleep = kind === 'adopt' && operation.before?.active === false && after?.active === true;
  if (kind === 'reactivate' || asleep) return target.reactivate(remoteId, change, signal);
  return isEmpty(change)
    ? present(await target.get(remoteId, signal), remoteId)
    : target.update(remoteId, change, signal);
}

function present(account: ListedAccount | null, remoteId: string): ListedAccount {
  if (account === null) throw new ConnectorError('missing', 'none', `account ${remoteId} is gone from the app`);
  return account;
}

/** Anything a connector throws against its contract may have changed the app. */
export function asConnectorError(error: unknown): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const message = error instanceof Error ? error.name : 'unknown error';
  return new ConnectorError('bug', 'unknown', `the connector broke its contract (${message})`, { cause: error });
}

/**
 * After an unknown outcome: reads or searches the app, and says whether the change is there.
 * `account` undefined: surely not there, so that the call may be made again.
 */
export type Finding =
  | { found: 'done'; account: ListedAccount | null }
  | { found: 'not-done' }
  | { found: 'foreign'; candidates: readonly string[] };

export async function lookAgain(target: Target, operation: Operation, signal: AbortSignal): Promise<Finding> {
  if (operation.kind === 'create') return searchCreated(target, operation, signal);
  if (operation.remoteId === null) return { found: 'not-done' };
  const account = await target.get(operation.remoteId, signal);
  if (operation.kind === 'delete') return account === null ? { found: 'done', account: null } : { found: 'not-done' };
  if (account === null)
    throw new ConnectorError('missing', 'none', `account ${operation.remoteId} is gone from the app`);
  return shows(account, operation) ? { found: 'done', account } : { found: 'not-done' };
}

/**
 * Ours is the account that carries our id, though a search that lags behind finds it by its name alone; one that only has the same
 * name belongs to somebody else until a person says so.
 */
export async function searchCreated(target: Target, operation: Operation, signal: AbortSignal): Promise<Finding> {
  const byId = oursAmong(await target.find({ externalId: operation.person }, signal), operation);
  if (byId !== null) return byId;
  const userName = operation.after?.attributes.userName;
  if (typeof userName !== 'string') return { found: 'not-done' };
  const byName = await target.find({ userName }, signal);
  if (byName.length === 0) return { found: 'not-done' };
  return oursAmong(byName, operation) ?? foreign(byName);
}

/** One whose creation broke off is none yet: the same create completes it. */
function oursAmong(accounts: readonly ListedAccount[], { person }: Operation): Finding | null {
  const ours = accounts.filter((account) => account.externalId === person);
  const [only] = ours;
  if (only === undefined) return null;
  if (ours.length > 1) return foreign(ours);
  return only.unfinished === true ? { found: 'not-done' } : { found: 'done', account: only };
}

const foreign = (accounts: readonly ListedAccount[]): Finding => ({
  ...{ found: 'foreign', candidates: accounts.map(({ remoteId }) => remoteId) },
});

/** What cannot be read does not show: a change of it is made again, which connectors of such apps take care of. */
function shows(account: ListedAccount, operation: Operation): boolean {
  const { after } = operation;
  if (after === null || account.active !== after.active) return false;
  const { active, attributes } = account;
  const { entitlements } = withUnread(account, operation.before?.entitlements ?? {});
  const change = changeOf({ ...operation, before: { active, attributes, entitlements } });
  return operation.kind === 'suspend' || isEmpty(change);
}

export type Settling = {
  at: Time;
  actor: Actor;
  timings: Timings;
  jitter: number;
  /** Of the app, after this call. */
  quarantine: Quarantine | null;
};

/** What is the app’s fault, not the record’s. */
const ofTheApp = (error: ConnectorError): boolean =>
  error.kind === 'auth' || error.kind === 'unavailable' || error.kind === 'bug';

/** How long a call that failed in quarantine rests: leavers are tried anew by themselves, all others wait for the app. */
export function restOf({ operation }: Login, { quarantine, timings }: Settling): number {
  if (quarantine === null || operation === null || !isRemoval(operation)) return 0;
  return leavingRest(quarantine, paceOf(timings));
}

/** An app in quarantine costs nobody an attempt. */
function waitForApp(login: Login, trouble: Trouble, settling: Settling): Login {
  const { at, actor } = settling;
  return putBack(login, { at, nextAt: at + restOf(login, settling), trouble, counted: false }, actor);
}

/** The login after an answer: pure. */
export function settle(login: Login, answer: Answer, settling: Settling): Login {
  const { at, actor } = settling;
  if (answer.ok) return acknowledged(login, answer.account, settling);
  const { error } = answer;
  const trouble = troubleOf(error, login.app, at);
  if (error.effect === 'unknown') return leaveUnknown(login, at, settling.timings.settle, trouble);
  if (error.kind === 'throttled') return throttled(login, error, settling);
  if (settling.quarantine !== null && ofTheApp(error)) return waitForApp(login, trouble, settling);
  if (error.kind === 'unavailable') return retryLater(login, trouble, error.retryAfter ?? 0, settling);
  if (error.kind === 'missing') {
    return giveUp(login, trouble, actor, { account: 'missing', remoteId: null, former: formerWith(login) });
  }
  return giveUp(login, trouble, actor);
}

function acknowledged(login: Login, account: ListedAccount | null, settling: Settling): Login {
  const { at, actor } = settling;
  const wanted = login.operation?.after;
  if (account !== null && wanted && account.active !== wanted.active) {
    const message = `the app said yes, but the account is still ${account.active ? 'active' : 'suspended'}`;
    return giveUp(
      login,
      { kind: 'rejected', message, remedy: 'Look at the account in the app, then retry.', at },
      actor,
    );
  }
  return succeed(login, account, actor, at);
}

function throttled(login: Login, error: ConnectorError, settling: Settling): Login {
  const nextAt = settling.at + restAfter(error, settling.timings.retry);
  return putBack(
    login,
    { at: settling.at, nextAt, trouble: troubleOf(error, login.app, settling.at), counted: false },
    settling.actor,
  );
}

/** Exponential back-off with jitter; past the limit a person decides. A record waits for an app in quarantine instead. */
export function retryLater(login: Login, trouble: Trouble, atLeast: number, settling: Settling): Login {
  if (settling.quarantine !== null) return waitForApp(login, trouble, settling);
  const { timings, at, actor } = settling;
  if (login.attempts >= timings.attempts) {
    const message = `given up after ${login.attempts} attempts: ${trouble.message}`;
    const remedy = `Look at ${login.app}, then put it back with \`/provision retry ${login.app}\`.`;
    return hold(login, { ...trouble, message, remedy, tries: login.attempts }, actor);
  }
  const backOff = Math.min(timings.retryMax, timings.retry * 2 ** (login.attempts - 1));
  const wait = Math.max(atLeast, backOff * (0.5 + settling.jitter / 2));
  return putBack(login, { at, nextAt: at + Math.ceil(wait), trouble, counted: true }, actor);
}
