import type { DirectoryPage, ReadEnd } from '../../src/core/connector.ts';
import { type Account, deletions, eventProblem, minutes } from './account.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { emailOf, lookUp, type Reading, readUser, recordMaker } from './people.ts';
import { mostLookUps } from './sweep.ts';

/**
 * Reads what changed since, some minutes of before included, so that neither clocks nor a change on its way lose anybody. Null: it
 * takes a full read to tell.
 */
export async function* readChanges(
  account: Account,
  cursor: Cursor,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, ReadEnd | null, void> {
  const { config, roles, now } = account;
  const since = cursor.since - config.overlapMinutes * minutes;
  const deleted = await deletions(account, since, signal);
  const moved = await roles.open(false, signal);
  if (deleted.ids.size + moved.length > mostLookUps) return null;
  yield { records: [], problems: eventProblem(account, deleted.unreadable), gone: [] };

  const maker = recordMaker(account, (id) => managerOf(account, id, signal));
  const seen = new Set<string>();
  const began = now();
  const list = yield* changed(account, maker, since, seen, signal);
  const end = { kind: 'delta', rows: seen.size } as const;
  // What was read so far is good; the next read begins where this one did.
  if (list.reason !== null) return { ...end, complete: false, reason: list.reason, cursor: writeCursor(cursor) };
  yield* lookedUp(
    account,
    maker,
    [...deleted.ids, ...moved].filter((id) => !seen.has(id)),
    signal,
  );
  return { ...end, complete: true, cursor: writeCursor({ since: list.at ?? began, full: cursor.full }) };
}

async function* changed(
  { wire }: Account,
  maker: ReturnType<typeof recordMaker>,
  since: number,
  seen: Set<string>,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, { at: number | null; reason: string | null }, void> {
  const list = wire.list(['api', '2', 'users'], { updated_since: new Date(since).toISOString() }, signal);
  let at: number | null = null;
  let first: number | null = null;
  let last: number | null = null;
  for (;;) {
    const turn = await list.next();
    if (turn.done) return { at, reason: turn.value.whole ? shortened(first, last) : turn.value.reason };
    at ??= turn.value.at;
    first ??= turn.value.total;
    last = turn.value.total ?? last;
    const rows = turn.value.rows.map(readUser).filter((row) => isNew(row, seen));
    if (rows.length > 0) yield maker.page(rows, signal);
  }
}

/** Nobody leaves the list of who changed but by being deleted: then somebody else may have moved up, and been passed over. */
const shortened = (first: number | null, last: number | null): string | null =>
  first !== null && last !== null && last < first ? 'its list grew shorter while it was read' : null;

function isNew(row: Reading, seen: Set<string>): boolean {
  const id = 'user' in row ? row.user.id : row.problem.externalId;
  if (id === undefined || seen.has(id)) return id === undefined;
  seen.add(id);
  return true;
}

/** Whoever is still there is told as they are; whoever is not, as gone. */
async function* lookedUp(
  { wire }: Account,
  maker: ReturnType<typeof recordMaker>,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, void, void> {
  const gone: string[] = [];
  const found: Reading[] = [];
  for (const id of new Set(ids)) {
    const read = await lookUp(wire, id, signal);
    if (read === null) gone.push(id);
    else found.push(read);
  }
  if (found.length > 0) yield maker.page(found, signal);
  if (gone.length > 0) yield { records: [], problems: [], gone };
}

async function managerOf({ wire, addresses }: Account, id: string, signal: AbortSignal): Promise<string | null> {
  const read = await lookUp(wire, id, signal);
  const address = read !== null && 'user' in read ? emailOf(read.user) : null;
  addresses.set(id, address);
  return address;
}
