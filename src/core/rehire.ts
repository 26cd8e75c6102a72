import type { Login } from './login-model.ts';
import type { Account, Operation, Reason, Wish } from './model.ts';

/**
 * Back within the grace: memberships that were there before us and that the app dropped when we suspended the account are wished
 * again, for as long as it is suspended. They stay what they were: not ours, and not taken when our reasons end.
 */
export function withDropped(wish: Wish, login: Login | null): Wish {
  if (login === null || wish.state !== 'active' || login.account !== 'suspended') return wish;
  const lost = login.dropped.filter(
    ({ target, value }) => wish.entitlements[target] !== undefined && !wish.entitlements[target].includes(value),
  );
  if (lost.length === 0) return wish;
  const entitlements = Object.entries(wish.entitlements).map(([target, values]) => {
    const back = lost.filter((one) => one.target === target).map(({ value }) => value);
    return [target, back.length === 0 ? values : [...values, ...back].sort()] as const;
  });
  return { ...wish, entitlements: Object.fromEntries(entitlements), reasons: [...wish.reasons, ...lost.map(wasThere)] };
}

const wasThere = ({ target, value }: Login['dropped'][number]): Reason => ({
  ...{ kind: 'default', name: target, target },
  because: `${value} was there before the suspension`,
});

/**
 * What the app took from the account on our suspension; nothing once the account is in use again. What we had given ourselves is
 * not among it: it comes back as long as a reason for it holds.
 */
export function droppedAfter(login: Login, operation: Operation, account: Account | null): Login['dropped'] {
  if (account === null || account.active) return [];
  if (operation.kind !== 'suspend') return login.dropped;
  const given = login.owned.filter(({ provenance }) => provenance === 'created');
  const ours = (target: string, value: string) =>
    given.some((owned) => owned.target === target && owned.value === value);
  return Object.entries(operation.before?.entitlements ?? {}).flatMap(([target, values]) => {
    const left = account.entitlements[target] ?? [];
    return values.filter((value) => !left.includes(value) && !ours(target, value)).map((value) => ({ target, value }));
  });
}

export const wasDropped = (login: Login, target: string, value: string): boolean =>
  login.dropped.some((one) => one.target === target && one.value === value);

/** The remote ids of accounts the person had in the app, with the one that is lost now. */
export const formerWith = ({ former, remoteId }: Pick<Login, 'former' | 'remoteId'>): readonly string[] =>
  remoteId === null || former.includes(remoteId) ? former : [...former, remoteId];

/** `had account r1 before`, for the history of an account that is made anew. */
export const formerNote = ({ former }: Pick<Login, 'former'>): string =>
  former.length === 0 ? '' : `had account ${former.join(', ')} before`;
