import type { ListedAccount } from '../core/connector.ts';
import { loginId } from '../core/login.ts';
import type { Login, Person } from '../core/model.ts';
import { wishedKeys } from '../core/plan.ts';
import { wishOf } from './consider.ts';
import type { Deps } from './ports.ts';
import type { AppWorld, World } from './world.ts';

/** A person and an app they are wished or known in. */
export type Pair = { person: Person; app: AppWorld };

/** Accounts of the app that carry one of the person's match keys, and which of them other people's logins hold. */
export type Match = { accounts: ListedAccount[]; taken: Set<string> };

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
    pairs.map(({ person }) => [person.id, wishedKeys(wishOf({ world, app, person, login: loginOf(person) }), person)]),
  );
  const all = [...new Set([...keys.values()].flat())];
  if (all.length === 0) return new Map();
  const accounts = await store.accounts.match(name, all);
  const owners = await store.logins.byAccount(
    name,
    accounts.map((account) => account.remoteId),
  );
  return new Map(
    pairs.map(({ person }) => {
      const mine = new Set(keys.get(person.id));
      const others = owners.filter((owner) => owner.person !== person.id);
      const taken = new Set(others.flatMap((owner) => (owner.remoteId === null ? [] : [owner.remoteId])));
      return [
        loginId(person.id, name),
        { accounts: accounts.filter((account) => account.keys.some((key) => mine.has(key))), taken },
      ];
    }),
  );
}
