import type { DirectoryPage, ReadEnd, RecordProblem } from '../../src/core/connector.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { lookUp, type Told } from './look-up.ts';
import { isRemoved, readRow } from './person.ts';
import type { Place } from './place.ts';
import { Resync } from './refusal.ts';
import type { Tenant } from './tenant.ts';

/** Of more than these everybody is read: each takes a call of their own. */
export const mostLookUps = 500;

/** Reads who changed since. Null: it takes a full read to tell, for they are too many or Graph no longer knows the place. */
export async function* readChanges(
  tenant: Tenant,
  cursor: Cursor,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, ReadEnd | null, void> {
  const found = await changedSince(tenant, cursor.place, signal);
  if (found === null) return null;
  const { touched, next, nameless } = found;
  // Where groups cannot be read, whoever was disabled or has left goes ahead all the same, in the groups that were known.
  const groups = await tenant.groups.open(false, signal).then(
    (moved) => ({ moved, failure: null }),
    (failure: unknown) => ({ moved: new Set<string>(), failure }),
  );
  const { moved } = groups;
  const people = new Map<string, Told | undefined>(touched);
  for (const id of [...moved, ...cursor.again]) if (!people.has(id)) people.set(id, undefined);
  if (people.size > mostLookUps || nameless.length > 0) return null;
  yield* lookUp(tenant, people, signal);
  if (groups.failure !== null) throw groups.failure;
  tenant.groups.told();
  const again = [...new Set([...touched.keys(), ...moved])];
  return {
    ...{ kind: 'delta', complete: true, rows: people.size },
    cursor: writeCursor({ place: next, full: cursor.full, again }),
  };
}

type Changed = { touched: Map<string, Told>; next: Place; nameless: readonly RecordProblem[] };

/** Whom Graph names, each with the last that was said of them. */
async function changedSince(tenant: Tenant, place: Place, signal: AbortSignal): Promise<Changed | null> {
  const touched = new Map<string, Told>();
  const nameless: RecordProblem[] = [];
  let next = place;
  try {
    for await (const { rows, delta } of tenant.graph.delta(place, signal)) {
      next = delta ?? next;
      for (const row of rows.map(readRow)) {
        if ('user' in row) touched.set(row.user.id, toldIn(row.user));
        else if (row.problem.externalId === undefined) nameless.push(row.problem);
        else touched.set(row.problem.externalId, { removed: false, enabled: undefined });
      }
    }
    return { touched, next, nameless };
  } catch (error) {
    if (error instanceof Resync) return null;
    throw error;
  }
}

const toldIn = (user: Parameters<typeof isRemoved>[0]): Told => ({
  removed: isRemoved(user),
  enabled: user.accountEnabled ?? undefined,
});
