import { z } from 'zod';
import { ConnectorError, type ListedAccount } from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import { externalIdOf, listedOf } from './account.ts';
import { placesWith } from './attributes.ts';
import type { GoogleTarget } from './config.ts';
import { groupsOfUser, membershipsIn } from './groups.ts';
import { addressesOf, clause, normal, projectionOf, User } from './user.ts';
import { isOf, type List, type Wire } from './wire.ts';

type Query = Readonly<Record<string, string>>;

/** What is known of a deleted user; its other fields may not show. */
const Deleted = z.object({
  id: z.string().min(1),
  deletionTime: z.string().min(1),
  orgUnitPath: User.shape.orgUnitPath,
  externalIds: User.shape.externalIds,
});
export type Deleted = z.infer<typeof Deleted>;

/** Reads accounts. */
export function accountsOf(
  wire: Wire,
  { customer, options }: Pick<GoogleTarget, 'customer' | 'options'>,
  name: string,
) {
  const places = placesWith(options.attributes);
  const projection = projectionOf(options.attributes);

  const usersList = (query: Query): List => ({
    ...{ path: ['users'], rows: 'users', query: { customer, ...query }, size: options.pageSize },
  });

  /** A deleted user is gone, also where Google still shows it by its id. */
  const fetchUser = async (id: string, signal: AbortSignal): Promise<User> => {
    const user = await wire.send({ method: 'GET', path: ['users', id], query: projection, signal }, User);
    if (!user.deletionTime) return user;
    throw new ConnectorError('missing', 'none', `${name} has deleted this account.`);
  };

  const search = async (query: string, signal: AbortSignal): Promise<User[]> => {
    const found: User[] = [];
    for await (const rows of wire.pages(usersList({ ...projection, query }), signal))
      found.push(...readUsers(rows, name));
    return found;
  };

  /** By the address itself, since searches lag behind; Google refuses that for addresses of other domains, and a search does not. */
  const holding = async (address: string, signal: AbortSignal): Promise<User[]> => {
    if (!/^[^\s@]+@[^\s@]+$/.test(address)) return [];
    try {
      return [await fetchUser(address, signal)];
    } catch (error) {
      if (isOf(error, 'missing')) return [];
      if (!isOf(error, 'auth', 'rejected')) throw error;
      return search(clause('email', address), signal);
    }
  };

  const groupsOf = async (user: string, signal: AbortSignal): Promise<string[] | null> => {
    if (!options.groups) return null;
    const groups = await groupsOfUser(wire, user, name, signal);
    return options.onlyGroups.length === 0 ? groups : groups.filter((group) => options.onlyGroups.includes(group));
  };
  const shown = async (user: User, signal: AbortSignal): Promise<ListedAccount> =>
    listedOf(user, await groupsOf(user.id, signal), places);

  return {
    fetchUser,
    groupsOf,
    get: async (id: string, signal: AbortSignal): Promise<ListedAccount | null> => {
      const user = await fetchUser(id, signal).catch(nullIfMissing);
      return user === null ? null : shown(user, signal);
    },
    /** Of a name: the account that has it, as its primary address or as an alias. */
    find: async (match: { externalId?: string; userName?: string }, signal: AbortSignal): Promise<ListedAccount[]> => {
      const found = new Map<string, User>();
      const { externalId, userName } = match;
      const byId = externalId === undefined ? [] : await search(clause('externalId', externalId), signal);
      for (const user of byId) if (externalIdOf(user) === externalId) found.set(user.id, user);
      const byName = userName === undefined ? [] : await holding(normal(userName), signal);
      for (const user of byName) if (addressesOf(user).includes(normal(userName ?? ''))) found.set(user.id, user);
      const accounts: ListedAccount[] = [];
      for (const user of found.values()) accounts.push(await shown(user, signal));
      return accounts;
    },
    list: async function* (signal: AbortSignal): AsyncGenerator<ListedAccount[], void, void> {
      const settings = { customer, onlyGroups: options.onlyGroups, derived: false };
      const memberships = options.groups ? await membershipsIn(wire, settings, name, signal) : null;
      const seen = new Set<string>();
      for await (const rows of wire.pages(usersList(projection), signal)) {
        const users = readUsers(rows, name).filter(({ id }) => !seen.has(id));
        for (const { id } of users) seen.add(id);
        yield users.map((user) => listedOf(user, memberships === null ? null : memberships.of(user.id), places));
      }
    },
    /** One row is enough to tell that users may be read, and groups. */
    test: async (signal: AbortSignal): Promise<void> => {
      await wire.pages({ ...usersList({}), size: 1 }, signal).next();
      const groups: List = { path: ['groups'], rows: 'groups', query: { customer }, size: 1 };
      if (options.groups) await wire.pages(groups, signal).next();
    },
    /**
     * The account that was made for this person and deleted; the last one of several. Only our id tells whose it was: an address may
     * have been somebody else's, whose mail would come back with it.
     */
    deletedFor: async (externalId: string, signal: AbortSignal): Promise<Deleted | null> => {
      const deleted = async (query: Query) => {
        const found: Deleted[] = [];
        for await (const rows of wire.pages(usersList({ showDeleted: 'true', ...query }), signal))
          found.push(...rows.flatMap((row) => Deleted.safeParse(row).data ?? []));
        return found.filter((row) => externalIdOf(row) === externalId);
      };
      const found = await deleted({ query: clause('externalId', externalId) }).catch((error: unknown) => {
        if (!isOf(error, 'rejected')) throw error;
        return deleted({});
      });
      return found.sort((a, b) => Date.parse(b.deletionTime) - Date.parse(a.deletionTime))[0] ?? null;
    },
  };
}

/** A row that cannot be read would be an account that is gone. */
function readUsers(rows: readonly unknown[], name: string): User[] {
  const read = z.array(User).safeParse(rows);
  if (read.success) return read.data.filter(({ deletionTime }) => !deletionTime);
  const [issue] = read.error.issues;
  const what = `${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'not as expected'}`;
  throw new ConnectorError('unavailable', 'none', `${name} listed its users in a way that cannot be read (${what}).`);
}
