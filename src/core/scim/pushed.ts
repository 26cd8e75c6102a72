import type { Time, Versioned } from '../model.ts';
import { fold } from '../text.ts';
import { isList, isTree, memberOf, type Tree, withMember } from './json.ts';
import type { ResourceKind } from './schema.ts';

/** Somebody came into a group, or left it. */
export type Move = { id: string; at: Time };

/**
 * What a source pushed to a directory of ours: a person or a group, as it said last. What was deleted stays as an empty tombstone, so
 * that the next read tells it. Its id is the one the source knows it by from us.
 */
export type Pushed = Versioned & {
  directory: string;
  kind: ResourceKind;
  /** Without `id`, `meta`, `schemas`, `members` and `groups`. */
  resource: Tree;
  /** Ids of the people in a group; of a person none. */
  members: readonly string[];
  /** Who came into the group or left it since `movesSince`, the newest last. */
  moves: readonly Move[];
  movesSince: Time;
  /** When the group got its name: all of its members are concerned. */
  renamedAt: Time;
  createdAt: Time;
  changedAt: Time;
  /** When it was deleted; null: it is there. */
  goneAt: Time | null;
};

/** Older moves, and more of them, are forgotten: who reads from before them reads everything. */
const movesKept = { most: 20_000, milliseconds: 8 * 86_400_000 };

/** The document of a resource that comes for the first time; `tree` as read from what was sent. */
export function newPushed(
  { id, directory, kind }: { id: string; directory: string; kind: ResourceKind },
  tree: Tree,
  at: Time,
): Pushed {
  return {
    ...{ id, version: 0, outbox: [], directory, kind, resource: withMember(tree, 'members', undefined) },
    ...{ members: membersIn(tree), moves: [], movesSince: 0 },
    ...{ renamedAt: at, createdAt: at, changedAt: at, goneAt: null },
  };
}

/** The resource as a client writes it, its members with it. */
export const treeOf = ({ resource, members }: Pushed): Tree =>
  members.length === 0 ? resource : { ...resource, members: members.map((value) => ({ value })) };

/** Each once, in order. */
export function membersIn(tree: Tree): string[] {
  const members = memberOf(tree, 'members') ?? null;
  if (!isList(members)) return [];
  return [...new Set(members.flatMap((one) => (isTree(one) ? String(memberOf(one, 'value') ?? '') : [])))].filter(
    (id) => id !== '',
  );
}

/** What it is now. Null: nothing of it is another. */
export function changed(before: Pushed, tree: Tree, at: Time): Pushed | null {
  const members = membersIn(tree);
  const resource = withMember(tree, 'members', undefined);
  const moved = movedBetween(before.members, members);
  if (moved.length === 0 && isSame(before.resource, resource)) return null;
  const renamed = !isSame(before.resource.displayName, resource.displayName);
  return {
    ...before,
    ...{ version: before.version + 1, resource, members, changedAt: at },
    ...(renamed && { renamedAt: at }),
    ...(moved.length > 0 && withMoves(before, moved, at)),
  };
}

/** The tombstone: nothing personal is left in it. */
export const gone = (before: Pushed, at: Time): Pushed => ({
  ...before,
  ...{ version: before.version + 1, resource: {}, members: [], changedAt: at, goneAt: at },
  ...(before.members.length > 0 && withMoves(before, before.members, at)),
});

function movedBetween(before: readonly string[], after: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [...before.filter((id) => !is.has(id)), ...after.filter((id) => !was.has(id))];
}

function withMoves(
  { moves, movesSince }: Pushed,
  ids: readonly string[],
  at: Time,
): Pick<Pushed, 'moves' | 'movesSince'> {
  if (ids.length > movesKept.most) return { moves: [], movesSince: at };
  const all = [...moves, ...ids.map((id) => ({ id, at }))];
  const left = all.filter((move) => move.at > at - movesKept.milliseconds).slice(-movesKept.most);
  const [oldest] = left;
  return left.length === all.length || oldest === undefined
    ? { moves: left, movesSince }
    : { moves: left, movesSince: oldest.at };
}

/** Equal as JSON whose members are in any order. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  if (!isTree(a) || !isTree(b)) return false;
  const [left, right] = [Object.keys(a), Object.keys(b)];
  return left.length === right.length && left.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}

/** What it may share with no other of its directory; null: nothing, as that of what is gone is free again. */
export const uniqueKey = ({ directory, kind, resource, goneAt }: Pushed): string | null =>
  kind === 'User' && goneAt === null ? keyed(directory, 'userName', String(resource.userName)) : null;

/** What clients look for it by, each with the directory it is in. */
export function searchKeys({ directory, kind, resource, goneAt }: Pushed): string[] {
  if (goneAt !== null) return [];
  return (kind === 'User' ? ['userName', 'externalId'] : ['displayName', 'externalId']).flatMap((name) => {
    const value = memberOf(resource, name);
    return typeof value === 'string' ? [keyed(directory, `${kind}.${name}`, value)] : [];
  });
}

export const keyed = (directory: string, name: string, value: string): string =>
  [directory, name, fold(value)].join('\n');

/** One kind of one directory. */
export const shelf = ({ directory, kind }: Pick<Pushed, 'directory' | 'kind'>): string => `${directory}\n${kind}`;
