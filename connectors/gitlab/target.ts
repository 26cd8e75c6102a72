import { z } from 'zod';
import {
  type AccountChange,
  type ConnectorContext,
  ConnectorError,
  type ListedAccount,
  type NewAccount,
  type Target,
} from '../../src/core/connector.ts';
import { credentialsEnd } from '../_credentials.ts';
import { nullIfMissing } from '../_http.ts';
import { type Mark, whole } from '../_whole.ts';
import type { Connection } from './config.ts';
import { groupsOf, regroupingOf } from './groups.ts';
import { bodyOf, listedOf, normal, User, worksStill } from './user.ts';
import { gitlabWire, isOf, rejected, unsure } from './wire.ts';

const nothing = { set: {}, clear: [], entitlements: {} } satisfies AccountChange;
const Self = z.object({ is_admin: z.boolean().nullish() });

export function gitlabTarget(connection: Connection, given: ConnectorContext): Target {
  const { auth, provider, skipConfirmation, resetPassword } = connection;
  const context = { ...given, allowHosts: [...given.allowHosts, ...connection.allowHosts] };
  const { name } = context;
  const wire = gitlabWire(connection, context);
  const { send } = wire;
  const groups = groupsOf(wire, connection, name);

  const shown = async (user: User, signal: AbortSignal): Promise<ListedAccount> =>
    listedOf(user, await groups.of(String(user.id), signal), provider);

  /** @throws ConnectorError `missing` where there is none. */
  const fetchUser = async (id: string, signal: AbortSignal): Promise<User> => {
    if (/^\d+$/.test(id)) return send({ method: 'GET', path: ['users', id], schema: User, signal });
    throw new ConnectorError('missing', 'none', `${name} has no user "${id}": its ids are numbers.`);
  };

  const put = async (user: User, { set, clear, password }: AccountChange, mark: Mark, signal: AbortSignal) => {
    const given = { ...bodyOf({ set, clear }), ...(password === undefined ? {} : { password }) };
    if (Object.keys(given).length === 0) return;
    const json = { ...given, ...(set.email !== undefined && skipConfirmation ? { skip_reconfirmation: true } : {}) };
    const request = { method: 'PUT', path: ['users', String(user.id)], json, schema: User, signal } as const;
    const after = await send({ ...request, secrets: password === undefined ? [] : [password] }).catch((error) => {
      // The user was there a moment ago, and GitLab documents 404 "even in cases where a 409 would be more appropriate".
      throw isOf(error, 'missing') ? new ConnectorError('conflict', 'none', error.message) : error;
    });
    mark();
    if (set.email === undefined || normal(String(set.email)) === normal(after.email ?? '')) return;
    throw rejected(`${name} keeps the address ${after.email} until the new one is confirmed.`, 'Confirm it in GitLab.');
  };

  const switchTo = async (user: User, active: boolean, mark: Mark, signal: AbortSignal) => {
    if (worksStill(user) === active) return;
    if (active && user.state !== 'blocked')
      throw rejected(
        `${user.username} is ${user.state} in ${name}.`,
        'End that in the Admin area of GitLab, then retry.',
      );
    const path = ['users', String(user.id), active ? 'unblock' : 'block'];
    await send({ method: 'POST', path, schema: z.unknown(), signal });
    mark();
  };

  const change = (id: string, asked: AccountChange, signal: AbortSignal, active?: boolean): Promise<ListedAccount> =>
    whole(context, signal, async (mark, bounded) => {
      const { add, remove } = regroupingOf(asked.entitlements);
      const before = await fetchUser(id, bounded);
      await put(before, asked, mark, bounded);
      if (active !== undefined) await switchTo(before, active, mark, bounded);
      for (const path of remove) await groups.leave(path, id, mark, bounded);
      for (const path of add) await groups.join(path, id, mark, bounded);
      const after = await fetchUser(id, bounded);
      if (active !== undefined && worksStill(after) !== active) throw unsure(name, `the user is still ${after.state}`);
      return shown(after, bounded);
    });

  const create = ({ externalId, attributes, entitlements, password }: NewAccount, signal: AbortSignal) =>
    whole(context, signal, async (mark, bounded) => {
      const gains = Object.entries(entitlements).map(([target, add]) => [target, { add, remove: [] }] as const);
      const { add } = regroupingOf(Object.fromEntries(gains));
      // All looked up first, so that an unknown group makes no account.
      for (const path of add) await groups.called(path, bounded);
      const unknown = resetPassword ? { reset_password: true } : { force_random_password: true };
      const json = {
        ...{ ...bodyOf({ set: attributes, clear: [] }), extern_uid: externalId, provider },
        ...{ skip_confirmation: skipConfirmation, ...(password === undefined ? unknown : { password }) },
      };
      const request = { method: 'POST', path: ['users'], json, schema: User, signal: bounded } as const;
      const user = await send({ ...request, secrets: password === undefined ? [] : [password] });
      mark();
      for (const path of add) await groups.join(path, String(user.id), mark, bounded);
      return listedOf(user, add, provider);
    });

  /** Each row is looked at again: GitLab ignores parameters it does not know. */
  const search = async (
    query: Record<string, string>,
    fits: (found: ListedAccount) => boolean,
    signal: AbortSignal,
  ) => {
    const rows = await send({ method: 'GET', path: ['users'], query, schema: z.array(User), signal });
    return rows.filter((user) => fits(listedOf(user, [], provider)));
  };

  return {
    test: async (signal) => {
      const { is_admin } = await send({ method: 'GET', path: ['user'], schema: Self, signal });
      if (is_admin !== true)
        throw new ConnectorError('auth', 'none', `The access token of ${name} is no administrator's.`);
    },
    list: async function* (signal) {
      const held = await groups.ofAll(signal);
      for await (const page of wire.users(User, signal))
        yield page.map((user) => listedOf(user, held.get(user.id) ?? [], provider));
    },
    get: async (id, signal) => {
      const user = await fetchUser(id, signal).catch(nullIfMissing);
      return user === null ? null : shown(user, signal);
    },
    find: async ({ externalId, userName }, signal) => {
      const byId = externalId === undefined ? {} : { extern_uid: externalId, provider };
      const found = [
        ...(externalId === undefined ? [] : await search(byId, (one) => one.externalId === externalId, signal)),
        ...(userName === undefined
          ? []
          : await search({ username: userName }, (one) => one.userName === normal(userName), signal)),
      ];
      const unique = new Map(found.map((user) => [user.id, user]));
      return Promise.all([...unique.values()].map((user) => shown(user, signal)));
    },
    create,
    update: change,
    suspend: (id, signal) => change(id, nothing, signal, false),
    reactivate: (id, asked, signal) => change(id, asked, signal, true),
    delete: async (id, signal) => {
      const request = { method: 'DELETE', path: ['users', id], query: { hard_delete: 'false' }, signal } as const;
      await send({ ...request, schema: z.unknown() }).catch((error) => {
        if (!isOf(error, 'conflict')) return nullIfMissing(error);
        throw rejected(error.message, 'Give the groups that this user alone owns another owner, then retry.');
      });
    },
    entitlements: async function* (signal) {
      for await (const page of groups.list(signal))
        yield page.map(({ id, full_path }) => ({ target: 'groups', value: full_path, remoteId: String(id) }));
    },
    credentialsEnd: () => credentialsEnd(auth),
    close: wire.close,
  };
}
