import { z } from 'zod';
import {
  type AccountChange,
  type ConnectorContext,
  ConnectorError,
  type EntitlementValue,
  type ListedAccount,
  type NewAccount,
  type Target,
} from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import { type Mark, whole } from '../_whole.ts';
import { listedOf, shows } from './account.ts';
import { accountsOf, type Deleted } from './accounts.ts';
import { placesWith } from './attributes.ts';
import { bodyOf, newBodyOf, randomPassword, type Writing } from './change.ts';
import { type GoogleTarget, writingScopes } from './config.ts';
import { groupPages } from './groups.ts';
import { type Regrouping, regrouper } from './regroup.ts';
import { normal, User } from './user.ts';
import { googleWire, isOf } from './wire.ts';

const nothing = { set: {}, clear: [], entitlements: {} } satisfies AccountChange;
const isEmpty = ({ add, remove }: Regrouping) => add.length + remove.length === 0;

/** A Google Workspace account as an app. */
export function googleTarget(connection: GoogleTarget, context: ConnectorContext): Target {
  const { options, customer } = connection;
  const { name } = context;
  const places = placesWith(options.attributes);
  const wire = googleWire(connection, writingScopes(options), context);
  const accounts = accountsOf(wire, connection, name);
  const groups = regrouper({ wire, name, now: context.now, onlyGroups: options.onlyGroups });

  const regroupingOf = (asked: AccountChange['entitlements']): Regrouping => {
    const { groups: asGroups, ...others } = asked;
    const [unknown] = options.groups ? Object.keys(others) : Object.keys(asked);
    if (unknown !== undefined)
      throw new ConnectorError('rejected', 'none', `${name} has no entitlements called "${unknown}".`);
    return { add: asGroups?.add ?? [], remove: asGroups?.remove ?? [] };
  };

  const allowed = (user: User): void => {
    if (user.isAdmin === true && !options.superAdmins) throw untouchable(name, user);
  };

  /** Google shows a change late in its lists; what it answered itself is what is. */
  const shown = async (user: User, { add, remove }: Regrouping, signal: AbortSignal): Promise<ListedAccount> => {
    const listed = await accounts.groupsOf(user.id, signal);
    const held = listed?.filter((group) => !remove.map(normal).includes(group));
    return listedOf(user, held === undefined ? null : [...held, ...add.map(normal)], places);
  };

  /** Gives back the user as it is after the change: as answered where that shows all of it, else as read. */
  const write = async (current: User, writing: Writing, mark: Mark, signal: AbortSignal): Promise<User> => {
    const json = bodyOf(writing, current, places);
    if (Object.keys(json).length === 0) return current;
    const secrets = secretsIn(json);
    const path = ['users', current.id];
    const body = await wire.send({ method: 'PUT', path, json, secrets, signal }, z.unknown());
    mark();
    const after = User.safeParse(body).data;
    return after?.id === current.id && shows(after, writing, places) ? after : accounts.fetchUser(current.id, signal);
  };

  const change = (id: string, asked: AccountChange, signal: AbortSignal, active?: boolean): Promise<ListedAccount> =>
    whole(context, signal, async (mark, bounded) => {
      const regrouping = regroupingOf(asked.entitlements);
      const { set, clear, password } = asked;
      const writing = { set, clear, active, password };
      const current = await accounts.fetchUser(id, bounded);
      if (Object.keys(bodyOf(writing, current, places)).length > 0 || !isEmpty(regrouping)) allowed(current);
      const after = await write(current, writing, mark, bounded);
      await groups.regroup(after, regrouping, mark, bounded);
      if (active === false && options.signOut) await signOut(id, bounded);
      return shown(after, regrouping, bounded);
    });

  const signOut = (id: string, signal: AbortSignal) =>
    wire.send({ method: 'POST', path: ['users', id, 'signOut'], signal }, z.unknown());

  const insert = async (account: NewAccount, mark: Mark, signal: AbortSignal): Promise<User> => {
    const json = newBodyOf(account, options.changePassword, places);
    const request = { method: 'POST', path: ['users'], json, secrets: secretsIn(json), signal } as const;
    const body = await wire.send(request, z.unknown()).catch((error: unknown) => {
      // No account is asked for here: what is not found is the domain of the address.
      throw isOf(error, 'missing') ? new ConnectorError('rejected', 'none', error.message, { cause: error }) : error;
    });
    mark();
    const made = User.safeParse(body).data;
    const id = made?.id ?? String(account.attributes.userName ?? '');
    const isWhole = made !== undefined && shows(made, { set: account.attributes, clear: [], active: true }, places);
    return isWhole ? made : accounts.fetchUser(id, signal).catch(notShownYet);
  };

  /** With a password of its own like any new account: whoever knew the old one has been gone. Null: Google has none to bring back. */
  const bringBack = async (
    deleted: Deleted,
    account: NewAccount,
    mark: Mark,
    signal: AbortSignal,
  ): Promise<User | null> => {
    const { attributes: set, password = randomPassword() } = account;
    const json = { orgUnitPath: String(set.orgUnitPath ?? deleted.orgUnitPath ?? '/') };
    const request = { method: 'POST', path: ['users', deleted.id, 'undelete'], json, signal } as const;
    const done = await wire.send(request, z.unknown()).then(() => true, nullIfMissing);
    if (done === null) return null;
    mark();
    const current = await accounts.fetchUser(deleted.id, signal).catch(notShownYet);
    return write(current, { set, clear: [], active: true, password }, mark, signal);
  };

  const notShownYet = (error: unknown): never => {
    if (!isOf(error, 'missing')) throw error;
    throw new ConnectorError('unavailable', 'unknown', `${name} took the account and does not show it yet.`);
  };

  const create = (account: NewAccount, signal: AbortSignal): Promise<ListedAccount> =>
    whole(context, signal, async (mark, bounded) => {
      const gains = Object.entries(account.entitlements).map(([target, add]) => [target, { add, remove: [] }] as const);
      const regrouping = regroupingOf(Object.fromEntries(gains));
      // All looked up first, so that an unknown group makes no account.
      for (const group of regrouping.add) await groups.idOf(group, bounded);
      const deleted = options.undelete ? await accounts.deletedFor(account.externalId, bounded) : null;
      const back = deleted === null ? null : await bringBack(deleted, account, mark, bounded);
      const user = back ?? (await insert(account, mark, bounded));
      await groups.regroup(user, regrouping, mark, bounded);
      if (back !== null) return shown(user, regrouping, bounded);
      return listedOf(user, options.groups ? regrouping.add.map(normal) : null, places);
    });

  return {
    test: accounts.test,
    list: accounts.list,
    get: accounts.get,
    find: accounts.find,
    create,
    update: change,
    suspend: (id, signal) => change(id, nothing, signal, false),
    reactivate: (id, asked, signal) => change(id, asked, signal, true),
    delete: async (id, signal) => {
      const user = await accounts.fetchUser(id, signal).catch(nullIfMissing);
      if (user === null) return;
      allowed(user);
      await wire.send({ method: 'DELETE', path: ['users', id], signal }, z.unknown()).catch(nullIfMissing);
    },
    entitlements: async function* (signal) {
      if (!options.groups) return;
      const settings = { customer, onlyGroups: options.onlyGroups };
      for await (const page of groupPages(wire, settings, name, signal))
        yield page.map(({ id, email }): EntitlementValue => ({ target: 'groups', value: email, remoteId: id }));
    },
    credentialsEnd: wire.credentialsEnd,
    close: wire.close,
  };
}

const secretsIn = ({ password }: Readonly<Record<string, unknown>>): string[] =>
  typeof password === 'string' ? [password] : [];

const untouchable = (name: string, { primaryEmail }: User) =>
  new ConnectorError(
    'rejected',
    'none',
    `${primaryEmail} is a super administrator of ${name}, whom Rollcall leaves alone.`,
    {
      remedy: 'Change it in the Admin console, or allow it in the connection: options: { superAdmins: true }.',
    },
  );
