import type { Person } from '../../core/model.ts';
import type { PeopleStore } from '../../engine/store-ports.ts';
import { beginsWith, contains, type SearchTerms, searchTerms, searchWords } from '../search.ts';
import { Lookup } from './lookup.ts';
import { by, compareText, first } from './order.ts';
import { Queue } from './queue.ts';
import { makeTable } from './table.ts';

const batch = 1_000;
const pair = (a: string, b: string): string => JSON.stringify([a, b]);
const leaving = (person: Person): boolean => person.status !== 'active';

/** Terms of people already seen: documents are frozen, so they never go stale. */
const termsSeen = new WeakMap<Person, SearchTerms>();
function termsOf(person: Person): SearchTerms {
  const seen = termsSeen.get(person);
  if (seen !== undefined) return seen;
  const terms = searchTerms(person);
  termsSeen.set(person, terms);
  return terms;
}

const byName = (a: Person, b: Person): number =>
  compareText(termsOf(a).name, termsOf(b).name) || compareText(a.id, b.id);
const byId = by<Person>((person) => person.id);
const byWaking = by<Person>(
  (person) => person.wakeAt ?? 0,
  (person) => person.id,
);

export function memoryPeople(): PeopleStore {
  const record = new Lookup<Person>(({ records }) => records.map((one) => pair(one.directory, one.externalId)));
  const pinned = new Lookup<Person>(({ slack }) => (slack === null ? [] : [pair(slack.team, slack.user)]));
  const key = new Lookup<Person>((person) => person.keys);
  const present = new Lookup<Person>((person) => person.records.filter(isPresent).map((one) => one.directory));
  const inDoubt = new Lookup<Person>(({ twins }) => (twins.length > 0 ? ['yes'] : []));
  const dirty = new Queue<Person>((person) => (person.dirty ? String(leaving(person)) : null), byId);
  const sleeping = new Queue<Person>(({ wakeAt }) => (wakeAt === null ? null : 'sleeping'), byWaking);
  const table = makeTable<Person>({
    unique: [record, pinned],
    shared: [key, present, inDoubt],
    queues: [dirty, sleeping],
  });

  /** Those whose words begin with the searched ones; only if there are none, those that hold them anywhere. */
  function found(words: readonly string[]): Person[] {
    const people = [...table.rows.values()];
    if (words.length === 0) return people;
    const beginning = people.filter((person) => beginsWith(termsOf(person), words));
    return beginning.length > 0 ? beginning : people.filter((person) => contains(termsOf(person), words));
  }

  return {
    ...table.documents,
    byRecords: async (directory, externalIds) =>
      table.find(
        record,
        externalIds.map((externalId) => pair(directory, externalId)),
      ),
    byKeys: async (keys) => table.find(key, keys),
    bySlack: async ({ team, user }) => table.find(pinned, [pair(team, user)])[0] ?? null,
    dirty: async (leavers, after, limit) =>
      dirty.take(String(leavers), limit, (person) => after === null || person.id > after),
    waking: async (now, limit) => sleeping.take('sleeping', limit, ({ wakeAt }) => wakeAt !== null && wakeAt <= now),
    undecided: async (limit) => first(table.find(inDoubt, ['yes']), limit, byId),
    active: async () => [...table.rows.values()].filter((person) => person.status === 'active').length,
    async dirtyAll(by) {
      for (const person of [...table.rows.values()]) {
        table.put({
          ...person,
          dirty: true,
          plannedFor: by ?? person.plannedFor,
          version: person.version + 1,
        });
      }
      return table.rows.size;
    },
    async *presentIn(directory) {
      const people = table.find(present, [directory]);
      const ids = people.flatMap((person) =>
        person.records.filter((record) => record.directory === directory && isPresent(record)),
      );
      for (let start = 0; start < ids.length; start += batch) {
        yield ids.slice(start, start + batch).map((record) => record.externalId);
      }
    },
    async search(filter, after, limit) {
      const last = after === null ? undefined : table.rows.get(after);
      const people = found(searchWords(filter.text)).filter(
        (person) =>
          (filter.status === undefined || person.status === filter.status) &&
          (last === undefined || byName(person, last) > 0),
      );
      return first(people, limit, byName);
    },
    count: async () => table.rows.size,
  };
}

const isPresent = (record: Person['records'][number]): boolean => record.status !== 'left';
