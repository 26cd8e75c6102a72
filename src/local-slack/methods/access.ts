import { type Context, findChannel, openDirect } from '../context.ts';
import { SlackRefusal } from '../errors.ts';
import type { Channel } from '../model.ts';

export type ConversationType = 'public_channel' | 'private_channel' | 'im' | 'mpim';

const families = { public_channel: 'channels', private_channel: 'groups', im: 'im', mpim: 'mpim' } as const;

export const typeOf = (channel: Channel): ConversationType => {
  if (channel.with !== undefined) return 'im';
  return channel.private ? 'private_channel' : 'public_channel';
};

/** The scope that opens a kind of conversation: `channels:read`, `groups:history`, … */
export const scopeFor = (type: ConversationType, of: 'read' | 'history'): string => `${families[type]}:${of}`;

export const botIsIn = (context: Context, channel: Channel): boolean =>
  channel.members.includes(context.identity.botUser);

/** A channel the bot can see, by id. A private one that it is not in does not exist for it: `channel_not_found`. */
export const visibleChannel = (context: Context, id: string): Channel => {
  const channel = findChannel(context, id);
  if (!channel || (channel.private && !botIsIn(context, channel))) throw new SlackRefusal('channel_not_found');
  return channel;
};

/** A channel the bot is in, open to write to; `not_in_channel` or `is_archived` otherwise. */
export const ownChannel = (context: Context, id: string): Channel => {
  const channel = visibleChannel(context, id);
  if (!botIsIn(context, channel)) throw new SlackRefusal('not_in_channel');
  if (channel.archived) throw new SlackRefusal('is_archived');
  return channel;
};

/** Where chat.postMessage may post: a channel by id or name, or a person by id, whose direct message is opened. */
export const postingChannel = (context: Context, given: string): Channel => {
  const person = context.members.get(given);
  if (person) {
    if (person.bot || person.deleted) throw new SlackRefusal('channel_not_found');
    return withMessagesTab(context, openDirect(context, person.id));
  }
  const name = given.replace(/^#/, '');
  const named = [...context.channels.values()].find((channel) => channel.name === name);
  const channel = visibleChannel(context, named?.id ?? given);
  const openToAll = !channel.private && context.app.scopes.has('chat:write.public');
  if (!botIsIn(context, channel) && !openToAll) throw new SlackRefusal('not_in_channel');
  if (channel.archived) throw new SlackRefusal('is_archived');
  return withMessagesTab(context, channel);
};

/** An app that has turned its Messages tab off cannot write to people directly. */
const withMessagesTab = (context: Context, channel: Channel): Channel => {
  if (channel.with !== undefined && !context.app.messagesTab) throw new SlackRefusal('messages_tab_disabled');
  return channel;
};
