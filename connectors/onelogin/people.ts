import { z } from 'zod';
import { ConnectorError, type DirectoryPage, type RawRecord, type RecordProblem } from '../../src/core/connector.ts';
import type { OneLoginConfig } from './config.ts';
import type { RoleBook } from './roles.ts';
import { Id, recordOf, User } from './user.ts';
import type { Wire } from './wire.ts';

const Whose = z.object({ id: Id });
/** Records that wait for their manager to be read come in pages of this size. */
const waitingPage = 500;

/** A row read: a user, or what is wrong with it. */
export type Reading = { user: User } | { problem: RecordProblem };

export function readUser(row: unknown): Reading {
  const user = User.safeParse(row);
  if (user.success) return { user: user.data };
  const whose = Whose.safeParse(row).data;
  const [issue] = user.error.issues;
  const what = `${issue?.path.join('.') || 'the user'}: ${issue?.message ?? 'not as expected'}`;
  if (whose === undefined) return { problem: { place: 'a user without an id', message: what } };
  return { problem: { place: `user ${whose.id}`, message: what, externalId: whose.id } };
}

export const emailOf = ({ email }: User): string | null =>
  typeof email === 'string' && email.trim() !== '' ? email.trim() : null;

/** E-mail addresses by user id: what `manager` becomes. */
export type Addresses = Map<string, string | null>;

type Deps = { config: OneLoginConfig; roles: RoleBook; addresses: Addresses };

/**
 * Makes records of users. OneLogin names managers by id and we by address, and a manager may come later in the list than their
 * people: those wait for the end. `look`: asks for a manager by id instead of waiting, where only some of the users are read.
 */
export function recordMaker({ config, roles, addresses }: Deps, look: ((id: string) => Promise<string | null>) | null) {
  let waiting: User[] = [];

  const made = async (user: User, signal: AbortSignal): Promise<RawRecord | RecordProblem> => {
    const id = user.manager_user_id ?? null;
    const manager = id === null ? null : (addresses.get(id) ?? (await look?.(id)) ?? null);
    const record = recordOf(user, config, { roles: await roles.of(user, signal), manager });
    if (record !== null) return record;
    const message = `its status ${user.status} with state ${user.state ?? 'none'} is none that is known`;
    return { place: `user ${user.id}`, message, externalId: user.id };
  };
  const pageOf = async (
    users: readonly User[],
    more: readonly RecordProblem[],
    signal: AbortSignal,
  ): Promise<DirectoryPage> => {
    const records: RawRecord[] = [];
    const problems = [...more];
    for (const user of users) {
      const one = await made(user, signal);
      if ('place' in one) problems.push(one);
      else records.push(one);
    }
    return { records, problems, gone: [] };
  };
  const mustWait = ({ manager_user_id: id }: User): boolean => look === null && id != null && !addresses.has(id);

  return {
    async page(rows: readonly Reading[], signal: AbortSignal): Promise<DirectoryPage> {
      const users = rows.flatMap((row) => ('user' in row ? [row.user] : []));
      for (const user of users) addresses.set(user.id, emailOf(user));
      waiting.push(...users.filter(mustWait));
      const problems = rows.flatMap((row) => ('problem' in row ? [row.problem] : []));
      return pageOf(
        users.filter((user) => !mustWait(user)),
        problems,
        signal,
      );
    },
    /** Those who waited; a manager who has not come by now is not in the list. */
    async *rest(signal: AbortSignal): AsyncGenerator<DirectoryPage, void, void> {
      const users = waiting;
      waiting = [];
      for (let start = 0; start < users.length; start += waitingPage)
        yield pageOf(users.slice(start, start + waitingPage), [], signal);
    },
  };
}

/** One user by id; null where OneLogin says there is none. */
export async function lookUp(wire: Pick<Wire, 'get'>, id: string, signal: AbortSignal): Promise<Reading | null> {
  try {
    const { body } = await wire.get(['api', '2', 'users', id], {}, z.unknown(), signal);
    const read = readUser(body);
    if ('user' in read && read.user.id === id) return read;
    const problem = {
      place: `user ${id}`,
      message: 'it was asked for by id and not answered as itself',
      externalId: id,
    };
    return 'problem' in read && read.problem.externalId === id ? read : { problem };
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'missing') return null;
    throw error;
  }
}
