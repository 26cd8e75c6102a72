import type {
  ChatDeleteResponse,
  ChatGetPermalinkResponse,
  ChatPostEphemeralResponse,
  ChatPostMessageResponse,
  ChatUpdateResponse,
} from '@slack/web-api';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { SlackRefusal } from '../errors.ts';
import type { Message } from '../model.ts';
import { messageOutput } from '../payloads.ts';
import { checkContent, edit, findMessage, post, remove } from '../posting.ts';
import { present } from '../present.ts';
import { ownChannel, postingChannel, visibleChannel } from './access.ts';
import { flag, type Method, method, type Reply, structured } from './method.ts';

/** Accepted and without effect here: there are no previews to unfurl and nothing to link by name. */
export const inert = {
  parse: z.string().optional(),
  link_names: flag.optional(),
  mrkdwn: flag.optional(),
  unfurl_links: flag.optional(),
  unfurl_media: flag.optional(),
};

export const content = { text: z.string().optional(), blocks: structured.optional() };

/** Slack cuts a longer text off; here it is refused, so that nothing gets lost unseen. */
export const postLimits = { text: 40_000, together: true };
/** @see https://docs.slack.dev/reference/methods/chat.update (msg_too_long) */
const updateLimits = { text: 4_000, together: true };

const metadataSchema = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});
const longestMetadata = 16_384;

/** Throws `invalid_metadata_format` or `metadata_too_large`. */
export const readMetadata = (given: unknown): Message['metadata'] => {
  if (given === undefined) return undefined;
  const parsed = metadataSchema.safeParse(given);
  if (!parsed.success) throw new SlackRefusal('invalid_metadata_format');
  if (JSON.stringify(given).length > longestMetadata) throw new SlackRefusal('metadata_too_large');
  return parsed.data;
};

/** The root of the thread a reply goes to. Slack posts into no thread when there is none; here it is refused. */
export const threadRoot = (context: Context, channel: string, threadTs: string | undefined): string | undefined => {
  if (threadTs === undefined) return undefined;
  const parent = context.store.data.messages.get(channel)?.get(threadTs);
  if (!parent) throw new SlackRefusal('cannot_reply_to_message');
  return parent.threadTs ?? parent.ts;
};

type Posted = NonNullable<ChatPostMessageResponse['message']>;

const postMessage = method({
  scopes: ['chat:write'],
  tier: 'posting',
  arguments: {
    channel: z.string(),
    thread_ts: z.string().optional(),
    reply_broadcast: flag.optional(),
    metadata: structured.optional(),
    ...content,
    ...inert,
  },
  run(context, args): Reply<ChatPostMessageResponse> {
    const channel = postingChannel(context, args.channel);
    const message = post(
      context,
      present({
        ...checkContent(args, postLimits),
        channel: channel.id,
        user: context.identity.botUser,
        threadTs: threadRoot(context, channel.id, args.thread_ts),
        metadata: readMetadata(args.metadata),
      }),
    );
    return { channel: channel.id, ts: message.ts, message: messageOutput(context, message) as Posted };
  },
});

/** The bot's own message; `message_not_found`, or `error` when it is someone else's. */
const ownMessage = (context: Context, channel: string, ts: string, error: string): Message => {
  const message = findMessage(context, channel, ts);
  if (!message || message.ephemeralFor !== undefined) throw new SlackRefusal('message_not_found');
  if (message.user !== context.identity.botUser) throw new SlackRefusal(error);
  return message;
};

const update = method({
  scopes: ['chat:write'],
  tier: 3,
  arguments: {
    channel: z.string(),
    ts: z.string(),
    metadata: structured.optional(),
    reply_broadcast: flag.optional(),
    ...content,
    ...inert,
  },
  run(context, args): Reply<ChatUpdateResponse> {
    const channel = ownChannel(context, args.channel);
    const previous = ownMessage(context, channel.id, args.ts, 'cant_update_message');
    const next = checkContent(args, updateLimits);
    const isRich = (blocks: Message['blocks']) => blocks.some((block) => block.type === 'rich_text');
    if (isRich(previous.blocks) && next.blocks.length > 0 && !isRich(next.blocks))
      throw new SlackRefusal('block_mismatch');
    const metadata = readMetadata(args.metadata);
    const message = edit(context, previous, present({ ...next, metadata }));
    const output = messageOutput(context, message) as unknown as NonNullable<ChatUpdateResponse['message']>;
    return { channel: channel.id, ts: message.ts, text: message.text, message: output };
  },
});

const deleteMessage = method({
  scopes: ['chat:write'],
  tier: 3,
  arguments: { channel: z.string(), ts: z.string() },
  run(context, args): Reply<ChatDeleteResponse> {
    const channel = ownChannel(context, args.channel);
    remove(context, ownMessage(context, channel.id, args.ts, 'cant_delete_message'));
    return { channel: channel.id, ts: args.ts };
  },
});

const postEphemeral = method({
  scopes: ['chat:write'],
  tier: 4,
  arguments: { channel: z.string(), user: z.string(), thread_ts: z.string().optional(), ...content, ...inert },
  run(context, args): Reply<ChatPostEphemeralResponse> {
    const channel = postingChannel(context, args.channel);
    if (!channel.members.includes(args.user)) throw new SlackRefusal('user_not_in_channel');
    const message = post(
      context,
      present({
        ...checkContent(args, postLimits),
        channel: channel.id,
        user: context.identity.botUser,
        threadTs: threadRoot(context, channel.id, args.thread_ts),
        ephemeralFor: args.user,
      }),
    );
    return { message_ts: message.ts };
  },
});

/** Where a message can be opened in the browser. */
export const permalink = (context: Context, message: Message): string => {
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${message.channel}`;
  return `${context.publicUrl}/archives/${message.channel}/p${message.ts.replace('.', '')}${thread}`;
};

const getPermalink = method({
  tier: 'unlimited',
  arguments: { channel: z.string(), message_ts: z.string() },
  run(context, args): Reply<ChatGetPermalinkResponse> {
    const channel = visibleChannel(context, args.channel);
    const message = context.store.data.messages.get(channel.id)?.get(args.message_ts);
    if (!message) throw new SlackRefusal('message_not_found');
    return { channel: channel.id, permalink: permalink(context, message) };
  },
});

export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': deleteMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
};
