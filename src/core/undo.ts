import type { AppConfig } from './app-schema.ts';
import { changeOf, isEmptyChange, sameValue } from './change.ts';
import type { TargetAttribute } from './connector.ts';
import type { Login } from './login-model.ts';
import type { AccountView, Attributes, OperationKind, Wish } from './model.ts';
import { byText, listOf, sortedUnique } from './text.ts';

/** An operation that was applied, as its event tells. */
export type Done = { id: string; kind: OperationKind; before: AccountView | null; after: AccountView | null };

/** What the compensation depends on beside the login. */
export type UndoTerms = {
  /** What the app does with the account of somebody without a reason for it: an undone creation is no different. */
  onRoleLoss: AppConfig['provisioning']['onRoleLoss'];
  attributes: readonly TargetAttribute[];
};

/** What the account shall be, so that the operation is undone; or why it cannot be. */
export type Compensation =
  | { can: true; wish: Omit<Wish, 'reasons'>; unlinks: boolean; note: string | null }
  | { can: false; why: string };

/** Cannot be undone, and is to be said before anybody agrees to it. */
export const irreversible = (kind: OperationKind | null): boolean => kind === 'delete';
export const irreversibleText = 'This cannot be undone.';

const cannot = (why: string): Compensation => ({ can: false, why });
const can = (wish: Omit<Wish, 'reasons'>, note: string | null = null, unlinks = false): Compensation => ({
  can: true,
  wish,
  unlinks,
  note,
});

/**
 * The wish that takes an applied operation back: exactly the values and memberships it changed get their old ones, everything else
 * stays as it is wished now. A newer change is never run over, and what is not ours is not named.
 */
export function compensationOf(done: Done, login: Login, terms: UndoTerms): Compensation {
  if (irreversible(done.kind)) return cannot('a deleted account cannot be brought back: re-provision makes a new one');
  const why = beyondReach(login);
  if (why !== null) return cannot(why);
  if (done.kind === 'suspend') return reactivation(login, terms);
  if (login.account !== 'active') return cannot('the account is suspended by now: there is nothing to take back');
  if (done.kind === 'create') return withdrawal(terms);
  if (done.kind === 'reactivate') return suspension(done);
  const since = changedSince(done, login.observed);
  if (since.length > 0) return cannot(`changed since (${since.join(', ')}): undo the newer change first`);
  return done.kind === 'adopt' ? release(done, login, terms) : can(restored(done, login, terms));
}

function beyondReach(login: Login): string | null {
  if (login.disassociated || login.provenance === 'unmanaged')
    return 'the login was unlinked since: Rollcall leaves it alone';
  if (login.operation?.state === 'applying') return 'a change of the account is being made: try again in a moment';
  return login.account === 'active' || login.account === 'suspended' ? null : 'the account is no longer there';
}

const bare = (state: Wish['state']): Omit<Wish, 'reasons'> => ({
  state,
  cause: 'role-loss',
  attributes: {},
  entitlements: {},
});

/** An account we made ends as the app ends all that nobody has a reason for. */
function withdrawal({ onRoleLoss }: UndoTerms): Compensation {
  if (onRoleLoss === 'suspend') return can(bare('suspended'));
  if (onRoleLoss === 'delete') return can(bare('deleted'), `The account is deleted. ${irreversibleText}`);
  return cannot(
    'the app leaves accounts as they are (`onRoleLoss: nothing`): unlink the login, or close the account there',
  );
}

/** Back in use as it is: the values it has, and the memberships that are ours, whatever the app dropped meanwhile. */
function reactivation(login: Login, terms: UndoTerms): Compensation {
  if (login.account === 'active') return cannot('the account is in use again already');
  const targets = terms.attributes.filter(({ kind }) => kind === 'entitlement').map(({ name }) => name);
  const ours = (target: string) =>
    sortedUnique(login.owned.filter((own) => own.target === target).map(({ value }) => value));
  const entitlements = Object.fromEntries(targets.map((target) => [target, ours(target)]));
  return can({ state: 'active', cause: 'role', attributes: requiredOf(login, terms), entitlements });
}

function suspension(done: Done): Compensation {
  const wrote = done.before !== null && !isEmptyChange(changeOf(done));
  return can(bare('suspended'), wrote ? 'What the reactivation wrote stays in the suspended account.' : null);
}

/** The account goes back to whoever had it: what was overwritten is put back, every membership we gave is taken, then it is left alone. */
function release(done: Done, login: Login, terms: UndoTerms): Compensation {
  const note = 'Then Rollcall leaves the account alone.';
  if (done.before?.active === false) {
    return can(bare('suspended'), `What the adoption wrote stays in the suspended account. ${note}`, true);
  }
  const targets = sortedUnique(login.owned.map(({ target }) => target));
  const attributes = { ...requiredOf(login, terms), ...oldValues(done) };
  const entitlements = Object.fromEntries(targets.map((target) => [target, []]));
  return can({ state: 'active', cause: 'role', attributes, entitlements }, note, true);
}

/** The present wish, with the old values in place of those the operation wrote. */
function restored(done: Done, login: Login, terms: UndoTerms): Omit<Wish, 'reasons'> {
  const wish = login.wish?.state === 'active' ? login.wish : null;
  const entitlements = new Map(Object.entries(wish?.entitlements ?? {}));
  for (const [target, { add, remove }] of Object.entries(changeOf(done).entitlements)) {
    const kept = (entitlements.get(target) ?? []).filter((value) => !add.includes(value));
    entitlements.set(target, sortedUnique([...kept, ...remove]));
  }
  const attributes = { ...(wish?.attributes ?? requiredOf(login, terms)), ...oldValues(done) };
  return { state: 'active', cause: 'role', attributes, entitlements: Object.fromEntries(entitlements) };
}

/** The values before, of what the operation changed; an empty list where there was none. */
function oldValues(done: Done): Attributes {
  const { set, clear } = changeOf(done);
  return Object.fromEntries([...Object.keys(set), ...clear].map((name) => [name, done.before?.attributes[name] ?? []]));
}

/** What the app would not do without, as it is there: named so that the wish is complete, and so not written. */
function requiredOf({ observed }: Login, { attributes }: UndoTerms): Attributes {
  const required = attributes.filter(({ kind, required }) => kind === 'value' && required === true);
  return Object.fromEntries(
    required.flatMap(({ name }) => {
      const value = observed?.attributes[name];
      return value === undefined || listOf(value).length === 0 ? [] : [[name, value] as const];
    }),
  );
}

/** What the operation wrote and what is no longer so; by name. Never seen: all of it. */
export function changedSince(done: Done, observed: AccountView | null): string[] {
  const { set, clear, entitlements } = changeOf(done);
  const values = Object.keys(set).filter((name) => !sameValue(observed?.attributes[name], set[name]));
  const filled = clear.filter((name) => observed === null || listOf(observed.attributes[name]).length > 0);
  const memberships = Object.entries(entitlements).filter(([target, { add, remove }]) => {
    const there = observed?.entitlements[target] ?? [];
    return (
      observed === null || add.some((value) => !there.includes(value)) || remove.some((value) => there.includes(value))
    );
  });
  return [...values, ...filled, ...memberships.map(([target]) => target)].sort(byText);
}
