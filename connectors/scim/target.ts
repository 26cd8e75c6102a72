import { z } from 'zod';
import {
  type AccountChange,
  type ConnectorContext,
  ConnectorError,
  type ListedAccount,
  type NewAccount,
  type Target,
} from '../../src/core/connector.ts';
import { mergedResource, needsCurrent, newResource, patchSteps, type Writing } from './change.ts';
import type { ScimConnection } from './connection.ts';
import { groupsOf, patchBody } from './groups.ts';
import { ListResponse, listedOf, normal, Resource, shows } from './resource.ts';
import { isMissing, noEndpoint, scimWire } from './wire.ts';

type Gains = AccountChange['entitlements'];
/** Called once the app was changed: from there on no failure may pass for "nothing happened". */
type Mark = () => void;

/** An answer that may be the whole resource, a part of it, or nothing at all (RFC 7644 sections 3.3 and 3.5). */
const Answer = z.unknown().transform((body) => Resource.safeParse(body).data);

/** An app that speaks SCIM 2.0. */
export function scimTarget(connection: ScimConnection, context: ConnectorContext): Target {
  const wire = scimWire(connection, context);
  const groups = groupsOf(wire, context.name, context.now);
  const withGroups = connection.options.groups;

  const fetchUser = async (id: string, signal: AbortSignal) => {
    const { body, headers } = await wire.send({ method: 'GET', path: ['Users', id], signal }, Resource);
    const { etag } = await wire.abilities(signal);
    return { user: body, version: etag ? (headers.get('etag') ?? undefined) : undefined };
  };
  const shown = async (user: Resource, signal: AbortSignal) =>
    listedOf(user, withGroups ? await groups.namesFor(user, signal) : null);
  const read = async (id: string, signal: AbortSignal) => shown((await fetchUser(id, signal)).user, signal);

  const find = async (match: { externalId?: string; userName?: string }, signal: AbortSignal) => {
    const found = new Map<string, Resource>();
    for (const [attribute, value] of Object.entries(match)) {
      const matches = (row: Resource) => typeof row[attribute] === 'string' && normal(row[attribute]) === normal(value);
      for (const spelling of new Set([value, value.toLowerCase()]))
        for (const row of await wire.search('Users', { attribute, value: spelling }, matches, signal))
          found.set(row.id, row);
    }
    return Promise.all([...found.values()].map((row) => shown(row, signal)));
  };

  const usesPut = async (signal: AbortSignal) =>
    connection.options.userUpdate === undefined
      ? !(await wire.abilities(signal)).patch
      : connection.options.userUpdate === 'put';

  /** Writes attributes and state in one request; gives back the resource if the answer shows all of it. */
  const write = async (id: string, writing: Writing, mark: Mark, signal: AbortSignal) => {
    if (Object.keys(writing.set).length === 0 && writing.clear.length === 0 && writing.active === undefined)
      return null;
    const put = await usesPut(signal);
    const current = put || needsCurrent(writing) ? await fetchUser(id, signal) : undefined;
    const json = put
      ? mergedResource(writing, current?.user ?? { id })
      : patchBody(patchSteps(writing, current?.user ?? {}, connection.options.patchPath));
    const request = {
      method: put ? 'PUT' : 'PATCH',
      path: ['Users', id],
      json,
      version: current?.version,
      signal,
    } as const;
    const { body } = await wire.send(request, Answer);
    mark();
    return body !== undefined && body.id === id && shows(body, writing.set, writing.clear, writing.active)
      ? body
      : null;
  };

  /** What is to change in memberships, against what is there: servers double a member that is added twice. */
  const plannedGroups = (gains: Gains) => {
    const { groups: asked, ...others } = gains;
    const [other] = Object.keys(others);
    if (other !== undefined || (asked !== undefined && !withGroups))
      throw new ConnectorError(
        'rejected',
        'none',
        `${context.name} has no entitlements called "${other ?? 'groups'}".`,
      );
    return { add: asked?.add ?? [], remove: asked?.remove ?? [] };
  };

  const writeGroups = async (id: string, gains: Gains, mark: Mark, signal: AbortSignal): Promise<boolean> => {
    const { add, remove } = plannedGroups(gains);
    if (add.length === 0 && remove.length === 0) return false;
    for (const name of add) await groups.idOf(name, signal);
    const present = (await read(id, signal)).entitlements.groups ?? [];
    for (const name of remove) if (present.includes(name)) await groups.leave(name, id, signal).then(mark);
    for (const name of add) if (!present.includes(name)) await groups.join(name, id, signal).then(mark);
    return true;
  };

  const change = (id: string, asked: AccountChange, active: boolean | undefined, signal: AbortSignal) =>
    whole(context, signal, async (mark, bounded) => {
      for (const name of plannedGroups(asked.entitlements).add) await groups.idOf(name, bounded);
      const writing = { set: asked.set, clear: asked.clear, ...(active === undefined ? {} : { active }) };
      const answer = await write(id, writing, mark, bounded);
      const regrouped = await writeGroups(id, asked.entitlements, mark, bounded);
      return answer === null || regrouped ? read(id, bounded) : shown(answer, bounded);
    });

  /** The account a good answer to a create spoke of, even where it held no body. */
  const created = async (
    account: NewAccount,
    answer: Resource | undefined,
    location: string | null,
    signal: AbortSignal,
  ) => {
    if (answer !== undefined) return answer.id;
    const id = location?.split(/[?#]/)[0]?.match(/\/Users\/([^/]+)\/?$/)?.[1];
    if (id !== undefined) return decodeURIComponent(id);
    const match = { externalId: account.externalId, userName: String(account.attributes.userName ?? '') };
    const found = (await find(match, signal)).filter(({ externalId }) =>
      [null, account.externalId].includes(externalId),
    );
    const [one] = found;
    if (one !== undefined && found.length === 1) return one.remoteId;
    throw new ConnectorError('unavailable', 'unknown', `${context.name} accepted the account but does not show it.`);
  };

  const create = (account: NewAccount, signal: AbortSignal) =>
    whole(context, signal, async (mark, bounded) => {
      const gains = Object.entries(account.entitlements).map(([name, add]) => [name, { add, remove: [] }] as const);
      for (const name of plannedGroups(Object.fromEntries(gains)).add) await groups.idOf(name, bounded);
      const json = newResource(account.externalId, account.attributes);
      const { body, headers } = await wire
        .send({ method: 'POST', path: ['Users'], json, signal: bounded }, Answer)
        .catch((error: unknown) => Promise.reject(isMissing(error) ? noEndpoint(context.name, 'Users') : error));
      mark();
      const id = await created(account, body, headers.get('location'), bounded);
      const regrouped = await writeGroups(id, Object.fromEntries(gains), mark, bounded);
      const complete = body !== undefined && shows(body, account.attributes, [], true);
      return complete && !regrouped ? shown(body, bounded) : read(id, bounded);
    });

  return {
    test: async (signal) => {
      await wire
        .send({ method: 'GET', path: ['Users'], query: { startIndex: 1, count: 1 }, signal }, ListResponse)
        .catch((error: unknown) => Promise.reject(isMissing(error) ? noEndpoint(context.name, 'Users') : error));
    },
    list: async function* (signal) {
      const read = groups.reader(signal);
      for await (const page of wire.pages('Users', {}, signal)) {
        const accounts: ListedAccount[] = [];
        for (const user of page) accounts.push(listedOf(user, withGroups ? await read(user) : null));
        yield accounts;
      }
    },
    get: async (id, signal) => {
      try {
        return await read(id, signal);
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    find,
    create,
    update: (id, asked, signal) => change(id, asked, undefined, signal),
    suspend: (id, signal) => change(id, { set: {}, clear: [], entitlements: {} }, false, signal),
    reactivate: (id, asked, signal) => change(id, asked, true, signal),
    delete: async (id, signal) => {
      try {
        await wire.send({ method: 'DELETE', path: ['Users', id], signal }, z.unknown());
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    entitlements: async function* (signal) {
      if (withGroups) yield* groups.all(signal);
    },
    close: () => wire.close(),
  };
}

/** Several requests as one change under one deadline: after the first that changed something, every failure is "unknown". */
async function whole<Result>(
  { name, deadline }: ConnectorContext,
  signal: AbortSignal,
  work: (mark: Mark, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  let changed = false;
  const mark = () => {
    changed = true;
  };
  try {
    return await work(mark, AbortSignal.any([signal, AbortSignal.timeout(deadline)]));
  } catch (error) {
    if (!(error instanceof ConnectorError))
      throw new ConnectorError('bug', 'unknown', `The SCIM connector failed on ${name}.`, { cause: error });
    if (!changed || error.effect === 'unknown') throw error;
    const { kind, message, remedy, retryAfter } = error;
    const kept = { remedy, cause: error, ...(retryAfter === undefined ? {} : { retryAfter }) };
    throw new ConnectorError(kind, 'unknown', `${message} A part of the change was made before.`, kept);
  }
}
