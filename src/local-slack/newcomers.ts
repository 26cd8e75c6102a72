import { type Context, directId } from './context.ts';
import { emitTeamJoined } from './events.ts';
import { stableId } from './ids.ts';
import { done, failed } from './interactions.ts';
import { joinChannel } from './methods/conversations.ts';
import { userOutput } from './methods/users.ts';
import type { Member, Outcome } from './model.ts';

/** Makes somebody known who is not among the people the workspace was set up with. */
function enlist(context: Context, member: Member): void {
  context.members.set(member.id, member);
  context.directUsers.set(directId(context.identity, member.id), member.id);
}

/** Those who joined before a restart. Whoever is among the people by now is not there twice. */
export function enlistKept(context: Context): void {
  for (const member of context.store.data.members.values()) if (!isThere(context, member)) enlist(context, member);
}

const isThere = ({ members }: Context, { id, email }: Member): boolean =>
  [...members.values()].some(
    (known) => known.id === id || (email !== undefined && known.email?.toLowerCase() === email.toLowerCase()),
  );

/** Somebody joins the workspace, and the channels that everybody is in; the app hears of it (`team_join`). */
export function admit(context: Context, member: Member): Outcome {
  const { identity, clock, store } = context;
  if (isThere(context, member)) return failed('already_in_team');
  if (!/^[UW][A-Z0-9]{2,}$/.test(member.id)) return failed('invalid_user');
  enlist(context, member);
  store.commit({ type: 'member', member });
  emitTeamJoined(context, userOutput(context, member, clock.now()));
  const isOurs = member.teamId === undefined || member.teamId === identity.teamId;
  if (!member.guest && !member.bot && isOurs)
    for (const channel of context.commonChannels) joinChannel(context, channel, member.id);
  return done;
}

/** A member has somebody join, as by an invitation that was accepted at once. Slack lets no guest do that. */
export function invite(
  context: Context,
  by: string,
  { realName, email }: { realName: string; email: string },
): Outcome {
  const host = context.members.get(by);
  if (host === undefined || host.guest || host.teamId !== undefined) return failed('restricted_action');
  if (realName.trim() === '') return failed('invalid_name');
  const address = email.trim();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) return failed('invalid_email');
  const id = stableId('U', `person:${address.toLowerCase()}`);
  const name = freeName(context, address.split('@')[0] ?? '');
  return admit(context, { id, name, realName: realName.trim(), email: address, timeZone: host.timeZone });
}

/** Two people never have one handle, since people are mentioned by it. */
function freeName({ members }: Context, wanted: string): string {
  const plain = wanted.toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
  const taken = new Set([...members.values()].map(({ name }) => name));
  let name = plain;
  for (let count = 2; taken.has(name); count += 1) name = `${plain}${count}`;
  return name;
}
