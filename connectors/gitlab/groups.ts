import { z } from 'zod';
import type { AccountChange } from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import type { Mark } from '../_whole.ts';
import { type Connection, levels } from './config.ts';
import { isOf, rejected, type Wire } from './wire.ts';

const Group = z.object({ id: z.number().int(), full_path: z.string() });
const Membership = z.object({ source_id: z.number().int() });
const Member = z.object({ id: z.number().int() });
/** Where promotions wait for an administrator, nobody is a member yet. */
const Queued = z.object({ message: z.unknown() });

/** Groups to join and to leave, by full path. */
export function regroupingOf({ groups, ...others }: AccountChange['entitlements']) {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw rejected(`GitLab has no entitlements called "${unknown}".`);
  return groups ?? { add: [], remove: [] };
}

/** The groups of a GitLab by full path, and who is a direct member. */
export function groupsOf({ send, pages }: Wire, { onlyGroups, accessLevel }: Connection, name: string) {
  const isLookedAt = (path: string) => onlyGroups.length === 0 || onlyGroups.includes(path);

  /** By id or full path. Null: there is none. */
  const fetchGroup = async (key: string, signal: AbortSignal) => {
    const query = { with_projects: 'false' };
    return send({ method: 'GET', path: ['groups', key], query, schema: Group, signal }).catch(nullIfMissing);
  };

  /** Null also where the path is one of before, or a number that is the id of another group: GitLab finds these as well. */
  const lookUp = async (path: string, signal: AbortSignal) => {
    const group = isLookedAt(path) ? await fetchGroup(path, signal) : null;
    return group?.full_path === path ? group : null;
  };

  /** @throws ConnectorError `rejected` where there is none, or none that is looked at. */
  const called = async (path: string, signal: AbortSignal) => {
    const group = await lookUp(path, signal);
    if (group !== null) return group;
    const remedy = 'Write its full path as GitLab shows it; where the connection has `onlyGroups`, name it there too.';
    throw rejected(`${name} has no group "${path}" that it looks at.`, remedy);
  };

  async function* list(signal: AbortSignal) {
    const query = { all_available: 'true', order_by: 'id', sort: 'asc' };
    for await (const page of pages(['groups'], Group, query, signal))
      yield page.filter(({ full_path }) => isLookedAt(full_path));
  }

  return {
    ...{ called, list },
    /** Full paths of the groups a user is in. */
    async of(id: string, signal: AbortSignal): Promise<string[]> {
      const held: string[] = [];
      for await (const page of pages(['users', id, 'memberships'], Membership, { type: 'Namespace' }, signal))
        for (const { source_id } of page) {
          const group = await fetchGroup(String(source_id), signal);
          if (group !== null && isLookedAt(group.full_path)) held.push(group.full_path);
        }
      return held;
    },

    /** The same of everybody, by the user's id. */
    async ofAll(signal: AbortSignal): Promise<ReadonlyMap<number, readonly string[]>> {
      const held = new Map<number, string[]>();
      for await (const page of list(signal))
        for (const group of page)
          for await (const members of pages(['groups', String(group.id), 'members'], Member, {}, signal))
            for (const { id } of members) held.set(id, [...(held.get(id) ?? []), group.full_path]);
      return held;
    },

    /** Whoever is a member already stays one, in the role they have. */
    async join(path: string, id: string, mark: Mark, signal: AbortSignal): Promise<void> {
      const group = await called(path, signal);
      const json = { user_id: Number(id), access_level: levels[accessLevel] };
      const request = { method: 'POST', path: ['groups', String(group.id), 'members'], json, signal } as const;
      const member = await send({ ...request, schema: z.union([Member, Queued]) }).catch((error: unknown) => {
        if (isOf(error, 'conflict') || (isOf(error, 'rejected') && /already exists/.test(error.message))) return null;
        throw error;
      });
      if (member === null) return;
      mark();
      if ('id' in member) return;
      throw rejected(`${name} lets nobody into "${path}" before an administrator approves.`, 'Approve it in GitLab.');
    },

    /** Whoever is no member, or whose group is gone, has left. Memberships below the group are others, and stay. */
    async leave(path: string, id: string, mark: Mark, signal: AbortSignal): Promise<void> {
      const group = await lookUp(path, signal);
      if (group === null) return;
      const request = { method: 'DELETE', path: ['groups', String(group.id), 'members', id], signal } as const;
      const query = { skip_subresources: 'true' };
      await send({ ...request, query, schema: z.unknown() }).then(mark, nullIfMissing);
    },
  };
}
