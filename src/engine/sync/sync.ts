import type { DirectoryPage, ReadEnd } from '../../core/connector.ts';
import { ConnectorError, refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import type { Actor } from '../../core/model.ts';
import { record } from '../publisher.ts';
import type { DirectoryState } from '../store-ports.ts';
import type { SyncReport } from '../use-cases.ts';
import { readUnder } from '../world.ts';
import { type Reading, readDeadline, type SyncDeps, takeAbsent, takePage } from './reading.ts';
import { problemsKept, reportOf } from './sync-report.ts';
import { checkTurn } from './turn.ts';
import { askWhoTheyAre } from './twins.ts';

/**
 * Reads one directory and brings people in line with it; logins follow by `reconcile`. An unchanged record costs no write.
 * Absence is believed only after a complete full read that is not suspiciously small.
 */
export async function syncDirectory(
  deps: SyncDeps,
  name: string,
  actor: Actor,
  progress: (rows: number) => void = () => undefined,
): Promise<SyncReport> {
  const stored = await deps.store.config.read();
  const directory = stored?.config.directories.find((entry) => entry.name === name);
  if (stored === null || directory === undefined) {
    throw refused(
      'unknown-directory',
      `there is no directory named ${name}`,
      'See `/provision status` for their names.',
    );
  }
  deps.connections.use(stored.config);
  const state = await deps.store.directories.get(name);
  const under = readUnder(directory, stored.config);
  const source = deps.connections.directory(name);
  const signal = deps.clock.deadline(readDeadline);
  const reading: Reading = {
    ...{ deps, config: stored.config, directory, actor, at: deps.clock.now() },
    ...{ seen: new Set(), problems: [], joined: 0, changed: 0, left: 0, inDoubt: [], behind: false },
  };
  try {
    const fingerprint = (await source.fingerprint?.(signal)) ?? null;
    if (isUnchanged(state, fingerprint, under))
      return report(reading, 'unchanged', 'full', state?.lastRead?.rows ?? 0, '');
    const cursor = state?.under === under ? state.cursor : null;
    const end = await readAll(reading, source.read(cursor, signal), progress);
    return await finish(reading, state, end, fingerprint, under);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return await failed(reading, state, error);
  }
}

const isUnchanged = (state: DirectoryState | null, fingerprint: string | null, under: string): boolean =>
  fingerprint !== null &&
  state?.fingerprint === fingerprint &&
  state.under === under &&
  state.lastRead?.complete === true;

async function readAll(
  reading: Reading,
  pages: AsyncGenerator<DirectoryPage, ReadEnd, void>,
  progress: (rows: number) => void,
): Promise<ReadEnd> {
  for (;;) {
    const turn = await pages.next();
    if (turn.done) return turn.value;
    await takePage(reading, turn.value);
    progress(reading.seen.size);
  }
}

async function finish(
  reading: Reading,
  state: DirectoryState | null,
  end: ReadEnd,
  fingerprint: string | null,
  under: string,
): Promise<SyncReport> {
  const present = state?.present ?? 0;
  const doubt = doubtOf(reading, end, present) ?? (await doubtOfIds(reading, end, present));
  if (end.kind === 'full' && doubt === null) await takeAbsent(reading);
  const next: DirectoryState = {
    id: reading.directory.name,
    cursor: reading.behind ? null : end.cursor,
    fingerprint: doubt === null && !reading.behind ? fingerprint : null,
    present: doubt === null && end.kind === 'full' ? reading.seen.size : present,
    under,
    lastRead: {
      ...{ at: reading.at, kind: end.kind, complete: doubt === null, rows: end.rows },
      ...{ changed: reading.changed + reading.joined, reason: doubt },
    },
    problems: reading.problems.slice(0, problemsKept),
  };
  await checkTurn(reading.deps, reading.directory);
  await reading.deps.store.directories.put(next);
  await askWhoTheyAre(reading.deps, reading.config, reading.inDoubt);
  const done = report(reading, doubt === null ? 'read' : 'refused', end.kind, end.rows, doubt ?? '');
  if (worthTelling(reading, doubt, state)) await tell(reading, 'directory.read', done.text);
  return done;
}

/** Why absence is not believed, or null. */
function doubtOf(reading: Reading, end: ReadEnd, present: number): string | null {
  if (!end.complete) return end.reason ?? 'the read was not complete';
  if (end.kind === 'full' && present > 0 && reading.seen.size * 2 <= present) {
    return `only ${reading.seen.size} of ${present} people were in it, half or less`;
  }
  return null;
}

/** Most of them came under other ids, and nobody has said yet that they are others: who was known before is not gone. */
async function doubtOfIds({ deps, directory, seen }: Reading, { kind }: ReadEnd, present: number) {
  if (kind !== 'full' || present === 0) return null;
  const came = (await deps.store.people.undecided(2 * present)).filter(({ records }) =>
    records.some((held) => held.directory === directory.name && seen.has(held.externalId)),
  );
  if (came.length * 2 <= present) return null;
  const many = `${came.length} of ${present} people came under other ids than before`;
  return `${many}, as after a change of the key: change it back, or say who they are (\`rollcall twins\`)`;
}

/** A doubt is told once, not at every read. */
const worthTelling = (reading: Reading, doubt: string | null, state: DirectoryState | null): boolean =>
  (doubt !== null && doubt !== state?.lastRead?.reason) || reading.joined + reading.changed + reading.left > 0;

async function failed(reading: Reading, state: DirectoryState | null, error: ConnectorError): Promise<SyncReport> {
  const reason = `${error.message}. ${error.remedy}`;
  const rows = reading.seen.size;
  await checkTurn(reading.deps, reading.directory);
  await reading.deps.store.directories.put({
    ...{ id: reading.directory.name, cursor: state?.cursor ?? null, fingerprint: null },
    ...{ present: state?.present ?? 0, under: state?.under ?? null },
    lastRead: {
      at: reading.at,
      kind: 'full',
      complete: false,
      rows,
      changed: reading.changed + reading.joined,
      reason,
    },
    problems: reading.problems.slice(0, problemsKept),
  });
  if (state?.lastRead?.reason !== reason)
    await tell(reading, 'directory.failed', `${reading.directory.name}: ${reason}`);
  return report(reading, 'failed', 'full', rows, reason);
}

async function tell(reading: Reading, type: string, message: string): Promise<void> {
  const id = reading.deps.random.id('e');
  await record(reading.deps, makeEvent({ type, message, actor: reading.actor }, id, reading.at));
}

function report(
  reading: Reading,
  result: SyncReport['result'],
  kind: SyncReport['kind'],
  rows: number,
  reason: string,
) {
  const { joined, changed, left, problems } = reading;
  return reportOf({ directory: reading.directory.name, rows, joined, changed, left, problems }, result, kind, reason);
}
