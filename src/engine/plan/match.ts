import type { ListedAccount } from '../../core/connector.ts';
import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import { matchKeys, wishedKeys } from '../../core/match.ts';
import type { Person } from '../../core/model.ts';
import type { Deps } from '../ports.ts';
import type { AppWorld, World } from '../world.ts';
import { wishOf } from './consider.ts';

/** A person and an app they are wished or known in. */
export type Pair = { person: Person; app: AppWorld };

/**
 * Accounts of the app that carry one of the person's match keys, which of them other people's logins hold, and which of them
 * other people of the same page are found by as well.
 */
export type Match = { accounts: ListedAccount[]; taken: Set<string>; contested: Set<string> };

const needsMatch = (login: Login | undefined): boolean => login === undefined || login.remoteId === null;

/** For pairs without an account, by login id. One look-up for each app, however many people. */
export async function matchesOf(
  deps: Pick<Deps, 'store'>,
  world: World,
  pairs: readonly Pair[],
  logins: ReadonlyMap<string, Login>,
): Promise<Map<string, Match>> {
  const matches = new Map<string, Match>();
  for (const app of new Set(pairs.map((pair) => pair.app))) {
    const fresh = pairs.filter(
      (pair) => pair.app === app && needsMatch(logins.get(loginId(pair.person.id, app.app.name))),
    );
    for (const [id, match] of await matchesIn(deps, world, app, fresh, logins)) matches.set(id, match);
  }
  return matches;
}

async function matchesIn(
  { store }: Pick<Deps, 'store'>,
  world: World,
  app: AppWorld,
  pairs: readonly Pair[],
  logins: ReadonlyMap<string, Login>,
): Promise<Map<string, Match>> {
  const name = app.app.name;
  const loginOf = (person: Person) => logins.get(loginId(person.id, name)) ?? null;
  const keys = new Map(
    pairs.map(({ person }) => {
      const wish = wishOf({ world, app, person, login: loginOf(person) });
      return [person.id, wishedKeys(wish, person, app.app.provisioning.match)];
    }),
  );
  const all = [...new Set([...keys.values()].flat())];
  const chosen = new Map(pairs.map(({ person }) => [person.id, loginOf(person)?.chosen?.remoteId ?? null]));
  const named = [...chosen.values()].filter((remoteId) => remoteId !== null);
  if (all.length + named.length === 0) return new Map();
  const found = await store.accounts.match(name, all);
  const picked = named.length === 0 ? [] : await store.accounts.many(name, named);
  const accounts = [...found, ...picked.map((account) => ({ ...account, keys: matchKeys(account) }))];
  const owners = await store.logins.byAccount(
    name,
    accounts.map((account) => account.remoteId),
  );
  const claims = claimsOf(accounts, keys);
  return new Map(
    pairs.map(({ person }) => {
      const mine = new Set(keys.get(person.id));
      const others = owners.filter((owner) => owner.person !== person.id);
      const taken = new Set(others.flatMap((owner) => (owner.remoteId === null ? [] : [owner.remoteId])));
      const own = accounts.filter(
        ({ keys, remoteId }) => keys.some((key) => mine.has(key)) || chosen.get(person.id) === remoteId,
      );
      const contested = own.map(({ remoteId }) => remoteId).filter((id) => (claims.get(id) ?? 0) > 1);
      return [loginId(person.id, name), { accounts: own, taken, contested: new Set(contested) }];
    }),
  );
}

/** How many of the people each account could belong to. */
function claimsOf(
  accounts: readonly (ListedAccount & { keys: readonly string[] })[],
  keys: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const seekers = new Map<string, Set<string>>();
  for (const [person, wanted] of keys) {
    for (const key of wanted) seekers.set(key, (seekers.get(key) ?? new Set()).add(person));
  }
  return new Map(
    accounts.map((account) => {
      const people = new Set(account.keys.flatMap((key) => [...(seekers.get(key) ?? [])]));
      return [account.remoteId, people.size];
    }),
  );
}
