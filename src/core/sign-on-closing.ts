import { broken } from './errors.ts';
import { makeEvent } from './event.ts';
import { changed } from './login.ts';
import type { Login } from './login-model.ts';
import type { Actor, Operation, Time, Wish } from './model.ts';
import { isOpen } from './operation.ts';
import type { BySignOn, Closing } from './sign-on-login.ts';

/** Where an account that sign-on makes stands. `provisioned`: Rollcall has planned here since, so that it is no human's to say. */
export type BySignOnState = 'none' | 'there' | 'closed' | 'provisioned';
export type BySignOnTrigger = 'sign-on' | 'close' | 'reopen';

/** The one table of such an account. A missing cell is not allowed. */
export const bySignOnTransitions = {
  none: { 'sign-on': 'there' },
  there: { 'sign-on': 'there', close: 'closed' },
  closed: { 'sign-on': 'there', reopen: 'there' },
  provisioned: { 'sign-on': 'there' },
} as const satisfies Record<BySignOnState, Partial<Record<BySignOnTrigger, BySignOnState>>>;

const table: Record<BySignOnState, Partial<Record<BySignOnTrigger, BySignOnState>>> = bySignOnTransitions;

/** What a human said stands until somebody signs on, or Rollcall does something here itself. */
export function bySignOnState({ signOn, account, provenance, operation }: Login): BySignOnState {
  if (signOn === undefined) return 'none';
  const { closed } = signOn;
  const planned = isOpen(operation) || (closed !== undefined && isSince(operation, closed));
  if (planned) return 'provisioned';
  if (closed !== undefined) return account === 'deleted' ? 'closed' : 'provisioned';
  return account === 'active' && provenance === 'unmanaged' ? 'there' : 'provisioned';
}

const isSince = (operation: Operation | null, { at }: Closing): boolean =>
  operation !== null && operation.changedAt > at;

/** They may sign on, or may again once their directory entry is complete: the account would be made anew. */
export const isEntitled = ({ state, cause }: Pick<Wish, 'state' | 'cause'>): boolean =>
  state === 'active' || (state === 'kept' && cause === 'role');

/** @throws RollcallError `by-sign-on-transition` (crash) when the table has no such cell. */
function turning(login: Login, trigger: BySignOnTrigger): BySignOn {
  const state = bySignOnState(login);
  if (login.signOn === undefined || table[state][trigger] === undefined)
    throw broken('by-sign-on-transition', `the account of ${login.id} is ${state}: it cannot ${trigger}`);
  return login.signOn;
}

/** A human closed the account in the app, and says so. An account that is gone is unlinked no more. `id`: of the event. */
export function closedByHand(login: Login, closing: Closing, id: string): Login {
  const signOn = turning(login, 'close');
  const { by: actor, at, note } = closing;
  const { person, app } = login;
  const message = `said that the account sign-on had made is closed${note === null ? '' : `: ${note}`}`;
  const draft = { type: 'account.closed', message, actor, person, app, status: 'deleted', before: signOn.made };
  const change = { account: 'deleted', provenance: null, disassociated: false } as const;
  return changed(login, { ...change, signOn: { ...signOn, closed: closing } }, [makeEvent(draft, id, at)]);
}

/** It had been said by mistake: the account is there still, and a human has to close it. */
export function reopened(login: Login, said: { by: Actor; at: Time; why: string }, id: string): Login {
  const { closed: _, ...signOn } = turning(login, 'reopen');
  const { by: actor, at, why } = said;
  const { person, app } = login;
  const message = `took back that the account sign-on had made is closed: ${why}`;
  const draft = { type: 'account.reopened', message, actor, person, app, status: 'provisioned by sign-on' };
  const event = makeEvent({ ...draft, after: signOn.made }, id, at);
  return changed(login, { account: 'active', provenance: 'unmanaged', signOn }, [event]);
}
