import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import { Id } from './user.ts';
import type { Query, Wire } from './wire.ts';

const Event = z.object({ user_id: Id.nullish().catch(null) });
const Events = z.object({
  data: z.array(Event).nullable(),
  pagination: z.object({ after_cursor: z.string().nullish() }).nullish(),
});

/** The users that events say were deleted; `unreadable` why there is nothing to say. */
export type Deletions = { ids: ReadonlySet<string>; unreadable: string | null };

/** Events of one kind are few: more pages than this are a loop. */
const mostPages = 200;

/** Ids of users for whom one of these events came since; what they say is only a hint until the user was looked up. */
export async function deletionsSince(
  wire: Pick<Wire, 'get'>,
  types: readonly number[],
  since: number,
  signal: AbortSignal,
): Promise<Deletions> {
  try {
    const found = await Promise.all(types.map((type) => usersOf(wire, type, since, signal)));
    return { ids: new Set(found.flat()), unreadable: null };
  } catch (error) {
    if (error instanceof ConnectorError && ['auth', 'missing', 'rejected'].includes(error.kind))
      return { ids: new Set(), unreadable: error.message };
    throw error;
  }
}

async function usersOf(wire: Pick<Wire, 'get'>, type: number, since: number, signal: AbortSignal): Promise<string[]> {
  const query = { event_type_id: type, since: new Date(since).toISOString(), limit: 50 };
  const users: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const asked: Query = cursor === null ? query : { ...query, after_cursor: cursor };
    const { body } = await wire.get(['api', '1', 'events'], asked, Events, signal);
    users.push(...(body.data ?? []).flatMap(({ user_id }) => user_id ?? []));
    const next: string | null = body.pagination?.after_cursor ?? null;
    if (next === null || next === '' || next === cursor || (body.data ?? []).length === 0) return users;
    cursor = next;
  }
  throw new ConnectorError('unavailable', 'none', 'The events of OneLogin have no end.');
}
