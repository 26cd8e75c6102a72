import type { Config, DirectoryConfig } from '../../core/config.ts';
import type { DirectoryPage, RawRecord, ReadEnd, RecordProblem } from '../../core/connector.ts';
import { ConnectorError, refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import { applyRecords } from '../../core/join.ts';
import type { Actor, DirectoryRecord, Person } from '../../core/model.ts';
import { asTwin } from '../../core/twin.ts';
import type { Deps } from '../ports.ts';
import { record } from '../publisher.ts';
import type { DirectoryState } from '../store-ports.ts';
import type { SyncReport } from '../use-cases.ts';
import { readUnder } from '../world.ts';
import { ambiguous, type Newcomer, newcomers } from './newcomer.ts';
import { problemsKept, reportOf } from './sync-report.ts';
import { checkTurn, type TurnDeps } from './turn.ts';
import { askWhoTheyAre } from './twins.ts';

export type SyncDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections' | 'log'> & TurnDeps;

/** Reads longer than this are given up. */
const readDeadline = 30 * 60_000;
type Reading = {
  deps: SyncDeps;
  config: Config;
  directory: DirectoryConfig;
  actor: Actor;
  at: number;
  /** External ids this read has spoken of, well or badly. */
  seen: Set<string>;
  problems: RecordProblem[];
  joined: number;
  changed: number;
  left: number;
  /** People of this read who may be known under another id. */
  inDoubt: string[];
};

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
    ...{ seen: new Set(), problems: [], joined: 0, changed: 0, left: 0, inDoubt: [] },
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

async function takePage(reading: Reading, page: DirectoryPage): Promise<void> {
  for (const problem of page.problems) {
    reading.problems.push(problem);
    if (problem.externalId !== undefined) reading.seen.add(problem.externalId);
  }
  for (const row of page.records) reading.seen.add(row.externalId);
  await takeRecords(reading, page.records);
  if (page.gone.length > 0) await takeAway(reading, page.gone, 'explicit');
}

async function takeRecords(reading: Reading, rows: readonly RawRecord[]): Promise<void> {
  if (rows.length === 0) return;
  const { people } = reading.deps.store;
  const name = reading.directory.name;
  const holders = await people.byRecords(
    name,
    rows.map((row) => row.externalId),
  );
  const byRecord = new Map<string, Person>();
  for (const person of holders) {
    for (const held of person.records) if (held.directory === name) byRecord.set(held.externalId, person);
  }
  const strangers = rows.filter((row) => !byRecord.has(row.externalId));
  const fresh = await newcomers(
    reading.deps,
    reading.directory,
    strangers.map((row) => recordOf(reading, row)),
  );
  const changes = new Map<string, { before: Person | null; after: Person }>();
  for (const row of rows) {
    const newcomer = fresh.get(row.externalId);
    const found = byRecord.get(row.externalId) ?? newcomer?.joins ?? null;
    const current = found === null ? null : (changes.get(found.id)?.after ?? found);
    const id = current?.id ?? newcomer?.id ?? reading.deps.random.id('p');
    const after = applyRecords(current, id, withRecord(current, recordOf(reading, row)), contextOf(reading));
    if (after !== null)
      changes.set(id, { before: found, after: inDoubt(reading, newcomer, sameVersionStep(found, after)) });
  }
  await write(reading, [...changes.values()]);
}

/** Two records of one person in one page are one change of the document. */
const sameVersionStep = (before: Person | null, after: Person): Person =>
  before === null ? after : { ...after, version: before.version + 1 };

const recordOf = (reading: Reading, row: RawRecord): DirectoryRecord => ({
  directory: reading.directory.name,
  externalId: row.externalId,
  status: row.status,
  attributes: row.attributes,
  said: 'explicit',
});

function withRecord(person: Person | null, entry: DirectoryRecord): DirectoryRecord[] {
  const others = (person?.records ?? []).filter(
    (held) => held.directory !== entry.directory || held.externalId !== entry.externalId,
  );
  return [...others, entry];
}

const contextOf = (reading: Reading) => ({
  directories: reading.config.directories,
  at: reading.at,
  actor: reading.actor,
});

/** Somebody new who may be known under another id waits, and is asked about. */
function inDoubt(reading: Reading, newcomer: Newcomer | undefined, person: Person): Person {
  if (newcomer === undefined || newcomer.twins.length === 0) return person;
  const externalId = person.records.find((held) => held.directory === reading.directory.name)?.externalId ?? person.id;
  reading.problems.push(ambiguous(externalId, newcomer.twins.length));
  reading.inDoubt.push(person.id);
  return asTwin(person, newcomer.twins, contextOf(reading));
}

async function takeAway(reading: Reading, externalIds: readonly string[], said: 'explicit' | 'absent'): Promise<void> {
  const name = reading.directory.name;
  const gone = new Set(externalIds);
  const people = await reading.deps.store.people.byRecords(name, externalIds);
  const changes = people.flatMap((person) => {
    const records = person.records.map((held): DirectoryRecord => {
      const ends = held.directory === name && gone.has(held.externalId) && held.status !== 'left';
      return ends ? { ...held, status: 'left', said } : held;
    });
    const after = applyRecords(person, person.id, records, contextOf(reading));
    return after === null ? [] : [{ before: person, after }];
  });
  reading.left += changes.length;
  await write(reading, changes);
}

/** Losers of a race are read again by the next sync: nothing of theirs is overwritten. */
async function write(reading: Reading, changes: readonly { before: Person | null; after: Person }[]): Promise<void> {
  if (changes.length === 0) return;
  await checkTurn(reading.deps, reading.directory);
  const { people } = reading.deps.store;
  const fresh = changes.flatMap(({ before, after }) => (before === null ? [after] : []));
  const known = changes.flatMap(({ before, after }) => (before === null ? [] : [{ before, after }]));
  if (fresh.length > 0) reading.joined += (await people.insert(fresh)).size;
  if (known.length > 0) reading.changed += (await people.swap(known)).size;
}

async function finish(
  reading: Reading,
  state: DirectoryState | null,
  end: ReadEnd,
  fingerprint: string | null,
  under: string,
): Promise<SyncReport> {
  const present = state?.present ?? 0;
  const doubt = doubtOf(reading, end, present);
  if (end.kind === 'full' && doubt === null) await takeAbsent(reading);
  const next: DirectoryState = {
    id: reading.directory.name,
    cursor: end.cursor,
    fingerprint: doubt === null ? fingerprint : null,
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

async function takeAbsent(reading: Reading): Promise<void> {
  const absent: string[] = [];
  for await (const ids of reading.deps.store.people.presentIn(reading.directory.name)) {
    for (const id of ids) if (!reading.seen.has(id)) absent.push(id);
  }
  for (let start = 0; start < absent.length; start += 500) {
    await takeAway(reading, absent.slice(start, start + 500), 'absent');
  }
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
