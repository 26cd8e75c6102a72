import { z } from 'zod';
import { type ConnectorContext, ConnectorError, type ListedAccount } from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import {
  type Expected,
  type Held,
  listedOf,
  normal,
  ownLicences,
  selectionOf,
  shows,
  slotOf,
  User,
} from './account.ts';
import { slotSpot } from './attributes.ts';
import { type Catalogue, rowsOf } from './catalogue.ts';
import type { TargetConnection } from './config.ts';
import { type Graph, pause } from './graph.ts';
import { readGroups } from './membership.ts';
import type { Recent } from './recent.ts';
import { searchOf } from './search.ts';

type Deps = {
  graph: Graph;
  settings: TargetConnection;
  context: ConnectorContext;
  recent: Recent;
  /** Null where they are not looked at. */
  groups: Catalogue | null;
  licences: Catalogue | null;
};

const Guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const Named = z.looseObject({ id: z.string().min(1), '@odata.type': z.string().optional() });
const Deleted = z.looseObject({ id: z.string().min(1) });
const deletedUsers = ['directory', 'deletedItems', 'microsoft.graph.user'];

export type Accounts = ReturnType<typeof accountsOf>;

/** Reads accounts. */
export function accountsOf({ graph, settings, context, recent, groups, licences }: Deps) {
  const { name } = context;
  const selection = selectionOf(settings);
  const slot = slotSpot(settings.externalId).join('/');
  const search = searchOf(graph, selection);
  const deletedSearch = searchOf(graph, { $select: `id,${slot.split('/')[0]}` });

  /** @throws ConnectorError `missing` */
  const fetchUser = async (id: string, signal: AbortSignal): Promise<User> => {
    const request = { method: 'GET', path: ['users', id], query: selection, schema: User, signal } as const;
    return (await graph.send(request)).body;
  };

  const groupNames = async (id: string, signal: AbortSignal): Promise<string[]> => {
    if (groups === null) return [];
    const offered = await groups.names(signal);
    const found: string[] = [];
    const place = { path: ['users', id, 'memberOf'], query: { $top: '999' } };
    for await (const { rows } of graph.pages(place, signal))
      for (const one of rowsOf(rows, Named, name)) found.push(...[offered.get(one.id)].flatMap((value) => value ?? []));
    return found;
  };

  const heldBy = async (user: User, named: readonly string[] | null, signal: AbortSignal): Promise<Held> => {
    const skus = await licences?.names(signal);
    return {
      ...(groups === null ? {} : { groups: named ?? (await groupNames(user.id, signal)) }),
      ...(skus === undefined ? {} : { licences: ownLicences(user).flatMap((sku) => skus.get(sku) ?? []) }),
    };
  };

  const shown = async (user: User, signal: AbortSignal): Promise<ListedAccount> =>
    listedOf(user, settings, await heldBy(user, null, signal));

  const isDeleted = async (id: string, signal: AbortSignal): Promise<boolean> => {
    const request = { method: 'GET', path: ['directory', 'deletedItems', id], schema: Deleted, signal } as const;
    return (await graph.send(request).catch(nullIfMissing))?.body.id === id;
  };

  /** An account that does not show is gone where it is among the deleted, or where it was not written a moment ago. */
  const surelyMissing = async (id: string, signal: AbortSignal): Promise<void> => {
    if (recent.isRecent(id) && !(await isDeleted(id, signal))) throw notShown(name);
  };

  const get = async (id: string, signal: AbortSignal): Promise<ListedAccount | null> => {
    // Graph takes a user name for an id, too.
    if (!Guid.test(id)) return null;
    const user = await fetchUser(id, signal).catch(nullIfMissing);
    if (user !== null) return shown(user, signal);
    await surelyMissing(id, signal);
    return null;
  };

  const usersBy = async (property: string, value: string, fits: (user: User) => boolean, signal: AbortSignal) => {
    const rows = await search.by(['users'], property, value, (row) => fits(row as User), signal);
    return rowsOf(rows, User, name);
  };

  const find = async (match: { externalId?: string; userName?: string }, signal: AbortSignal) => {
    const found = new Map<string, User>();
    const { externalId, userName } = match;
    if (externalId !== undefined) {
      const users = await usersBy(slot, externalId, (user) => slotOf(user, settings) === externalId, signal);
      for (const user of users) found.set(user.id, user);
      if (users.length > 0) recent.found(externalId);
      else if (recent.isLost(externalId)) throw notShown(name);
    }
    if (userName !== undefined) {
      const fits = ({ userPrincipalName }: User) => normal(String(userPrincipalName)) === normal(userName);
      for (const user of await usersBy('userPrincipalName', userName, fits, signal)) found.set(user.id, user);
    }
    const accounts: ListedAccount[] = [];
    for (const user of found.values()) accounts.push(await shown(user, signal));
    return accounts;
  };

  /** Ids of deleted accounts that carry our id and can still be restored. */
  const findDeleted = async (externalId: string, signal: AbortSignal): Promise<string[]> => {
    const fits = (row: object) => slotOf(row, settings) === externalId;
    return (await deletedSearch.by(deletedUsers, slot, externalId, fits, signal)).map(({ id }) => id);
  };

  /**
   * The account once it shows what was written. Reads may trail: it is read again for a part of the deadline, and whoever waits in vain
   * hears that it is not known, which the engine settles by looking later.
   */
  const readBack = async (id: string, expected: Expected, signal: AbortSignal): Promise<ListedAccount> => {
    const patience = Math.min(context.deadline * 0.4, settings.lagSeconds * 1_000);
    for (let waited = 0, wait = 100; ; waited += wait, wait *= 2) {
      const user = await fetchUser(id, signal).catch(nullIfMissing);
      const account = user === null ? null : await shown(user, signal);
      if (account !== null && shows(account, expected)) return account;
      if (waited + wait > patience) throw user === null && !recent.isRecent(id) ? gone(name, id) : notShown(name);
      await pause(wait, signal, name);
    }
  };

  async function* list(signal: AbortSignal): AsyncGenerator<ListedAccount[], void, void> {
    const named = groups === null ? null : await membersByName(groups, signal);
    const place = { path: ['users'], query: { ...selection, $top: String(settings.pageSize) } };
    const seen = new Set<string>();
    for await (const { rows } of graph.pages(place, signal)) {
      const page: ListedAccount[] = [];
      for (const user of rowsOf(rows, User, name)) {
        if (seen.has(user.id)) continue;
        seen.add(user.id);
        page.push(listedOf(user, settings, await heldBy(user, named?.get(user.id) ?? [], signal)));
      }
      if (page.length > 0) yield page;
    }
  }

  const membersByName = async (catalogue: Catalogue, signal: AbortSignal): Promise<Map<string, string[]>> => {
    const offered = await catalogue.names(signal);
    const names = new Map<string, string[]>();
    if (offered.size === 0) return names;
    const { groups: all } = await readGroups(graph, name, signal);
    for (const [id, { users }] of all) {
      const value = offered.get(id);
      if (value === undefined) continue;
      for (const user of users) names.set(user, [...(names.get(user) ?? []), value]);
    }
    return names;
  };

  return { fetchUser, get, find, findDeleted, readBack, list, surelyMissing, groupNames, usersBy };
}

const notShown = (name: string) =>
  new ConnectorError('unavailable', 'none', `${name} does not show yet what was written; it is looked at again.`);

const gone = (name: string, id: string) =>
  new ConnectorError('missing', 'none', `${name} does not show the account ${id} any more.`);
