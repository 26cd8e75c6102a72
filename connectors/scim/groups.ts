import { z } from 'zod';
import { ConnectorError, type EntitlementValue } from '../../src/core/connector.ts';
import type { PatchStep } from './change.ts';
import { entriesAt, type Resource } from './resource.ts';
import { equals, isMissing, type Wire } from './wire.ts';

const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const patchBody = (steps: readonly PatchStep[]) => ({ schemas: [patchSchema], Operations: steps });

/** How long a group's id is believed: short, for a renamed group must not be given under its old name. */
const believed = 60_000;

export type Groups = {
  /** Every group, page by page. */
  all(signal: AbortSignal): AsyncGenerator<EntitlementValue[], void, void>;
  /** Fails where the app has no group, or several, of that name. */
  idOf(name: string, signal: AbortSignal): Promise<string>;
  /** Names of the groups a user is a direct member of. */
  namesFor(user: Resource, signal: AbortSignal): Promise<string[]>;
  /** The same for users of a list, with the groups read once if they are needed at all. */
  reader(signal: AbortSignal): (user: Resource) => Promise<readonly string[]>;
  join(name: string, user: string, signal: AbortSignal): Promise<void>;
  leave(name: string, user: string, signal: AbortSignal): Promise<void>;
};

const nameOf = (group: Resource) => (typeof group.displayName === 'string' ? group.displayName : group.id);
const hasMember = (user: string) => (group: Resource) =>
  entriesAt(group, ['members']).some((member) => String(member.value) === user);

export function groupsOf(wire: Wire, app: string, now: () => number): Groups {
  const ids = new Map<string, { id: string; at: number }>();

  async function* all(signal: AbortSignal) {
    for await (const page of wire.pages('Groups', { excludedAttributes: 'members' }, signal))
      yield page.map((group): EntitlementValue => ({ target: 'groups', value: nameOf(group), remoteId: group.id }));
  }

  const idOf = async (name: string, signal: AbortSignal): Promise<string> => {
    const cached = ids.get(name);
    if (cached !== undefined && now() - cached.at < believed) return cached.id;
    const found = await wire.search(
      'Groups',
      { attribute: 'displayName', value: name },
      (group) => nameOf(group) === name,
      signal,
    );
    const [group] = found;
    if (group === undefined || found.length > 1) throw unclear(app, name, found.length);
    ids.set(name, { id: group.id, at: now() });
    return group.id;
  };

  const memberships = async (signal: AbortSignal): Promise<Map<string, string[]>> => {
    const names = new Map<string, string[]>();
    for await (const page of wire.pages('Groups', {}, signal))
      for (const group of page)
        for (const { value } of entriesAt(group, ['members']))
          names.set(String(value), [...(names.get(String(value)) ?? []), nameOf(group)]);
    return names;
  };

  const askGroups = async (user: string, signal: AbortSignal): Promise<string[]> => {
    const found = await wire.search('Groups', { attribute: 'members.value', value: user }, hasMember(user), signal);
    return found.map(nameOf);
  };

  /** A group that is gone under its known id may live on under a new one: nothing was done, so it is looked up once more. */
  const patch = async (name: string, step: PatchStep, signal: AbortSignal): Promise<void> => {
    const send = async () => {
      const path = ['Groups', await idOf(name, signal)];
      await wire.send({ method: 'PATCH', path, json: patchBody([step]), signal }, z.unknown());
    };
    try {
      await send();
    } catch (error) {
      if (!isMissing(error)) throw error;
      ids.delete(name);
      await send();
    }
  };

  return {
    all,
    idOf,
    namesFor: async (user, signal) => ownGroups(user) ?? (await askGroups(user.id, signal)),
    reader: (signal) => {
      let known: Promise<Map<string, string[]>> | undefined;
      return async (user) => {
        const own = ownGroups(user);
        if (own !== null) return own;
        known ??= memberships(signal);
        return (await known).get(user.id) ?? [];
      };
    },
    join: (name, user, signal) => patch(name, { op: 'add', path: 'members', value: [{ value: user }] }, signal),
    leave: (name, user, signal) =>
      patch(name, { op: 'remove', path: `members[${equals({ attribute: 'value', value: user })}]` }, signal),
  };
}

/** What the user resource itself says of its groups; null where it does not say or not by name. Inherited membership is not ours to change. */
function ownGroups(user: Resource): string[] | null {
  if (!Array.isArray(user.groups)) return null;
  const direct = entriesAt(user, ['groups']).filter(({ type }) => type !== 'indirect');
  const names = direct.flatMap(({ display }) => (typeof display === 'string' ? display : []));
  return names.length === direct.length ? names : null;
}

const unclear = (app: string, name: string, count: number) =>
  new ConnectorError(
    'rejected',
    'none',
    count === 0 ? `${app} has no group "${name}".` : `${app} has ${count} groups called "${name}".`,
    {
      remedy:
        count === 0
          ? 'Create the group in the app, or correct its name in the parameter or rule that gives it, then retry.'
          : 'Give the groups different names in the app, then refresh its entitlements.',
    },
  );
