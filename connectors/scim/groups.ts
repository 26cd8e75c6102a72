import { ConnectorError, type EntitlementValue } from '../../src/core/connector.ts';
import type { Mark } from '../_whole.ts';
import { membersOf } from './members.ts';
import type { Manner } from './profile.ts';
import { entriesAt, type Resource } from './resource.ts';
import { isMissing, type Wire } from './wire.ts';

/** How long a group's id is believed: short, for a renamed group must not be given under its old name. */
const believed = 60_000;

export type Groups = {
  /** Every group, page by page. */
  all(signal: AbortSignal): AsyncGenerator<EntitlementValue[], void, void>;
  /** Fails where the app has no group, or several, of that name. */
  idOf(name: string, signal: AbortSignal): Promise<string>;
  /** Names of the groups a user is a direct member of; null where the app does not tell. */
  namesFor(user: Resource, signal: AbortSignal): Promise<readonly string[] | null>;
  /** The same for users of a list, with the groups read once if they are needed at all. */
  reader(signal: AbortSignal): (user: Resource) => Promise<readonly string[] | null>;
  /** `mark` once something was changed. */
  join(name: string, user: string, mark: Mark, signal: AbortSignal): Promise<void>;
  leave(name: string, user: string, mark: Mark, signal: AbortSignal): Promise<void>;
};

const nameOf = (group: Resource) => (typeof group.displayName === 'string' ? group.displayName : group.id);
const hasMember = (user: string) => (group: Resource) =>
  entriesAt(group, ['members']).some((member) => String(member.value) === user);

export function groupsOf(wire: Wire, manner: Manner, app: string, now: () => number): Groups {
  const ids = new Map<string, { id: string; at: number }>();
  const members = membersOf(wire, manner);
  const { readable } = manner.members;

  async function* all(signal: AbortSignal) {
    const query = manner.excludesMembers ? { excludedAttributes: 'members' } : {};
    for await (const page of wire.pages('Groups', query, signal))
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
  const atId = async (name: string, signal: AbortSignal, send: (group: string) => Promise<void>): Promise<void> => {
    try {
      await send(await idOf(name, signal));
    } catch (error) {
      if (!isMissing(error)) throw error;
      ids.delete(name);
      await send(await idOf(name, signal));
    }
  };

  /** Where members cannot be read, the one is asked about before and after, if the app has a way to ask. */
  const change = (name: string, user: string, joins: boolean, mark: Mark, signal: AbortSignal) =>
    atId(name, signal, async (group) => {
      if (!readable && (await members.isIn(group, user, signal)) === joins) return;
      await members.write({ group, user, joins }, signal);
      mark();
      if (!readable && (await members.isIn(group, user, signal)) === !joins) throw unseen(app, name);
    });

  return {
    all,
    idOf,
    namesFor: async (user, signal) => (readable ? (ownGroups(user) ?? (await askGroups(user.id, signal))) : null),
    reader: (signal) => {
      let known: Promise<Map<string, string[]>> | undefined;
      return async (user) => {
        if (!readable) return null;
        const own = ownGroups(user);
        if (own !== null) return own;
        known ??= memberships(signal);
        return (await known).get(user.id) ?? [];
      };
    },
    join: (name, user, mark, signal) => change(name, user, true, mark, signal),
    leave: (name, user, mark, signal) => change(name, user, false, mark, signal),
  };
}

/** What the user resource itself says of its groups; null where it does not say or not by name. Inherited membership is not ours to change. */
function ownGroups(user: Resource): string[] | null {
  if (!Array.isArray(user.groups)) return null;
  const direct = entriesAt(user, ['groups']).filter(({ type }) => type !== 'indirect');
  const names = direct.flatMap(({ display }) => (typeof display === 'string' ? display : []));
  return names.length === direct.length ? names : null;
}

const unseen = (app: string, name: string) =>
  new ConnectorError('unavailable', 'unknown', `${app} took the change of the group "${name}" but does not show it.`);

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
