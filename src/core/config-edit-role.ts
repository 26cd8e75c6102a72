import { type Config, type Member, memberEmail, type Role } from './config.ts';
import { entryOf, merged, withChanged, withEntry, without } from './config-edit.ts';
import { refused } from './errors.ts';
import { fold } from './text.ts';

/** @throws RollcallError `name-taken`. */
export const addRole = (config: Config, role: Role): Config => ({
  ...config,
  roles: withEntry(config.roles, role, 'role'),
});

/** @throws RollcallError `unknown-role`. */
export const changeRole = (config: Config, name: string, change: Partial<Omit<Role, 'name'>>): Config => ({
  ...config,
  roles: withChanged(config.roles, name, 'role', (role) => merged(role, change)),
});

/** @throws RollcallError `unknown-role`, `role-in-use` while a mapping gives it. */
export function removeRole(config: Config, name: string): Config {
  const role = entryOf(config.roles, name, 'role');
  const giving = config.mappings.filter(({ roles }) => roles.includes(role.name)).map((mapping) => mapping.name);
  if (giving.length > 0)
    throw refused(
      'role-in-use',
      `the role ${role.name} is given by the mapping ${giving.join(', ')}`,
      'Take it out there first.',
    );
  return { ...config, roles: without(config.roles, role.name, 'role') };
}

/**
 * Puts somebody into a role by hand, for good or until a day, or takes them out (`member` null). The very same configuration where
 * nothing changes. @throws RollcallError `unknown-role`.
 */
export function setRoleMember(
  config: Config,
  name: string,
  email: string,
  member: { until: string | null } | null,
): Config {
  const role = entryOf(config.roles, name, 'role');
  const members = membersWith(role.members, email, member);
  return members === role.members ? config : changeRole(config, role.name, { members });
}

function membersWith(members: Member[], email: string, member: { until: string | null } | null): Member[] {
  const others = members.filter((one) => fold(memberEmail(one)) !== fold(email));
  if (member === null) return others.length === members.length ? members : others;
  const next: Member = member.until === null ? email : { email, until: member.until };
  const place = members.findIndex((one) => fold(memberEmail(one)) === fold(email));
  const present = members[place];
  if (present !== undefined && untilOf(present) === member.until) return members;
  return present === undefined ? [...members, next] : members.map((one, at) => (at === place ? next : one));
}

const untilOf = (member: Member): string | null => (typeof member === 'string' ? null : member.until);
