import type {
  ChatDeleteScheduledMessageResponse,
  ChatScheduledMessagesListResponse,
  ChatScheduleMessageResponse,
} from '@slack/web-api';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { SlackRefusal } from '../errors.ts';
import { randomId } from '../ids.ts';
import { checkContent, post } from '../posting.ts';
import { present } from '../present.ts';
import type { Scheduled } from '../state.ts';
import { postingChannel, visibleChannel } from './access.ts';
import { content, inert, postLimits, readMetadata, threadRoot } from './chat.ts';
import { flag, type Method, method, page, paging, type Reply, structured, whole } from './method.ts';

/** @see https://docs.slack.dev/reference/methods/chat.scheduleMessage#restrictions */
const furthest = 120 * 86_400;
const mostInWindow = 30;
const window = 5 * 60;
/** What is about to be posted can no longer be taken back. */
const tooLateToDelete = 60;

const seconds = (context: Context): number => Math.floor(context.clock.now() / 1000);

const scheduleMessage = method({
  scopes: ['chat:write'],
  tier: 3,
  arguments: {
    channel: z.string(),
    post_at: whole,
    thread_ts: z.string().optional(),
    reply_broadcast: flag.optional(),
    metadata: structured.optional(),
    ...content,
    ...inert,
  },
  run(context, args): Reply<ChatScheduleMessageResponse> {
    const channel = postingChannel(context, args.channel);
    if (args.post_at <= seconds(context)) throw new SlackRefusal('time_in_past');
    if (args.post_at > seconds(context) + furthest) throw new SlackRefusal('time_too_far');
    const close = [...context.store.data.scheduled.values()].filter(
      (item) => item.message.channel === channel.id && Math.abs(item.postAt - args.post_at) < window,
    );
    if (close.length >= mostInWindow) throw new SlackRefusal('restricted_too_many');
    const message = present({
      ...checkContent(args, postLimits),
      channel: channel.id,
      user: context.identity.botUser,
      threadTs: threadRoot(context, channel.id, args.thread_ts),
      metadata: readMetadata(args.metadata),
    });
    const item: Scheduled = { id: randomId('Q'), message, postAt: args.post_at, createdAt: seconds(context) };
    context.store.commit({ type: 'scheduled', item });
    const output = { type: 'delayed_message', text: message.text, user: message.user, bot_id: context.identity.botId };
    return { channel: channel.id, scheduled_message_id: item.id, post_at: item.postAt, message: output };
  },
});

const deleteScheduledMessage = method({
  scopes: ['chat:write'],
  tier: 3,
  arguments: { channel: z.string(), scheduled_message_id: z.string() },
  run(context, args): Reply<ChatDeleteScheduledMessageResponse> {
    const channel = visibleChannel(context, args.channel);
    const item = context.store.data.scheduled.get(args.scheduled_message_id);
    const tooLate = item && item.postAt - seconds(context) < tooLateToDelete;
    if (!item || item.message.channel !== channel.id || tooLate) throw new SlackRefusal('invalid_scheduled_message_id');
    context.store.commit({ type: 'unscheduled', id: item.id });
    return {};
  },
});

const listScheduled = method({
  tier: 3,
  arguments: {
    channel: z.string().optional(),
    latest: whole.optional(),
    oldest: whole.optional(),
    ...paging,
  },
  run(context, args): Reply<ChatScheduledMessagesListResponse> {
    const all = [...context.store.data.scheduled.values()]
      .filter((item) => args.channel === undefined || item.message.channel === args.channel)
      .filter((item) => item.postAt >= (args.oldest ?? 0) && item.postAt <= (args.latest ?? Number.POSITIVE_INFINITY))
      .sort((a, b) => a.postAt - b.postAt);
    const { items, response_metadata } = page(all, args, 100);
    const scheduled_messages = items.map((item) => ({
      id: item.id,
      channel_id: item.message.channel,
      post_at: item.postAt,
      date_created: item.createdAt,
      text: item.message.text,
    }));
    return { scheduled_messages, response_metadata };
  },
});

export const schedule: Readonly<Record<string, Method>> = {
  'chat.scheduleMessage': scheduleMessage,
  'chat.deleteScheduledMessage': deleteScheduledMessage,
  'chat.scheduledMessages.list': listScheduled,
};

/** Posts what is due at `upTo` (milliseconds) and returns how many. Slack never posts one with metadata, so neither is it here. */
export const postDue = (context: Context, upTo: number): number => {
  const due = [...context.store.data.scheduled.values()]
    .filter((item) => item.postAt * 1000 <= upTo)
    .sort((a, b) => a.postAt - b.postAt);
  for (const item of due) {
    // Posted first: a crash in between posts twice rather than never.
    if (item.message.metadata === undefined) post(context, item.message);
    context.store.commit({ type: 'unscheduled', id: item.id });
  }
  return due.filter((item) => item.message.metadata === undefined).length;
};

const lookEvery = 1_000;

/** Looks for due messages each second, until the returned function is called: one timer cannot hold the 120 days that Slack allows. */
export const watchSchedule = (context: Context): (() => void) => {
  const look = () => {
    postDue(context, context.clock.now());
    cancel = context.clock.after(lookEvery, look);
  };
  let cancel = context.clock.after(lookEvery, look);
  return () => cancel();
};
