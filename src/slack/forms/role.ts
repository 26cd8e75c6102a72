import { configSearches } from '../../../blocks/ids.ts';
import { type Field, longestText } from '../../../blocks/inputs.ts';
import { limits } from '../../../blocks/kit.ts';
import { type Member, Role } from '../../core/config.ts';
import { addRole, changeRole, removeRole } from '../../core/config-edit-role.ts';
import { linesIn } from '../../core/form.ts';
import {
  type Draft,
  type FormKind,
  type FormMeta,
  type Ground,
  ifUnchanged,
  listIn,
  type Misfit,
  nameField,
  type State,
  textIn,
} from './form.ts';
import { parsedAs } from './parsed.ts';

const find = ({ config }: Ground, { name }: FormMeta): Role | undefined =>
  config.roles.find((role) => role.name === name);

const memberLine = (member: Member): string =>
  typeof member === 'string' ? member : `${member.email} until ${member.until}`;
const membersText = (members: readonly Member[]): string => members.map(memberLine).join('\n');
const showsMembers = (members: readonly Member[]): boolean => membersText(members).length <= longestText;
const showsApps = (apps: readonly string[]): boolean => apps.length <= limits.options;

export const roleForm: FormKind = {
  mostRows: () => 0,
  head: ({ act, name }) => (act === 'new' ? 'A new role' : `Role ${name}`),
  entry: (ground, meta) => (meta.act === 'new' ? {} : find(ground, meta)),
  state(ground, meta) {
    const { title = '', apps = [], members = [], requestable = false } = find(ground, meta) ?? {};
    return {
      title,
      apps,
      requestable: String(requestable),
      members: showsMembers(members) ? membersText(members) : '',
    };
  },
  fields(ground, meta, state) {
    const { apps = [], members = [] } = find(ground, meta) ?? {};
    return [
      ...(meta.act === 'new' ? [nameField('Name')] : []),
      {
        ...{ kind: 'text', block: 'title', label: 'Title', lines: false, optional: true },
        ...{ value: textIn(state, 'title'), hint: 'What people read instead of the name.' },
      },
      ...(showsApps(apps)
        ? [
            {
              ...{ kind: 'names' as const, block: 'apps', label: 'Apps', optional: true, action: configSearches.app },
              ...{ value: listIn(state, 'apps'), hint: 'Being in the role means having a login in each of them.' },
            },
          ]
        : []),
      ...(showsMembers(members)
        ? [
            {
              ...{ kind: 'text' as const, block: 'members', label: 'Members by hand', lines: true, optional: true },
              ...{
                value: textIn(state, 'members'),
                hint: 'An e-mail address a line; “until 2026-12-31” after it ends it.',
              },
            },
          ]
        : []),
      requestableField(textIn(state, 'requestable')),
    ];
  },
  notes(ground, meta) {
    const { apps = [], members = [] } = find(ground, meta) ?? {};
    const byHand = `Kept as they are: ${members.length} members by hand. /provision role ${meta.name} add|remove PERSON changes them.`;
    return [
      ...(showsApps(apps) ? [] : [`Kept as they are: its ${apps.length} apps`]),
      ...(showsMembers(members) ? [] : [byHand]),
    ];
  },
  draft: draftOf,
  removal: (meta) => ifUnchanged(roleForm, meta, (config) => removeRole(config, meta.name ?? '')),
};

const requestableField = (value: string): Field => ({
  ...{ kind: 'choice', block: 'requestable', label: 'People may ask for it', optional: false, value },
  hint: 'The owners of its apps decide; it ends by itself on the day that was asked for.',
  choices: [
    { value: 'true', text: 'yes' },
    { value: 'false', text: 'no' },
  ],
});

/** Left out where it is not said and was not. */
const requestableIn = (state: State, stored: Role | undefined): object =>
  textIn(state, 'requestable') === 'true'
    ? { requestable: true }
    : stored?.requestable === undefined
      ? {}
      : { requestable: false };

function draftOf(ground: Ground, meta: FormMeta, state: State): Draft | Misfit {
  const stored = find(ground, meta);
  const name = meta.act === 'new' ? textIn(state, 'name').trim() : (meta.name ?? '');
  const title = textIn(state, 'title').trim();
  const raw = {
    ...{ name, apps: showsApps(stored?.apps ?? []) ? listIn(state, 'apps') : stored?.apps },
    members: showsMembers(stored?.members ?? []) ? linesIn(textIn(state, 'members')).map(memberOf) : stored?.members,
    ...(title === '' ? {} : { title }),
    ...requestableIn(state, stored),
  };
  const blockOf = (path: string) => /^(name|title|apps|members|requestable)/.exec(path)?.[1] ?? null;
  const role = parsedAs(Role, raw, blockOf, 'title');
  if ('errors' in role) return role;
  const { name: _, ...change } = { title: undefined, ...role.value };
  return {
    holder: null,
    place: (next) => `roles[${next.roles.findIndex((one) => one.name === name)}]`,
    blockOf,
    edit: ifUnchanged(roleForm, meta, (config) =>
      meta.act === 'new'
        ? addRole(config, role.value)
        : changeRole(config, name, change as Partial<Omit<Role, 'name'>>),
    ),
  };
}

function memberOf(line: string): unknown {
  const [, email, until] = /^(.*\S)\s+until\s+(\S+)$/.exec(line) ?? [];
  return email === undefined ? line : { email, until };
}
