import type { AppConfig } from './app-schema.ts';
import type { ListedAccount } from './connector.ts';
import type { Person, Wish } from './model.ts';
import { byText, fold, textOf } from './text.ts';

/** What an account can be found by. */
export type MatchAttribute = AppConfig['provisioning']['match'][number];
/** Strongest first: our own id is only in accounts we made, a user name is unique in most apps, an e-mail may be shared. */
export const matchOrder: readonly MatchAttribute[] = ['externalId', 'userName', 'email'];

const key = (name: string, value: string | null): string[] =>
  value === null || fold(value) === '' ? [] : [`${name}=${fold(value)}`];

/** Everything an account of the app can be found by: `externalId=…`, `userName=…`, `email=…`, normalised. */
export const matchKeys = (account: Pick<ListedAccount, 'externalId' | 'userName' | 'emails'>): string[] => [
  ...key('externalId', account.externalId),
  ...key('userName', account.userName),
  ...new Set(account.emails.flatMap((email) => key('email', email))),
];

type Sought = { person: Pick<Person, 'id' | 'attributes'>; wish: Wish };

const wanted: Record<MatchAttribute, (sought: Sought) => string | null> = {
  externalId: ({ person }) => person.id,
  userName: ({ wish }) => textOf({ ...wish.first, ...wish.attributes }, 'userName'),
  email: ({ wish, person }) =>
    textOf({ ...wish.first, ...wish.attributes }, 'email') ?? textOf(person.attributes, 'email'),
};

/** What to look for, in the app's order (`match`): our own id, the wished user name, the e-mail. */
export const wishedKeys = (
  wish: Wish,
  person: Pick<Person, 'id' | 'attributes'>,
  order: readonly MatchAttribute[] = matchOrder,
): string[] => order.flatMap((name) => key(name, wanted[name]({ wish, person })));

export type Candidates =
  | { found: 'none' }
  | { found: 'one'; account: ListedAccount; foundBy: MatchAttribute }
  | { found: 'many'; accounts: readonly ListedAccount[]; foundBy: MatchAttribute };

/** The accounts that may be this person's: the strongest key that hits decides; several hits are for a person to choose from. */
export function candidatesFor(
  wish: Wish,
  person: Pick<Person, 'id' | 'attributes'>,
  accounts: readonly ListedAccount[],
  order: readonly MatchAttribute[] = matchOrder,
): Candidates {
  const distinct = [...new Map(accounts.map((account) => [account.remoteId, account])).values()];
  for (const foundBy of order) {
    const keys = wishedKeys(wish, person, [foundBy]);
    const hits = distinct.filter((account) => matchKeys(account).some((one) => keys.includes(one)));
    const [hit] = hits;
    if (hit === undefined) continue;
    if (hits.length === 1) return { found: 'one', account: hit, foundBy };
    return { found: 'many', accounts: hits.sort((a, b) => byText(a.remoteId, b.remoteId)), foundBy };
  }
  return { found: 'none' };
}
