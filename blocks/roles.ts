import type { RoleView } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { bold, code, enumerate, escaped, join, type Markup, md, nothing } from './markup.ts';
import { count } from './words.ts';

/** Roles on a page. */
const pageSize = 30;

/** A page of the roles: what each gives, and how many people are in it. */
export function roleList(roles: readonly RoleView[], page = 0): Message {
  if (roles.length === 0) return message([section(md`There are no roles yet.`), rolesRow(0, 1)]);
  const pages = Math.ceil(roles.length / pageSize);
  return message([
    section(md`There ${roles.length === 1 ? 'is' : 'are'} ${count(roles.length, 'role', 'roles')}:`),
    ...list(roles.slice(page * pageSize, (page + 1) * pageSize), lineOf),
    pages > 1 ? context(md`Page ${page + 1} of ${pages}.`) : null,
    rolesRow(page, pages),
    context(md`${code(`${commandName} role ROLE`)} shows who is in it by hand.`),
  ]);
}

const lineOf = (role: RoleView): Markup => md`• ${headOf(role)}: ${peopleText(role)}, gives ${appsText(role)}`;

function rolesRow(page: number, pages: number) {
  const turned = (to: number) => ({ what: 'role', page: String(to) });
  return buttonRow([
    idButton({ id: actionIds.configNew, label: 'New role', ids: { what: 'role' } }),
    page > 0 ? idButton({ id: actionIds.configPreviousPage, label: 'Previous page', ids: turned(page - 1) }) : null,
    page < pages - 1 ? idButton({ id: actionIds.configNextPage, label: 'Next page', ids: turned(page + 1) }) : null,
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
    buttonRow([
      idButton({ id: actionIds.configEdit, label: 'Edit', ids: partOf(role), spoken: `Edit role ${role.title}` }),
      idButton({ id: actionIds.configRemove, label: 'Delete', ids: partOf(role), spoken: `Delete role ${role.title}` }),
    ]),
    context(
      md`Change it: ${code(`${commandName} role ${called} add PERSON --until 2026-12-31`, 200)}, or ${code('remove PERSON')}.`,
    ),
  ]);
}

const partOf = ({ name }: RoleView) => ({ what: 'role', name });

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
