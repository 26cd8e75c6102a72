import { randomBytes, randomUUID, scryptSync } from 'node:crypto';
import SCIMMY from 'scimmy';
import type { Group, Store, User } from './scim-store.ts';

/** Makes the groups that are not there yet. */
export function addGroups(store: Store, wanted: readonly string[]): void {
  const known = new Set([...store.groups.values()].map(({ displayName }) => displayName));
  for (const displayName of wanted.map((text) => text.trim()).filter((text) => text !== '' && !known.has(text))) {
    const id = randomUUID();
    store.groups.set(id, { id, displayName, members: [], meta: stamped() });
  }
}

function stamped(before?: Record<string, unknown>) {
  const meta = before?.meta;
  const lastModified = new Date().toISOString();
  const created = typeof meta === 'object' && meta !== null && 'created' in meta ? String(meta.created) : lastModified;
  return { created, lastModified };
}

function missing(id: string | undefined) {
  return new SCIMMY.Types.Error(404, '', `Resource ${id} not found`);
}

/** scimmy hands over an object that checks every access; what is stored is plain. */
function plain(data: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(data));
}

/** Salt and scrypt of a password, as the file keeps it; shorter ones than eight characters are refused. */
function hashed(password: unknown): string {
  if (typeof password !== 'string' || password.length < 8)
    throw new SCIMMY.Types.Error(400, 'invalidValue', `The password ${JSON.stringify(password)} is too short`);
  const salt = randomBytes(16).toString('hex');
  return `${salt}:${scryptSync(password, salt, 32).toString('hex')}`;
}

/**
 * A user as it is shown: without its password, which no answer ever holds (section 4.1.1), and with the groups it is in, which is
 * the app's to say (RFC 7643 section 4.1.2).
 */
function withGroups(store: Store, { password: _password, ...user }: User) {
  const groups = [...store.groups.values()].filter(({ members }) => members.some(({ value }) => value === user.id));
  return {
    ...user,
    groups: groups.map(({ id, displayName }) => ({ value: id, display: displayName, type: 'direct' })),
  };
}

function checkUserName(store: Store, userName: string, id: string): void {
  const taken = [...store.users.values()].some(
    (other) => other.id !== id && other.userName.toLowerCase() === userName.toLowerCase(),
  );
  if (taken) throw new SCIMMY.Types.Error(409, 'uniqueness', `userName ${userName} is taken`);
}

export const seatsTaken = ({ users }: Pick<Store, 'users'>): number =>
  [...users.values()].filter(({ active }) => active !== false).length;

/** The contract is for so many active accounts: one more is refused until there are more seats. */
function checkSeat(store: Store, before: User | undefined, active: unknown): void {
  if (active === false || store.seats === undefined || (before !== undefined && before.active !== false)) return;
  if (seatsTaken(store) >= store.seats)
    throw new SCIMMY.Types.Error(400, '', `No seat is left: all ${store.seats} are taken`);
}

export function declareUsers(store: Store): void {
  SCIMMY.Resources.declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false))
    .ingress(async (resource, data) => {
      const before = resource.id === undefined ? undefined : store.users.get(resource.id);
      if (resource.id !== undefined && before === undefined) throw missing(resource.id);
      const id = before?.id ?? randomUUID();
      checkUserName(store, data.userName, id);
      checkSeat(store, before, data.active);
      // Not among what is plain: scimmy shows it to nobody but whoever asks for it by name.
      const password = data.password === undefined ? before?.password : hashed(data.password);
      const secret = password === undefined ? {} : { password };
      const user: User = { ...plain(data), ...secret, id, userName: data.userName, meta: stamped(before) };
      store.users.set(id, user);
      await store.saved();
      return withGroups(store, user);
    })
    .egress(async (resource) => {
      if (resource.id === undefined) {
        const users = [...store.users.values()].map((user) => withGroups(store, user));
        return resource.filter?.match(users) ?? users;
      }
      const user = store.users.get(resource.id);
      if (user === undefined) throw missing(resource.id);
      return withGroups(store, user);
    })
    .degress(async (resource) => {
      if (resource.id === undefined || !store.users.delete(resource.id)) throw missing(resource.id);
      for (const group of store.groups.values())
        group.members = group.members.filter(({ value }) => value !== resource.id);
      await store.saved();
    });
}

/** Each member once, and only people there are. */
function checkedMembers(store: Store, members: Group['members']): Group['members'] {
  const unknown = members.find(({ value }) => !store.users.has(value));
  if (unknown !== undefined) throw new SCIMMY.Types.Error(400, 'invalidValue', `There is no user ${unknown.value}`);
  const ids = [...new Set(members.map(({ value }) => value))];
  return ids.map((value) => ({ value, display: store.users.get(value)?.userName ?? value, type: 'User' }));
}

export function declareGroups(store: Store): void {
  SCIMMY.Resources.declare(SCIMMY.Resources.Group)
    .ingress(async (resource, data) => {
      const before = resource.id === undefined ? undefined : store.groups.get(resource.id);
      if (resource.id !== undefined && before === undefined) throw missing(resource.id);
      const { members = [], ...rest } = plain(data);
      const id = before?.id ?? randomUUID();
      const group: Group = {
        ...rest,
        id,
        displayName: String(data.displayName),
        members: checkedMembers(store, members as Group['members']),
        meta: stamped(before),
      };
      store.groups.set(id, group);
      await store.saved();
      return group;
    })
    .egress(async (resource) => {
      if (resource.id === undefined)
        return resource.filter?.match([...store.groups.values()]) ?? [...store.groups.values()];
      const group = store.groups.get(resource.id);
      if (group === undefined) throw missing(resource.id);
      return group;
    })
    .degress(async (resource) => {
      if (resource.id === undefined || !store.groups.delete(resource.id)) throw missing(resource.id);
      await store.saved();
    });
}
