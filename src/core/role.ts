import { type Config, memberEmail, type Role } from './config.ts';
import { dayEnd } from './date.ts';
import { mappedOf } from './mapping.ts';
import type { Person, Reason, Time } from './model.ts';
import { zoneOf } from './stay.ts';
import { byText, fold, valuesOf } from './text.ts';

export type RoleOf = { role: Role; reasons: readonly Reason[] };
type Subject = Pick<Person, 'attributes'>;
type Answer = { config: Config; from: Time; until: Time; roles: readonly RoleOf[] };

/** The last answer for each person, good until a membership by hand ends: each of their apps asks anew. */
const answers = new WeakMap<Subject, Answer>();

/** The roles a person is in, by mappings and by hand, with every reason; sorted by name, whatever the order in the file. */
export function rolesOf(person: Subject, config: Config, now: Time): readonly RoleOf[] {
  const known = answers.get(person);
  if (known?.config === config && known.from <= now && now < known.until) return known.roles;
  const until = Math.min(...membershipEnds(person, config).filter((end) => end > now), Number.POSITIVE_INFINITY);
  const roles = findRoles(person, config, now);
  answers.set(person, { config, from: now, until, roles });
  return roles;
}

function findRoles(person: Subject, config: Config, now: Time): RoleOf[] {
  const { granted } = mappedOf(person, config);
  return config.roles
    .map((role) => ({ role, reasons: [...(granted.get(role.name) ?? []), ...byHand(person, role, config, now)] }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => byText(a.role.name, b.role.name));
}

function byHand(person: Subject, role: Role, config: Config, now: Time): Reason[] {
  const membership = membershipOf(person, role);
  if (membership === null) return [];
  const { email, until } = membership;
  if (until === null) return [{ kind: 'member', name: role.name, because: `${email} is a member by hand` }];
  const end = endOfMembership(person, until, config);
  if (end !== null && end <= now) return [];
  return [{ kind: 'member', name: role.name, because: `${email} is a member by hand until ${until}` }];
}

/** When the person's memberships by hand end, past or to come: after the last day, in the person's time zone. */
export function membershipEnds(person: Subject, config: Config): Time[] {
  return config.roles.flatMap((role) => {
    const until = membersOf(role).ending ? membershipOf(person, role)?.until : null;
    return until == null ? [] : (endOfMembership(person, until, config) ?? []);
  });
}

/** The last day of a membership by hand that is over; null for one that is not, or that never was. */
export function endedMembership(person: Subject, role: Role, config: Config, now: Time): string | null {
  const until = membershipOf(person, role)?.until ?? null;
  const end = until === null ? null : endOfMembership(person, until, config);
  return end !== null && end <= now ? until : null;
}

const endOfMembership = (person: Subject, until: string, config: Config): Time | null =>
  dayEnd(until, zoneOf(mappedOf(person, config).attributes, config.settings));

type Membership = { email: string; until: string | null };

/** Found by the addresses the directories know; of several the one that lasts longest. */
function membershipOf(person: Subject, role: Role): Membership | null {
  const { byEmail } = membersOf(role);
  if (byEmail.size === 0) return null;
  const found = valuesOf(person.attributes, 'email').flatMap((address): Membership[] => {
    const email = fold(address);
    const until = byEmail.get(email);
    return until === undefined ? [] : [{ email, until }];
  });
  return found.reduce<Membership | null>((best, one) => (best === null || outlasts(one, best) ? one : best), null);
}

/** Days are written so that their order is that of their texts. */
const outlasts = (one: Membership, other: Membership): boolean =>
  other.until !== null && (one.until === null || one.until > other.until);

/** Members by folded address, each with the last day or null; `ending`: somebody has one. */
type Members = { byEmail: ReadonlyMap<string, string | null>; ending: boolean };
const memberSets = new WeakMap<Role, Members>();

function membersOf(role: Role): Members {
  const known = memberSets.get(role);
  if (known !== undefined) return known;
  const entries = role.members.map(
    (member) => [fold(memberEmail(member)), typeof member === 'string' ? null : member.until] as const,
  );
  const members = { byEmail: new Map(entries), ending: entries.some(([, until]) => until !== null) };
  memberSets.set(role, members);
  return members;
}
