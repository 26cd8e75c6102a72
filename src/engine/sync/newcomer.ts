import type { DirectoryConfig } from '../../core/config.ts';
import type { RecordProblem } from '../../core/connector.ts';
import { joinKeys } from '../../core/join.ts';
import type { DirectoryRecord, Person } from '../../core/model.ts';
import { mostTwins } from '../../core/twin.ts';
import type { Deps } from '../ports.ts';

/** Whom a record that is new to its directory belongs to: the person it joins, or somebody new who may be one of `twins`. */
export type Newcomer = { id: string; joins: Person | null; twins: readonly string[] };

type Known = { id: string; person: Person | null };

/**
 * A record new to its directory joins the one person of other directories that shares its strongest key. Who has a record here
 * already, under another id, is not joined silently, nor are several told apart by chance: these are the newcomer's twins.
 */
export async function newcomers(
  deps: Pick<Deps, 'store' | 'random'>,
  { name, join }: DirectoryConfig,
  records: readonly DirectoryRecord[],
  directories: readonly DirectoryConfig[],
): Promise<Map<string, Newcomer>> {
  const keysOf = new Map(records.map((record) => [record.externalId, joinKeys(record, join)]));
  const byKey = new Map<string, Known[]>();
  const learn = (keys: readonly string[], known: Known) => {
    for (const key of keys) byKey.set(key, [...(byKey.get(key) ?? []), known]);
  };
  for (const person of await deps.store.people.byKeys([...new Set([...keysOf.values()].flat())])) {
    if (!isGoneFrom(person, name)) learn(keysToJoin(person, directories), { id: person.id, person });
  }
  const taken = new Set<string>();
  const found = new Map<string, Newcomer>();
  for (const record of records) {
    const keys = keysOf.get(record.externalId) ?? [];
    const alike = keys.map((key) => byKey.get(key) ?? []).find((some) => some.length > 0) ?? [];
    const [only] = alike;
    const joins = alike.length === 1 && only !== undefined && isFree(only, name, taken) ? only.person : null;
    if (joins !== null) taken.add(joins.id);
    const asks = joins === null && alike.length <= mostTwins && record.status !== 'left';
    const id = joins?.id ?? deps.random.id('p');
    found.set(record.externalId, { id, joins, twins: asks ? alike.map((one) => one.id) : [] });
    if (joins === null) learn(keys, { id, person: null });
  }
  return found;
}

/** Everybody has their addresses among their keys: they count where a directory that knows the person joins by them. */
function keysToJoin({ keys, records }: Person, directories: readonly DirectoryConfig[]): readonly string[] {
  const joins = new Map(directories.map((directory) => [directory.name, directory.join]));
  const byEmail = records.some(({ directory }) => joins.get(directory)?.includes('email') ?? true);
  return byEmail ? keys : keys.filter((key) => !key.startsWith('email='));
}

const recordsIn = (person: Person, directory: string): DirectoryRecord[] =>
  person.records.filter((held) => held.directory === directory);

/** Known here once, and gone: an address given anew says nothing. */
const isGoneFrom = (person: Person, directory: string): boolean => {
  const own = recordsIn(person, directory);
  return own.length > 0 && own.every((held) => held.status === 'left');
};

const isFree = ({ id, person }: Known, directory: string, taken: ReadonlySet<string>): boolean =>
  person !== null && !taken.has(id) && recordsIn(person, directory).length === 0;

export const ambiguous = (externalId: string, count: number): RecordProblem => ({
  place: externalId,
  externalId,
  message: `could be ${count === 1 ? 'somebody' : `one of ${count} people`} known under another id; gets no account until an admin says who it is (\`rollcall twins\`)`,
});
