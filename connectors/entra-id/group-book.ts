import { ConnectorError } from '../../src/core/connector.ts';
import type { DirectoryConfig } from './config.ts';
import type { Graph } from './graph.ts';
import { changedGroups, type Group, type Groups, lookAt, readGroups } from './membership.ts';
import type { Place } from './place.ts';
import { Resync } from './refusal.ts';

/** Which groups people are in, by name, through whichever other groups. It lives as long as the process does. */
export type GroupBook = {
  /** Does it know enough for a read of changes? */
  isOpen(): boolean;
  /** Reads what has to be read before records can be made; `anew`: everything. Answers whose groups changed and who was not `told`. */
  open(anew: boolean, signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** All who had changed have been given. */
  told(): void;
  of(user: string): readonly string[];
};

type Names = ReadonlyMap<string, readonly string[]>;

export function groupBook(
  graph: Graph,
  { groups: mode, onlyGroups }: Pick<DirectoryConfig, 'groups' | 'onlyGroups'>,
  name: string,
): GroupBook {
  const only = new Set(onlyGroups);
  let known: { groups: Groups; next: Place; recheck: ReadonlySet<string> } | null = null;
  let names: Names = new Map();
  let moved = new Set<string>();

  const keep = (groups: Groups, next: Place, recheck: ReadonlySet<string>): void => {
    const lost = lostIn(groups, only);
    if (lost.length > 0) throw noSuchGroups(name, lost);
    const after = namesIn(groups, only);
    for (const id of differing(names, after)) moved.add(id);
    known = { groups, next, recheck };
    names = after;
  };

  const readChanges = async (signal: AbortSignal): Promise<boolean> => {
    if (known === null) return false;
    try {
      const { ids, next } = await changedGroups(graph, name, known.next, signal);
      const looked = new Set([...ids, ...known.recheck]);
      const groups = new Map<string, Group>(known.groups);
      await lookAt(graph, name, groups, looked, signal);
      // A read may trail what it is asked about: whatever changed now is looked at next time too.
      if (looked.size > 0) keep(groups, next, ids);
      else known = { ...known, next };
      return true;
    } catch (error) {
      if (error instanceof Resync) return false;
      throw error;
    }
  };

  return {
    isOpen: () => mode === 'none' || known !== null,
    async open(anew, signal) {
      if (mode === 'none') return moved;
      if (!anew && (await readChanges(signal))) return moved;
      const { groups, next } = await readGroups(graph, name, signal);
      keep(groups, next, new Set());
      return moved;
    },
    told: () => {
      moved = new Set();
    },
    of: (user) => names.get(user) ?? [],
  };
}

function lostIn(groups: Groups, only: ReadonlySet<string>): string[] {
  const found = new Set([...groups.values()].map((group) => group.name));
  return [...only].filter((one) => !found.has(one));
}

const noSuchGroups = (name: string, lost: readonly string[]) =>
  new ConnectorError('rejected', 'none', `${name} has no group called "${lost.slice(0, 3).join('", "')}".`, {
    remedy: 'Correct onlyGroups in the directory: a group that is not there would look like access lost.',
  });

/** Names by user, sorted: the order they come in means nothing and must not look like a change. */
function namesIn(groups: Groups, only: ReadonlySet<string>): Names {
  const names = new Map<string, Set<string>>();
  for (const [id, { name }] of groups) {
    if (name === '' || (only.size > 0 && !only.has(name))) continue;
    for (const user of usersWithin(groups, id)) names.set(user, (names.get(user) ?? new Set()).add(name));
  }
  return new Map([...names].map(([user, own]) => [user, [...own].sort()]));
}

/** The members of a group and of all groups nested in it, each once, so that groups nested in each other end. */
function usersWithin(groups: Groups, start: string): Set<string> {
  const users = new Set<string>();
  const seen = new Set<string>();
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const group = groups.get(id);
    if (group === undefined || seen.has(id)) continue;
    seen.add(id);
    for (const user of group.users) users.add(user);
    waiting.push(...group.groups);
  }
  return users;
}

function differing(before: Names, after: Names): string[] {
  const text = (names: readonly string[] | undefined) => (names ?? []).join('\n');
  const all = new Set([...before.keys(), ...after.keys()]);
  return [...all].filter((id) => text(before.get(id)) !== text(after.get(id)));
}
