import { changeOf, type Entitlements } from './change.ts';
import type { Login } from './login-model.ts';
import type { Account, Operation } from './model.ts';
import { sortedUnique } from './text.ts';

/* Some apps never tell who is in a group. What an account does not name is then known from elsewhere: from what was done. */

/** The account, and of the targets it does not name what is known of them otherwise. */
export const withUnread = <A extends Pick<Account, 'entitlements'>>(account: A, known: Entitlements): A => ({
  ...account,
  entitlements: { ...known, ...account.entitlements },
});

type Known = Pick<Login, 'observed'>;
type Change = Pick<Operation, 'kind' | 'before' | 'after'>;

/**
 * What the account had when the operation began. Where it speaks of a target nobody knows of, nothing; what was seen of another
 * account says nothing of one that is new to us.
 */
export function entitlementsBefore({ observed }: Known, { kind, before, after }: Change): Entitlements {
  const none = Object.keys(after?.entitlements ?? {}).map((target) => [target, []] as const);
  const isNew = kind === 'create' || kind === 'adopt';
  return { ...Object.fromEntries(none), ...(isNew ? before : (observed ?? before))?.entitlements };
}

/** What it has once the app took all of it. */
export function entitlementsAfter(known: Known, change: Change): Entitlements {
  const next = new Map(Object.entries(entitlementsBefore(known, change)));
  for (const [target, { add, remove }] of Object.entries(changeOf(change).entitlements)) {
    const kept = (next.get(target) ?? []).filter((value) => !remove.includes(value));
    next.set(target, sortedUnique([...kept, ...add]));
  }
  return Object.fromEntries(next);
}
