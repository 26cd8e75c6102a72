import type { Value } from '../core/model.ts';
import { valuesOf } from '../core/text.ts';
import type { OutboxItem } from '../engine/mail-ports.ts';
import type { SlackDeps } from './deps.ts';
import { profileOf, refusalOf } from './profile.ts';
import { slackErrorOf } from './slack-error.ts';

/** Where an item is to be posted, or a sentence why nowhere. */
export type Address = { ok: true; channel: string; shared: boolean } | { ok: false; reason: string };

const nowhere = (reason: string): Address => ({ ok: false, reason });

/** Does an item ask for a channel, by name or by id? Else it is for one person. */
export const isChannel = (to: string): boolean => /^[CG][A-Z0-9]{5,}$/.test(to) || to.startsWith('#');

/** Turns what an item asks for into a channel id: `#name` or a channel id, a Slack user, or a person. */
export async function addressOf(deps: SlackDeps, { to, kind }: Pick<OutboxItem, 'to' | 'kind'>): Promise<Address> {
  const client = deps.clients.bulk;
  if (isChannel(to)) {
    const channel = await deps.memory.channels.find(client, to, deps.clock.now());
    if (channel === null) return nowhere('the bot does not see this channel: create it, or invite the bot');
    return { ok: true, channel: channel.id, shared: channel.shared };
  }
  // A welcome is looked for again hours later: that nobody was found a moment ago must not decide it.
  const user = /^[UW][A-Z0-9]{5,}$/.test(to) ? to : await slackUserOf(deps, to, kind === 'welcome');
  return user === null
    ? nowhere('this person has no account in the workspace that Rollcall may write to')
    : direct(deps, to, user);
}

/** How long what Slack said of a person is trusted, milliseconds. */
const lookupAge = 10 * 60_000;

/** May somebody be written to without a look for them first? A guess, for the pace alone: who they are is found out anew. */
export function isAtHand({ memory, clock }: Pick<SlackDeps, 'memory' | 'clock'>, to: string): boolean {
  const known = memory.directs.get(to);
  return known !== undefined && clock.now() - known.at < lookupAge;
}

async function direct(deps: SlackDeps, to: string, user: string): Promise<Address> {
  const { directs } = deps.memory;
  const known = directs.get(to);
  if (known?.user === user && isAtHand(deps, to)) return { ok: true, channel: known.channel, shared: false };
  const { channel } = await deps.clients.bulk.conversations.open({ users: user });
  if (channel?.id === undefined) return nowhere('Slack opened no direct message');
  if (directs.size > 5_000) directs.clear();
  directs.set(to, { user, channel: channel.id, at: deps.clock.now() });
  return { ok: true, channel: channel.id, shared: false };
}

/**
 * The Slack user of a person: the one pinned to them, else the member with one of their e-mail addresses. A look-up only finds somebody to
 * write to; it pins nobody and grants nothing. Guests, apps and outsiders are not written to. `doubting`: whoever was not found
 * lately is looked for again.
 */
export async function slackUserOf(deps: SlackDeps, id: string, doubting = false): Promise<string | null> {
  const person = await deps.useCases.person(id);
  if (person === null) return null;
  if (person.slack !== null) return person.slack.user;
  const { users } = deps.memory;
  const now = deps.clock.now();
  const known = users.get(id);
  const trusted = known !== undefined && now - known.at < lookupAge && !(doubting && known.user === null);
  if (trusted) return known.user;
  const user = await lookUpAny(deps, valuesOf(person.attributes, 'email'));
  if (users.size > 5_000) users.clear();
  users.set(id, { user, at: now });
  return user;
}

/** Addresses of one person that are looked up: Slack allows fifty look-ups a minute. */
const most = 5;

async function lookUpAny(deps: SlackDeps, addresses: readonly Value[]): Promise<string | null> {
  for (const address of addresses.slice(0, most)) {
    const user = await lookUp(deps, String(address).trim());
    if (user !== null) return user;
  }
  return null;
}

async function lookUp(deps: SlackDeps, email: string): Promise<string | null> {
  try {
    const { user } = await deps.clients.bulk.users.lookupByEmail({ email });
    return user?.id !== undefined && refusalOf(profileOf(user, deps.team)) === null ? user.id : null;
  } catch (error) {
    if (slackErrorOf(error) === 'users_not_found') return null;
    throw error;
  }
}
