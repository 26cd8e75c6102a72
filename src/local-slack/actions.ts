import { allChannels, type Context, directId, findChannel, openDirect } from './context.ts';
import { SlackRefusal } from './errors.ts';
import { emitHomeOpened } from './events.ts';
import { done, failed, press, suggest } from './interactions.ts';
import { threadRoot } from './methods/chat.ts';
import type { Actions, Channel, Outcome } from './model.ts';
import { invite } from './newcomers.ts';
import { interactionBase, messageOutput, payloadChannel } from './payloads.ts';
import { findMessage, post } from './posting.ts';
import { present } from './present.ts';
import { type ResponseTarget, respond } from './response-urls.ts';
import { escapeMarkup, spell } from './spelling.ts';
import { close, submit } from './submissions.ts';

/** What people can do. Everyone but bots and deactivated members may; they only get at what they can see. */
export const createActions = (context: Context): Actions => {
  const may = async (user: string, act: () => Promise<Outcome>): Promise<Outcome> => {
    const member = context.members.get(user);
    if (!member || member.bot) return failed('user_not_found');
    return member.deleted ? failed('account_inactive') : act();
  };
  return {
    command: (user, channel, line) => may(user, () => runCommand(context, user, channel, line)),
    say: (user, channel, text, threadTs) => may(user, () => say(context, user, channel, text, threadTs)),
    press: (given) => may(given.user, () => press(context, given)),
    submit: (user, view, values) => may(user, () => submit(context, user, view, values)),
    close: (user, view) => may(user, () => close(context, user, view)),
    openHome: (user) => may(user, () => openTab(context, user, 'home')),
    shortcut: (user, callbackId, message) => may(user, () => runShortcut(context, user, callbackId, message)),
    async openDirectMessage(user) {
      await may(user, () => openTab(context, user, 'messages'));
      return directId(context.identity, user);
    },
    suggest: (given, query) => suggest(context, given, query),
    read: (user, channel) => markRead(context, user, channel),
    invite: (user, who) => may(user, async () => invite(context, user, who)),
  };
};

const inChannel = (context: Context, user: string, id: string): Channel | undefined => {
  const channel = findChannel(context, id);
  return channel?.members.includes(user) ? channel : undefined;
};

async function say(context: Context, user: string, id: string, typed: string, threadTs?: string): Promise<Outcome> {
  const channel = inChannel(context, user, id);
  if (!channel) return failed('channel_not_found');
  const { messagesTab, messagesReadOnly } = context.app;
  if (channel.with !== undefined && (!messagesTab || messagesReadOnly)) return failed('messages_tab_disabled');
  if (typed.trim() === '') return failed('no_text');
  const text = spell(typed.trim(), context.members.values(), allChannels(context), false);
  if (text.length > 40_000) return failed('msg_too_long');
  return refusalAsOutcome(() => {
    post(context, present({ channel: id, user, text, blocks: [], threadTs: threadRoot(context, id, threadTs) }));
  });
}

async function runCommand(context: Context, user: string, id: string, line: string): Promise<Outcome> {
  const channel = inChannel(context, user, id);
  if (!channel) return failed('channel_not_found');
  const [, name = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  const command = context.app.commands.find((each) => each.command === name);
  if (!command) return failed('unknown_command');
  const { identity, members } = context;
  const target: ResponseTarget = { channel: id, user };
  const text = command.should_escape ? spell(rest, members.values(), allChannels(context), true) : escapeMarkup(rest);
  const { id: channel_id, name: channel_name } = payloadChannel(channel);
  const ack = await context.delivery.command({
    token: identity.verificationToken,
    team_id: identity.teamId,
    team_domain: identity.teamDomain,
    channel_id,
    channel_name,
    user_id: user,
    user_name: members.get(user)?.name ?? '',
    command: name,
    text: text.trimEnd(),
    api_app_id: identity.appId,
    is_enterprise_install: 'false',
    response_url: context.responseUrls.issue(target),
    trigger_id: context.triggers.issue({ user }),
  });
  if (!ack.ok) return ack;
  if (ack.body === undefined) return done;
  const outcome = refusalAsOutcome(() => respond(context, target, ack.body));
  return outcome.ok ? outcome : failed('invalid_command_response');
}

async function runShortcut(
  context: Context,
  user: string,
  callbackId: string,
  on: { channel: string; ts: string } | undefined,
): Promise<Outcome> {
  const type = on ? 'message' : 'global';
  if (!context.app.shortcuts.some((each) => each.callback_id === callbackId && each.type === type))
    return failed('unknown_shortcut');
  const common = {
    ...interactionBase(context, user),
    callback_id: callbackId,
    trigger_id: context.triggers.issue({ user }),
    action_ts: context.store.nextTs(),
  };
  if (!on) {
    const ack = await context.delivery.interaction('shortcut', { type: 'shortcut', ...common });
    return ack.ok ? done : ack;
  }
  const channel = inChannel(context, user, on.channel);
  const message = findMessage(context, on.channel, on.ts);
  if (!channel || !message || message.ephemeralFor !== undefined) return failed('message_not_found');
  const ack = await context.delivery.interaction('message_action', {
    type: 'message_action',
    ...common,
    message_ts: message.ts,
    channel: payloadChannel(channel),
    message: messageOutput(context, message),
    response_url: context.responseUrls.issue({ channel: channel.id, user }),
  });
  return ack.ok ? done : ack;
}

async function openTab(context: Context, user: string, tab: 'home' | 'messages'): Promise<Outcome> {
  if (tab === 'home' && !context.app.homeTab) return failed('not_enabled');
  const direct = openDirect(context, user);
  emitHomeOpened(context, user, direct.id, tab, context.store.data.homes.get(user));
  return done;
}

function markRead(context: Context, user: string, channel: string): void {
  const latest = [...(context.store.data.messages.get(channel)?.keys() ?? [])].at(-1);
  if (latest === undefined || context.store.data.read.get(channel)?.get(user) === latest) return;
  context.store.commit({ type: 'read', channel, user, ts: latest });
}

function refusalAsOutcome(act: () => void): Outcome {
  try {
    act();
    return done;
  } catch (error) {
    if (error instanceof SlackRefusal) return failed(error.error);
    throw error;
  }
}
