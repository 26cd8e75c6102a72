import type { RoleView } from './governance-view.ts';
import { commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { bold, code, enumerate, escaped, join, type Markup, md, nothing } from './markup.ts';
import { count } from './words.ts';

/** All roles: what each gives, and how many people are in it. */
export function roleList(roles: readonly RoleView[]): Message {
  if (roles.length === 0) return message([section(md`There are no roles yet.`)]);
  return message([
    section(md`There ${roles.length === 1 ? 'is' : 'are'} ${count(roles.length, 'role', 'roles')}:`),
    ...list(roles, (role) => md`• ${headOf(role)}: ${peopleText(role)}, gives ${appsText(role)}`),
    context(md`${code(`${commandName} role ROLE`)} shows who is in it by hand.`),
  ]);
}

/** One role, with the people put into it by hand. */
export function oneRole(role: RoleView): Message {
  const called = role.name.includes(' ') ? `"${role.name}"` : role.name;
  return message([
    section(md`Role ${headOf(role)} has ${peopleText(role)} and gives ${appsText(role)}.`),
    ...(role.members.length === 0
      ? [section(md`Nobody is in it by hand: its people come from mappings.`)]
      : list([null, ...role.members], (member) => (member === null ? md`*By hand*` : memberLine(member)))),
    context(
      md`Change it: ${code(`${commandName} role ${called} add PERSON --until 2026-12-31`, 200)}, or ${code('remove PERSON')}.`,
    ),
  ]);
}

function headOf({ name, title }: RoleView): Markup {
  return title === name ? bold(title, 80) : md`${bold(title, 80)} (${code(name, 80)})`;
}

function peopleText({ people, members }: RoleView): Markup {
  const hand = members.length === 0 ? nothing : md`, ${members.length.toLocaleString('en-US')} by hand`;
  return md`${count(people, 'person', 'people')}${hand}`;
}

function appsText({ apps }: RoleView): Markup {
  if (apps.length === 0) return md`no app`;
  const shown = apps.slice(0, 8).map((app) => escaped(app, 60));
  const more = apps.length - shown.length;
  return enumerate(more > 0 ? [...shown, md`${count(more, 'more', 'more')}`] : shown);
}

const memberLine = ({ email, until }: RoleView['members'][number]): Markup =>
  join([md`• ${escaped(email, 120)}`, until === null ? nothing : md`until ${escaped(until, 20)}`], ' ');
