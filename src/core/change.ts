import type { AccountChange } from './connector.ts';
import type { OwnedEntitlement } from './login-model.ts';
import type { AccountView, Attributes, Value, Wish } from './model.ts';
import { byText, fold, listOf, sortedUnique } from './text.ts';

export type Entitlements = AccountView['entitlements'];

/**
 * Do two values say the same to an app? Texts by NFC, trimmed; e-mail addresses without regard to case, since apps store them
 * so; numbers and booleans also when the app answers them as text.
 */
export function sameValue(a: Attributes[string] | undefined, b: Attributes[string] | undefined): boolean {
  const [left, right] = [inOneOrder(listOf(a)), inOneOrder(listOf(b))];
  return left.length === right.length && left.every((value, index) => sameText(value, right[index]));
}

/** Several values are a set: apps answer them in an order of their own. */
const inOneOrder = (values: readonly Value[]): readonly Value[] =>
  values.length < 2 ? values : [...values].sort((a, b) => byText(fold(a), fold(b)) || byText(String(a), String(b)));

function sameText(a: Value, b: Value | undefined): boolean {
  if (b === undefined) return false;
  const [left, right] = [String(a).normalize('NFC').trim(), String(b).normalize('NFC').trim()];
  if (left === right) return true;
  return left.includes('@') && left.toLowerCase() === right.toLowerCase();
}

/** The attributes with the wished values put in, and without those wished to be empty. */
export function withWished(attributes: Attributes, wished: Attributes): Attributes {
  const next = new Map(Object.entries(attributes));
  for (const [name, value] of Object.entries(wished)) {
    if (listOf(value).length === 0) next.delete(name);
    else if (!sameValue(attributes[name], value)) next.set(name, value);
  }
  return Object.fromEntries(next);
}

/** The entitlements with the wished values added, and without those that are ours and no longer wished. */
export function withEntitled(present: Entitlements, wish: Wish, owned: readonly OwnedEntitlement[]): Entitlements {
  const next = new Map(Object.entries(present));
  for (const [target, wished] of Object.entries(wish.entitlements)) {
    const ours = new Set(owned.filter((own) => own.target === target).map((own) => own.value));
    const kept = (present[target] ?? []).filter((value) => !ours.has(value));
    const values = sortedUnique([...kept, ...wished]);
    if (values.length > 0 || next.has(target)) next.set(target, values);
  }
  return Object.fromEntries(next);
}

/** What the connector is asked to write: the difference of the two views, and nothing else. No `after`: nothing. */
export function changeOf(operation: { before: AccountView | null; after: AccountView | null }): AccountChange {
  const { before, after } = operation;
  if (after === null) return { set: {}, clear: [], entitlements: {} };
  const old = before?.attributes ?? {};
  const set = Object.entries(after.attributes).filter(
    ([name, value]) => listOf(value).length > 0 && !sameValue(old[name], value),
  );
  const clear = Object.keys(old).filter(
    (name) => listOf(old[name]).length > 0 && listOf(after.attributes[name]).length === 0,
  );
  return {
    set: Object.fromEntries(set),
    clear: clear.sort(),
    entitlements: entitlementChange(before?.entitlements ?? {}, after.entitlements),
  };
}

function entitlementChange(before: Entitlements, after: Entitlements): AccountChange['entitlements'] {
  const changes: [string, { add: string[]; remove: string[] }][] = [];
  for (const target of sortedUnique([...Object.keys(before), ...Object.keys(after)])) {
    const [old, wanted] = [new Set(before[target]), new Set(after[target])];
    const add = sortedUnique(wanted).filter((value) => !old.has(value));
    const remove = sortedUnique(old).filter((value) => !wanted.has(value));
    if (add.length + remove.length > 0) changes.push([target, { add, remove }]);
  }
  return Object.fromEntries(changes);
}

export const isEmptyChange = (change: AccountChange): boolean =>
  Object.keys(change.set).length + change.clear.length + Object.keys(change.entitlements).length === 0;
