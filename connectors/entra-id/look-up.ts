import { z } from 'zod';
import type { DirectoryPage, RecordProblem } from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import { pause } from './graph.ts';
import { addressOf, isWanted, propertiesOf, readRow, type UserRow } from './person.ts';
import { isEmpty, pageOf, type Tenant } from './tenant.ts';

/** What a delta query told of somebody; undefined: nothing, they are looked at for another reason. */
export type Told = { removed: boolean; enabled: boolean | undefined };

type Found = { user: UserRow } | { problem: RecordProblem } | { absent: 'deleted' | 'unknown' };

/** Looked at together. */
const atATime = 50;

/**
 * Reads these people as they are now: what a delta query says, in which order and how often, then means no more than "look". Where
 * what is shown is not what was told, the one may trail the other: then it is looked at again, and at last believed. Somebody is gone
 * whom Graph says was removed and does not show, or who is among the deleted.
 */
export async function* lookUp(
  tenant: Tenant,
  people: ReadonlyMap<string, Told | undefined>,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, void, void> {
  let open = inOrder(people);
  const waits = [0, ...tenant.pauses];
  for (const [round, wait] of waits.entries()) {
    if (open.length === 0) return;
    if (wait > 0) await pause(wait, signal, tenant.name);
    // Null in the last round: what is shown then is believed.
    const rest: string[] | null = round === waits.length - 1 ? null : [];
    for (let start = 0; start < open.length; start += atATime) {
      const page = await onePage(tenant, open.slice(start, start + atATime), people, signal, rest);
      if (!isEmpty(page)) yield page;
    }
    open = rest ?? [];
  }
}

/** Whoever leaves goes ahead. */
const inOrder = (people: ReadonlyMap<string, Told | undefined>): string[] => {
  const rank = (told: Told | undefined) => (told?.removed === true || told?.enabled === false ? 0 : 1);
  return [...people].sort(([, a], [, b]) => rank(a) - rank(b)).map(([id]) => id);
};

/** One page of what is shown. Who is shown other than told is put into `rest` to be looked at again, where there is one. */
async function onePage(
  tenant: Tenant,
  ids: readonly string[],
  people: ReadonlyMap<string, Told | undefined>,
  signal: AbortSignal,
  rest: string[] | null,
): Promise<DirectoryPage> {
  const users: { user: UserRow; manager: string | null }[] = [];
  const problems: RecordProblem[] = [];
  const gone: string[] = [];
  for (const id of ids) {
    const told = people.get(id);
    const found = await readOne(tenant, id, told, signal);
    if (rest !== null && !agrees(found, told)) rest.push(id);
    else if ('problem' in found) problems.push(found.problem);
    else if ('absent' in found && found.absent === 'deleted') gone.push(id);
    else if ('user' in found && !isWanted(found.user, tenant.config)) gone.push(id);
    else if ('user' in found)
      users.push({ user: found.user, manager: found.user.manager == null ? null : addressOf(found.user.manager) });
  }
  return { ...pageOf(tenant, users, problems), gone };
}

function agrees(found: Found, told: Told | undefined): boolean {
  if ('problem' in found) return true;
  if ('absent' in found) return found.absent === 'deleted';
  if (told === undefined) return true;
  return !told.removed && (told.enabled === undefined || told.enabled === found.user.accountEnabled);
}

async function readOne(tenant: Tenant, id: string, told: Told | undefined, signal: AbortSignal): Promise<Found> {
  const { graph, config } = tenant;
  const query = {
    $select: propertiesOf(config).join(','),
    $expand: 'manager($select=id,mail,userPrincipalName)',
  };
  const request = { method: 'GET', path: ['users', id], query, schema: z.unknown(), signal } as const;
  const answer = await graph.send(request).catch(nullIfMissing);
  if (answer === null)
    return { absent: told?.removed === true || (await isDeleted(tenant, id, signal)) ? 'deleted' : 'unknown' };
  const read = readRow(answer.body);
  if ('user' in read && read.user.id === id) return read;
  const message = 'it was asked for by id and not answered as itself';
  return {
    problem: { place: `user ${id}`, message: 'problem' in read ? read.problem.message : message, externalId: id },
  };
}

const Deleted = z.looseObject({ id: z.string() });

async function isDeleted({ graph }: Tenant, id: string, signal: AbortSignal): Promise<boolean> {
  const path = ['directory', 'deletedItems', id];
  const answer = await graph.send({ method: 'GET', path, schema: Deleted, signal }).catch(nullIfMissing);
  return answer?.body.id === id;
}
