import { sameValue } from './change.ts';
import type { AcceptedDrift, Login } from './login-model.ts';
import type { AccountView, Time, Wish } from './model.ts';
import { listOf } from './text.ts';

/** The `target` of an accepted suspension; no attribute of an app is called so. */
export const accountState = 'account state';

/** Does the wish still say what it said when the change was accepted? An entitlement is accepted value by value. */
function holds({ target, wished }: AcceptedDrift, wish: Wish): boolean {
  if (target === accountState) return wish.state === 'active';
  const values = Object.hasOwn(wish.entitlements, target) ? wish.entitlements[target] : undefined;
  if (values !== undefined) return typeof wished === 'string' && values.includes(wished);
  return Object.hasOwn(wish.attributes, target) && sameValue(wish.attributes[target], wished ?? undefined);
}

/** What stays accepted under a new wish. */
export const stillAccepted = (accepted: readonly AcceptedDrift[], wish: Wish): readonly AcceptedDrift[] =>
  accepted.every((one) => holds(one, wish)) ? accepted : accepted.filter((one) => holds(one, wish));

/** Was it accepted that the account was suspended in the app? */
export const suspensionAccepted = ({ accepted }: Pick<Login, 'accepted'>, wish: Wish): boolean =>
  accepted.some((one) => one.target === accountState && holds(one, wish));

/** The wish without what was accepted to be otherwise: nothing is put back there. */
export function withoutAccepted(wish: Wish, accepted: readonly AcceptedDrift[]): Wish {
  const standing = accepted.filter((one) => holds(one, wish));
  if (standing.length === 0) return wish;
  const about = new Set(standing.map(({ target }) => target));
  const attributes = Object.entries(wish.attributes).filter(([name]) => !about.has(name));
  const entitlements = Object.entries(wish.entitlements).map(([target, values]) => {
    const out = new Set(standing.filter((one) => one.target === target).map(({ wished }) => wished));
    return [target, values.filter((value) => !out.has(value))] as const;
  });
  return { ...wish, attributes: Object.fromEntries(attributes), entitlements: Object.fromEntries(entitlements) };
}

/** Everything in which an account differs from the wish for it, as it would be accepted. */
export function differencesFrom(wish: Wish, found: AccountView, at: Time): AcceptedDrift[] {
  if (wish.state !== 'active') return [];
  const state = found.active ? [] : [{ target: accountState, wished: true, found: false, at }];
  const values = Object.entries(wish.attributes)
    .filter(([name, wished]) => !sameValue(found.attributes[name], wished))
    .map(([target, wished]) => ({ target, wished, found: shown(found.attributes[target]), at }));
  const missing = Object.entries(wish.entitlements).flatMap(([target, wished]) => {
    const there = found.entitlements[target] ?? [];
    return wished
      .filter((value) => !there.includes(value))
      .map((value) => ({ target, wished: value, found: null, at }));
  });
  return [...state, ...values, ...missing];
}

const shown = (value: AccountView['attributes'][string] | undefined): AcceptedDrift['found'] =>
  value === undefined || listOf(value).length === 0 ? null : value;
