import type { Approval } from './approval-model.ts';
import { changeOf } from './change.ts';
import { giveUp, step, succeed } from './login.ts';
import type { Login } from './login-model.ts';
import type { Account, Actor, Operation, Time } from './model.ts';
import { ended } from './text.ts';
import { entitlementsAfter } from './unread.ts';

/** Of the trouble that somebody could not do a task; a retry asks anew. */
export const byHandKind = 'by-hand';

/** What people did with a task. */
export type Outcome = 'done' | 'cannot';

/** Handed to people as a task of theirs, bound by its hash: nothing is called, and nothing is due before they say what came of it. */
export function handOver(login: Login, task: string, actor: Actor, at: Time): Login {
  const handed = step(login, 'hand', actor, at, {
    operation: { trouble: null },
    login: { nextAt: null, intent: null },
    note: `task ${task}`,
  });
  const { operation } = handed;
  if (operation === null) return handed;
  // Bound after its event, which belongs to the request it was approved in.
  return { ...handed, operation: { ...operation, ask: { approval: task, hash: operation.hash } } };
}

/** The login after somebody said what came of its task. What they say they did is all there is to know of the account. */
export function settleTask(
  login: Login,
  outcome: Outcome,
  told: { by: Actor; at: Time } & Pick<Approval, 'reason'>,
): Login {
  const { operation } = login;
  if (operation?.state !== 'handed') return login;
  const { by, at, reason } = told;
  if (outcome === 'done') return succeed(login, accountAfter(login, operation), by, at, 'made by hand');
  const why = reason === null ? '' : `: ${reason}`;
  const message = ended(`${by.name} cannot do it${why}`);
  const remedy = `Clear away what is in the way, then ask anew with \`/provision retry ${login.app}\`.`;
  return giveUp(login, { kind: byHandKind, message, remedy, at }, by);
}

/**
 * The account once the operation is done, from our own record; null after a delete. Nobody but us gives it an id: that of the
 * operation that made it, which no other account has.
 */
export function accountAfter(login: Pick<Login, 'observed' | 'remoteId'>, operation: Operation): Account | null {
  const { kind, after, id } = operation;
  if (kind === 'delete' || after === null) return null;
  const seen = kind === 'create' ? {} : (login.observed?.attributes ?? {});
  const change = changeOf(operation);
  const attributes = Object.entries({ ...seen, ...change.set });
  return {
    remoteId: login.remoteId ?? id,
    active: after.active,
    attributes: Object.fromEntries(attributes.filter(([name]) => !change.clear.includes(name))),
    entitlements: entitlementsAfter(login, operation),
  };
}
