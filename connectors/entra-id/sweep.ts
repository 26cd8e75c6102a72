import { createHash } from 'node:crypto';
import type { DirectoryPage, ReadEnd, RecordProblem } from '../../src/core/connector.ts';
import { writeCursor } from './cursor.ts';
import { lookUp, type Told } from './look-up.ts';
import { addressOf, isRemoved, isWanted, managerIdOf, propertiesOf, readRow, type UserRow } from './person.ts';
import type { Place } from './place.ts';
import { Resync } from './refusal.ts';
import { isEmpty, pageOf, type Read, type Tenant } from './tenant.ts';

/** Times everybody is begun anew where Graph forgot the place in between. */
const mostPasses = 3;
/** Records that wait for their manager to be read come in pages of this size. */
const waitingPage = 500;

/** Everybody, by a delta query from its beginning: it ends with the place from where changes are told, and nothing falls between. */
export async function* readEverybody(tenant: Tenant, signal: AbortSignal): Read {
  const full = tenant.now();
  await tenant.groups.open(true, signal);
  for (let pass = 1; ; pass += 1) {
    const end = yield* onePass(tenant, full, signal);
    if (end !== null) {
      tenant.groups.told();
      return end;
    }
    if (pass >= mostPasses) {
      const reason = 'Microsoft Graph kept forgetting how far it had been read';
      return { kind: 'full', complete: false, reason, cursor: null, rows: 0 };
    }
  }
}

const startOf = (tenant: Tenant): Place => ({
  path: ['users', 'delta'],
  query: { $select: [...propertiesOf(tenant.config), 'manager'].join(',') },
});

type Sweep = {
  /** A digest of each row as it came first, to tell a repeated one from one that says something else. */
  seen: Map<string, string>;
  /** By user id: what `manager` becomes. */
  addresses: Map<string, string | null>;
  /** Their manager has not come yet. */
  waiting: { user: UserRow; id: string }[];
  /** More than one thing was said of them, or that they are gone. */
  unsure: Map<string, Told | undefined>;
  nameless: number;
};

/** Null: the place was forgotten on the way, and nothing is known of who is not there. */
async function* onePass(
  tenant: Tenant,
  full: number,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, ReadEnd | null, void> {
  const sweep: Sweep = { seen: new Map(), addresses: new Map(), waiting: [], unsure: new Map(), nameless: 0 };
  const start = startOf(tenant);
  let next = start;
  try {
    for await (const { rows, delta } of tenant.graph.delta(start, signal)) {
      next = delta ?? next;
      const page = take(tenant, sweep, rows);
      if (!isEmpty(page)) yield page;
    }
  } catch (error) {
    if (error instanceof Resync) return null;
    throw error;
  }
  yield* late(tenant, sweep);
  yield* lookUp(tenant, sweep.unsure, signal);
  const { nameless, seen } = sweep;
  const reason =
    nameless > 0 ? `${nameless} users had no id that can be read` : seen.size === 0 ? 'it has no users' : null;
  const again = [...sweep.unsure.keys()];
  return {
    ...{ kind: 'full', complete: reason === null, rows: seen.size + nameless },
    ...(reason === null ? {} : { reason }),
    cursor: reason === null ? writeCursor({ place: next, full, again }) : null,
  };
}

function take(tenant: Tenant, sweep: Sweep, rows: readonly unknown[]): DirectoryPage {
  const ready: { user: UserRow; manager: string | null }[] = [];
  const problems: RecordProblem[] = [];
  for (const row of rows) {
    const read = readRow(row);
    if ('problem' in read) {
      if (read.problem.externalId === undefined) sweep.nameless += 1;
      if (isNew(sweep, read.problem.externalId, row)) problems.push(read.problem);
      continue;
    }
    const { user } = read;
    if (isRemoved(user)) sweep.unsure.set(user.id, { removed: true, enabled: undefined });
    else sweep.addresses.set(user.id, addressOf(user));
    if (isRemoved(user) || !isWanted(user, tenant.config) || !isNew(sweep, user.id, row)) continue;
    const id = managerIdOf(user);
    if (id === null || sweep.addresses.has(id))
      ready.push({ user, manager: id === null ? null : (sweep.addresses.get(id) ?? null) });
    else sweep.waiting.push({ user, id });
  }
  return pageOf(tenant, ready, problems);
}

/** Somebody told twice in two ways is looked at in the end. */
function isNew({ seen, unsure }: Sweep, id: string | undefined, row: unknown): boolean {
  if (id === undefined) return true;
  const text = createHash('sha256').update(JSON.stringify(row)).digest('base64');
  const before = seen.get(id);
  if (before === undefined) seen.set(id, text);
  else if (before !== text) unsure.set(id, unsure.get(id));
  return before === undefined;
}

/** Those who waited; a manager who has not come by now is not in the tenant. */
function* late(tenant: Tenant, { waiting, addresses }: Sweep): Generator<DirectoryPage, void, void> {
  for (let start = 0; start < waiting.length; start += waitingPage) {
    const part = waiting.slice(start, start + waitingPage);
    yield pageOf(
      tenant,
      part.map(({ user, id }) => ({ user, manager: addresses.get(id) ?? null })),
    );
  }
}
