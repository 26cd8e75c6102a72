import { hasAddress } from '../../core/address.ts';
import type { Config, Role } from '../../core/config.ts';
import { entryOf } from '../../core/config-edit.ts';
import { setRoleMember } from '../../core/config-edit-role.ts';
import { isEmail } from '../../core/config-people.ts';
import { refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { rolesOf } from '../../core/role.ts';
import { fold } from '../../core/text.ts';
import type { GovernanceDeps, RoleView } from '../governance.ts';
import { checkLastDay } from '../leave/last-day.ts';
import type { Deps } from '../ports.ts';
import { record } from '../publisher.ts';
import { configure } from './configure.ts';

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
  const role = entryOf(config.roles, name, 'role');
  const address = email.trim();
  if (!isEmail(address)) throw refused('not-an-email', `${address} names nobody`, 'Write an e-mail address.');
  const until = member?.until ?? null;
  if (until !== null)
    checkLastDay(
      until,
      config.settings.timezone,
      deps.clock.now(),
      'Write a day still to come, or take the member out.',
    );
  const next = setRoleMember(config, role.name, address, member);
  const [person = null] = await peopleWith(deps, address);
  const who = person === null ? address : nameOf(person);
  if (next === config) return { text: unchanged(who, role, member, until) };
  await configure(deps, next, actor);
  const text = told(who, role, member, until);
  await tell(deps, text, person, actor);
  return { text: [text, ...(await notes(deps, next, role, address, member))].join(' ') };
}

const span = (until: string | null): string => (until === null ? 'by hand' : `by hand until the end of ${until}`);

const told = (who: string, { name }: Role, member: object | null, until: string | null): string =>
  member === null ? `${who} is no longer a member of ${name} by hand.` : `${who} is in ${name} ${span(until)}.`;

const unchanged = (who: string, { name }: Role, member: object | null, until: string | null): string =>
  member === null
    ? `${who} is not a member of ${name} by hand: nothing to do.`
    : `${who} is in ${name} ${span(until)} already: nothing to do.`;

const peopleWith = (deps: Pick<Deps, 'store'>, email: string): Promise<Person[]> =>
  deps.store.people.byKeys([`email=${fold(email)}`]).then((people) => people.filter((one) => hasAddress(one, email)));

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
