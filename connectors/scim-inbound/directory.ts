import {
  type ConnectorContext,
  ConnectorError,
  type Directory,
  type DirectoryPage,
  type PushedSource,
  type PushedUser,
  type ReadEnd,
} from '../../src/core/connector.ts';
import type { ScimInboundConfig } from './config.ts';
import { cursorText, readCursor } from './cursor.ts';
import { emailOf, managerOf, readUser } from './record.ts';
import { flocked } from './watch.ts';

const hours = 3_600_000;
/** A read goes so far back behind the last one: pushes that were being kept then, and clocks that differ. Milliseconds. */
const overlap = 2 * 60_000;

type Read = AsyncGenerator<DirectoryPage, ReadEnd, void>;
type Given = { name: string; config: ScimInboundConfig; pushed: PushedSource; signal: AbortSignal };

/** What was pushed to us as a directory: everybody now and then, in between what changed. */
export function scimInboundDirectory(config: ScimInboundConfig, { name, now, pushed }: ConnectorContext): Directory {
  const source = pushed?.() ?? nowhere(name);
  return {
    read: (cursor, signal) => read({ name, config, pushed: source, signal }, cursor, now()),
    watch: (changed) => flocked(source.watch, changed),
  };
}

function nowhere(name: string): never {
  throw new ConnectorError('bug', 'none', `${name} has no place where what is pushed is kept.`);
}

async function* read(given: Given, cursorGiven: string | null, at: number): Read {
  const cursor = readCursor(cursorGiven);
  const { config, pushed } = given;
  try {
    if (cursor !== null && at >= cursor.full && at - cursor.full < config.fullReadHours * hours) {
      const changes = await pushed.changedSince(cursor.read - overlap);
      if (changes !== null) {
        const rows = yield* pagesOf(given, changes);
        return { kind: 'delta', complete: true, cursor: cursorText({ full: cursor.full, read: at }), rows };
      }
    }
    const rows = yield* pagesOf(given, pushed.everybody());
    const end = { kind: 'full', cursor: cursorText({ full: at, read: at }), rows } as const;
    return rows > 0 ? { ...end, complete: true } : { ...end, complete: false, reason: 'there is nobody in it' };
  } catch (error) {
    throw error instanceof ConnectorError ? error : stopped(given, error);
  }
}

function stopped({ name, signal }: Given, error: unknown): ConnectorError {
  const why = signal.aborted ? 'there was no time left' : error instanceof Error ? error.message : 'it broke off';
  const remedy = 'See that the store of Rollcall answers; the directory is read again by itself.';
  return new ConnectorError('unavailable', 'none', `${name} was not read to its end: ${why.slice(0, 200)}.`, {
    remedy,
  });
}

/** Answers how many people were in them. */
async function* pagesOf(
  given: Given,
  pages: AsyncIterable<readonly PushedUser[]>,
): AsyncGenerator<DirectoryPage, number> {
  const { config, pushed, signal } = given;
  let rows = 0;
  for await (const users of pages) {
    signal.throwIfAborted();
    const here = users.filter(({ gone }) => !gone);
    const managers = await managerEmails(pushed, here);
    const readings = here.map((user) => readUser(user, config.attributes, managers.get(managerOf(user) ?? '') ?? null));
    rows += here.length;
    yield {
      records: readings.flatMap((reading) => (reading.kind === 'record' ? [reading.record] : [])),
      problems: readings.flatMap((reading) => (reading.kind === 'problem' ? [reading.problem] : [])),
      gone: users.filter(({ gone }) => gone).map(({ id }) => id),
    };
  }
  signal.throwIfAborted();
  return rows;
}

/** A source names managers by our ids (RFC 7643 section 4.3), or by an address; what is neither says nothing to us. */
async function managerEmails(pushed: PushedSource, users: readonly PushedUser[]): Promise<Map<string, string>> {
  const named = [...new Set(users.flatMap((user) => managerOf(user) ?? []))];
  const known = new Map((await pushed.many(named)).map((user) => [user.id, emailOf(user)]));
  return new Map(
    named.flatMap((id) => {
      const email = known.get(id) ?? (id.includes('@') ? id : null);
      return email === null ? [] : [[id, email] as const];
    }),
  );
}
