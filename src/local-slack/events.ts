import type { Context } from './context.ts';
import { randomId } from './ids.ts';
import type { Channel, Message, OpenView } from './model.ts';
import { messageOutput, viewOutput } from './payloads.ts';
import { present } from './present.ts';

/** Sends an event to the app if its manifest subscribes to it. `subscription` is the manifest's name for it. */
const emit = (context: Context, subscription: string, event: Record<string, unknown>): void => {
  const { app, identity, clock, delivery } = context;
  if (!app.events.has(subscription)) return;
  delivery.event({
    token: identity.verificationToken,
    team_id: identity.teamId,
    context_team_id: identity.teamId,
    context_enterprise_id: null,
    api_app_id: identity.appId,
    event,
    type: 'event_callback',
    event_id: randomId('Ev'),
    event_time: Math.floor(clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: identity.teamId,
        user_id: identity.botUser,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  });
};

type Place = { subscription: string; channel_type: 'im' | 'group' | 'channel' };

const placeOf = (channel: Channel): Place => {
  if (channel.with !== undefined) return { subscription: 'message.im', channel_type: 'im' };
  if (channel.private) return { subscription: 'message.groups', channel_type: 'group' };
  return { subscription: 'message.channels', channel_type: 'channel' };
};

/** Something about a message, for an app that is in its channel. */
const emitIn = (context: Context, channel: Channel, event: Record<string, unknown>): void => {
  const { subscription, channel_type } = placeOf(channel);
  if (!channel.members.includes(context.identity.botUser)) return;
  emit(context, subscription, { type: 'message', ...event, channel: channel.id, channel_type });
};

/** A new message: `message`, and `app_mention` when a person names the bot outside a direct message. */
export const emitMessage = (context: Context, channel: Channel, message: Message): void => {
  const { botUser } = context.identity;
  const event = { ...messageOutput(context, message), event_ts: message.ts };
  emitIn(context, channel, event);
  if (channel.with !== undefined || message.user === botUser || !channel.members.includes(botUser)) return;
  if (message.text.includes(`<@${botUser}>`))
    emit(context, 'app_mention', { ...event, type: 'app_mention', channel: channel.id });
};

export const emitChanged = (context: Context, channel: Channel, message: Message, previous: Message): void => {
  const ts = message.editedAt ?? message.ts;
  const both = { message: messageOutput(context, message), previous_message: messageOutput(context, previous) };
  emitIn(context, channel, { subtype: 'message_changed', hidden: true, ...both, ts, event_ts: ts });
};

export const emitDeleted = (context: Context, channel: Channel, previous: Message, ts: string): void => {
  const gone = { deleted_ts: previous.ts, previous_message: messageOutput(context, previous) };
  emitIn(context, channel, { subtype: 'message_deleted', hidden: true, ...gone, ts, event_ts: ts });
};

export const emitJoined = (context: Context, channel: Channel, user: string): void => {
  const member = context.members.get(user);
  emit(context, 'member_joined_channel', {
    type: 'member_joined_channel',
    user,
    channel: channel.id,
    channel_type: channel.private ? 'G' : 'C',
    team: member?.teamId ?? context.identity.teamId,
    event_ts: context.store.nextTs(),
  });
};

/** Somebody joined the workspace; `user` as `users.info` gives them. */
export const emitTeamJoined = (context: Context, user: object): void => {
  const cache_ts = Math.floor(context.clock.now() / 1000);
  emit(context, 'team_join', { type: 'team_join', user, cache_ts, event_ts: context.store.nextTs() });
};

export const emitReaction = (
  context: Context,
  type: 'reaction_added' | 'reaction_removed',
  user: string,
  reaction: string,
  message: Message,
): void => {
  const item = { type: 'message', channel: message.channel, ts: message.ts };
  emit(context, type, { type, user, reaction, item, item_user: message.user, event_ts: context.store.nextTs() });
};

/** The person opened the Home or the Messages tab of the app. */
export const emitHomeOpened = (
  context: Context,
  user: string,
  channel: string,
  tab: 'home' | 'messages',
  open: OpenView | undefined,
): void => {
  const view = tab === 'home' && open ? viewOutput(context, open) : undefined;
  const event = { type: 'app_home_opened', user, channel, tab, view, event_ts: context.store.nextTs() };
  emit(context, 'app_home_opened', present(event));
};
