import { z } from 'zod';
import {
  type ConnectorContext,
  ConnectorError,
  type Directory,
  type DirectoryPage,
  type ReadEnd,
} from '../../src/core/connector.ts';
import { type GoogleDirectory, readingScopes } from './config.ts';
import { type Memberships, membershipsIn } from './groups.ts';
import { idOf, type Reading, readUser, recordOf } from './record.ts';
import { projectionOf } from './user.ts';
import { googleWire, isOf, type List, type Wire } from './wire.ts';

/** Google tells nobody what changed since, so that each read is a full one. */
export function googleDirectory(config: GoogleDirectory, context: ConnectorContext): Directory {
  const wire = googleWire(config, readingScopes(config), context, config.waitSeconds * 1_000);
  const settings = { wire, config, name: context.name };
  return {
    read: (_cursor, signal) => read(settings, signal),
    credentialsEnd: wire.credentialsEnd,
  };
}

type Settings = { wire: Wire; config: GoogleDirectory; name: string };

async function* read(
  { wire, config, name }: Settings,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, ReadEnd, void> {
  // Whoever is gone by Google's own word waits for nobody else to be read.
  const gone = await deletedIn(wire, config, signal);
  if (gone.length > 0) yield { records: [], problems: [], gone };
  const memberships = config.groups ? await membershipsIn(wire, config, name, signal) : null;
  const seen = new Set<string>();
  let nameless = 0;
  const list = usersIn(wire, config, signal);
  for (;;) {
    const turn = await list.next();
    if (turn.done === true) return endOf({ rows: seen.size + nameless, nameless, doubt: turn.value });
    const readings = turn.value.map(readUser);
    nameless += readings.filter((reading) => idOf(reading) === undefined).length;
    const page = pageOf(fresh(readings, seen), config, memberships);
    if (page.records.length + page.problems.length > 0) yield page;
  }
}

/** Each user once, however often they come. */
function fresh(readings: readonly Reading[], seen: Set<string>): Reading[] {
  return readings.filter((reading) => {
    const id = idOf(reading);
    if (id === undefined) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

function pageOf(readings: readonly Reading[], config: GoogleDirectory, memberships: Memberships | null): DirectoryPage {
  const records = readings.flatMap((reading) => {
    if (!('user' in reading)) return [];
    return [recordOf(reading.user, { config, memberOf: memberships?.of(reading.user.id) ?? [] })];
  });
  return { records, problems: readings.flatMap((one) => ('problem' in one ? [one.problem] : [])), gone: [] };
}

function endOf({ rows, nameless, doubt }: { rows: number; nameless: number; doubt: string | null }): ReadEnd {
  const unnamed = nameless > 0 ? `${nameless} users had no id that can be read` : null;
  const reason = doubt ?? unnamed ?? (rows === 0 ? 'it has no users' : null);
  const end = { kind: 'full', rows, cursor: null } as const;
  return reason === null ? { ...end, complete: true } : { ...end, complete: false, reason };
}

const usersList = ({ customer, pageSize }: GoogleDirectory, query: Record<string, string>): List => ({
  ...{ path: ['users'], rows: 'users', query: { customer, ...query }, size: pageSize },
});

/** Answers why somebody may be missing; null: nobody is. */
async function* usersIn(
  wire: Wire,
  config: GoogleDirectory,
  signal: AbortSignal,
): AsyncGenerator<readonly unknown[], string | null, void> {
  const search = config.query === undefined ? {} : { query: config.query };
  let pages = 0;
  try {
    for await (const rows of wire.pages(usersList(config, { ...projectionOf(config.attributes), ...search }), signal)) {
      pages += 1;
      yield rows;
    }
  } catch (error) {
    if (pages > 0 && isOf(error, 'rejected', 'missing')) return 'the place in its list was no longer known';
    throw notListed(error);
  }
  return null;
}

const Deleted = z.object({ id: z.string().min(1), deletionTime: z.string().min(1) });

/**
 * Whom Google shows as deleted, for some 20 days: said outright, it counts at once. A row has to say itself that it is one, since a
 * filter that was ignored would show everybody.
 */
async function deletedIn(wire: Wire, config: GoogleDirectory, signal: AbortSignal): Promise<string[]> {
  const gone: string[] = [];
  try {
    for await (const rows of wire.pages(usersList(config, { showDeleted: 'true' }), signal))
      gone.push(...rows.flatMap((row) => Deleted.safeParse(row).data?.id ?? []));
  } catch (error) {
    throw notListed(error);
  }
  return gone;
}

/** No user is asked for in a list: what is not found or refused is what the config says of it. */
function notListed(error: unknown): unknown {
  if (!isOf(error, 'missing', 'rejected')) return error;
  return new ConnectorError('rejected', 'none', error.message, {
    cause: error,
    remedy: 'Correct `customer` or `query` of the directory, then sync again.',
  });
}
