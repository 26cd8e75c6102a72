import { type Config, type Member, memberEmail, type Role } from '../core/config.ts';
import { isEmail } from '../core/config-people.ts';
import { dayEnd, timeOf } from '../core/date.ts';
import { refused } from '../core/errors.ts';
import { makeEvent } from '../core/event.ts';
import type { Actor, Person, Time } from '../core/model.ts';
import { nameOf } from '../core/name.ts';
import { nearest } from '../core/nearest.ts';
import { rolesOf } from '../core/role.ts';
import { fold, valuesOf } from '../core/text.ts';
import { configure } from './configure.ts';
import type { GovernanceDeps, RoleView } from './governance.ts';
import type { Deps } from './ports.ts';
import { record } from './publisher.ts';

/** Every role with its apps, members by hand, and how many active people are in it, by mapping or by hand. */
export async function roles(deps: GovernanceDeps): Promise<RoleView[]> {
  const stored = await deps.store.config.read();
  if (stored === null) return [];
  const { config } = stored;
  const counts = await countPeople(deps, config);
  return config.roles.map((role) => ({
    name: role.name,
    title: role.title ?? role.name,
    apps: role.apps,
    members: role.members.map((member) =>
      typeof member === 'string' ? { email: member, until: null } : { email: member.email, until: member.until },
    ),
    people: counts.get(role.name) ?? 0,
  }));
}

async function countPeople(deps: Pick<Deps, 'store' | 'clock'>, config: Config): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const now = deps.clock.now();
  let after: string | null = null;
  for (;;) {
    const page: Person[] = await deps.store.people.search({ status: 'active' }, after, 500);
    if (page.length === 0) return counts;
    after = page.at(-1)?.id ?? null;
    for (const person of page)
      for (const { role } of rolesOf(person, config, now)) counts.set(role.name, (counts.get(role.name) ?? 0) + 1);
  }
}

/**
 * Puts somebody into a role by hand, until a day or for good, or takes them out of it (`member` null). The configuration is
 * changed for it, and everybody it concerns is planned anew.
 * @throws RollcallError `unknown-role`, `not-an-email`, `not-a-day`, `day-over`, `config-race`.
 */
export async function setMember(
  deps: GovernanceDeps,
  name: string,
  email: string,
  member: { until: string | null } | null,
  actor: Actor,
): Promise<{ text: string }> {
  const config = (await deps.store.config.read())?.config;
  if (config === undefined)
    throw refused('not-set-up', 'Rollcall has no configuration yet', 'Import one: `rollcall config import FILE`.');
  const role = roleNamed(config, name);
  const address = email.trim();
  if (!isEmail(address)) throw refused('not-an-email', `${address} names nobody`, 'Write an e-mail address.');
  const until = member?.until ?? null;
  if (until !== null) checkDay(until, config, deps.clock.now());
  const members = withMember(role, address, member);
  const [person = null] = await peopleWith(deps, address);
  const who = person === null ? address : nameOf(person);
  if (members === role.members) return { text: unchanged(who, role, member, until) };
  const next = { ...config, roles: config.roles.map((one) => (one === role ? { ...role, members } : one)) };
  await configure(deps, next, actor);
  const text = told(who, role, member, until);
  await tell(deps, text, person, actor);
  return { text: [text, ...(await notes(deps, next, role, address, member))].join(' ') };
}

function roleNamed(config: Config, name: string): Role {
  const role = config.roles.find((one) => fold(one.name) === fold(name));
  if (role !== undefined) return role;
  const names = config.roles.map((one) => one.name);
  const meant = nearest(name, names);
  const others = names.length === 0 ? 'There are no roles yet.' : `The roles are: ${names.join(', ')}.`;
  throw refused('unknown-role', `there is no role ${name}`, meant === null ? others : `Did you mean ${meant}?`);
}

function checkDay(until: string, config: Config, now: Time): void {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || timeOf(until) === null)
    throw refused('not-a-day', `${until} is no day`, 'Write a date such as 2026-03-31.');
  if ((dayEnd(until, config.settings.timezone) ?? now) <= now)
    throw refused('day-over', `${until} is over`, 'Write a day still to come, or take the member out.');
}

/** The members as they shall be; the very same list where nothing changes. */
function withMember(role: Role, email: string, member: { until: string | null } | null): Member[] {
  const others = role.members.filter((one) => fold(memberEmail(one)) !== fold(email));
  if (member === null) return others.length === role.members.length ? role.members : others;
  const next: Member = member.until === null ? email : { email, until: member.until };
  const place = role.members.findIndex((one) => fold(memberEmail(one)) === fold(email));
  const present = role.members[place];
  if (present !== undefined && untilOf(present) === member.until) return role.members;
  return present === undefined ? [...role.members, next] : role.members.map((one, at) => (at === place ? next : one));
}

const untilOf = (member: Member): string | null => (typeof member === 'string' ? null : member.until);

const span = (until: string | null): string => (until === null ? 'by hand' : `by hand until the end of ${until}`);

const told = (who: string, { name }: Role, member: object | null, until: string | null): string =>
  member === null ? `${who} is no longer a member of ${name} by hand.` : `${who} is in ${name} ${span(until)}.`;

const unchanged = (who: string, { name }: Role, member: object | null, until: string | null): string =>
  member === null
    ? `${who} is not a member of ${name} by hand: nothing to do.`
    : `${who} is in ${name} ${span(until)} already: nothing to do.`;

const peopleWith = (deps: Pick<Deps, 'store'>, email: string): Promise<Person[]> =>
  deps.store.people
    .byKeys([`email=${fold(email)}`])
    .then((people) =>
      people.filter((one) => valuesOf(one.attributes, 'email').some((own) => fold(own) === fold(email))),
    );

async function tell(deps: GovernanceDeps, message: string, person: Person | null, actor: Actor): Promise<void> {
  const draft = { type: 'role.member', message, actor, person: person?.id ?? null };
  await record(deps, makeEvent(draft, deps.random.id('e'), deps.clock.now()));
}

/** What whoever asked should know: nobody has the address yet, or the person stays in the role by a mapping. */
async function notes(
  deps: GovernanceDeps,
  config: Config,
  role: Role,
  email: string,
  member: object | null,
): Promise<string[]> {
  const people = await peopleWith(deps, email);
  if (people.length === 0)
    return member === null ? [] : ['Nobody in the directories has this address yet; it counts once somebody does.'];
  if (member !== null) return [];
  const now = deps.clock.now();
  const ways = people.flatMap((person) =>
    rolesOf(person, config, now)
      .filter((one) => one.role.name === role.name)
      .flatMap((one) => one.reasons.filter(({ kind }) => kind === 'mapping').map((reason) => reason.name)),
  );
  const names = [...new Set(ways)];
  return names.length === 0 ? [] : [`They stay in ${role.name} by the mapping ${names.join(', ')}.`];
}
