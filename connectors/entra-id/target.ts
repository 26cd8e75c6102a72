import { z } from 'zod';
import {
  type AccountChange,
  type ConnectorContext,
  ConnectorError,
  type ListedAccount,
  type NewAccount,
  type Target,
} from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import { type Mark, whole } from '../_whole.ts';
import type { Expected } from './account.ts';
import { accountsOf } from './accounts.ts';
import { groupCatalogue, licenceCatalogue } from './catalogue.ts';
import { bodyOf, newBody, randomSecret, type Writing } from './change.ts';
import type { TargetConnection } from './config.ts';
import { entitlementsOf, type Plan } from './entitlements.ts';
import { graphOf } from './graph.ts';
import { managersOf } from './manager.ts';
import { recentWrites } from './recent.ts';

const Made = z.looseObject({ id: z.string().min(1) });
const Some = z.object({ value: z.array(z.unknown()) });
const nothing: AccountChange = { set: {}, clear: [], entitlements: {} };

/** An Entra ID tenant as an app: users with groups and licences. */
export function entraTarget(settings: TargetConnection, context: ConnectorContext): Target {
  const { name, now, deadline } = context;
  const graph = graphOf(settings, context);
  const recent = recentWrites(now, settings.lagSeconds * 1_000);
  const groups = settings.groups ? groupCatalogue(graph, name, now) : null;
  const licences = settings.licences ? licenceCatalogue(graph, name, now) : null;
  const accounts = accountsOf({ graph, settings, context, recent, groups, licences });
  const managers = managersOf(graph, accounts, settings.managerBy, name);
  const patience = Math.min(deadline * 0.3, settings.lagSeconds * 1_000);
  const entitlements = entitlementsOf({ graph, context, accounts, groups, licences }, patience);

  const patch = async (
    id: string,
    json: Record<string, unknown>,
    secrets: string[],
    mark: Mark,
    signal: AbortSignal,
  ) => {
    if (Object.keys(json).length === 0) return;
    try {
      await graph.send({ method: 'PATCH', path: ['users', id], json, secrets, schema: z.unknown(), signal });
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === 'missing') await accounts.surelyMissing(id, signal);
      throw error;
    }
    recent.wrote(id);
    mark();
  };

  /** Nobody gets a licence without a country: said before anything is sent. */
  const needsCountry = async (plan: Plan, set: Writing['set'], id: string | null, signal: AbortSignal) => {
    if (plan.give.length === 0 || typeof set.usageLocation === 'string') return;
    const user = id === null ? null : await accounts.fetchUser(id, signal);
    if (typeof user?.usageLocation === 'string' && user.usageLocation !== '') return;
    throw new ConnectorError('rejected', 'none', `${name} gives no licence to somebody without a usage location.`, {
      remedy: 'Give usageLocation a parameter: the country’s two letters, such as the constant DE.',
    });
  };

  const change = (id: string, asked: AccountChange, signal: AbortSignal, active?: boolean) =>
    whole(context, signal, async (mark, bounded) => {
      const { set, clear, password } = asked;
      const json = bodyOf({ set, clear, active, password }, settings);
      const plan = await entitlements.plan(asked.entitlements, bounded);
      await needsCountry(plan, set, id, bounded);
      const manager = await managers.named(asked, bounded);
      await patch(id, json, secretsOf(asked), mark, bounded);
      await managers.write(id, manager, mark, bounded);
      await entitlements.carryOut(id, plan, false, mark, bounded);
      return accounts.readBack(id, { ...asked, active }, bounded);
    });

  /** Makes the account, or takes the one up again that was deleted and carries our id: its id, and whether it is new. */
  const made = async (
    account: NewAccount,
    mark: Mark,
    signal: AbortSignal,
  ): Promise<{ id: string; isFresh: boolean }> => {
    const { externalId, attributes: set, password } = account;
    const secret = password ?? randomSecret();
    const json = newBody(externalId, set, secret, settings);
    const [deleted, another] = settings.restore ? await accounts.findDeleted(externalId, signal) : [];
    if (deleted !== undefined && another === undefined) {
      const path = ['directory', 'deletedItems', deleted, 'restore'];
      recent.lost(externalId);
      await graph.send({ method: 'POST', path, json: {}, schema: z.unknown(), signal });
      mark();
      const again = bodyOf({ set, clear: [], active: true, password }, settings);
      await patch(deleted, again, secretsOf(account), mark, signal);
      return { id: deleted, isFresh: false };
    }
    recent.lost(externalId);
    const { body } = await graph.send({
      method: 'POST',
      path: ['users'],
      json,
      secrets: [secret],
      schema: Made,
      signal,
    });
    mark();
    return { id: body.id, isFresh: true };
  };

  const create = (account: NewAccount, signal: AbortSignal) =>
    whole(context, signal, async (mark, bounded) => {
      const { attributes: set, externalId } = account;
      const gains = Object.entries(account.entitlements).map(([one, add]) => [one, { add, remove: [] }] as const);
      const expected: Expected = { set, clear: [], active: true, entitlements: Object.fromEntries(gains) };
      const plan = await entitlements.plan(expected.entitlements, bounded);
      await needsCountry(plan, set, null, bounded);
      const manager = await managers.named(expected, bounded);
      const { id, isFresh } = await made(account, mark, bounded);
      recent.wrote(id);
      await managers.write(id, manager, mark, bounded);
      await entitlements.carryOut(id, plan, isFresh, mark, bounded);
      const found = await accounts.readBack(id, expected, bounded);
      recent.found(externalId);
      return found;
    }).catch((error: unknown) => {
      // A name that is taken may be our own, of a creation whose answer was lost: that one may not show yet.
      const isOpen = error instanceof ConnectorError && (error.effect === 'unknown' || error.kind === 'conflict');
      if (!isOpen) recent.found(account.externalId);
      throw error;
    });

  const remove = async (id: string, signal: AbortSignal): Promise<void> => {
    const request = { method: 'DELETE', path: ['users', id], schema: z.unknown(), signal } as const;
    const answer = await graph.send(request).catch(nullIfMissing);
    if (answer === null) await accounts.surelyMissing(id, signal);
  };

  const suspended = (id: string, signal: AbortSignal): Promise<ListedAccount> => change(id, nothing, signal, false);

  return {
    test: async (signal) => {
      const one = (path: string, query: Record<string, string | number>) =>
        graph.send({ method: 'GET', path: [path], query, schema: Some, signal });
      await one('users', { $top: 1, $select: 'id' });
      if (settings.groups) await one('groups', { $top: 1, $select: 'id' });
      if (settings.licences) await one('subscribedSkus', {});
    },
    list: accounts.list,
    get: accounts.get,
    find: accounts.find,
    create,
    update: change,
    suspend: suspended,
    reactivate: (id, asked, signal) => change(id, asked, signal, true),
    delete: remove,
    async *entitlements(signal) {
      if (groups !== null) yield* groups.all(signal);
      if (licences !== null) yield* licences.all(signal);
    },
    credentialsEnd: graph.credentialsEnd,
    close: graph.close,
  };
}

const secretsOf = ({ password }: { password?: string | undefined }): string[] =>
  password === undefined ? [] : [password];
