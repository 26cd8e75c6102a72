import { ConnectorError, type EntitlementValue } from '../../src/core/connector.ts';
import type { Mark } from '../_whole.ts';
import { equals, every, groups, inChunks } from './filters.ts';
import { guidDn, guidOf, type Row, sameDn, textOf, textsOf } from './values.ts';
import type { Visit } from './visit.ts';

/** Groups that may be given: none that Windows protects, for whoever is in one of those is out of our reach. */
const given = every(groups, '(!(isCriticalSystemObject=TRUE))', '(!(adminCount>=1))');

const baseOf = ({ config, session }: Visit) => config.groupBase ?? session.root.domain;
const nameOf = (row: Row) => textOf(row, 'sAMAccountName') ?? '';

/** Every group that may be given, page by page. */
export async function* givenGroups(visit: Visit): AsyncGenerator<EntitlementValue[], void, void> {
  for await (const rows of pages(visit))
    yield rows.flatMap((row) => {
      const [value, remoteId] = [nameOf(row), guidOf(row)];
      return value === '' || remoteId === undefined ? [] : [{ target: 'groups', value, remoteId }];
    });
}

const pages = (visit: Visit) =>
  visit.session.pages(
    { base: baseOf(visit), filter: given, attributes: ['sAMAccountName'] },
    visit.config.pageSize,
    visit.signal,
  );

/** For all accounts of a list: the groups are read once. */
export async function namesForList(visit: Visit): Promise<(row: Row) => string[]> {
  const names = new Map<string, string>();
  for await (const rows of pages(visit)) for (const row of rows) names.set(sameDn(row.dn), nameOf(row));
  return namesIn(names);
}

/** For a few accounts: only their own groups are read. */
export async function namesFor(visit: Visit, rows: readonly Row[]): Promise<(row: Row) => string[]> {
  const names = new Map<string, string>();
  const dns = new Set(rows.flatMap((row) => textsOf(row, 'memberOf')));
  for (const filter of inChunks([...dns].map((dn) => equals('distinguishedName', dn)))) {
    const search = { base: baseOf(visit), filter: every(given, filter), attributes: ['sAMAccountName'] };
    for (const row of await visit.session.all(search, visit.signal)) names.set(sameDn(row.dn), nameOf(row));
  }
  return namesIn(names);
}

const namesIn = (names: ReadonlyMap<string, string>) => (row: Row) =>
  textsOf(row, 'memberOf').flatMap((dn) => names.get(sameDn(dn)) ?? []);

/** Groups to come into and to leave. */
export type Regrouping = { join: readonly Row[]; leave: readonly Row[] };

/**
 * Looks all groups up, so that an unknown name changes nothing. One that is not there any more has nobody to leave it.
 * @throws ConnectorError that names the group
 */
export async function regroupingOf(
  visit: Visit,
  asked: Readonly<Record<string, { add: readonly string[]; remove: readonly string[] }>>,
): Promise<Regrouping> {
  const [unknown] = Object.keys(asked).filter((target) => target !== 'groups');
  if (unknown !== undefined)
    throw new ConnectorError('rejected', 'none', `${visit.name} has no entitlements called "${unknown}".`);
  const { add, remove } = asked.groups ?? { add: [], remove: [] };
  const found = await groupsNamed(visit, [...add, ...remove]);
  const rowsOf = (names: readonly string[]) => names.flatMap((name) => found.get(name) ?? []);
  for (const name of add) if (!found.has(name)) throw noGroup(visit.name, name);
  return { join: rowsOf(add), leave: rowsOf(remove) };
}

async function groupsNamed(visit: Visit, names: readonly string[]): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  for (const filter of inChunks([...new Set(names)].map((name) => equals('sAMAccountName', name)))) {
    const search = { base: baseOf(visit), filter: every(given, filter), attributes: ['sAMAccountName'] };
    for (const row of await visit.session.all(search, visit.signal)) found.set(nameOf(row), row);
  }
  return found;
}

const noGroup = (app: string, name: string) =>
  new ConnectorError('rejected', 'none', `${app} has no group "${name}" that may be given.`, {
    remedy:
      'Create the group, spell it as the domain does in the parameter or rule that gives it, or widen groupBase, then retry.',
  });

/** Does the account stand in the group, itself? */
type IsMember = (group: Row) => Promise<boolean>;

/**
 * Only what differs from what is there. A group that is refused stops no other; all that were are named at the end.
 * @throws ConnectorError, never `missing`: the account is there, a group is not
 */
export async function regroup(visit: Visit, account: Row, regrouping: Regrouping, isMember: IsMember, mark: Mark) {
  const present = new Set(textsOf(account, 'memberOf').map(sameDn));
  const isIn = (group: Row) => present.has(sameDn(group.dn));
  const steps = [
    ...regrouping.leave.filter(isIn).map((group) => ({ group, how: 'delete' as const })),
    ...regrouping.join.filter((group) => !isIn(group)).map((group) => ({ group, how: 'add' as const })),
  ];
  const refused: { name: string; error: ConnectorError }[] = [];
  for (const { group, how } of steps) {
    try {
      const values = [account.dn];
      await visit.session.modify(guidDn(group), [{ how, attribute: 'member', values }], visit.signal);
      mark();
    } catch (error) {
      if (!isOfOneGroup(error)) throw error;
      // Somebody else may have been faster.
      if ((await isMember(group)) !== (how === 'add')) refused.push({ name: nameOf(group), error });
    }
  }
  const [first] = refused;
  if (first !== undefined)
    throw refusalOf(
      visit.name,
      refused.map(({ name }) => name),
      first.error,
    );
}

const isOfOneGroup = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError &&
  error.effect === 'none' &&
  (error.kind === 'rejected' || error.kind === 'conflict' || error.kind === 'missing');

const shown = 5;

function refusalOf(app: string, names: readonly string[], error: ConnectorError): ConnectorError {
  const more = names.length > shown ? ` and ${names.length - shown} more` : '';
  const which = names
    .slice(0, shown)
    .map((name) => `"${name}"`)
    .join(', ');
  return new ConnectorError('rejected', 'none', `${app} refused ${which}${more} among its groups: ${error.message}`, {
    remedy:
      'Let the service account write the member attribute of the group, or take it out of what gives it, then retry.',
    cause: error,
  });
}
