import type { ListedAccount } from '../../core/connector.ts';
import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import { candidatesFor, matchKeys, wishedKeys } from '../../core/match.ts';
import type { Person, Wish } from '../../core/model.ts';
import type { Standing } from '../../core/situation.ts';
import { wishOf } from '../plan/consider.ts';
import type { Deps } from '../ports.ts';
import type { AppWorld, World } from '../world.ts';

/** One person's standing in an app, with what a row of it shows. */
export type Surveyed = Standing & {
  person: Person;
  login: Login | null;
  found: readonly ListedAccount[];
  foundBy: string | null;
};

const pageSize = 500;

/** The app as it would be if its provisioning were enabled: a discovery comes before that. */
export const asEnabled = (app: AppWorld): AppWorld => ({
  ...app,
  app: { ...app.app, provisioning: { ...app.app.provisioning, enabled: true } },
});

/** Everybody, page by page, held against the app's accounts as last listed. Reads only. */
export async function* survey(deps: Pick<Deps, 'store'>, world: World, app: AppWorld): AsyncGenerator<Surveyed[]> {
  let after: string | null = null;
  for (;;) {
    const people: Person[] = await deps.store.people.search({}, after, pageSize);
    if (people.length === 0) return;
    after = people.at(-1)?.id ?? null;
    yield await surveyPage(deps, world, app, people);
  }
}

async function surveyPage(
  { store }: Pick<Deps, 'store'>,
  world: World,
  app: AppWorld,
  people: readonly Person[],
): Promise<Surveyed[]> {
  const { name } = app.app;
  const ids = people.map((person) => loginId(person.id, name));
  const logins = new Map((await store.logins.many(ids)).map((login) => [login.id, login]));
  const seekers = people.map((person) => {
    const login = logins.get(loginId(person.id, name)) ?? null;
    const wish = wishOf({ world, app, person, login });
    const held = login === null || login.disassociated ? null : login.remoteId;
    const keys = held === null ? wishedKeys(wish, person, app.app.provisioning.match) : [];
    return { person, login, wish, held, keys };
  });
  const accounts = await byKey(store, name, [...new Set(seekers.flatMap(({ keys }) => keys))]);
  return seekers.map(({ keys, ...seeker }) =>
    surveyed(
      app,
      seeker,
      keys.flatMap((key) => accounts.get(key) ?? []),
    ),
  );
}

async function byKey(
  store: Deps['store'],
  app: string,
  keys: readonly string[],
): Promise<Map<string, ListedAccount[]>> {
  const found = new Map<string, ListedAccount[]>();
  for (const { keys: _, ...account } of keys.length === 0 ? [] : await store.accounts.match(app, keys)) {
    for (const key of matchKeys(account)) found.set(key, [...(found.get(key) ?? []), account]);
  }
  return found;
}

type Seeker = { person: Person; login: Login | null; wish: Wish; held: string | null };

function surveyed(
  { app }: AppWorld,
  { person, login, wish, held }: Seeker,
  accounts: readonly ListedAccount[],
): Surveyed {
  const match = candidatesFor(wish, person, accounts, app.provisioning.match);
  const found = match.found === 'none' ? [] : match.found === 'one' ? [match.account] : match.accounts;
  return {
    ...{ person, login, held, found },
    vanished: login?.account === 'missing' && !login.disassociated,
    candidates: found.map(({ remoteId }) => remoteId),
    wished: wish.state === 'active',
    foundBy: match.found === 'none' ? null : match.foundBy,
  };
}
