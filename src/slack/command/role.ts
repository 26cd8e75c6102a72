import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { oneRole, roleList } from '../../../blocks/roles.ts';
import { nameOf } from '../../../blocks/view.ts';
import { fold, textOf as textIn } from '../../core/text.ts';
import type { RoleView } from '../../engine/governance.ts';
import type { SlackDeps } from '../deps.ts';
import { openPart } from '../forms/edit.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';
import { askedFor } from './asked.ts';
import type { Say } from './slow.ts';
import { personNamed } from './subject.ts';
import { type Token, textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

type Change = { role: RoleView; act: 'add' | 'remove'; who: readonly Token[] };

/** `role`, `role NAME`, `role NAME add PERSON`, `role NAME remove PERSON`, forms; names of several words need no quotes. */
export async function runRole(
  deps: SlackDeps,
  caller: Known,
  input: Input<'role'>,
  _say: Say,
  trigger: string,
): Promise<Message | null> {
  const roles = await deps.useCases.roles();
  if (input.who === undefined) return roleList(roles, (input.page ?? 1) - 1);
  const form = formIn(roles, input.who);
  if (form !== null) return openPart(deps, trigger, form);
  const whole = roleNamed(roles, input.who);
  if (whole !== null) return oneRole(whole);
  const change = changeIn(roles, input.who);
  return change === null ? unknownRole(roles) : changeMember(deps, caller, change, input.until ?? null);
}

const roleNamed = (roles: readonly RoleView[], tokens: readonly Token[]): RoleView | null => {
  const wanted = fold(textOf(tokens));
  return roles.find(({ name }) => fold(name) === wanted) ?? roles.find(({ title }) => fold(title) === wanted) ?? null;
};

/** `role new`, `role NAME edit`, `role NAME delete`: a form. */
function formIn(roles: readonly RoleView[], who: readonly Token[]): Parameters<typeof openPart>[2] | null {
  const { act, rest } = askedFor(who);
  const last = fold(textOf(who.slice(-1)));
  if (act === 'new' && last === 'new' && rest.length === 0) return { what: 'role', act };
  const role = ['edit', 'change', 'delete'].includes(last) ? roleNamed(roles, rest) : null;
  return role === null || act === 'show' ? null : { what: 'role', name: role.name, act };
}

/** The word *add* or *remove* with a role before it. */
function changeIn(roles: readonly RoleView[], tokens: readonly Token[]): Change | null {
  for (const [index, token] of tokens.entries()) {
    const word = token.kind === 'word' ? fold(token.text) : '';
    const role = word === 'add' || word === 'remove' ? roleNamed(roles, tokens.slice(0, index)) : null;
    if (role !== null) return { role, act: word === 'add' ? 'add' : 'remove', who: tokens.slice(index + 1) };
  }
  return null;
}

function unknownRole(roles: readonly RoleView[]): Message {
  const names = roles.slice(0, 20).map(({ name }) => name);
  return answer(
    names.length === 0 ? 'There are no roles yet.' : `I do not know that role. There are ${names.join(', ')}.`,
    '/provision role <role> add|remove <person> [--until 2026-12-31]',
  );
}

async function changeMember(
  deps: SlackDeps,
  caller: Known,
  { role, act, who }: Change,
  until: string | null,
): Promise<Message> {
  if (who.length === 0) return answer('Say which person you mean.', `/provision role ${role.name} ${act} <person>`);
  const email = await emailFor(deps, caller, role, who);
  if (typeof email !== 'string') return email.message;
  const member = act === 'add' ? { until } : null;
  return answer((await deps.useCases.setMember(role.name, email, member, actorOf(caller.person))).text);
}

/** A member is taken out by the address in the role, also when no directory knows it any more. */
async function emailFor(
  deps: SlackDeps,
  caller: Known,
  { members }: RoleView,
  who: readonly Token[],
): Promise<string | { message: Message }> {
  const typed = fold(textOf(who));
  const listed = members.find(({ email }) => fold(email) === typed);
  if (listed !== undefined) return listed.email;
  const found = await personNamed(deps, caller.person, who);
  if ('message' in found) return found;
  const email = textIn(found.person.attributes, 'email');
  if (email !== null) return email;
  return {
    message: answer(
      `${nameOf(found.person)} has no e-mail address, and roles hold addresses: give them a role by a mapping.`,
    ),
  };
}
