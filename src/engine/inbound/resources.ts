import { quoted, ScimError } from '../../core/scim/error.ts';
import { type Json, memberOf, type Tree, withMember } from '../../core/scim/json.ts';
import { patched } from '../../core/scim/patch.ts';
import { changed, gone, membersIn, newPushed, type Pushed, treeOf } from '../../core/scim/pushed.ts';
import { etagOf } from '../../core/scim/render.ts';
import { readResource } from '../../core/scim/resource.ts';
import type { ResourceKind } from '../../core/scim/schema.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';
import { type Found, type Search, searchPushed, shown } from './search.ts';

export type PushDeps = Pick<Deps, 'store' | 'clock' | 'random'> & {
  directory: string;
  /** Where clients reach the directory, without a slash at its end. */
  base: string;
  /** Told once something is kept. */
  ring(): void;
};

/** A resource as clients see it, and its version. */
export type Shown = { resource: Tree; etag: string; location: string };

/** What clients do with the people and groups of one directory. Each throws ScimError for what cannot be done as it stands. */
export type PushedResources = {
  create(kind: ResourceKind, body: Json): Promise<Shown>;
  get(kind: ResourceKind, id: string): Promise<Shown>;
  search(kind: ResourceKind, search: Search): Promise<Found>;
  /** `ifMatch`: the header of that name; null: whatever version it is. */
  replace(kind: ResourceKind, id: string, body: Json, ifMatch: string | null): Promise<Shown>;
  patch(kind: ResourceKind, id: string, body: Json, ifMatch: string | null): Promise<Shown>;
  remove(kind: ResourceKind, id: string, ifMatch: string | null): Promise<void>;
};

export const pushedResources = (deps: PushDeps): PushedResources => ({
  create: (kind, body) => create(deps, kind, body),
  get: async (kind, id) => shown(deps, await there(deps, kind, id)),
  search: (kind, search) => searchPushed(deps, kind, search),
  replace: (kind, id, body, ifMatch) => {
    const tree = readResource(kind, body);
    return write(deps, kind, id, ifMatch, (before) => withActive(before, tree));
  },
  patch: (kind, id, body, ifMatch) => write(deps, kind, id, ifMatch, (before) => patched(kind, treeOf(before), body)),
  remove: (kind, id, ifMatch) => remove(deps, kind, id, ifMatch),
});

async function create(deps: PushDeps, kind: ResourceKind, body: Json): Promise<Shown> {
  const { directory, random, clock, store } = deps;
  const tree = readResource(kind, body);
  await checkMembers(deps, membersIn(tree));
  const at = clock.now();
  // In the order they come, so that a list goes on at its end.
  const id = `${kind.toLowerCase()}-${at.toString(36).padStart(9, '0')}${random.id('').slice(1)}`;
  const pushed = newPushed({ id, directory, kind }, tree, at);
  if ((await store.pushed.insert([pushed])).size === 0) throw taken(tree);
  deps.ring();
  return shown(deps, pushed);
}

const taken = (tree: Tree) =>
  new ScimError(409, `There is already somebody with the userName ${quoted(String(tree.userName))}.`, 'uniqueness');

/** Leaving `active` out of a PUT neither suspends anybody nor brings them back. */
function withActive({ resource }: Pushed, tree: Tree): Tree {
  const isSaid = memberOf(tree, 'active') !== undefined;
  return isSaid ? tree : withMember(tree, 'active', memberOf(resource, 'active'));
}

/** @throws ScimError 404 */
async function there({ store, directory }: PushDeps, kind: ResourceKind, id: string): Promise<Pushed> {
  const found = await store.pushed.get(id);
  if (found?.directory === directory && found.kind === kind && found.goneAt === null) return found;
  throw new ScimError(404, `There is no ${kind} ${quoted(id)}.`);
}

async function write(
  deps: PushDeps,
  kind: ResourceKind,
  id: string,
  ifMatch: string | null,
  treeAfter: (before: Pushed) => Tree,
): Promise<Shown> {
  const first = await there(deps, kind, id);
  const change = (before: Pushed): Pushed | null => {
    checkIs(before, ifMatch);
    return changed(before, treeAfter(before), deps.clock.now());
  };
  const planned = change(first);
  if (planned === null) return shown(deps, first);
  await checkMembers(deps, newIn(first.members, planned.members));
  const written = await changeNewest(deps.store.pushed, first, change, (before) => {
    throw taken(treeAfter(before));
  });
  if (written !== null) deps.ring();
  return shown(deps, written ?? (await there(deps, kind, id)));
}

const newIn = (before: readonly string[], after: readonly string[]): string[] => {
  const known = new Set(before);
  return after.filter((id) => !known.has(id));
};

/** @throws ScimError 412, and 404 where it went meanwhile. */
function checkIs(pushed: Pushed, ifMatch: string | null): void {
  if (pushed.goneAt !== null) throw new ScimError(404, `There is no ${pushed.kind} ${quoted(pushed.id)}.`);
  if (ifMatch === null || isMatch(ifMatch, pushed)) return;
  throw new ScimError(412, `It is another version by now: ${etagOf(pushed)}. Read it again.`);
}

/** Of a list of versions one, or `*`; weak or not, RFC 7644 section 3.14. */
export function isMatch(header: string, pushed: Pick<Pushed, 'version'>): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  const own = bare(etagOf(pushed));
  return header.split(',').some((tag) => tag.trim() === '*' || bare(tag) === own);
}

/** Groups hold people who are here: one that is sent too early is sent again. @throws ScimError `invalidValue` */
async function checkMembers({ store, directory }: PushDeps, ids: readonly string[]): Promise<void> {
  const found = ids.length === 0 ? [] : await store.pushed.many(ids);
  const known = new Set(found.flatMap((one) => (isPerson(one, directory) ? [one.id] : [])));
  const stranger = ids.find((id) => !known.has(id));
  if (stranger !== undefined)
    throw new ScimError(400, `There is no User ${quoted(stranger)} to be a member.`, 'invalidValue');
}

const isPerson = (pushed: Pushed, directory: string): boolean =>
  pushed.directory === directory && pushed.kind === 'User' && pushed.goneAt === null;

/** Out of their groups first: whoever is told it failed sends it again, and finds them still there. */
async function remove(deps: PushDeps, kind: ResourceKind, id: string, ifMatch: string | null): Promise<void> {
  const { store, clock, directory } = deps;
  const first = await there(deps, kind, id);
  checkIs(first, ifMatch);
  if (kind === 'User')
    for (const group of await store.pushed.groupsWith(directory, id))
      await changeNewest(store.pushed, group, (before) => changed(before, withoutMember(before, id), clock.now()));
  await changeNewest(store.pushed, first, (before) => {
    checkIs(before, ifMatch);
    return gone(before, clock.now());
  });
  deps.ring();
}

const withoutMember = (group: Pushed, id: string): Tree =>
  treeOf({ ...group, members: group.members.filter((member) => member !== id) });
