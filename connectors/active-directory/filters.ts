import { AndFilter, EqualityFilter, type Filter, FilterParser, OrFilter } from 'ldapts';
import { unfinishedPlace, unfinishedText } from './unfinished.ts';
import { guidBytes } from './values.ts';

/** Users that stand for people: no computers, trusts and contacts, and none of the accounts Windows makes for itself. */
export const accounts = '(&(sAMAccountType=805306368)(!(isCriticalSystemObject=TRUE)))';
/** Those of them that are finished: what we are still making is disabled, and nobody is away for that. */
export const people = `(&${accounts}(!(${unfinishedPlace}=${unfinishedText})))`;
export const groups = '(objectCategory=group)';
/** By class alone, which tombstones keep. */
export const users = '(&(objectClass=user)(!(objectClass=computer)))';
export const containers =
  '(|(objectClass=organizationalUnit)(&(objectClass=container)(!(objectClass=groupPolicyContainer))))';

const parsed = (filter: string | Filter): Filter =>
  typeof filter === 'string' ? FilterParser.parseString(filter) : filter;

export const every = (...filters: (string | Filter)[]): Filter => new AndFilter({ filters: filters.map(parsed) });
export const some = (...filters: (string | Filter)[]): Filter => new OrFilter({ filters: filters.map(parsed) });

/** Values go as they are: nothing in them needs escaping, and nothing in them can be syntax. */
export const equals = (attribute: string, value: string | Buffer): Filter => new EqualityFilter({ attribute, value });

export const isGuid = (guid: string): Filter => equals('objectGUID', guidBytes(guid) ?? Buffer.alloc(0));

/** So many alternatives one filter has at most. */
const widest = 100;

/** The filters that together find whatever one of `filters` finds. */
export function* inChunks(filters: readonly Filter[]): Generator<Filter, void, void> {
  for (let start = 0; start < filters.length; start += widest)
    yield new OrFilter({ filters: filters.slice(start, start + widest) });
}
