import {
  type ConnectorContext,
  ConnectorError,
  type Directory,
  type DirectoryPage,
  type ReadEnd,
} from '../../src/core/connector.ts';
import { changesSince, startCursor } from './changes.ts';
import type { DirectoryConfig } from './config.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { placesOf } from './person.ts';
import { baseOf, readerOf } from './reader.ts';
import { openSession, type Session } from './session.ts';

type Pages = AsyncGenerator<DirectoryPage, ReadEnd, void>;
type Reading = { session: Session; config: DirectoryConfig; context: ConnectorContext; signal: AbortSignal };

/** The people of an Active Directory domain: everything, or what changed since the cursor where the account may ask for that. */
export function activeDirectory(config: DirectoryConfig, context: ConnectorContext): Directory {
  return {
    read: (cursor, signal) => read(config, context, readCursor(cursor), signal),
    /** The number of the controller's latest change; and the day, for accounts also end by time alone. */
    fingerprint: async (signal) => {
      const session = await openSession(config, context, signal).catch(() => null);
      session?.close();
      const day = Math.floor(context.now() / 86_400_000);
      return session === null ? null : `${session.root.server} ${session.root.usn} ${day}`;
    },
  };
}

async function* read(
  config: DirectoryConfig,
  context: ConnectorContext,
  cursor: Cursor | null,
  signal: AbortSignal,
): Pages {
  const session = await openSession(config, context, signal);
  const reading = { session, config, context, signal };
  try {
    const end = cursor !== null && isGood(cursor, reading) ? yield* readChanges(reading, cursor) : null;
    return end ?? (yield* readAll(reading));
  } catch (error) {
    if (error instanceof ConnectorError) throw error;
    const message = `The connector of Active Directory failed on ${context.name}.`;
    throw new ConnectorError('bug', 'none', message, { cause: error });
  } finally {
    session.close();
  }
}

/** Recent enough, and of the kind the config wants. */
const isGood = ({ full, by }: Cursor, { config, context }: Reading): boolean =>
  context.now() - full < config.fullReadHours * 3_600_000 && (config.changes === 'auto' || config.changes === by);

/**
 * Null where the changes do not tell whom they concern. A deletion is one: it takes the manager away from people who show no change.
 * Whoever is gone is given in any case, ahead of everything else.
 */
async function* readChanges(
  { session, config, context, signal }: Reading,
  cursor: Cursor,
): AsyncGenerator<DirectoryPage, ReadEnd | null, void> {
  const changes = await changesSince(session, cursor, placesOf(config), signal);
  if (changes === null) return null;
  if (changes.gone.size > 0) yield { records: [], problems: [], gone: [...changes.gone] };
  if (changes.all || changes.gone.size > 0) return null;
  let rows = 0;
  const doubts: string[] = [];
  // The groups are read after the changes, so that none falls between the two.
  const isQuiet = changes.touched.size + changes.regrouped.size === 0;
  const reader = isQuiet ? null : await readerOf(session, config, context, signal);
  for await (const page of reader?.concerned(changes) ?? []) {
    rows += page.records.length + page.problems.length;
    doubts.push(...doubtsIn(page));
    yield page;
  }
  return { kind: 'delta', ...completeness(doubts), cursor: writeCursor(changes.cursor), rows };
}

/**
 * Pages of a search are no snapshot: whoever is moved meanwhile may be on none. So whoever changed while it was read is read once more,
 * and the next read begins where this one did.
 */
async function* readAll({ session, config, context, signal }: Reading): Pages {
  const start = await startCursor(session, config.changes, context.now(), signal);
  const reader = await readerOf(session, config, context, signal);
  const seen = new Set<string>();
  const doubts: string[] = [];
  const take = (page: DirectoryPage): DirectoryPage => {
    for (const { externalId } of [...page.records, ...page.problems])
      if (externalId !== undefined) seen.add(externalId);
    doubts.push(...doubtsIn(page));
    return page;
  };
  for await (const page of reader.everybody()) yield take(page);
  const since = start === null ? null : await changesSince(session, start, placesOf(config), signal);
  if (since !== null && since.touched.size + since.gone.size > 0)
    for await (const page of reader.concerned({ ...since, regrouped: new Set() })) yield take(page);
  if (seen.size === 0) doubts.push(`nobody is found below ${baseOf(config, session)}`);
  return { kind: 'full', ...completeness(doubts), cursor: writeCursor(start), rows: seen.size };
}

const doubtsIn = ({ problems }: DirectoryPage): string[] =>
  problems.filter(({ externalId }) => externalId === undefined).map(({ place, message }) => `${place}: ${message}`);

const completeness = (doubts: readonly string[]): Pick<ReadEnd, 'complete' | 'reason'> =>
  doubts.length === 0 ? { complete: true } : { complete: false, reason: doubts.slice(0, 3).join('; ') };
