import type { ListedAccount } from '../../core/connector.ts';
import { differenceOf } from '../../core/difference.ts';
import type { Login } from '../../core/login-model.ts';
import { matchKeys } from '../../core/match.ts';
import type { Person, Wish } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { planAdoption, wishedKeys } from '../../core/plan.ts';
import { byText, textOf } from '../../core/text.ts';
import { milliseconds } from '../../core/time-schema.ts';
import type { GovernanceDeps, MatchCandidate } from '../governance.ts';
import type { AppWorld } from '../world.ts';

/** A login to be linked, and what would then be wished of its account. */
export type Linking = { app: AppWorld; person: Person; login: Login; wish: Wish };

/**
 * Brings the app's list up to date as far as the login is concerned: whole when it is too old; else the accounts named, and those
 * that carry our id or the wished user name, which Rollcall or somebody else may have made since.
 * @throws ConnectorError when the app could not be read.
 */
export async function lookLive(deps: GovernanceDeps, { app, person, login, wish }: Linking, named: readonly string[]) {
  const { name, provisioning } = app.app;
  const listedAt = await deps.store.accounts.listedAt(name);
  if (listedAt === null || listedAt + milliseconds(provisioning.verify) <= deps.clock.now()) await deps.listApp(name);
  const { target } = deps.connections.target(name);
  const signal = () => deps.clock.deadline(deps.timings.deadline);
  const found = [...(await target.find({ externalId: person.id }, signal()))];
  const userName = textOf(wish.attributes, 'userName');
  if (userName !== null) found.push(...(await target.find({ userName }, signal())));
  for (const remoteId of new Set([...login.former, ...named])) {
    const account = await target.get(remoteId, signal());
    if (account !== null) found.push(account);
  }
  if (found.length > 0) await deps.store.accounts.put(name, deps.random.id('s'), found);
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
