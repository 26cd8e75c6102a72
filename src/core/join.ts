import type { DirectoryConfig } from './config.ts';
import { makeEvent } from './event.ts';
import { canonical } from './hash.ts';
import type { Actor, Attributes, DirectoryRecord, Person, PersonStatus, Reason, RollcallEvent, Time } from './model.ts';
import { stopReason, underStop } from './stop.ts';
import { byText, fold, listOf, sortedUnique, valuesOf } from './text.ts';

/** The keys a record is joined by, normalised: `employeeId=1001`, `email=zoe@acme.test`. `join` names the attributes, in order. */
export function joinKeys(record: Pick<DirectoryRecord, 'attributes'>, join: readonly string[]): string[] {
  const keys = join.flatMap((name) => valuesOf(record.attributes, name).map((value) => `${name}=${fold(value)}`));
  return [...new Set(keys)];
}

const severity = { active: 0, suspended: 1, left: 2 } as const satisfies Record<PersonStatus, number>;

/** Records in the one order everything is derived from: the directories' order, within one the active first, then by id. */
function inOrder(records: readonly DirectoryRecord[], order: readonly string[]): DirectoryRecord[] {
  const place = (record: DirectoryRecord) => {
    const index = order.indexOf(record.directory);
    return index === -1 ? order.length : index;
  };
  return [...records].sort(
    (a, b) =>
      place(a) - place(b) ||
      byText(a.directory, b.directory) ||
      severity[a.status] - severity[b.status] ||
      byText(a.externalId, b.externalId),
  );
}

/** Without what is over: a record that is `left` where its directory shows the person as active under another id (a rehire). */
function present(records: readonly DirectoryRecord[]): readonly DirectoryRecord[] {
  const active = new Set(records.filter(({ status }) => status === 'active').map(({ directory }) => directory));
  return records.filter(({ status, directory }) => status !== 'left' || !active.has(directory));
}

/** One set of attributes from all records: for each name the first directory in `order` that has a value wins. */
export function mergeAttributes(records: readonly DirectoryRecord[], order: readonly string[]): Attributes {
  const merged = new Map<string, Attributes[string]>();
  for (const record of inOrder(present(records), order)) {
    for (const [name, value] of Object.entries(record.attributes)) {
      if (!merged.has(name) && listOf(value).length > 0) merged.set(name, value);
    }
  }
  return Object.fromEntries([...merged].sort(([a], [b]) => byText(a, b)));
}

/**
 * Suspended or gone in any authoritative directory means leaving, and `left` outweighs `suspended`. A record that is `left` does
 * not count where the same directory shows the person as active under another id (a rehire, a re-issued id). Someone no
 * authoritative directory knows is as active as the best record of the others; without records, left.
 */
export function statusOf(
  records: readonly DirectoryRecord[],
  authoritative: ReadonlySet<string>,
): { status: PersonStatus; said: 'explicit' | 'absent' } {
  const counting = decisive(records, authoritative);
  const known = counting.some((record) => authoritative.has(record.directory));
  const ranks = counting.map((record) => severity[record.status]);
  const rank = known ? Math.max(...ranks) : Math.min(...ranks, severity.left);
  const winners = counting.filter((record) => severity[record.status] === rank);
  return {
    status: rank === 0 ? 'active' : rank === 1 ? 'suspended' : 'left',
    said: winners.some((record) => record.said === 'explicit') ? 'explicit' : 'absent',
  };
}

/** The records that decide the status: the authoritative ones, or all where there is none. */
function decisive(records: readonly DirectoryRecord[], authoritative: ReadonlySet<string>): readonly DirectoryRecord[] {
  const trusted = records.filter((record) => authoritative.has(record.directory));
  return present(trusted.length === 0 ? records : trusted);
}

/** What the directories alone say, whoever was disabled by name. */
export const recordedStatus = (
  person: Pick<Person, 'records'>,
  directories: readonly DirectoryConfig[],
): PersonStatus => statusOf(person.records, authoritativeOf(directories)).status;

/** Who says so, in words: `active in hr`, `suspended in ad`, `no longer in hr`, `disabled by Ada: laptop stolen`. */
export function statusReason(
  person: Pick<Person, 'records' | 'status'> & Partial<Pick<Person, 'stop'>>,
  directories: readonly DirectoryConfig[],
): Reason {
  if (person.stop && person.status !== 'left') return stopReason(person.stop);
  const counting = decisive(person.records, authoritativeOf(directories)).filter(
    ({ status }) => status === person.status,
  );
  const [record] = [...counting].sort((a, b) => byText(b.said, a.said) || byText(a.directory, b.directory));
  const name = record?.directory ?? 'directories';
  if (record?.said === 'absent' && person.status === 'left')
    return { kind: 'status', name, because: `no longer in ${name}` };
  const because = record === undefined ? 'in no directory any more' : `${person.status} in ${name}`;
  return { kind: 'status', name, because };
}

