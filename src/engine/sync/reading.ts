import type { Config, DirectoryConfig } from '../../core/config.ts';
import type { DirectoryPage, RawRecord, RecordProblem } from '../../core/connector.ts';
import { applyRecords } from '../../core/join.ts';
import type { Actor, DirectoryRecord, Person } from '../../core/model.ts';
import { asTwin } from '../../core/twin.ts';
import type { IsOurs } from '../exclusive.ts';
import type { Deps } from '../ports.ts';
import { ambiguous, type Newcomer, newcomers } from './newcomer.ts';
import { checkTurn, type TurnDeps } from './turn.ts';

/** `isOurs`: whether it is still this process whose turn it is. */
type InTurn = <T>(name: string, task: (isOurs: IsOurs) => Promise<T>, patience: number) => Promise<T>;

export type SyncDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections' | 'log'> &
  TurnDeps & { exclusive: InTurn };

/** Reads longer than this are given up. */
export const readDeadline = 30 * 60_000;
/** How often people whom somebody else writes meanwhile are looked at anew before the next read has to. */
const tries = 5;

/** One read of a directory, as far as it has come. */
export type Reading = {
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
  /** Some of what it told could not be written: the next read has to be a whole one. */
  behind: boolean;
};

/** People are brought in line with one page. */
export async function takePage(reading: Reading, page: DirectoryPage): Promise<void> {
  for (const problem of page.problems) {
    reading.problems.push(problem);
    if (problem.externalId !== undefined) reading.seen.add(problem.externalId);
  }
  for (const row of page.records) reading.seen.add(row.externalId);
  await takeRecords(reading, page.records);
  if (page.gone.length > 0) await takeAway(reading, page.gone, 'explicit');
}

/** Nothing of whoever was written by somebody else meanwhile is overwritten: they are looked at anew. */
async function takeRecords(reading: Reading, rows: readonly RawRecord[]): Promise<void> {
  let left = rows;
  for (let turn = 0; turn < tries && left.length > 0; turn += 1) left = await takeRows(reading, left);
  if (left.length > 0) reading.behind = true;
}

/** Answers the rows that are still to be taken. */
async function takeRows(reading: Reading, rows: readonly RawRecord[]): Promise<readonly RawRecord[]> {
  const name = reading.directory.name;
  const holders = await reading.deps.store.people.byRecords(
    name,
    rows.map((row) => row.externalId),
  );
  const byRecord = new Map<string, Person>();
  for (const person of holders) {
    for (const held of person.records) if (held.directory === name) byRecord.set(held.externalId, person);
  }
  const strangers = rows.filter((row) => !byRecord.has(row.externalId));
  const known = { byRecord, strangers };
  if (strangers.length === 0) return placeRows(reading, rows, known, async () => true);
  // Of two directories that are read at once each would make a person of its own of somebody who is new to both.
  return reading.deps.exclusive('newcomers', (isOurs) => placeRows(reading, rows, known, isOurs), readDeadline);
}

type Held = { byRecord: ReadonlyMap<string, Person>; strangers: readonly RawRecord[] };

async function placeRows(
  reading: Reading,
  rows: readonly RawRecord[],
  { byRecord, strangers }: Held,
  isOurs: IsOurs,
): Promise<readonly RawRecord[]> {
  const fresh = await newcomers(
    reading.deps,
    reading.directory,
    strangers.map((row) => recordOf(reading, row)),
    reading.config.directories,
  );
  const whose = new Map<string, string>();
  const changes = new Map<string, Change>();
  for (const row of rows) {
    const newcomer = fresh.get(row.externalId);
    const found = byRecord.get(row.externalId) ?? newcomer?.joins ?? null;
    const current = found === null ? null : (changes.get(found.id)?.after ?? found);
    const id = current?.id ?? newcomer?.id ?? reading.deps.random.id('p');
    whose.set(row.externalId, id);
    const after = applyRecords(current, id, withRecord(current, recordOf(reading, row)), contextOf(reading));
    if (after !== null)
      changes.set(id, { before: found, after: inDoubt(reading, newcomer, sameVersionStep(found, after)) });
  }
  // Where this process stood still meanwhile, another may have placed the same newcomers.
  if (!(await isOurs())) return rows;
  const lost = await write(reading, [...changes.values()]);
  return lost.size === 0 ? [] : rows.filter(({ externalId }) => lost.has(whose.get(externalId) ?? ''));
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
  for (let turn = 0; turn < tries; turn += 1) if (await endRecords(reading, externalIds, said)) return;
  reading.behind = true;
}

/** False where somebody of them was written by somebody else meanwhile. */
async function endRecords(
  reading: Reading,
  externalIds: readonly string[],
  said: 'explicit' | 'absent',
): Promise<boolean> {
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
  const lost = await write(reading, changes);
  reading.left += changes.length - lost.size;
  return lost.size === 0;
}

type Change = { before: Person | null; after: Person };

/** Answers the ids of those who could not be written, since somebody else was faster. */
async function write(reading: Reading, changes: readonly Change[]): Promise<ReadonlySet<string>> {
  if (changes.length === 0) return new Set();
  await checkTurn(reading.deps, reading.directory);
  const { people } = reading.deps.store;
  const fresh = changes.flatMap(({ before, after }) => (before === null ? [after] : []));
  const known = changes.flatMap(({ before, after }) => (before === null ? [] : [{ before, after }]));
  const inserted = fresh.length > 0 ? await people.insert(fresh) : new Set<string>();
  const swapped = known.length > 0 ? await people.swap(known) : new Set<string>();
  reading.joined += inserted.size;
  reading.changed += swapped.size;
  return new Set(changes.map(({ after }) => after.id).filter((id) => !inserted.has(id) && !swapped.has(id)));
}

/** Who was not in a complete read is gone. */
export async function takeAbsent(reading: Reading): Promise<void> {
  const absent: string[] = [];
  for await (const ids of reading.deps.store.people.presentIn(reading.directory.name)) {
    for (const id of ids) if (!reading.seen.has(id)) absent.push(id);
  }
  for (let start = 0; start < absent.length; start += 500) {
    await takeAway(reading, absent.slice(start, start + 500), 'absent');
  }
}
