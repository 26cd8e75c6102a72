import { milliseconds } from '../core/config.ts';
import type { ListedAccount } from '../core/connector.ts';
import { differenceOf } from '../core/difference.ts';
import { matchKeys } from '../core/match.ts';
import type { Login, Person, Wish } from '../core/model.ts';
import { nameOf } from '../core/name.ts';
import { planAdoption, wishedKeys } from '../core/plan.ts';
import { byText } from '../core/text.ts';
import type { GovernanceDeps, MatchCandidate } from './governance.ts';
import type { AppWorld } from './world.ts';

/** A login to be linked, and what would then be wished of its account. */
export type Linking = { app: AppWorld; person: Person; login: Login; wish: Wish };

/** Reads the app's accounts anew when the last complete list is older than the app's own setting allows. */
export async function listIfStale(deps: GovernanceDeps, { app }: AppWorld): Promise<void> {
  const listedAt = await deps.store.accounts.listedAt(app.name);
  if (listedAt !== null && listedAt + milliseconds(app.provisioning.verify) > deps.clock.now()) return;
  await deps.listApp(app.name);
}

/**
 * The accounts of the app's list that may be the person's, the strongest match first: those their match keys find, those the login
 * was waiting for somebody to choose from, and the ones it had before.
 */
export async function candidatesOf(deps: Pick<GovernanceDeps, 'store'>, linking: Linking): Promise<MatchCandidate[]> {
  const { app, person, login, wish } = linking;
  const { accounts } = deps.store;
  const wanted = wishedKeys(wish, person, app.app.provisioning.match);
  const known = [...login.former, ...login.candidates, ...(login.chosen?.not ?? [])];
  const found = [...(await accounts.match(app.app.name, wanted)), ...(await accounts.many(app.app.name, known))];
  const strength = (account: ListedAccount): number => {
    const keys = matchKeys(account);
    const place = wanted.findIndex((key) => keys.includes(key));
    return place === -1 ? wanted.length : place;
  };
  const distinct = [...new Map(found.map((account) => [account.remoteId, account])).values()];
  return described(
    deps,
    linking,
    distinct.sort((a, b) => strength(a) - strength(b) || byText(a.remoteId, b.remoteId)),
  );
}

/** Accounts with what linking each would change, and whose they are already. */
export async function described(
  { store }: Pick<GovernanceDeps, 'store'>,
  { app, person, wish }: Linking,
  accounts: readonly ListedAccount[],
): Promise<MatchCandidate[]> {
  const held = await store.logins.byAccount(
    app.app.name,
    accounts.map(({ remoteId }) => remoteId),
  );
  const others = held.filter((login) => login.person !== person.id);
  const people = await store.people.many(others.map((login) => login.person));
  const names = new Map(people.map((one) => [one.id, nameOf(one)]));
  const holders = new Map(others.map((login) => [login.remoteId, names.get(login.person) ?? login.person]));
  return accounts.map((account) => {
    const { before, after } = planAdoption(wish, account);
    return {
      remoteId: account.remoteId,
      userName: account.userName,
      emails: account.emails,
      active: account.active,
      heldBy: holders.get(account.remoteId) ?? null,
      difference: differenceOf(before, after),
    };
  });
}
