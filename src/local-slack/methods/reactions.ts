import type { ReactionsAddResponse, ReactionsGetResponse, ReactionsRemoveResponse } from '@slack/web-api';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { SlackRefusal } from '../errors.ts';
import { emitReaction } from '../events.ts';
import type { Message } from '../model.ts';
import { messageOutput } from '../payloads.ts';
import { present } from '../present.ts';
import { ownChannel } from './access.ts';
import { permalink } from './chat.ts';
import { flag, type Method, method, type Reply } from './method.ts';

const mostEmoji = 23;

const reactable = (context: Context, channel: string, ts: string): Message => {
  if (!/^\d+\.\d+$/.test(ts)) throw new SlackRefusal('bad_timestamp');
  const message = context.store.data.messages.get(ownChannel(context, channel).id)?.get(ts);
  if (!message || message.deleted) throw new SlackRefusal('message_not_found');
  return message;
};

const emojiName = (given: string): string => {
  const name = given.replace(/^:|:$/g, '');
  if (!/^[a-z0-9_'+-]+(::skin-tone-[2-6])?$/.test(name)) throw new SlackRefusal('invalid_name');
  return name;
};

/** Sets who reacted with one emoji; none left takes the emoji away. */
const setReaction = (context: Context, message: Message, name: string, users: readonly string[]): void => {
  const others = Object.fromEntries(Object.entries(message.reactions ?? {}).filter(([each]) => each !== name));
  const reactions = users.length > 0 ? { ...others, [name]: users } : others;
  const next = { ...message, reactions: Object.keys(reactions).length > 0 ? reactions : undefined };
  context.store.commit({ type: 'message', message: present(next) });
};

const item = { channel: z.string(), timestamp: z.string() };

const add = method({
  scopes: ['reactions:write'],
  tier: 3,
  arguments: { name: z.string(), ...item },
  run(context, args): Reply<ReactionsAddResponse> {
    const message = reactable(context, args.channel, args.timestamp);
    const name = emojiName(args.name);
    const { botUser } = context.identity;
    const before = message.reactions?.[name] ?? [];
    if (before.includes(botUser)) throw new SlackRefusal('already_reacted');
    if (before.length === 0 && Object.keys(message.reactions ?? {}).length >= mostEmoji)
      throw new SlackRefusal('too_many_emoji');
    setReaction(context, message, name, [...before, botUser]);
    emitReaction(context, 'reaction_added', botUser, name, message);
    return {};
  },
});

const removeReaction = method({
  scopes: ['reactions:write'],
  tier: 2,
  arguments: { name: z.string(), ...item },
  run(context, args): Reply<ReactionsRemoveResponse> {
    const message = reactable(context, args.channel, args.timestamp);
    const name = emojiName(args.name);
    const { botUser } = context.identity;
    const before = message.reactions?.[name] ?? [];
    if (!before.includes(botUser)) throw new SlackRefusal('no_reaction');
    setReaction(
      context,
      message,
      name,
      before.filter((user) => user !== botUser),
    );
    emitReaction(context, 'reaction_removed', botUser, name, message);
    return {};
  },
});

const get = method({
  scopes: ['reactions:read'],
  tier: 3,
  arguments: { full: flag.optional(), ...item },
  run(context, args): Reply<ReactionsGetResponse> {
    const message = reactable(context, args.channel, args.timestamp);
    const output = { ...messageOutput(context, message), permalink: permalink(context, message) };
    return {
      type: 'message',
      channel: message.channel,
      message: output as unknown as NonNullable<ReactionsGetResponse['message']>,
    };
  },
});

export const reactions: Readonly<Record<string, Method>> = {
  'reactions.add': add,
  'reactions.remove': removeReaction,
  'reactions.get': get,
};
