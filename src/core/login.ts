import { consentsAfter } from './grant.ts';
import { shardOf } from './hash.ts';
import type { Login, OwnedEntitlement } from './login-model.ts';
import { isExplicitDisable } from './loss.ts';
import type { Account, AccountView, Actor, Operation, RollcallEvent, Time, Trouble } from './model.ts';
import { advance, allows, isOpen, type OperationChange, type Trigger } from './operation.ts';
import { isRemoval } from './policy.ts';
import { droppedAfter, formerNote, formerWith, wasDropped } from './rehire.ts';
import { entitlementsAfter, withUnread } from './unread.ts';
import { withUntouched } from './untouched.ts';

/** The id of the one login of a person in an app. */
export const loginId = (person: string, app: string): string => `${person}:${app}`;

export function newLogin(person: string, app: string, shards: number): Login {
  return {
    id: loginId(person, app),
    version: 0,
    outbox: [],
    person,
    app,
    partition: `${app}:${shardOf(person, shards)}`,
    revision: 0,
    wish: null,
    basis: null,
    account: 'none',
    remoteId: null,
    observed: null,
    provenance: null,
    owned: [],
    operation: null,
    intent: null,
    attempts: 0,
    lane: 2,
    nextAt: null,
    removedAt: null,
    lostAt: null,
    lostExplicit: false,
    candidates: [],
    chosen: null,
    disassociated: false,
    pin: null,
    keepUntil: null,
    remindedAt: null,
    dropped: [],
    former: [],
    accepted: [],
  };
}

/** The next version of a login, with the events that belong to the change. */
export function changed(login: Login, change: Partial<Login>, events: readonly RollcallEvent[] = []): Login {
  return { ...login, ...change, version: login.version + 1, outbox: [...login.outbox, ...events] };
}

/** One step of the open operation, inside the same document change as its event. */
export function step(
  login: Login,
  trigger: Trigger,
  actor: Actor,
  at: Time,
  options: { operation?: OperationChange; login?: Partial<Login>; note?: string } = {},
): Login {
  const operation = login.operation;
  if (operation === null) return login;
  const next = advance(operation, trigger, actor, at, options.operation, options.note);
  return changed(login, { ...options.login, operation: next.operation }, [next.event]);
}

/** Puts a new operation in the place of an open one; one that is being applied stays, and the login is planned again after it. */
export function replaceOperation(login: Login, operation: Operation | null, actor: Actor, at: Time): Login {
  if (login.operation?.state === 'applying') return login;
  const cleared = isOpen(login.operation) ? step(login, 'supersede', actor, at) : login;
  return {
    ...cleared,
    version: login.version + 1,
    operation: operation ?? cleared.operation,
    attempts: operation === null ? cleared.attempts : 0,
    intent: null,
    nextAt: null,
  };
}

/** What the worker has to do with a due login. */
export function attention(login: Login): 'call' | 'recover' | 'replan' {
  if (login.operation?.state === 'approved') return 'call';
  if (login.operation?.state === 'applying') return 'recover';
  return 'replan';
}

/** Intent before call: counted, fenced by epoch, written before anything is sent. */
export function begin(
  login: Login,
  call: { attempt: string; epoch: number; at: Time; lookAgainAt: Time },
  actor: Actor,
): Login {
  const intent = { attempt: call.attempt, epoch: call.epoch, at: call.at, outcome: 'pending' as const };
  return step(login, 'start', actor, call.at, {
    login: { intent, attempts: login.attempts + 1, nextAt: call.lookAgainAt },
  });
}

const viewOf = (account: Account): AccountView => ({
  active: account.active,
  attributes: account.attributes,
  entitlements: account.entitlements,
});

const readWhole = (found: Account, login: Login, operation: Operation): Account =>
  withUnread(found, entitlementsAfter(login, operation));

/** The app was read back and shows what was wished, as far as it can be read: the operation is done. `found` is null after a delete. */
export function succeed(login: Login, found: Account | null, actor: Actor, at: Time, how = ''): Login {
  const operation = login.operation;
  if (operation === null) return login;
  const account = found === null ? null : withUntouched(readWhole(found, login, operation), login, operation);
  const observed = account === null ? null : { ...viewOf(account), at };
  const remoteId = account === null ? null : account.remoteId;
  return step(login, 'succeed', actor, at, {
    operation: { remoteId: account?.remoteId ?? operation.remoteId, trouble: null },
    login: {
      account: accountState(account),
      observed,
      remoteId,
      provenance: provenanceAfter(login, operation, account),
      owned: ownedAfter(login, operation, account),
      dropped: droppedAfter(login, operation, account),
      former: remoteId === login.remoteId ? login.former : formerWith(login),
      keepUntil: account?.active ? null : login.keepUntil,
      intent: null,
      attempts: 0,
      candidates: [],
      chosen: null,
      accepted: remoteId === login.remoteId ? login.accepted : [],
      nextAt: isFinished(login, operation) ? null : at,
    },
    note: [how, operation.kind === 'create' ? formerNote(login) : ''].filter(Boolean).join('; '),
  });
}

/**
 * Nothing of it is to be planned again: not what was undone, nor who lost a role and may have asked for the app meanwhile, nor a
 * suspension that a deletion follows.
 */
