import { z } from 'zod';
import {
  type AccountChange,
  type ConnectorContext,
  ConnectorError,
  type NewAccount,
  type Target,
} from '../../src/core/connector.ts';
import { authorizationOf } from '../_authorize.ts';
import { isOutdated, nullIfMissing } from '../_http.ts';
import { type Mark, whole } from '../_whole.ts';
import { accountsOf, idIn } from './accounts.ts';
import { placesOf } from './attributes.ts';
import {
  isEmptyWriting,
  isUnseen,
  mergedResource,
  needsCurrent,
  newResource,
  patchBody,
  patchSteps,
  type Writing,
} from './change.ts';
import type { ScimConnection } from './connection.ts';
import { groupsOf } from './groups.ts';
import { mannerOf } from './manner.ts';
import { eachGroup } from './regroup.ts';
import { Resource, shows } from './resource.ts';
import { scimWire } from './wire.ts';

/** Groups to join and to leave, by name. */
type Regrouping = { add: readonly string[]; remove: readonly string[] };

/** An answer that may be the whole resource, a part of it, or nothing at all (RFC 7644 sections 3.3 and 3.5). */
const Answer = z.unknown().transform((body) => Resource.safeParse(body).data);

/** An app that speaks SCIM 2.0. */
export function scimTarget(connection: ScimConnection, context: ConnectorContext): Target {
  const manner = mannerOf(connection);
  const places = placesOf(manner);
  const wire = scimWire(connection, manner, context);
  const groups = manner.groups ? groupsOf(wire, manner, context.name, context.now) : null;
  const accounts = accountsOf(wire, manner, groups);

  const usesPut = async (signal: AbortSignal) =>
    manner.userUpdate === 'discovered' ? !(await wire.abilities(signal)).patch : manner.userUpdate === 'put';

  /** One request with all of it; made from the present version, and once more where somebody was faster. */
  const send = async (
    id: string,
    writing: Writing,
    signal: AbortSignal,
    again = false,
  ): Promise<Resource | undefined> => {
    const put = await usesPut(signal);
    const current = put || needsCurrent(writing, places) ? await accounts.fetchUser(id, signal) : undefined;
    const version = (await wire.abilities(signal)).etag ? current?.version : undefined;
    const json = put
      ? mergedResource(writing, current?.user ?? { id }, manner, places)
      : patchBody(patchSteps(writing, current?.user ?? {}, manner, places), manner);
    const request = { method: put ? 'PUT' : 'PATCH', path: ['Users', id], json, version, signal } as const;
    try {
      return (await wire.send({ ...request, secrets: secretsOf(writing) }, Answer)).body;
    } catch (error) {
      if (again || version === undefined || !isOutdated(error))
        throw writing.active === false && isConflict(error) ? busy(error) : error;
      return send(id, writing, signal, true);
    }
  };

  /** Writes attributes and state; gives back the resource if the answer shows all of it. */
  const write = async (id: string, writing: Writing, mark: Mark, signal: AbortSignal): Promise<Resource | null> => {
    if (isEmptyWriting(writing)) return null;
    const body = await send(id, writing, signal);
    mark();
    return body?.id === id && !isUnseen(writing) && shows(body, writing, places) ? body : null;
  };

  const regroupingOf = (asked: AccountChange['entitlements']): Regrouping => {
    const { groups: asGroups, ...others } = asked;
    const [unknown] = groups === null ? Object.keys(asked) : Object.keys(others);
    if (unknown !== undefined)
      throw new ConnectorError('rejected', 'none', `${context.name} has no entitlements called "${unknown}".`);
    return { add: asGroups?.add ?? [], remove: asGroups?.remove ?? [] };
  };

  /**
   * Only what differs from what is there, as far as that can be read: servers double a member that is added twice, or refuse it. A
   * group that is refused stops no other; all that were are named at the end.
   */
  const regroup = async (
    id: string,
    { add, remove }: Regrouping,
    mark: Mark,
    signal: AbortSignal,
  ): Promise<boolean> => {
    if (groups === null || add.length + remove.length === 0) return false;
    const present = manner.members.readable ? ((await accounts.read(id, signal)).entitlements.groups ?? []) : null;
    const steps = [
      ...remove.filter((name) => present?.includes(name) ?? true).map((name) => ({ name, send: groups.leave })),
      ...add.filter((name) => !(present?.includes(name) ?? false)).map((name) => ({ name, send: groups.join })),
    ];
    await eachGroup(
      context.name,
      steps.map(({ name, send }) => ({ name, send: () => send(name, id, mark, signal) })),
    );
    return true;
  };

  const change = (id: string, asked: AccountChange, signal: AbortSignal, active?: boolean) =>
    whole(context, signal, async (mark, bounded) => {
      const regrouping = regroupingOf(asked.entitlements);
      const { set, clear, password } = asked;
      const answer = await write(id, { set, clear, active, password }, mark, bounded);
      const regrouped = await regroup(id, regrouping, mark, bounded);
      return answer === null || regrouped ? accounts.read(id, bounded) : accounts.shown(answer, bounded);
    });

  const create = (account: NewAccount, signal: AbortSignal) =>
    whole(context, signal, async (mark, bounded) => {
      const gains = Object.entries(account.entitlements).map(([name, add]) => [name, { add, remove: [] }] as const);
      const regrouping = regroupingOf(Object.fromEntries(gains));
      // All looked up first, so that an unknown name makes no account.
      for (const name of regrouping.add) await groups?.idOf(name, bounded);
      const { externalId, attributes: set, password } = account;
      const json = newResource({ externalId, set, password }, manner, places);
      const request = { method: 'POST', path: ['Users'], json, secrets: secretsOf(account), signal: bounded } as const;
      const { body, headers } = await wire.collection(request, Answer);
      mark();
      const id = body?.id ?? idIn(headers.get('location')) ?? (await accounts.findCreated(account, bounded));
      if (id === null)
        throw new ConnectorError('unavailable', 'unknown', `${context.name} took the account but does not show it.`);
      const regrouped = await regroup(id, regrouping, mark, bounded);
      const complete = body !== undefined && shows(body, { set, clear: [], active: true }, places);
      return complete && !regrouped ? accounts.shown(body, bounded) : accounts.read(id, bounded);
    });

  return {
    test: wire.probe,
    list: accounts.list,
    get: (id, signal) => accounts.read(id, signal).catch(nullIfMissing),
    find: accounts.find,
    create,
    update: change,
    suspend: (id, signal) => change(id, { set: {}, clear: [], entitlements: {} }, signal, false),
    reactivate: (id, asked, signal) => change(id, asked, signal, true),
    delete: async (id, signal) => {
      await wire.send({ method: 'DELETE', path: ['Users', id], signal }, z.unknown()).catch((error: unknown) => {
        if (isConflict(error)) throw kept(error);
        return nullIfMissing(error);
      });
    },
    entitlements: async function* (signal) {
      if (groups !== null) yield* groups.all(signal);
    },
    credentialsEnd: wire.credentialsEnd,
    authorization: () =>
      authorizationOf(connection.auth, { ...context, allowHosts: [...context.allowHosts, ...connection.allowHosts] }),
    close: wire.close,
  };
}

const isConflict = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError && error.kind === 'conflict';

/** Whoever is switched off takes no name: a 409 says that the account is another one by now (RFC 7644 section 3.12), or is in use. */
const busy = (error: ConnectorError) =>
  new ConnectorError('unavailable', 'none', error.message, {
    cause: error,
    remedy: 'Rollcall tries again by itself; if it stays so, look at the account in the app.',
  });

const kept = (error: ConnectorError) =>
  new ConnectorError('rejected', 'none', error.message, {
    cause: error,
    remedy: 'Look in the app what holds the account there, then retry.',
  });

const secretsOf = ({ password }: { password?: string | undefined }): string[] =>
  password === undefined ? [] : [password];
