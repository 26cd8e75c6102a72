import type { DirectoryPage } from '../../src/core/connector.ts';
import { type Account, deletions, eventProblem, minutes, type Read } from './account.ts';
import { writeCursor } from './cursor.ts';
import { lookUp, type Reading, readUser, recordMaker } from './people.ts';

/** Times a list that moved is read again before the read is called incomplete. */
const mostPasses = 4;
/** More deletions than this are left to absence. */
export const mostLookUps = 200;

/** What one pass through the list showed. `doubt`: why somebody may have been skipped. */
type Pass = { at: number | null; nameless: number; doubt: string | null };

/** What all passes came to. `deleted`: of whom events said so meanwhile. */
type Found = Pass & { deleted: ReadonlySet<string> };

/**
 * Reads everybody. A cursor of OneLogin's is a position, so whoever is deleted while the list is read moves the next one out of sight:
 * the list is read again until it stood still, as the events say, or, without them, as a second pass shows.
 */
export async function* readEverybody(account: Account, signal: AbortSignal): Read {
  await account.roles.open(true, signal);
  account.addresses = new Map();
  const began = account.now();
  const maker = recordMaker(account, null);
  const seen = new Set<string>();
  const found = yield* passesUntilQuiet(account, maker, seen, signal);
  yield* maker.rest(signal);
  yield* goneAmong(account, found.deleted, signal);
  const end = { kind: 'full', rows: seen.size + found.nameless } as const;
  const reason = seen.size === 0 ? 'it has no users' : found.doubt;
  if (reason !== null) return { ...end, complete: false, reason, cursor: null };
  return { ...end, complete: true, cursor: writeCursor({ since: found.at ?? began, full: account.now() }) };
}

async function* passesUntilQuiet(
  account: Account,
  maker: ReturnType<typeof recordMaker>,
  seen: Set<string>,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, Found, void> {
  const since = account.now() - 5 * minutes;
  let { ids: deleted, unreadable } = await deletions(account, since, signal);
  yield { records: [], problems: eventProblem(account, unreadable), gone: [] };
  const wanted = unreadable === null ? 1 : 2;
  let at: number | null = null;
  let last: Pass = { at, nameless: 0, doubt: null };
  for (let passes = 0, quiet = 0; passes < mostPasses && quiet < wanted; passes += 1) {
    const before = seen.size;
    last = yield* onePass(account, maker, seen, signal);
    at ??= last.at;
    const { ids } = await deletions(account, since, signal);
    const moved = [...ids].some((id) => !deleted.has(id)) ? 'somebody was deleted while it was read' : null;
    // Without the events a pass is believed when another one finds nobody new.
    const grown = wanted === 2 && passes > 0 && seen.size > before ? 'its list moved while it was read' : null;
    last = { ...last, doubt: last.doubt ?? moved ?? grown };
    quiet = last.doubt === null ? quiet + 1 : 0;
    if (quiet < wanted && passes === mostPasses - 1)
      last = { ...last, doubt: last.doubt ?? 'its list moved while it was read' };
    deleted = ids;
  }
  const nameless = last.nameless > 0 ? `${last.nameless} users had no id that can be read` : null;
  return { ...last, at, doubt: nameless ?? last.doubt, deleted };
}

async function* onePass(
  account: Account,
  maker: ReturnType<typeof recordMaker>,
  seen: Set<string>,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, Pass, void> {
  const ids = new Set<string>();
  const isFirst = seen.size === 0;
  let nameless = 0;
  const list = account.wire.list(['api', '2', 'users'], {}, signal);
  let at: number | null = null;
  let first: number | null = null;
  let last: number | null = null;
  for (;;) {
    const turn = await list.next();
    if (turn.done) {
      const doubt = turn.value.whole ? lacking(ids.size + nameless, first, last) : turn.value.reason;
      return { at, nameless, doubt };
    }
    at ??= turn.value.at;
    first ??= turn.value.total;
    last = turn.value.total ?? last;
    const read = turn.value.rows.map(readUser);
    nameless += read.filter((row) => idOf(row) === undefined).length;
    const rows = read.filter((row) => isFresh(row, ids, seen) ?? isFirst);
    if (rows.length > 0) yield maker.page(rows, signal);
  }
}

/** Fewer than the list says there are, or a list that grew shorter: somebody may have been passed over. */
function lacking(count: number, first: number | null, last: number | null): string | null {
  if (first === null || last === null) return null;
  if (last < first) return 'its list grew shorter while it was read';
  return count < first ? `it gave ${count} of ${first} users` : null;
}

const idOf = (row: Reading): string | undefined => ('user' in row ? row.user.id : row.problem.externalId);

/** Each user once, however often they come; undefined for a row of which nobody can say whose it is. */
function isFresh(row: Reading, ids: Set<string>, seen: Set<string>): boolean | undefined {
  const id = idOf(row);
  if (id === undefined) return undefined;
  ids.add(id);
  if (seen.has(id)) return false;
  seen.add(id);
  return true;
}

/** Of those events call deleted: whom OneLogin itself no longer knows. */
export async function* goneAmong(
  account: Account,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, void, void> {
  if (ids.size === 0 || ids.size > mostLookUps) return;
  const gone: string[] = [];
  for (const id of ids) if ((await lookUp(account.wire, id, signal)) === null) gone.push(id);
  if (gone.length > 0) yield { records: [], problems: [], gone };
}