const isFinished = (login: Login, { kind, cause, revision }: Operation): boolean =>
  revision === login.revision &&
  login.pin?.unlinks !== true &&
  !(kind === 'suspend' && (cause === 'role-loss' || login.wish?.beforeDeletion === true));

const accountState = (account: Account | null): Login['account'] => {
  if (account === null) return 'deleted';
  return account.active ? 'active' : 'suspended';
};

function provenanceAfter(login: Login, operation: Operation, account: Account | null): Login['provenance'] {
  if (account === null) return null;
  if (operation.kind === 'create') return 'created';
  if (operation.kind === 'adopt') return 'adopted';
  return login.provenance;
}

/** Values this operation gave become ours; values it took, or that are gone, stop being ours; all others are not. */
function ownedAfter(login: Login, operation: Operation, account: Account | null): readonly OwnedEntitlement[] {
  if (account === null) return [];
  const has = (target: string, value: string) => (account.entitlements[target] ?? []).includes(value);
  const kept = login.owned.filter((owned) => has(owned.target, owned.value));
  const given: OwnedEntitlement[] = [];
  for (const [target, values] of Object.entries(operation.after?.entitlements ?? {})) {
    const before = operation.before?.entitlements[target] ?? [];
    for (const value of values) {
      if (before.includes(value) || !has(target, value) || wasDropped(login, target, value)) continue;
      if (kept.some((owned) => owned.target === target && owned.value === value)) continue;
      given.push({ target, value, provenance: 'created' });
    }
  }
  return [...kept, ...given];
}

/** Put back to be tried again; nothing was changed in the app. `counted: false` gives the attempt back (throttling is no failure). */
export function putBack(
  login: Login,
  options: { at: Time; nextAt: Time; trouble: Trouble | null; counted: boolean; note?: string },
  actor: Actor,
): Login {
  return step(login, 'retry', actor, options.at, {
    operation: { trouble: options.trouble },
    login: {
      intent: null,
      attempts: options.counted ? login.attempts : Math.max(0, login.attempts - 1),
      nextAt: options.nextAt,
    },
    note: options.note ?? options.trouble?.message ?? '',
  });
}

/** A person must act. */
export function giveUp(login: Login, trouble: Trouble, actor: Actor, change: Partial<Login> = {}): Login {
  return step(login, 'fail', actor, trouble.at, {
    operation: { trouble },
    login: { intent: null, nextAt: null, ...change },
    note: trouble.message,
  });
}

/** Held for a person: attempts used up, several candidates, threshold. */
export function hold(login: Login, trouble: Trouble, actor: Actor, change: Partial<Login> = {}): Login {
  return step(login, 'hold', actor, trouble.at, {
    operation: { trouble },
    login: { intent: null, nextAt: null, ...change },
    note: trouble.message,
  });
}

/** The call may have changed the app: the intent stands, and the app is searched once the settle time is over. */
export function leaveUnknown(login: Login, at: Time, settle: number, trouble: Trouble | null = null): Login {
  if (login.intent === null || login.operation === null) return login;
  const operation = trouble === null ? login.operation : { ...login.operation, trouble };
  return changed(login, { operation, intent: { ...login.intent, outcome: 'unknown' }, nextAt: at + settle });
}

/** Decided by people: goes to the worker, is rejected, or goes back to planning when it had been held. */
export function decideOperation(
  login: Login,
  decision: 'approve' | 'reject' | 'expire',
  actor: Actor,
  at: Time,
  reason: string,
): Login {
  const operation = login.operation;
  if (operation === null) return login;
  const decidedBy = [...operation.decidedBy, actor];
  const go: Partial<Login> = { nextAt: at, lane: laneOf(operation), ...removalMark(operation, at) };
  if (decision === 'approve' && operation.state === 'held') {
    const released = step(login, 'release', actor, at, { note: reason });
    // What an admin lets past the deletion threshold is not held against whoever leaves next.
    const { lostAt, lostExplicit } = operation.trouble?.kind === 'threshold' ? login : { ...login, ...go };
    const change = { ...go, lostAt, lostExplicit };
    const consents = consentsAfter(login, decision);
    const waived = step(released, 'waive', actor, at, { operation: { decidedBy }, login: { ...change, ...consents } });
    return { ...waived, version: login.version + 1 };
  }
  if (!allows(operation.state, decision)) return login;
  const change = { ...(decision === 'approve' ? go : { nextAt: null }), ...consentsAfter(login, decision) };
  return step(login, decision, actor, at, { operation: { decidedBy }, login: change, note: reason });
}

/** Goes ahead unasked. */
export function waive(login: Login, actor: Actor, at: Time): Login {
  if (login.operation === null) return login;
  const change: Partial<Login> = { nextAt: at, lane: laneOf(login.operation), ...removalMark(login.operation, at) };
  return step(login, 'waive', actor, at, { login: change });
}

/** Removals are counted by the deletion threshold from the moment they may go. */
const removalMark = (operation: Operation, at: Time): Partial<Login> =>
  isRemoval(operation) ? { removedAt: at, lostAt: at, lostExplicit: isExplicitDisable(operation) } : {};

/** Leaving goes first, then what a person waits for, then bulk. */
export const laneOf = (operation: Operation): Login['lane'] => {
  if (operation.kind === 'suspend' || operation.kind === 'delete') return 0;
  return operation.ask === null ? 2 : 1;
};
