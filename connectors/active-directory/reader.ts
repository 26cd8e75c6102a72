import type { Filter } from 'ldapts';
import type { ConnectorContext, DirectoryPage, RawRecord, RecordProblem } from '../../src/core/connector.ts';
import type { Changes } from './changes.ts';
import type { DirectoryConfig } from './config.ts';
import { equals, every, inChunks, isGuid, people } from './filters.ts';
import { type Groups, readGroups } from './groups.ts';
import { attributesRead, emailPlace, placesOf, readPerson } from './person.ts';
import type { Session } from './session.ts';
import { guidOf, type Row, sameDn, textOf, textsOf } from './values.ts';

/** Makes records of rows, each page with what it takes beside them. */
export type Reader = {
  everybody(): AsyncGenerator<DirectoryPage, void, void>;
  /** Whoever is concerned by the changes, as they are now; whoever is not below the base any more is gone. */
  concerned(changes: Changes): AsyncGenerator<DirectoryPage, void, void>;
};

/** Where people are looked for. */
export const baseOf = (config: DirectoryConfig, session: Session): string => config.base ?? session.root.domain;

export async function readerOf(
  session: Session,
  config: DirectoryConfig,
  { now }: ConnectorContext,
  signal: AbortSignal,
): Promise<Reader> {
  const groups = await readGroups(session, signal);
  const places = placesOf(config);
  const managers = managersOf(session, emailPlace(places), signal);
  const base = baseOf(config, session);
  const inScope = config.filter === undefined ? [people] : [people, config.filter];
  const attributes = attributesRead(places);

  const pageOf = async (found: readonly Row[]): Promise<DirectoryPage> => {
    const rows: Row[] = [];
    for (const row of found) rows.push(row.rest.size === 0 ? row : await session.whole(row, signal));
    const around = { groups, places, managers: await managers(rows), now: now() };
    const records: RawRecord[] = [];
    const problems: RecordProblem[] = [];
    for (const row of rows) {
      const reading = readPerson(row, around);
      if ('record' in reading) records.push(reading.record);
      else problems.push(reading.problem);
    }
    return { records, problems, gone: [] };
  };

  return {
    everybody: async function* () {
      const search = { base, filter: every(...inScope), attributes };
      for await (const rows of session.pages(search, config.pageSize, signal)) yield await pageOf(rows);
    },
    concerned: async function* (changes) {
      const ids = new Set(changes.touched);
      for await (const id of idsBehind(session, groups, changes, signal)) ids.add(id);
      const missing = new Set([...ids, ...changes.gone]);
      for (const filter of inChunks([...ids].map(isGuid))) {
        const rows = await session.all({ base, filter: every(...inScope, filter), attributes }, signal);
        for (const row of rows) missing.delete(guidOf(row) ?? '');
        yield await pageOf(rows);
      }
      yield { records: [], problems: [], gone: [...missing] };
    },
  };
}

/** Users whose groups, or whose manager's e-mail address, changed without a change of their own. */
async function* idsBehind(
  session: Session,
  groups: Groups,
  { regrouped, renamed }: Changes,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  const inside = groups.within([...regrouped].filter(groups.has));
  const filters: Filter[] = [
    ...[...regrouped].filter((dn) => !groups.has(dn)).map((dn) => equals('distinguishedName', dn)),
    ...inside.dns.map((dn) => equals('memberOf', dn)),
    ...inside.rids.map((rid) => equals('primaryGroupID', String(rid))),
    ...[...renamed].map((dn) => equals('manager', dn)),
  ];
  for (const filter of inChunks(filters)) {
    const search = { base: session.root.domain, filter: every(people, filter), attributes: [] };
    for await (const rows of session.pages(search, idsAtATime, signal)) for (const row of rows) yield guidOf(row) ?? '';
  }
}

const idsAtATime = 1_000;

/** E-mail addresses of whoever rows name as manager, by DN, each looked up once. */
function managersOf(session: Session, place: string, signal: AbortSignal) {
  const known = new Map<string, string>();
  const asked = new Set<string>();
  return async (rows: readonly Row[]): Promise<ReadonlyMap<string, string>> => {
    const unknown = new Set(rows.flatMap((row) => textsOf(row, 'manager')).filter((dn) => !asked.has(sameDn(dn))));
    for (const dn of unknown) asked.add(sameDn(dn));
    for (const filter of inChunks([...unknown].map((dn) => equals('distinguishedName', dn))))
      for (const row of await session.all({ base: session.root.domain, filter, attributes: [place] }, signal)) {
        const address = textOf(row, place)?.trim() ?? '';
        if (address !== '') known.set(sameDn(row.dn), address);
      }
    return known;
  };
}
