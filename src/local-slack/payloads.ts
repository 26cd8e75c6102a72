import type { KnownBlock } from '@slack/types';
import type { ConversationsHistoryResponse, ViewsOpenResponse } from '@slack/web-api';
import { formValues } from './block-kit/form.ts';
import type { Context } from './context.ts';
import type { Channel, Message, OpenView } from './model.ts';
import { present } from './present.ts';

type MessageElement = NonNullable<ConversationsHistoryResponse['messages']>[number];
type ViewElement = NonNullable<ViewsOpenResponse['view']>;

/** Number of `ts`: Slack sends ids as decimal strings, so they compare as numbers. */
export const byTs = (a: { ts: string }, b: { ts: string }): number => Number(a.ts) - Number(b.ts);

const repliesTo = (context: Context, message: Message): Message[] => {
  const channel = context.store.data.messages.get(message.channel);
  if (!channel || message.threadTs !== undefined) return [];
  return [...channel.values()].filter((each) => each.threadTs === message.ts);
};

/** A message as Slack's API and events show it. */
export const messageOutput = (context: Context, message: Message): MessageElement => {
  const { identity, store, app } = context;
  const byBot = message.user === identity.botUser;
  const parent =
    message.threadTs === undefined ? undefined : store.data.messages.get(message.channel)?.get(message.threadTs);
  const replies = repliesTo(context, message);
  const reactions = Object.entries(message.reactions ?? {}).map(([name, users]) => ({
    name,
    users: [...users],
    count: users.length,
  }));
  return present({
    type: 'message',
    subtype: message.deleted ? 'tombstone' : message.files ? 'file_share' : undefined,
    user: message.user,
    ts: message.ts,
    text: message.deleted ? 'This message was deleted.' : message.text,
    team: identity.teamId,
    bot_id: byBot ? identity.botId : undefined,
    app_id: byBot ? identity.appId : undefined,
    bot_profile: byBot
      ? { id: identity.botId, app_id: identity.appId, name: app.botName, team_id: identity.teamId, deleted: false }
      : undefined,
    // The blocks are Slack's own either way; the two packages describe them by different types.
    blocks: message.blocks.length > 0 ? (message.blocks as unknown as MessageElement['blocks']) : undefined,
    edited: message.editedAt ? { user: message.user, ts: message.editedAt } : undefined,
    thread_ts: message.threadTs ?? (replies.length > 0 ? message.ts : undefined),
    parent_user_id: parent?.user,
    reply_count: replies.length > 0 ? replies.length : undefined,
    reply_users: replies.length > 0 ? [...new Set(replies.map((reply) => reply.user))] : undefined,
    reply_users_count: replies.length > 0 ? new Set(replies.map((reply) => reply.user)).size : undefined,
    latest_reply: replies.at(-1)?.ts,
    reactions: reactions.length > 0 ? reactions : undefined,
    files: message.files?.map(fileOutput),
    metadata: message.metadata as MessageElement['metadata'],
  });
};

export const fileOutput = (file: NonNullable<Message['files']>[number]) => ({
  id: file.id,
  name: file.name,
  title: file.title,
  size: file.size,
  mode: 'hosted',
  url_private: file.url,
  url_private_download: file.url,
});

/** A view as Slack's API and interaction payloads show it. */
export const viewOutput = (context: Context, open: OpenView): ViewElement => {
  const { identity, session } = context;
  const { view } = open;
  const blocks = view.blocks as KnownBlock[];
  const modal = view.type === 'modal' ? view : undefined;
  const output = {
    id: open.id,
    team_id: identity.teamId,
    app_installed_team_id: identity.teamId,
    app_id: identity.appId,
    bot_id: identity.botId,
    type: view.type,
    title: modal?.title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    submit: modal?.submit ?? null,
    close: modal?.close ?? null,
    blocks,
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    external_id: view.external_id ?? '',
    state: { values: formValues(blocks, session.values(open.id)) },
    hash: open.hash,
    root_view_id: open.root,
    previous_view_id: open.previous ?? null,
    clear_on_close: modal?.clear_on_close ?? false,
    notify_on_close: modal?.notify_on_close ?? false,
  } satisfies Partial<Record<keyof ViewElement, unknown>>;
  // Slack sends null for what a view lacks; the response types know absence only.
  return output as unknown as ViewElement;
};

/** The parts that every interaction payload has. */
export const interactionBase = (context: Context, user: string) => {
  const { identity, members } = context;
  const member = members.get(user);
  return {
    team: { id: identity.teamId, domain: identity.teamDomain },
    user: { id: user, username: member?.name, name: member?.name, team_id: member?.teamId ?? identity.teamId },
    api_app_id: identity.appId,
    token: identity.verificationToken,
    enterprise: null,
    is_enterprise_install: false,
  };
};

/** How Slack names a channel in commands and interactions: only public ones by their name. */
export const payloadChannel = (channel: Channel): { id: string; name: string } => {
  const name = channel.with !== undefined ? 'directmessage' : channel.private ? 'privategroup' : channel.name;
  return { id: channel.id, name };
};