export const authoritativeOf = (directories: readonly DirectoryConfig[]): Set<string> =>
  new Set(directories.filter((directory) => directory.authoritative).map((directory) => directory.name));

export type JoinContext = { directories: readonly DirectoryConfig[]; at: Time; actor: Actor };
type Derived = Pick<Person, 'records' | 'attributes' | 'status' | 'said' | 'keys'>;

/**
 * The next state of a person whose complete new list of records is `records`; null when nothing changes. `person` is null and
 * `id` its future id for somebody new. The revision rises only with attributes or status; its events wait in the outbox.
 */
export function applyRecords(
  person: Person | null,
  id: string,
  records: readonly DirectoryRecord[],
  context: JoinContext,
): Person | null {
  const derived = derive(records, context.directories, person?.stop ?? null);
  if (person === null) return first(id, derived, context);
  if (canonical(derived) === canonical(derivedOf(person))) return null;
  return next(person, derived, context);
}

/** The person disabled by name, or released: the status follows at once, the change tells of itself, and whoever said so stands behind the next plan, whoever makes it. */
export function withStop(person: Person, stop: Person['stop'], context: JoinContext): Person {
  const derived = derive(person.records, context.directories, stop);
  const after: Person = {
    ...person,
    ...derived,
    stop,
    version: person.version + 1,
    revision: person.revision + 1,
    dirty: true,
    plannedFor: context.actor,
    leftAt: leftAt(person, derived, context.at),
  };
  const message = stop === null ? 'released: the directories decide again' : stopReason(stop).because;
  const type = stop === null ? 'released' : 'disabled';
  return { ...after, outbox: [...person.outbox, eventOf(after, type, message, context)] };
}

function derive(
  records: readonly DirectoryRecord[],
  directories: readonly DirectoryConfig[],
  stop: Person['stop'],
): Derived {
  const order = directories.map((directory) => directory.name);
  const join = new Map(directories.map((directory) => [directory.name, directory.join]));
  const sorted = inOrder(records, order);
  return {
    records: sorted,
    attributes: mergeAttributes(sorted, order),
    ...underStop(statusOf(sorted, authoritativeOf(directories)), stop),
    // By their addresses people are found, whatever they are joined by.
    keys: sortedUnique(sorted.flatMap((record) => joinKeys(record, [...(join.get(record.directory) ?? []), 'email']))),
  };
}

const derivedOf = ({ records, attributes, status, said, keys }: Person): Derived => ({
  records,
  attributes,
  status,
  said,
  keys,
});

function first(id: string, derived: Derived, context: JoinContext): Person {
  const { at } = context;
  const blank = {
    id,
    version: 0,
    revision: 1,
    outbox: [],
    dirty: true,
    wakeAt: null,
    slack: null,
    leftAt: leftAt(null, derived, at),
    stop: null,
    plannedFor: null,
    twins: [],
  };
  const person: Person = { ...blank, ...derived };
  const type = person.status === 'active' ? 'joined' : person.status;
  return { ...person, outbox: [eventOf(person, type, type, context)] };
}

/** Since when somebody does not work here; a suspension that becomes a departure does not start it anew. */
const leftAt = (before: Person | null, { status }: Pick<Person, 'status'>, at: Time): Time | null =>
  status === 'active' ? null : (before?.leftAt ?? at);

function next(person: Person, derived: Derived, context: JoinContext): Person {
  const changed = changedNames(person.attributes, derived.attributes);
  const moved = derived.status !== person.status;
  const news = moved || changed.length > 0;
  const after: Person = {
    ...person,
    ...derived,
    version: person.version + 1,
    revision: news ? person.revision + 1 : person.revision,
    dirty: person.dirty || news || derived.said !== person.said,
    leftAt: leftAt(person, derived, context.at),
  };
  return { ...after, outbox: [...person.outbox, ...newsOf(after, moved, changed, context)] };
}

function newsOf(person: Person, moved: boolean, changed: readonly string[], context: JoinContext): RollcallEvent[] {
  const events: RollcallEvent[] = [];
  const type = person.status === 'active' ? 'returned' : person.status;
  if (moved) events.push(eventOf(person, type, type, context));
  if (changed.length > 0) events.push(eventOf(person, 'changed', `changed: ${changed.join(', ')}`, context));
  return events;
}

/** Names only: values are personal data and stand in the person. */
const changedNames = (before: Attributes, after: Attributes): string[] =>
  sortedUnique([...Object.keys(before), ...Object.keys(after)]).filter(
    (name) => canonical(before[name]) !== canonical(after[name]),
  );

/** Ids follow from person, revision and type, so that a replay cannot tell the same news twice. */
function eventOf(person: Person, type: string, message: string, context: JoinContext): RollcallEvent {
  const reasons = [statusReason(person, context.directories)];
  const draft = { type: `person.${type}`, message, actor: context.actor, person: person.id, reasons };
  return makeEvent(draft, `${person.id}:${person.revision}:${type}`, context.at);
}
