import { randomUUID } from 'node:crypto';

export type Tree = Record<string, unknown>;
export type FakeUser = Tree & { id: string; accountEnabled: boolean; userPrincipalName: string };
export type FakeGroup = Tree & { id: string; displayName: string; members: Set<string> };
export type Sku = { skuId: string; skuPartNumber: string; appliesTo: string; left: number };
/** One thing that happened, in order. `member`: of a group. */
export type Change = { kind: 'users' | 'groups'; id: string; member?: { id: string; added: boolean } };

/** A tenant as Microsoft's pages tell it: what a test does in it is what the server shows. */
export function createTenant() {
  const users = new Map<string, FakeUser>();
  const deleted = new Map<string, FakeUser>();
  /** Of whom is known that they will not come back. */
  const purged = new Set<string>();
  const groups = new Map<string, FakeGroup>();
  const managers = new Map<string, string>();
  const passwords = new Map<string, string>();
  const skus: Sku[] = [];
  const log: Change[] = [];
  /** As reads show somebody still, and how many reads more. */
  const stale = new Map<string, { user: FakeUser | null; groups: string[]; left: number }>();
  const state = {
    /** So many reads of somebody trail each change. */
    lag: 0,
  };

  const groupsOf = (id: string): string[] =>
    [...groups.values()].flatMap((group) => (group.members.has(id) ? [group.id] : []));
  const trail = (id: string): void => {
    if (state.lag === 0) return;
    const user = users.get(id);
    stale.set(id, { user: user === undefined ? null : structuredClone(user), groups: groupsOf(id), left: state.lag });
  };
  const note = (change: Change): void => void log.push(change);

  const tenant = {
    ...{ users, deleted, purged, groups, managers, passwords, skus, log, state, groupsOf },
    /** What a read shows of somebody; `count`: is this one of the reads that trail? */
    seen(id: string, count = true): { user: FakeUser | null; groups: string[] } {
      const old = stale.get(id);
      if (old === undefined || old.left <= 0) return { user: users.get(id) ?? null, groups: groupsOf(id) };
      if (count) old.left -= 1;
      return old;
    },
    /** All that a list shows. */
    seenUsers(): FakeUser[] {
      const ids = new Set([...users.keys(), ...stale.keys()]);
      return [...ids].flatMap((id) => tenant.seen(id).user ?? []);
    },
    put(user: Tree & { id?: string }): FakeUser {
      const id = user.id ?? randomUUID();
      trail(id);
      const before = users.get(id) ?? { accountEnabled: true, userPrincipalName: `${id}@acme.test` };
      const after = { ...before, ...user, id } as FakeUser;
      users.set(id, after);
      note({ kind: 'users', id });
      return after;
    },
    /** `hard`: it cannot be restored. */
    remove(id: string, { hard = false } = {}): void {
      const user = users.get(id) ?? deleted.get(id);
      if (user === undefined) return;
      trail(id);
      for (const group of groups.values())
        if (group.members.has(id)) note({ kind: 'groups', id: group.id, member: { id, added: false } });
      users.delete(id);
      if (hard) {
        deleted.delete(id);
        purged.add(id);
        for (const group of groups.values()) group.members.delete(id);
      } else deleted.set(id, user);
      note({ kind: 'users', id });
    },
    restore(id: string): FakeUser | null {
      const user = deleted.get(id);
      if (user === undefined) return null;
      trail(id);
      deleted.delete(id);
      users.set(id, user);
      for (const group of groups.values())
        if (group.members.has(id)) note({ kind: 'groups', id: group.id, member: { id, added: true } });
      note({ kind: 'users', id });
      return user;
    },
    manage(id: string, manager: string | null): void {
      trail(id);
      if (manager === null) managers.delete(id);
      else managers.set(id, manager);
      note({ kind: 'users', id });
    },
    putGroup(group: Tree & { displayName: string; id?: string }): FakeGroup {
      const id = group.id ?? randomUUID();
      const before = groups.get(id) ?? {
        members: new Set<string>(),
        groupTypes: [],
        securityEnabled: true,
        mailEnabled: false,
      };
      const after = { ...before, ...group, id } as FakeGroup;
      groups.set(id, after);
      note({ kind: 'groups', id });
      return after;
    },
    removeGroup(id: string): void {
      groups.delete(id);
      for (const group of groups.values())
        if (group.members.delete(id)) note({ kind: 'groups', id: group.id, member: { id, added: false } });
      note({ kind: 'groups', id });
    },
    join(group: string, member: string): void {
      trail(member);
      groups.get(group)?.members.add(member);
      note({ kind: 'groups', id: group, member: { id: member, added: true } });
    },
    leave(group: string, member: string): void {
      trail(member);
      groups.get(group)?.members.delete(member);
      note({ kind: 'groups', id: group, member: { id: member, added: false } });
    },
    clear(): void {
      for (const store of [users, deleted, purged, groups, managers, passwords, stale]) store.clear();
      log.length = 0;
    },
  };
  return tenant;
}
export type Tenant = ReturnType<typeof createTenant>;
