import type { KnownBlock } from '@slack/types';
import { checkBlocks, fitsTogether } from './block-kit/check.ts';
import { withIds } from './block-kit/parts.ts';
import { type Context, findChannel } from './context.ts';
import { SlackRefusal } from './errors.ts';
import { emitChanged, emitDeleted, emitMessage } from './events.ts';
import type { Message } from './model.ts';

/** The content of a message before it is one. */
export type Draft = Omit<Message, 'ts'>;

/** Puts a message into its channel and tells the app. */
export const post = (context: Context, draft: Draft): Message => {
  const message: Message = { ...draft, blocks: withIds(draft.blocks), ts: context.store.nextTs() };
  if (message.ephemeralFor !== undefined) {
    context.session.keepEphemeral(message);
    context.store.notify({ channel: message.channel, user: message.ephemeralFor });
    return message;
  }
  context.store.commit({ type: 'message', message });
  const channel = findChannel(context, message.channel);
  if (channel) emitMessage(context, channel, message);
  return message;
};

/** Replaces a message's content. An ephemeral one is changed where it is. */
export const edit = (
  context: Context,
  previous: Message,
  content: Partial<Omit<Message, 'channel' | 'ts'>>,
): Message => {
  const blocks = content.blocks ? withIds(content.blocks) : previous.blocks;
  const message: Message = { ...previous, ...content, blocks, editedAt: context.store.nextTs() };
  if (message.ephemeralFor !== undefined) {
    context.session.keepEphemeral(message);
    context.store.notify({ channel: message.channel, user: message.ephemeralFor });
    return message;
  }
  context.store.commit({ type: 'message', message });
  const channel = findChannel(context, message.channel);
  if (channel) emitChanged(context, channel, message, previous);
  return message;
};

/** Removes a message. The root of a thread stays as a tombstone. */
export const remove = (context: Context, message: Message): void => {
  const { store, session } = context;
  if (message.ephemeralFor !== undefined) {
    session.dropEphemeral(message.channel, message.ts);
    store.notify({ channel: message.channel, user: message.ephemeralFor });
    return;
  }
  const siblings = [...(store.data.messages.get(message.channel)?.values() ?? [])];
  if (siblings.some((each) => each.threadTs === message.ts)) {
    const { channel, ts, user } = message;
    store.commit({ type: 'message', message: { channel, ts, user, text: '', blocks: [], deleted: true } });
  } else {
    store.commit({ type: 'removed', channel: message.channel, ts: message.ts });
  }
  const channel = findChannel(context, message.channel);
  if (channel) emitDeleted(context, channel, message, store.nextTs());
};

/** A stored or ephemeral message by its id. */
export const findMessage = (context: Context, channel: string, ts: string): Message | undefined => {
  const stored = context.store.data.messages.get(channel)?.get(ts);
  if (stored) return stored.deleted ? undefined : stored;
  return context.session.ephemerals(channel).find((message) => message.ts === ts);
};

/** Checks a bot's text and blocks. Throws `no_text`, `msg_too_long`, `invalid_blocks`, `invalid_blocks_format`. */
export const checkContent = (
  given: { text?: string | undefined; blocks?: unknown },
  limits: { text: number; together: boolean },
): { text: string; blocks: KnownBlock[] } => {
  const text = given.text ?? '';
  if (text.length > limits.text) throw new SlackRefusal('msg_too_long');
  if (given.blocks !== undefined && !Array.isArray(given.blocks)) throw new SlackRefusal('invalid_blocks_format');
  const checked = checkBlocks(given.blocks ?? []);
  if (!checked.ok) {
    const messages = checked.problems.map((problem) => `[ERROR] ${problem}`);
    throw new SlackRefusal('invalid_blocks', { errors: checked.problems, response_metadata: { messages } });
  }
  if (text.trim() === '' && checked.value.length === 0) throw new SlackRefusal('no_text');
  if (limits.together && !fitsTogether(checked.value)) throw new SlackRefusal('msg_blocks_too_long');
  return { text, blocks: checked.value };
};
