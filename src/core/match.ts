import type { ListedAccount } from './connector.ts';
import type { Person, Wish } from './model.ts';
import { byText, fold, textOf } from './text.ts';

const key = (name: string, value: string | null): string[] =>
  value === null || fold(value) === '' ? [] : [`${name}=${fold(value)}`];

/** Everything an account of the app can be found by: `externalId=…`, `userName=…`, `email=…`, normalised. */
export const matchKeys = (account: Pick<ListedAccount, 'externalId' | 'userName' | 'emails'>): string[] => [
  ...key('externalId', account.externalId),
  ...key('userName', account.userName),
  ...new Set(account.emails.flatMap((email) => key('email', email))),
];

/** What to look for, strongest first: our own id, then the wished user name, then the e-mail. */
export const wishedKeys = (wish: Wish, person: Pick<Person, 'id' | 'attributes'>): string[] => [
  ...key('externalId', person.id),
  ...key('userName', textOf(wish.attributes, 'userName')),
  ...key('email', textOf(wish.attributes, 'email') ?? textOf(person.attributes, 'email')),
];

export type Candidates =
  | { found: 'none' }
  | { found: 'one'; account: ListedAccount }
  | { found: 'many'; accounts: readonly ListedAccount[] };

/** The accounts that may be this person's: the strongest key that hits decides; several hits are for a person to choose from. */
export function candidatesFor(
  wish: Wish,
  person: Pick<Person, 'id' | 'attributes'>,
  accounts: readonly ListedAccount[],
): Candidates {
  const distinct = [...new Map(accounts.map((account) => [account.remoteId, account])).values()];
  for (const wanted of wishedKeys(wish, person)) {
    const hits = distinct.filter((account) => matchKeys(account).includes(wanted));
    const [hit] = hits;
    if (hit === undefined) continue;
    if (hits.length === 1) return { found: 'one', account: hit };
    return { found: 'many', accounts: hits.sort((a, b) => byText(a.remoteId, b.remoteId)) };
  }
  return { found: 'none' };
}
