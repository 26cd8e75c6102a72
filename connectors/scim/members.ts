import { z } from 'zod';
import { isOutdated } from '../_http.ts';
import { type PatchStep, patchBody } from './change.ts';
import type { Manner } from './profile.ts';
import { entriesAt, Resource } from './resource.ts';
import { equals, type Wire } from './wire.ts';

/** One account comes into one group, or leaves it. */
export type Membership = { group: string; user: string; joins: boolean };

/** The PATCH for it: one member at a time, which keeps within every limit of members a request may name. */
export function memberStep({ user, joins }: Membership, change: Manner['members']['change']): PatchStep {
  const list = [{ value: user }];
  if (change === 'wrapped') return { op: joins ? 'add' : 'remove', path: 'members', value: { members: list } };
  if (joins) return { op: 'add', path: 'members', value: list };
  return change === 'array'
    ? { op: 'remove', path: 'members', value: list }
    : { op: 'remove', path: `members[${equals({ attribute: 'value', value: user })}]` };
}

/** Writes memberships in the app's way. */
export function membersOf(wire: Wire, manner: Manner) {
  const { change } = manner.members;

  const usesPut = async (signal: AbortSignal) =>
    change === 'put' || (manner.userUpdate === 'discovered' && !(await wire.abilities(signal)).patch);

  /** The whole group, with everybody else in it: read just before, and once more where somebody was faster. */
  const rewrite = async ({ group, user, joins }: Membership, signal: AbortSignal, again = false): Promise<void> => {
    const path = ['Groups', group];
    const { body, headers } = await wire.send({ method: 'GET', path, signal }, Resource);
    const { meta: _meta, ...kept } = body;
    const others = entriesAt(body, ['members']).filter(({ value }) => String(value) !== user);
    const json = { ...kept, members: joins ? [...others, { value: user }] : others };
    const version = (await wire.abilities(signal)).etag ? (headers.get('etag') ?? undefined) : undefined;
    try {
      await wire.send({ method: 'PUT', path, json, version, signal }, z.unknown());
    } catch (error) {
      if (again || version === undefined || !isOutdated(error)) throw error;
      await rewrite({ group, user, joins }, signal, true);
    }
  };

  return {
    write: async (membership: Membership, signal: AbortSignal): Promise<void> => {
      if (await usesPut(signal)) return rewrite(membership, signal);
      const json = patchBody([memberStep(membership, change)], manner);
      await wire.send({ method: 'PATCH', path: ['Groups', membership.group], json, signal }, z.unknown());
    },
    /** Is the account in the group? Null: the app does not tell. */
    isIn: async (group: string, user: string, signal: AbortSignal): Promise<boolean | null> => {
      const { pair } = manner.members;
      return pair === null ? null : wire.finds('Groups', group, pair(group, user), signal);
    },
  };
}
