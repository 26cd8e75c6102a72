import type { ListedAccount, NewAccount } from '../../src/core/connector.ts';
import { placesOf } from './attributes.ts';
import type { Groups } from './groups.ts';
import type { Manner } from './profile.ts';
import { listedOf, normal, Resource } from './resource.ts';
import type { Wire } from './wire.ts';

type Match = Readonly<{ externalId?: string; userName?: string }>;

/** Reads accounts. `groups` is null where the app's groups are not looked at. */
export function accountsOf(wire: Wire, manner: Manner, groups: Groups | null) {
  const places = placesOf(manner);
  const fetchUser = async (id: string, signal: AbortSignal) => {
    const { body, headers } = await wire.send({ method: 'GET', path: ['Users', id], signal }, Resource);
    return { user: body, version: headers.get('etag') ?? undefined };
  };

  const shown = async (user: Resource, signal: AbortSignal): Promise<ListedAccount> =>
    listedOf(user, groups === null ? null : await groups.namesFor(user, signal), places);

  /** Servers that compare by case are asked for the lower-case spelling of a user name too. */
  const find = async (match: Match, signal: AbortSignal): Promise<ListedAccount[]> => {
    const found = new Map<string, Resource>();
    for (const [attribute, value = ''] of Object.entries(match)) {
      if (attribute === 'externalId' && !manner.externalId) continue;
      const matches = (row: Resource) => typeof row[attribute] === 'string' && normal(row[attribute]) === normal(value);
      const spellings = new Set(attribute === 'userName' ? [value, value.toLowerCase()] : [value]);
      for (const spelling of spellings)
        for (const row of await wire.search('Users', { attribute, value: spelling }, matches, signal))
          found.set(row.id, row);
    }
    return Promise.all([...found.values()].map((row) => shown(row, signal)));
  };

  return {
    fetchUser,
    shown,
    find,
    read: async (id: string, signal: AbortSignal) => shown((await fetchUser(id, signal)).user, signal),
    list: async function* (signal: AbortSignal) {
      const namesFor = groups?.reader(signal);
      for await (const page of wire.pages('Users', {}, signal)) {
        const accounts: ListedAccount[] = [];
        for (const user of page)
          accounts.push(listedOf(user, namesFor === undefined ? null : await namesFor(user), places));
        yield accounts;
      }
    },
    /** The account that was just made, where the answer named neither it nor its place. Null: it does not show. */
    findCreated: async ({ externalId, attributes }: NewAccount, signal: AbortSignal): Promise<string | null> => {
      const found = await find({ externalId, userName: String(attributes.userName ?? '') }, signal);
      const ours = found.filter((account) => account.externalId === null || account.externalId === externalId);
      return ours.length === 1 ? (ours[0]?.remoteId ?? null) : null;
    },
  };
}

/** The id in a Location header (RFC 7644 section 3.3). */
export function idIn(location: string | null): string | null {
  const [, id] = /\/Users\/([^/?#]+)\/?$/.exec(location ?? '') ?? [];
  try {
    return id === undefined ? null : decodeURIComponent(id);
  } catch {
    return null;
  }
}
