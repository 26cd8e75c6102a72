import { pages } from '../../core/scim/discovery.ts';
import { type AttributePath, type Filter, parseFilter } from '../../core/scim/filter.ts';
import type { Tree } from '../../core/scim/json.ts';
import { demanded, type Match, matcherFor } from '../../core/scim/match.ts';
import { keyed, type Pushed } from '../../core/scim/pushed.ts';
import { etagOf, locationOf, rendered } from '../../core/scim/render.ts';
import type { ResourceKind } from '../../core/scim/schema.ts';
import type { PushDeps, Shown } from './resources.ts';

/** `startIndex` counts from 1; `count` 0 asks for the total alone. */
export type Search = { filter: string | null; startIndex: number; count: number };
export type Found = { total: number; start: number; resources: Tree[] };

const batch = 500;

/** The resource whole; a person with the groups they are in. */
export async function shown({ store, directory, base }: PushDeps, pushed: Pushed): Promise<Shown> {
  const groups = pushed.kind === 'User' ? await store.pushed.groupsOf(directory, pushed.id) : [];
  return { resource: rendered(pushed, base, groups), etag: etagOf(pushed), location: locationOf(base, pushed) };
}

/** @throws ScimError `invalidFilter` */
export async function searchPushed(deps: PushDeps, kind: ResourceKind, { filter, ...page }: Search): Promise<Found> {
  const start = Math.max(1, page.startIndex);
  const count = Math.min(pages.most, Math.max(0, page.count));
  const parsed = filter === null ? null : parseFilter(filter);
  const { total, some } =
    parsed === null ? await unfiltered(deps, kind, start, count) : await filtered(deps, kind, parsed, { start, count });
  const resources = await Promise.all(some.map(async (one) => (await shown(deps, one)).resource));
  return { total, start, resources };
}

async function unfiltered({ store, directory }: PushDeps, kind: ResourceKind, start: number, count: number) {
  const shelf = { directory, kind };
  const total = await store.pushed.count(shelf);
  const some = count === 0 || start > total ? [] : await store.pushed.list(shelf, null, count, start - 1);
  return { total, some };
}

async function filtered(
  deps: PushDeps,
  kind: ResourceKind,
  filter: Filter,
  { start, count }: { start: number; count: number },
) {
  const fits = matcherFor(kind, filter);
  const asksGroups = kind === 'User' && mentions(filter, 'groups');
  const some: Pushed[] = [];
  let total = 0;
  for await (const page of candidates(deps, kind, filter))
    for (const pushed of page) {
      if (!(await isFit(deps, pushed, fits, asksGroups))) continue;
      total += 1;
      if (total >= start && some.length < count) some.push(pushed);
    }
  return { total, some };
}

async function isFit(deps: PushDeps, pushed: Pushed, fits: Match, asksGroups: boolean): Promise<boolean> {
  return fits(asksGroups ? (await shown(deps, pushed)).resource : rendered(pushed, deps.base, []));
}

/** By an index where the filter asks for one value of what clients look for; else everybody. */
async function* candidates(deps: PushDeps, kind: ResourceKind, filter: Filter): AsyncGenerator<readonly Pushed[]> {
  const { store, directory } = deps;
  const isThere = (one: Pushed) => one.directory === directory && one.kind === kind && one.goneAt === null;
  const id = demanded(filter, (path) => isPath(path, 'id'));
  if (id !== null) return yield (await store.pushed.many([id])).filter(isThere);
  const member = kind === 'Group' ? demanded(filter, (path) => isPath(path, 'members')) : null;
  if (member !== null) return yield store.pushed.groupsWith(directory, member);
  for (const name of kind === 'User' ? ['userName', 'externalId'] : ['displayName', 'externalId']) {
    const value = demanded(filter, (path) => isPath(path, name));
    if (value !== null) return yield store.pushed.byKey(keyed(directory, `${kind}.${name}`, value));
  }
  for (let after: string | null = null; ; ) {
    const page: Pushed[] = await store.pushed.list({ directory, kind }, after, batch);
    yield page;
    if (page.length < batch) return;
    after = page.at(-1)?.id ?? null;
  }
}

/** The attribute itself, or its `value`. */
const isPath = ({ name, sub }: AttributePath, wanted: string): boolean =>
  name.toLowerCase() === wanted.toLowerCase() && (sub === null || sub.toLowerCase() === 'value');

function mentions(filter: Filter, name: string): boolean {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.parts.some((part) => mentions(part, name));
  if (filter.kind === 'not') return mentions(filter.part, name);
  return 'path' in filter && filter.path.name.toLowerCase() === name;
}
