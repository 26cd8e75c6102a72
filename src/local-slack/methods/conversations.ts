import type {
  ConversationsInfoResponse,
  ConversationsJoinResponse,
  ConversationsListResponse,
  ConversationsMembersResponse,
  ConversationsOpenResponse,
  UsersConversationsResponse,
} from '@slack/web-api';
import { z } from 'zod';
import { allChannels, type Context, openDirect } from '../context.ts';
import { invalidArguments, SlackRefusal } from '../errors.ts';
import { emitJoined } from '../events.ts';
import type { Channel } from '../model.ts';
import { botIsIn, type ConversationType, scopeFor, typeOf, visibleChannel } from './access.ts';
import { flag, type Method, method, page, paging, type Reply, requireScope } from './method.ts';

type ChannelOutput = NonNullable<ConversationsInfoResponse['channel']> & { user?: string };

const channelOutput = (context: Context, channel: Channel): ChannelOutput => {
  const { identity, startedAt } = context;
  const created = Math.floor(startedAt / 1000);
  if (channel.with !== undefined) {
    return { id: channel.id, created, is_im: true, is_open: true, is_org_shared: false, user: channel.with };
  }
  const shared = channel.externallyShared ?? false;
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    created,
    creator: identity.botUser,
    is_channel: !channel.private,
    is_group: channel.private,
    is_im: false,
    is_mpim: false,
    is_private: channel.private,
    is_archived: channel.archived ?? false,
    is_general: false,
    is_member: botIsIn(context, channel),
    is_shared: shared,
    is_ext_shared: shared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    pending_shared: [],
    shared_team_ids: [identity.teamId],
    context_team_id: identity.teamId,
    num_members: channel.members.length,
    topic: { value: channel.topic ?? '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
    unlinked: 0,
  };
};

const kinds: readonly string[] = ['public_channel', 'private_channel', 'im', 'mpim'] satisfies ConversationType[];

/** The channels of the types asked for, public ones when none are. Each type needs its own scope. */
const listed = (context: Context, types: string | undefined): Channel[] => {
  const wanted = (types ?? 'public_channel').split(',').map((type) => type.trim());
  if (wanted.some((type) => !kinds.includes(type))) throw new SlackRefusal('invalid_types');
  for (const type of wanted) requireScope(context, scopeFor(type as ConversationType, 'read'));
  const seen = allChannels(context).filter((channel) => !channel.private || botIsIn(context, channel));
  return seen.filter((channel) => wanted.includes(typeOf(channel)));
};

const listArguments = {
  types: z.string().optional(),
  exclude_archived: flag.optional(),
  ...paging,
};

const list = method({
  tier: 2,
  arguments: listArguments,
  run(context, args): Reply<ConversationsListResponse> {
    const seen = listed(context, args.types).filter(({ archived }) => !(args.exclude_archived && archived));
    const { items, response_metadata } = page(seen, args, 100);
    return { channels: items.map((channel) => channelOutput(context, channel)), response_metadata };
  },
});

const ofUser = method({
  tier: 3,
  arguments: { user: z.string().optional(), ...listArguments },
  run(context, args): Reply<UsersConversationsResponse> {
    const user = args.user ?? context.identity.botUser;
    const theirs = listed(context, args.types).filter((channel) => channel.members.includes(user));
    const { items, response_metadata } = page(theirs, args, 100);
    const channels = items.map((channel) => {
      const { is_member: _, num_members: __, ...output } = channelOutput(context, channel);
      return output;
    });
    return { channels, response_metadata };
  },
});

const info = method({
  tier: 3,
  arguments: { channel: z.string(), include_num_members: flag.optional(), include_locale: flag.optional() },
  run(context, args): Reply<ConversationsInfoResponse> {
    const channel = visibleChannel(context, args.channel);
    requireScope(context, scopeFor(typeOf(channel), 'read'));
    const { num_members, ...output } = channelOutput(context, channel);
    return { channel: args.include_num_members && num_members !== undefined ? { ...output, num_members } : output };
  },
});

const members = method({
  tier: 4,
  arguments: { channel: z.string(), ...paging },
  run(context, args): Reply<ConversationsMembersResponse> {
    const channel = visibleChannel(context, args.channel);
    requireScope(context, scopeFor(typeOf(channel), 'read'));
    const { items, response_metadata } = page(channel.members, args, 100);
    return { members: items, response_metadata };
  },
});

const open = method({
  scopes: ['im:write'],
  tier: 3,
  arguments: {
    channel: z.string().optional(),
    users: z.string().optional(),
    return_im: flag.optional(),
    prevent_creation: flag.optional(),
  },
  run(context, args): Reply<ConversationsOpenResponse> {
    if (args.channel !== undefined) return { channel: { id: visibleChannel(context, args.channel).id }, no_op: true };
    if (args.users === undefined) throw new SlackRefusal('users_list_not_supplied');
    if (args.users.includes(','))
      throw invalidArguments('group direct messages are not emulated [json-pointer:/users]');
    const member = context.members.get(args.users);
    if (!member || member.bot) throw new SlackRefusal('user_not_found');
    if (member.deleted) throw new SlackRefusal('user_disabled');
    const already = context.store.data.directs.has(member.id);
    if (!already && args.prevent_creation) throw new SlackRefusal('channel_not_found');
    const channel = openDirect(context, member.id);
    const { id = channel.id, ...rest } = channelOutput(context, channel);
    return {
      channel: args.return_im ? { id, ...rest } : { id },
      ...(already ? { no_op: true, already_open: true } : {}),
    };
  },
});

const join = method({
  scopes: ['channels:join'],
  tier: 3,
  arguments: { channel: z.string() },
  run(context, args): Reply<ConversationsJoinResponse> {
    const channel = visibleChannel(context, args.channel);
    if (channel.private) throw new SlackRefusal('method_not_supported_for_channel_type');
    if (botIsIn(context, channel)) {
      return {
        channel: channelOutput(context, channel),
        warning: 'already_in_channel',
      } as Reply<ConversationsJoinResponse>;
    }
    joinChannel(context, channel, context.identity.botUser);
    return { channel: channelOutput(context, visibleChannel(context, channel.id)) } as Reply<ConversationsJoinResponse>;
  },
});

/** Someone joins a public channel. */
export const joinChannel = (context: Context, channel: Channel, user: string): void => {
  context.store.commit({ type: 'joined', channel: channel.id, user });
  emitJoined(context, channel, user);
};

export const conversations: Readonly<Record<string, Method>> = {
  'conversations.list': list,
  'conversations.info': info,
  'conversations.members': members,
  'conversations.open': open,
  'conversations.join': join,
  'users.conversations': ofUser,
};
