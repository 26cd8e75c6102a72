import { suspensionAccepted, withoutAccepted } from './accepted.ts';
import { changeOf, isEmptyChange, withEntitled, withWished } from './change.ts';
import type { ListedAccount } from './connector.ts';
import type { Login } from './login-model.ts';
import type { AccountView, OperationKind, Wish } from './model.ts';
import { listOf } from './text.ts';

export { changeOf } from './change.ts';
export { candidatesFor, wishedKeys } from './match.ts';

/** A change before it has an id: what the account is, what it shall be. `before` and `after` name the part it reads or writes. */
export type Draft = {
  kind: OperationKind;
  before: AccountView | null;
  after: AccountView | null;
  remoteId: string | null;
};

/**
 * The one change that brings the login's account to its wish; null when there is nothing to do or nothing may be done: the
 * account is not ours, was unlinked by hand, or waits for somebody to say which account it is.
 */
export function planLogin(login: Login, wish: Wish): Draft | null {
  if (login.disassociated || login.provenance === 'unmanaged' || login.candidates.length > 0) return null;
  const exists = login.account === 'active' || login.account === 'suspended';
  if (exists && login.provenance === null) return null;
  if (wish.state === 'active' && exists && login.account === 'suspended' && suspensionAccepted(login, wish))
    return null;
  if (wish.state === 'active')
    return exists ? bringUpToDate(login, withoutAccepted(wish, login.accepted)) : createOf(wish);
  if (!exists) return null;
  if (wish.state === 'suspended') return login.account === 'active' ? suspendOf(login) : null;
  return wish.state === 'deleted' ? deleteOf(login) : null;
}

function createOf(wish: Wish): Draft {
  const entitlements = Object.entries(wish.entitlements).filter(([, values]) => values.length > 0);
  const after = {
    active: true,
    attributes: withWished({}, { ...wish.first, ...wish.attributes }),
    entitlements: Object.fromEntries(entitlements),
  };
  return { kind: 'create', before: null, after, remoteId: null };
}

/** An update names only what it looks at, so that a change of anything else in the app does not void an approval. */
function bringUpToDate(login: Login, wish: Wish): Draft | null {
  const active = login.account === 'active';
  const before = { ...concerning(observedOf(login), login, wish), active };
  const after = { ...wishedView(before, login, wish), active: true };
  if (active && isEmptyChange(changeOf({ before, after }))) return null;
  return { kind: active ? 'update' : 'reactivate', before, after, remoteId: login.remoteId };
}

const wishedView = (view: AccountView, login: Pick<Login, 'owned'>, wish: Wish): AccountView => ({
  active: view.active,
  attributes: withWished(view.attributes, wish.attributes),
  entitlements: withEntitled(view.entitlements, wish, login.owned),
});

/** The account as last seen. Never seen: empty, but for the entitlements we gave it. */
function observedOf(login: Login): AccountView {
  const active = login.account === 'active';
  if (login.observed === null) return { active, attributes: {}, entitlements: ownedBy(login) };
  const { attributes, entitlements } = login.observed;
  return { active, attributes, entitlements };
}

function ownedBy(login: Login): AccountView['entitlements'] {
  const targets = new Set(login.owned.map((own) => own.target));
  const valuesOf = (target: string) => login.owned.filter((own) => own.target === target).map((own) => own.value);
  return Object.fromEntries([...targets].sort().map((target) => [target, valuesOf(target).sort()]));
}

/** The part of a view the wish is about: attributes it names, and entitlement values that are ours or wished. */
export function concerning(view: AccountView, login: Pick<Login, 'owned'>, wish: Wish): AccountView {
  const attributes = Object.keys(wish.attributes).flatMap((name) => {
    const value = view.attributes[name];
    return value === undefined || listOf(value).length === 0 ? [] : [[name, value] as const];
  });
  const entitlements = Object.entries(wish.entitlements).map(([target, wished]) => {
    const about = new Set([...wished, ...login.owned.filter((own) => own.target === target).map((own) => own.value)]);
    return [target, (view.entitlements[target] ?? []).filter((value) => about.has(value)).sort()] as const;
  });
  return {
    active: view.active,
    attributes: Object.fromEntries(attributes),
    entitlements: Object.fromEntries(entitlements),
  };
}

/** `before` is the whole account, so that an undo can restore it. */
function suspendOf(login: Login): Draft {
  const before = observedOf(login);
  return { kind: 'suspend', before, after: { ...before, active: false }, remoteId: login.remoteId };
}

const deleteOf = (login: Login): Draft => ({
  kind: 'delete',
  before: observedOf(login),
  after: null,
  remoteId: login.remoteId,
});

/** Taking over an account that exists: `before` is all of it, `after` says what Rollcall would overwrite. Nothing is removed. */
export function planAdoption(wish: Wish, account: ListedAccount): Draft {
  const { active, attributes, entitlements } = account;
  const before = { active, attributes, entitlements };
  const after = { ...wishedView(before, { owned: [] }, wish), active: true };
  return { kind: 'adopt', before, after, remoteId: account.remoteId };
}
