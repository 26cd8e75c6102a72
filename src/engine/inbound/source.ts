import type { PushedSource, PushedUser } from '../../core/connector.ts';
import type { Time } from '../../core/model.ts';
import type { Pushed } from '../../core/scim/pushed.ts';
import type { Deps } from '../ports.ts';
import type { PushBell } from './push-bell.ts';
import type { Shelf } from './push-ports.ts';

type SourceDeps = Pick<Deps, 'store'> & { pushBell: PushBell };

const batch = 500;

/** What was pushed to each directory, as its connector reads it. */
export const pushedSources =
  (deps: SourceDeps) =>
  (directory: string): PushedSource => ({
    everybody: () => everybody(deps, directory),
    changedSince: (at) => changedSince(deps, directory, at),
    many: async (ids) => (await people(deps, directory, ids)).map((one) => userOf(one, [])),
    watch: (pushed) => deps.pushBell.listen(directory, pushed),
  });

const userOf = ({ id, resource, goneAt }: Pushed, groups: readonly string[]): PushedUser => ({
  ...{ id, gone: goneAt !== null, resource, groups },
});

async function people({ store }: SourceDeps, directory: string, ids: readonly string[]): Promise<Pushed[]> {
  const found = await store.pushed.many(ids);
  return found.filter((one) => one.directory === directory && one.kind === 'User' && one.goneAt === null);
}

async function* everybody(deps: SourceDeps, directory: string): AsyncGenerator<readonly PushedUser[]> {
  const { pushed } = deps.store;
  const groups = await groupsByPerson(deps, directory);
  const shelf: Shelf = { directory, kind: 'User' };
  for await (const page of paged((after) => pushed.list(shelf, after?.id ?? null, batch)))
    yield page.map((one) => userOf(one, groups.get(one.id) ?? []));
  for await (const page of paged((after) => pushed.gone(shelf, after?.id ?? null, batch)))
    yield page.map((one) => userOf(one, []));
}

async function* paged(read: (after: Pushed | null) => Promise<Pushed[]>): AsyncGenerator<Pushed[]> {
  for (let after: Pushed | null = null; ; ) {
    const page = await read(after);
    if (page.length > 0) yield page;
    after = page.at(-1) ?? null;
    if (page.length < batch) return;
  }
}

/** Each group is read once, however many people are in it. */
async function groupsByPerson({ store }: SourceDeps, directory: string): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>();
  const shelf: Shelf = { directory, kind: 'Group' };
  for await (const page of paged((after) => store.pushed.list(shelf, after?.id ?? null, batch)))
    for (const { resource, members } of page)
      for (const member of members) {
        const names = groups.get(member) ?? [];
        names.push(String(resource.displayName));
        groups.set(member, names);
      }
  return groups;
}

/** First the groups, whose moves say who is concerned: what is pushed meanwhile is told by the next read. */
async function changedSince(
  deps: SourceDeps,
  directory: string,
  at: Time,
): Promise<AsyncIterable<readonly PushedUser[]> | null> {
  const concerned = new Set<string>();
  const shelf: Shelf = { directory, kind: 'Group' };
  for await (const page of paged((after) => deps.store.pushed.changedSince(shelf, at, after, batch)))
    for (const group of page) {
      if (group.movesSince > at) return null;
      for (const { id, at: moved } of group.moves) if (moved >= at) concerned.add(id);
      if (group.renamedAt >= at) for (const member of group.members) concerned.add(member);
    }
  return changes(deps, directory, at, concerned);
}

async function* changes(
  deps: SourceDeps,
  directory: string,
  at: Time,
  concerned: Set<string>,
): AsyncGenerator<readonly PushedUser[]> {
  const { pushed } = deps.store;
  const shelf: Shelf = { directory, kind: 'User' };
  for await (const page of paged((after) => pushed.changedSince(shelf, at, after, batch))) {
    for (const { id } of page) concerned.delete(id);
    yield await withGroups(deps, directory, page);
  }
  const ids = [...concerned];
  for (let start = 0; start < ids.length; start += batch)
    yield await withGroups(deps, directory, await people(deps, directory, ids.slice(start, start + batch)));
}

const withGroups = ({ store }: SourceDeps, directory: string, page: readonly Pushed[]): Promise<PushedUser[]> =>
  Promise.all(
    page.map(async (one) => {
      const groups = one.goneAt === null ? await store.pushed.groupsOf(directory, one.id) : [];
      return userOf(
        one,
        groups.map(({ name }) => name),
      );
    }),
  );
