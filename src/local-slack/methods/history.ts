import type { ConversationsHistoryResponse, ConversationsRepliesResponse } from '@slack/web-api';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { SlackRefusal } from '../errors.ts';
import type { Channel, Message } from '../model.ts';
import { messageOutput } from '../payloads.ts';
import { ownChannel, scopeFor, typeOf } from './access.ts';
import { flag, type Method, method, page, paging, type Reply, requireScope } from './method.ts';

const span = {
  latest: z.string().optional(),
  oldest: z.string().optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
};
type Span = { latest?: string | undefined; oldest?: string | undefined; inclusive?: boolean | undefined };

const within = ({ latest, oldest, inclusive }: Span) => {
  const newest = latest === undefined ? Number.POSITIVE_INFINITY : Number(latest);
  const eldest = oldest === undefined ? Number.NEGATIVE_INFINITY : Number(oldest);
  if (Number.isNaN(newest)) throw new SlackRefusal('invalid_ts_latest');
  if (Number.isNaN(eldest)) throw new SlackRefusal('invalid_ts_oldest');
  return ({ ts }: Message) => {
    const at = Number(ts);
    return inclusive ? at >= eldest && at <= newest : at > eldest && at < newest;
  };
};

const output = (context: Context, message: Message, withMetadata: boolean | undefined) => {
  const { metadata, ...shown } = messageOutput(context, message);
  return withMetadata && metadata ? { ...shown, metadata } : shown;
};

const readable = (context: Context, id: string): Channel => {
  const channel = ownChannel(context, id);
  requireScope(context, scopeFor(typeOf(channel), 'history'));
  return channel;
};

const ofChannel = method({
  tier: 3,
  arguments: { channel: z.string(), ...span, ...paging },
  run(context, args): Reply<ConversationsHistoryResponse> {
    const channel = readable(context, args.channel);
    const all = [...(context.store.data.messages.get(channel.id)?.values() ?? [])];
    const roots = all
      .filter((message) => message.threadTs === undefined)
      .filter(within(args))
      .reverse();
    const { items, response_metadata } = page(roots, args, 100);
    const messages = items.map((message) => output(context, message, args.include_all_metadata));
    return { messages, has_more: response_metadata.next_cursor !== '', pin_count: 0, response_metadata };
  },
});

const replies = method({
  tier: 3,
  arguments: { channel: z.string(), ts: z.string(), ...span, ...paging },
  run(context, args): Reply<ConversationsRepliesResponse> {
    const channel = readable(context, args.channel);
    const all = context.store.data.messages.get(channel.id);
    const found = all?.get(args.ts);
    const root = found && all?.get(found.threadTs ?? found.ts);
    if (!all || !root) throw new SlackRefusal('thread_not_found');
    const thread = [...all.values()].filter((message) => message.threadTs === root.ts).filter(within(args));
    const { items, response_metadata } = page([root, ...thread], args, 1000);
    const messages = items.map((message) => output(context, message, args.include_all_metadata));
    type Messages = NonNullable<ConversationsRepliesResponse['messages']>;
    return { messages: messages as Messages, has_more: response_metadata.next_cursor !== '', response_metadata };
  },
});

export const history: Readonly<Record<string, Method>> = {
  'conversations.history': ofChannel,
  'conversations.replies': replies,
};
