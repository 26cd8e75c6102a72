import { describeAll, holdsAll } from './condition.ts';
import { type Config, memberEmail, type Role } from './config.ts';
import type { Person, Reason } from './model.ts';
import { byText, fold, valuesOf } from './text.ts';

export type RoleOf = { role: Role; reasons: readonly Reason[] };
type Subject = Pick<Person, 'attributes'>;

/** The last answer for each person: a person and a configuration never change in place, and each of their apps asks anew. */
const answers = new WeakMap<Subject, { config: Config; roles: readonly RoleOf[] }>();

/** The roles a person is in, by mappings and by hand, with every reason; sorted by name, whatever the order in the file. */
export function rolesOf(person: Subject, config: Config): readonly RoleOf[] {
  const known = answers.get(person);
  if (known?.config === config) return known.roles;
  const roles = findRoles(person, config);
  answers.set(person, { config, roles });
  return roles;
}

function findRoles(person: Subject, config: Config): RoleOf[] {
  const mapped = new Map<string, Reason[]>();
  for (const mapping of config.mappings) {
    if (!holdsAll(mapping, person.attributes)) continue;
    const reason: Reason = { kind: 'mapping', name: mapping.name, because: describeAll(mapping) };
    for (const role of mapping.roles) mapped.set(role, [...(mapped.get(role) ?? []), reason]);
  }
  return config.roles
    .map((role) => ({ role, reasons: [...byMappings(mapped.get(role.name)), ...byHand(person, role)] }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => byText(a.role.name, b.role.name));
}

const byMappings = (reasons: readonly Reason[] = []): Reason[] => [...reasons].sort((a, b) => byText(a.name, b.name));

function byHand(person: Subject, role: Role): Reason[] {
  const members = membersOf(role);
  const email = valuesOf(person.attributes, 'email')
    .map(fold)
    .find((address) => members.has(address));
  return email === undefined ? [] : [{ kind: 'member', name: role.name, because: `${email} is a member by hand` }];
}

const memberSets = new WeakMap<Role, Set<string>>();

function membersOf(role: Role): Set<string> {
  const known = memberSets.get(role) ?? new Set(role.members.map(memberEmail).map(fold));
  memberSets.set(role, known);
  return known;
}
