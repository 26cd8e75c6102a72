import { accountState, differencesFrom } from './accepted.ts';
import type { AppConfig } from './app-schema.ts';
import { changeOf, type Entitlements, isEmptyChange } from './change.ts';
import { makeEvent } from './event.ts';
import { changed } from './login.ts';
import type { AcceptedDrift, Login } from './login-model.ts';
import type { Account, AccountView, Actor, Time, Wish } from './model.ts';
import { isOpen } from './operation.ts';
import { concerning, planLogin } from './plan.ts';
import { sortedUnique } from './text.ts';

export type DriftMode = AppConfig['provisioning']['drift'];

/** What the app shows otherwise than it was last seen, as far as it is ours: the part the wish names, and the account's state. */
export type Drift = { before: AccountView; after: AccountView };

const isManaged = ({ provenance, disassociated }: Login): boolean =>
  (provenance === 'created' || provenance === 'adopted') && !disassociated;

/** Somebody changed in the app what Rollcall keeps: null when nobody did, or when it is not ours to watch. */
export function driftOf(login: Login, found: Account): Drift | null {
  const { observed, wish } = login;
  if (observed === null || wish === null || !isManaged(login) || login.remoteId !== found.remoteId) return null;
  const before = { ...concerning(observed, login, wish), active: login.account === 'active' };
  const after = { ...concerning(seen(observed, found), login, wish), active: found.active };
  return before.active === after.active && isEmptyChange(changeOf({ before, after })) ? null : { before, after };
}

/**
 * The login with the memberships the app shows now, where they are none of ours: known, so that a value somebody gave there is
 * not taken for ours when it is wished one day. Null when nothing is new.
 */
export function withSeen(login: Login, found: Account, at: Time): Login | null {
  const { observed } = login;
  if (observed === null || !isManaged(login) || login.remoteId !== found.remoteId) return null;
  const { entitlements } = seen(observed, found);
  const names = sortedUnique([...Object.keys(observed.entitlements), ...Object.keys(entitlements)]);
  const listOf = (view: Entitlements, name: string) => sortedUnique(view[name] ?? []).join('\n');
  if (names.every((name) => listOf(observed.entitlements, name) === listOf(entitlements, name))) return null;
  return changed(login, { observed: { ...observed, entitlements, at } });
}

/** An entitlement target the answer does not speak of is as it was: some apps tell of memberships elsewhere. */
const seen = (observed: AccountView, { active, attributes, entitlements }: Account): AccountView => ({
  ...{ active, attributes },
  entitlements: { ...observed.entitlements, ...entitlements },
});

export type Sighting = {
  at: Time;
  mode: DriftMode;
  actor: Actor;
  /** Of the event. */
  id: string;
  /** Planned anew by then at the latest. */
  by: Time;
};

/**
 * The login as the app shows it now, with the event that tells what was changed by hand; null when nothing was. A value that is
 * gone stops being ours. Under `accept` what was changed stands until the wish for it changes; otherwise it is planned away.
 * Somebody who is leaving never keeps an account that was opened again by hand, whatever the mode.
 */
export function withDrift(login: Login, found: Account, { at, mode, actor, id, by }: Sighting): Login | null {
  const drift = driftOf(login, found);
  const { observed, wish } = login;
  if (drift === null || observed === null || wish === null) return null;
  const view = seen(observed, found);
  const account = found.active ? ('active' as const) : ('suspended' as const);
  const owned = login.owned.filter(({ target, value }) => (view.entitlements[target] ?? []).includes(value));
  const isTouched = touchedBy(drift, wish);
  const differing = differencesFrom(wish, drift.after, at).filter(isTouched);
  const untouched = login.accepted.filter((one) => !isTouched(one));
  const accepted = mode === 'accept' ? [...untouched, ...differing] : untouched;
  const now: Login = { ...login, account, owned, accepted, observed: { ...view, at } };
  const leaving = wish.state !== 'active' && planLogin({ ...now, candidates: [] }, wish) !== null;
  const putBack = leaving || (mode !== 'accept' && differing.length > 0);
  const { person, app } = login;
  const outcome = leaving ? 're-assert' : differing.length > 0 ? mode : 'settled';
  const message = `changed by hand in the app: ${outcomes[outcome]}`;
  const event = makeEvent({ type: 'account.drifted', message, actor, person, app, ...drift }, id, at);
  return changed(
    now,
    {
      observed: { ...view, at, ...(putBack && { byHand: true }) },
      ...((putBack || isOpen(login.operation)) && { nextAt: Math.min(login.nextAt ?? by, by) }),
    },
    [event],
  );
}

const outcomes = {
  're-assert': 'Rollcall puts it back',
  ask: 'an approver is asked whether to put it back',
  accept: 'it stays so until something else is wished',
  settled: 'it is as wished',
} as const;

/** Tells whether an accepted difference is about something this drift changed; entitlements are told value by value. */
function touchedBy({ before, after }: Drift, wish: Wish): (one: AcceptedDrift) => boolean {
  const change = changeOf({ before, after });
  const names = new Set([...Object.keys(change.set), ...change.clear]);
  const values = new Map(
    Object.entries(change.entitlements).map(([name, { add, remove }]) => [name, [...add, ...remove]]),
  );
  return ({ target, wished }) => {
    if (target === accountState) return before.active !== after.active;
    if (!Object.hasOwn(wish.entitlements, target)) return names.has(target);
    return (values.get(target) ?? []).some((value) => value === wished);
  };
}

/** The last change was made, and then undone by hand: the same change is to be made once more. */
export const undoneByHand = ({ operation, observed }: Login): boolean =>
  operation?.state === 'applied' && observed?.byHand === true && observed.at > operation.changedAt;
