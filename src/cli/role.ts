import { Option } from 'commander';
import { refused } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { fold } from '../core/text.ts';
import type { RoleView } from '../engine/governance.ts';
import { printJson, tableLines } from './print.ts';
import type { Change, Given, Verb } from './verb.ts';
import { day } from './when.ts';
import { wrongUse } from './wrong-use.ts';

export const roleVerbs: readonly Verb[] = [
  {
    usage: 'role [name]',
    audience: 'admins',
    description: 'list the roles, show one, or put somebody into it by hand or take them out',
    options: [
      new Option('--add <email>', 'put this person in').conflicts('remove'),
      new Option('--until <day>', 'with --add: their last day in it, such as 2026-03-31'),
      new Option('--remove <email>', 'take this person out'),
    ],
    looks: ({ options: { add, remove } }) => add === undefined && remove === undefined,
    prepare,
  },
];

async function prepare(given: Given): Promise<Change | null> {
  const { session, args, options } = given;
  const { add, remove, until } = options;
  const email = add ?? remove;
  if (until !== undefined && add === undefined) throw wrongUse('--until goes with --add', 'Say who is added.');
  if (email === undefined) return show(given);
  const role = named(await session.engine.useCases.roles(), args[0]);
  const member = add === undefined ? null : { until: until === undefined ? null : day(until) };
  return {
    question: `${member === null ? `Take ${email} out of` : `Put ${email} into`} ${role.name}${until === undefined ? '' : ` until ${until}`}?`,
    act: () => session.engine.useCases.setMember(role.name, email, member, session.actor),
  };
}

function named(roles: readonly RoleView[], name: string | undefined): RoleView {
  if (name === undefined) throw wrongUse('no role was named', 'Write its name.');
  const role = roles.find((one) => one.name === name) ?? roles.find((one) => fold(one.name) === fold(name));
  if (role !== undefined) return role;
  const names = roles.map((one) => one.name);
  const meant = nearest(name, names);
  const remedy = meant === null ? `The roles are ${names.join(', ') || 'none yet'}.` : `Did you mean ${meant}?`;
  throw refused('unknown-role', `there is no role ${name}`, remedy);
}

async function show({ session, args: [name], options }: Given): Promise<null> {
  const roles = await session.engine.useCases.roles();
  const shown = name === undefined ? roles : [named(roles, name)];
  if (options.json) shown.forEach(printJson);
  else for (const line of name === undefined ? rolesLines(shown) : shown.flatMap(roleLines)) console.log(line);
  return null;
}

export function rolesLines(roles: readonly RoleView[]): string[] {
  if (roles.length === 0) return ['There is no role in the configuration.'];
  const rows = roles.map(({ name, people, members, apps }) => [
    name,
    String(people),
    String(members.length),
    apps.join(', '),
  ]);
  return tableLines([['role', 'people', 'by hand', 'apps'], ...rows]);
}

export function roleLines({ name, title, people, apps, members }: RoleView): string[] {
  const byHand = members.map(({ email, until }) => `  ${email}${until === null ? '' : ` until ${until}`}`);
  return [
    title === name ? name : `${name}: ${title}`,
    `${people} ${people === 1 ? 'person' : 'people'} in it`,
    `Apps: ${apps.join(', ') || 'none'}`,
    ...(byHand.length === 0 ? ['Nobody is in it by hand.'] : ['By hand:', ...byHand]),
  ];
}
