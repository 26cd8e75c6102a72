import { changeOf, type Entitlements, sameValue } from './change.ts';
import type { Login } from './login-model.ts';
import type { Account, AccountView, Operation } from './model.ts';
import { sortedUnique } from './text.ts';

type Seen = Pick<Login, 'observed' | 'wish' | 'owned'>;
type Done = Pick<Operation, 'kind' | 'before' | 'after'>;

const kinds: readonly Operation['kind'][] = ['update', 'reactivate', 'adopt'];

/**
 * The account an operation was answered with, and of what we keep but the operation did not touch, as it was last seen: if that is
 * otherwise now, somebody changed it by hand meanwhile. The next list of the app tells so, and treats it as any change by hand; taken
 * for seen here, it would stand for good.
 */
export function withUntouched(found: Account, login: Seen, operation: Done): Account {
  const seen = operation.kind === 'adopt' ? operation.before : (login.observed ?? operation.before);
  if (seen === null || login.wish === null || !kinds.includes(operation.kind)) return found;
  return {
    ...found,
    attributes: attributesOf(found, seen, login.wish, operation),
    entitlements: entitlementsOf(found, seen, login, operation),
  };
}

function attributesOf(found: Account, seen: AccountView, wish: NonNullable<Seen['wish']>, operation: Done) {
  const { set, clear } = changeOf(operation);
  const attributes = new Map(Object.entries(found.attributes));
  for (const name of Object.keys(wish.attributes)) {
    const value = seen.attributes[name];
    if (Object.hasOwn(set, name) || clear.includes(name) || sameValue(value, attributes.get(name))) continue;
    if (value === undefined) attributes.delete(name);
    else attributes.set(name, value);
  }
  return Object.fromEntries(attributes);
}

/** Values of ours, or wished, that are gone and that the operation did not take. */
function entitlementsOf(found: Account, seen: AccountView, { owned, wish }: Seen, operation: Done): Entitlements {
  const change = changeOf(operation).entitlements;
  const entitlements = new Map(Object.entries(found.entitlements));
  for (const [target, wished] of Object.entries(wish?.entitlements ?? {})) {
    const { add = [], remove = [] } = change[target] ?? {};
    const ours = new Set([...wished, ...owned.filter((own) => own.target === target).map(({ value }) => value)]);
    const isKept = (value: string) => ours.has(value) && !add.includes(value) && !remove.includes(value);
    const kept = (seen.entitlements[target] ?? []).filter(isKept);
    if (kept.length > 0) entitlements.set(target, sortedUnique([...(found.entitlements[target] ?? []), ...kept]));
  }
  return Object.fromEntries(entitlements);
}
