import type { Filter } from 'ldapts';
import type { ListedAccount } from '../../src/core/connector.ts';
import { accountOf, accountRead, carries, isBuiltIn, isReadable, protectionOf } from './account.ts';
import { accounts, equals, every, isGuid, some } from './filters.ts';
import { namesFor, namesForList } from './membership.ts';
import { isUnfinished } from './unfinished.ts';
import { guidBytes, guidOf, type Row } from './values.ts';
import { accountBase, type Visit } from './visit.ts';

type Match = { externalId?: string; userName?: string };

const inScope = ({ config }: Visit, ...more: (string | Filter)[]) =>
  every(...more, ...(config.filter === undefined ? [] : [config.filter]));

const completed = async ({ session, signal }: Visit, rows: readonly Row[]): Promise<Row[]> => {
  const whole: Row[] = [];
  for (const row of rows) whole.push(row.rest.size === 0 ? row : await session.whole(row, signal));
  return whole;
};

async function search(visit: Visit, filter: Filter, base = accountBase(visit)): Promise<Row[]> {
  const found = await visit.session.all({ base, filter, attributes: accountRead(visit.config) }, visit.signal);
  return completed(visit, found);
}

const shownAs = (visit: Visit, row: Row, groups: readonly string[]): ListedAccount =>
  accountOf(row, groups, { ...visit, idAttribute: visit.config.idAttribute });

export async function shown(visit: Visit, row: Row): Promise<ListedAccount> {
  return shownAs(visit, row, (await namesFor(visit, [row]))(row));
}

/** Null: there is none of this id below the base. */
export async function rowById(visit: Visit, remoteId: string): Promise<Row | null> {
  if (guidBytes(remoteId) === null) return null;
  const [row] = await search(visit, every(accounts, isGuid(remoteId)));
  return row === undefined || isBuiltIn(row) || guidOf(row) !== remoteId.toLowerCase() ? null : row;
}

/** Whatever holds one of these names in the whole domain, of which each is there once, or carries our id. */
export const holdersOf = (visit: Visit, match: { externalId: string; userName: string; samAccountName: string }) =>
  search(
    visit,
    some(
      equals(visit.config.idAttribute, match.externalId),
      equals('userPrincipalName', match.userName),
      equals('sAMAccountName', match.samAccountName),
    ),
    visit.session.root.domain,
  );

/** Accounts below the base that really carry one of the values and may be somebody's. */
export async function findAccounts(visit: Visit, { externalId, userName }: Match): Promise<ListedAccount[]> {
  // What carries our id is ours, whatever else the filter says.
  const sought = [
    ...asked(visit.config.idAttribute, externalId),
    ...asked('userPrincipalName', userName).map((filter) => inScope(visit, filter)),
  ];
  if (sought.length === 0) return [];
  const rows = (await search(visit, every(accounts, some(...sought)))).filter((row) => isCandidate(visit, row));
  const groupsOf = await namesFor(visit, rows);
  const match = { ...(externalId && { externalId }), ...(userName && { userName }) };
  return rows.map((row) => shownAs(visit, row, groupsOf(row))).filter((account) => carries(account, match));
}

const asked = (attribute: string, value = ''): Filter[] => (value.trim() === '' ? [] : [equals(attribute, value)]);
/** Whether an account works must be seen; who may not be told is nobody's. */
const isCandidate = ({ config }: Visit, row: Row) => protectionOf(row, config) === null && isReadable(row);

/** Every account that may be somebody's, page by page. One we are still making is nobody's to be proposed to: the same create finds it. */
export async function* listAccounts(visit: Visit): AsyncGenerator<ListedAccount[], void, void> {
  const groupsOf = await namesForList(visit);
  const asking = { base: accountBase(visit), filter: inScope(visit, accounts), attributes: accountRead(visit.config) };
  for await (const rows of visit.session.pages(asking, visit.config.pageSize, visit.signal)) {
    const candidates = (await completed(visit, rows)).filter((row) => isCandidate(visit, row) && !isUnfinished(row));
    yield candidates.map((row) => shownAs(visit, row, groupsOf(row)));
  }
}
