import type { DirectoryPage, RawRecord, ReadEnd, RecordProblem } from '../../src/core/connector.ts';
import type { DirectoryConfig } from './config.ts';
import type { Graph } from './graph.ts';
import type { GroupBook } from './group-book.ts';
import { recordOf, type UserRow } from './person.ts';

/** What the reads of one directory share. */
export type Tenant = {
  config: DirectoryConfig;
  name: string;
  now: () => number;
  graph: Graph;
  groups: GroupBook;
  /** Waits before somebody is looked at again of whom Graph told one thing and showed another, milliseconds. */
  pauses: readonly number[];
};
export type Read = AsyncGenerator<DirectoryPage, ReadEnd, void>;

/** Users with their managers' addresses as a page. */
export function pageOf(
  { config, groups }: Tenant,
  users: readonly { user: UserRow; manager: string | null }[],
  more: readonly RecordProblem[] = [],
): DirectoryPage {
  const records: RawRecord[] = [];
  const problems = [...more];
  for (const { user, manager } of users) {
    const one = recordOf(user, config, { groups: groups.of(user.id), manager });
    if ('place' in one) problems.push(one);
    else records.push(one);
  }
  return { records, problems, gone: [] };
}

export const isEmpty = ({ records, problems, gone }: DirectoryPage): boolean =>
  records.length + problems.length + gone.length === 0;
