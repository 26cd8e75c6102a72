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

/**
 * Reads everybody. A cursor of OneLogin's is a position, so whoever is deleted while the list is read moves the next one out of sight:
 * the list is read again until it stood still, as the events say, or, without them, as a second pass shows.
 */
export async function* readEverybody(account: Account, signal: AbortSignal): Read {
  const { roles, now } = account;
  await roles.open(true, signal);
  const began = now();
  account.addresses = new Map();
  const maker = recordMaker(account, null);
  const seen = new Set<string>();
  let nameless = 0;
  let known = await deletions(account, began - 5 * minutes, signal);
  const quiet = known.unreadable === null ? 1 : 2;
  yield { records: [], problems: eventProblem(account, known.unreadable), gone: [] };

  let at: number | null = null;
  let doubt: string | null = null;
  let calm = 0;
  for (let passes = 0; passes < mostPasses && calm < quiet; passes += 1) {
    const before = seen.size;
    const pass: Pass = yield* onePass(account, maker, seen, signal);
    at ??= pass.at;
    nameless = pass.nameless;
    const after = await deletions(account, began - 5 * minutes, signal);
    const shifted = [...after.ids].some((id) => !known.ids.has(id));
    known = after;
    doubt = pass.doubt ?? (shifted ? 'somebody was deleted while it was read' : null);
    // Without the events a pass is believed when another one finds nobody new.
    const isCalm = doubt === null && (quiet === 1 || passes === 0 || seen.size === before);
    calm = isCalm ? calm + 1 : 0;
  }
  yield* maker.rest(signal);
  yield* goneAmong(account, known.ids, signal);
  if (seen.size === 0) doubt = 'it has no users';
  else if (nameless > 0) doubt = `${nameless} users had no id that can be read`;
  else if (calm < quiet) doubt ??= 'its list moved while it was read';
  else doubt = null;
  const since = at ?? began;
  if (doubt !== null) return { kind: 'full', complete: false, reason: doubt, cursor: null, rows: seen.size + nameless };
  return { kind: 'full', complete: true, cursor: writeCursor({ since, full: now() }), rows: seen.size };
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
