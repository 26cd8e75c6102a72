import { sameValue } from './change.ts';
import type { Login } from './login-model.ts';
import type { Attributes, Person, Time, Value, Wish } from './model.ts';
import { afterSignOn } from './sign-on-login.ts';
import { fold, listOf, textOf, valuesOf } from './text.ts';

/* What an app is told as the name of its account (NameID), where it is one that people are known by. */

/** Looked for in this order where the app's setup names no target. */
const usual = ['email', 'emails', 'mail', 'userName'] as const;

/** The name of an account; null: there is none. `changedTo`: somebody gave the account another one in the app. */
export type AccountName = { name: string | null; changedTo?: string };

/**
 * What the account is to be called; and where it is Rollcall's and called otherwise still, what it is called. A name that somebody gave it
 * in the app is never said: it may be the name of another's account by then. `login`: of a managed account, else null.
 */
export function nameOfAccount(
  target: string | undefined,
  wish: Wish,
  person: Pick<Person, 'attributes'>,
  login: Login | null,
): AccountName {
  const found = (target === undefined ? usual : [target]).find((name) => valuesIn(wish, name).length > 0);
  if (found === undefined) return { name: target === undefined ? textOf(person.attributes, 'email') : null };
  const [wished] = valuesIn(wish, found);
  const name = String(wished);
  const observed = login?.observed ?? null;
  const [there] = observed === null ? [] : valuesOf(observed.attributes, found);
  if (there === undefined || sameValue(there, wished)) return { name };
  if (observed?.byHand === true) return { name, changedTo: String(there) };
  const waits = login?.operation?.kind === 'update' && login.operation.state !== 'applied';
  return { name: waits ? String(there) : name };
}

/** What the wish has of a target, an attribute or an entitlement. */
export function valuesIn({ attributes, first, entitlements }: Wish, target: string): readonly Value[] {
  const all: Attributes = { ...first, ...attributes, ...entitlements };
  return Object.hasOwn(all, target) ? listOf(all[target]) : [];
}

/** An account there that Rollcall made or took over. */
export const isManaged = (login: Login | null): boolean =>
  login !== null &&
  (login.account === 'active' || login.account === 'suspended') &&
  (login.provenance === 'created' || login.provenance === 'adopted');

/**
 * Signed on to an app that makes its accounts: what it was told is what the account is known by there, beside what it was told before.
 * Null where the account is Rollcall's, which signing on does not change. `name` null: one that tells nobody apart.
 */
export function signedOnAs(login: Login, wish: Wish, name: string | null, at: Time): Login | null {
  if (isManaged(login)) return null;
  const before = login.account === 'active' ? (login.knownAs ?? []) : [];
  const known = name === null ? before : [...new Set([...before, fold(name)])];
  return { ...afterSignOn(login, wish, at), ...(known.length > 0 && { knownAs: known }) };
}
