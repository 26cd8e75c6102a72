import type { Login } from '../core/login-model.ts';
import type { Time } from '../core/model.ts';

/**
 * What the deletion threshold takes its percentage of: managed accounts that are active, and those whose removal started in
 * the window — that is, what stood when it began. Long-suspended leavers would only dilute it.
 */
export const isActiveManaged = (login: Login): boolean =>
  login.account === 'active' && (login.provenance === 'created' || login.provenance === 'adopted');

export const removedSince = (login: Login, since: Time): boolean => login.lostAt !== null && login.lostAt >= since;

/** Is somebody let in by this active account, with one of these values, as it was last seen? An account on its way out is none. */
export const holdsPrivilege = (login: Login, target: string, values: readonly string[]): boolean =>
  login.account === 'active' && (login.observed?.entitlements[target] ?? []).some((value) => values.includes(value));

/** Whoever lost something, each once; explicit if some of it was. */
export function losersOf(logins: readonly Pick<Login, 'person' | 'lostExplicit'>[]) {
  const losers = new Map<string, boolean>();
  for (const { person, lostExplicit } of logins) losers.set(person, lostExplicit || losers.get(person) === true);
  return [...losers].map(([person, explicit]) => ({ person, explicit }));
}
