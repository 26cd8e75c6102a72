import type { Channel, Message, WorkspaceState } from '../model.ts';
import { type Html, html, link } from './html.ts';
import { renderBlocks } from './render-blocks.ts';
import { renderEmoji } from './render-inline.ts';
import { renderMrkdwn } from './render-mrkdwn.ts';
import { formatDate } from './slack-date.ts';
import type { Viewer } from './viewer.ts';

type Shortcuts = WorkspaceState['shortcuts'];

/** Initials on a colour that stays the person's own. */
export function renderAvatar(id: string, name: string): Html {
  const initials = name
    .split(/\s+/)
    .map((word) => Array.from(word)[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();
  const colour = Array.from(id).reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 8, 0);
  return html`<span class="avatar colour-${colour}" aria-hidden="true">${initials}</span>`;
}

function clock(message: Message, format: string, viewer: Viewer): string {
  return formatDate(Math.trunc(Number(message.ts)), format, viewer.user.timeZone, viewer.now) ?? '';
}

function renderTools(message: Message, shortcuts: Shortcuts): Html | undefined {
  const own = shortcuts.filter(({ type }) => type === 'message');
  if (own.length === 0 || message.ephemeralFor || message.deleted) return undefined;
  const id = `tools-${message.channel}-${message.ts}`;
  const items = own.map(
    ({ name, callbackId }) =>
      html`<button type="button" role="menuitem" data-shortcut="${callbackId}">${name}</button>`,
  );
  return html`<div class="tools"><button type="button" class="button icon" aria-haspopup="menu" aria-label="More actions" popovertarget="${id}">⋯</button>
<div class="menu" role="menu" popover id="${id}">${items}</div></div>`;
}

function renderBody(message: Message, viewer: Viewer): Html {
  if (message.deleted) return html`<p class="unsupported">This message was deleted.</p>`;
  const edited = message.editedAt && html` <small class="edited">(edited)</small>`;
  if (message.blocks.length === 0) return html`<div class="text">${renderMrkdwn(message.text, viewer)}${edited}</div>`;
  return html`${renderBlocks(message.blocks, { viewer, scope: `${message.channel}-${message.ts}` })}${edited}`;
}

function renderExtras({ files = [], reactions = {} }: Message, viewer: Viewer): Html {
  const shared = files.map(({ title, name, size, url }) => {
    const label = `${title || name} (${Math.ceil(size / 1024)} kB)`;
    return html`<p class="file">📄 ${link(url, label)}</p>`;
  });
  const put = Object.entries(reactions).map(([name, users]) => {
    const who = users.map((user) => viewer.members.find(({ id }) => id === user)?.realName ?? user).join(', ');
    return html`<span class="reaction" title="${who}">${renderEmoji(name)} ${users.length}</span>`;
  });
  return html`${shared}${put.length > 0 && html`<p class="reactions">${put}</p>`}`;
}

/** Slack folds the name away when one person goes on within five minutes. */
function follows(before: Message | undefined, message: Message): boolean {
  if (!before || before.user !== message.user || before.ephemeralFor !== message.ephemeralFor) return false;
  return Number(message.ts) - Number(before.ts) < 300 && !message.ephemeralFor;
}

type Context = { viewer: Viewer; shortcuts: Shortcuts; before?: Message | undefined };

function renderMessage(message: Message, { viewer, shortcuts, before }: Context, thread?: Html): Html {
  const author = viewer.members.find(({ id }) => id === message.user);
  const name = author?.realName ?? message.user;
  const isApp = author?.bot === true || message.user === viewer.botUser;
  const looks = [message.ephemeralFor && 'ephemeral', follows(before, message) && 'follows'].filter(Boolean);
  const container = JSON.stringify({ message: { channel: message.channel, ts: message.ts } });
  return html`<article class="message ${looks.join(' ')}" data-key="${message.ts}" data-ts="${message.ts}" data-channel="${message.channel}" data-container="${container}" aria-label="${name}, ${clock(message, '{time}', viewer)}">
${renderAvatar(message.user, name)}<div class="content">
${message.ephemeralFor && html`<p class="only-you">👁 Only visible to you</p>`}<p class="byline"><b>${name}</b>${isApp && html` <span class="badge">APP</span>`} <time>${clock(message, '{time}', viewer)}</time></p>
${renderBody(message, viewer)}${renderExtras(message, viewer)}${thread}</div>${renderTools(message, shortcuts)}</article>`;
}

function renderThread(root: Message, replies: readonly Message[], context: Context): Html {
  const count = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`;
  const shown = replies.map((reply, at) => renderMessage(reply, { ...context, before: replies[at - 1] }));
  return html`<details class="thread${replies.length === 0 && ' empty'}" data-key="thread"><summary>${replies.length > 0 ? count : 'Reply in thread'}</summary>
<div role="log" aria-label="Thread">${shown}</div>
<form class="composer reply" data-thread="${root.ts}" data-channel="${root.channel}"><textarea rows="1" aria-label="Reply" placeholder="Reply…" aria-autocomplete="list"></textarea><button type="submit" class="button primary" aria-label="Send reply">➤</button></form></details>`;
}

/** What of a channel a person is shown: nothing meant for someone else, deleted messages only as the head of a thread. */
function visibleTo(viewer: Viewer, messages: readonly Message[]): readonly Message[] {
  const heads = new Set(messages.map(({ threadTs }) => threadTs));
  const mine = messages.filter(({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === viewer.user.id);
  return mine.filter(({ deleted, ts }) => !deleted || heads.has(ts));
}

/** The newest `limit` messages of a channel with day lines and threads; older ones behind a button. */
export function renderMessages(
  channel: Channel,
  messages: readonly Message[],
  context: Context & { limit: number },
): Html {
  const { viewer, limit } = context;
  const all = visibleTo(viewer, messages);
  const known = new Set(all.map(({ ts }) => ts));
  const isReply = ({ threadTs, ts }: Message) => threadTs !== undefined && threadTs !== ts && known.has(threadTs);
  const roots = all.filter((message) => !isReply(message));
  const replies = new Map<string | undefined, Message[]>();
  for (const reply of all.filter(isReply)) replies.set(reply.threadTs, [...(replies.get(reply.threadTs) ?? []), reply]);
  const shown = roots.slice(-limit);
  const day = (message: Message | undefined) => message && clock(message, '{day_divider_pretty}', viewer);
  const drawn = shown.map((message, at) => {
    const before = shown[at - 1];
    const line =
      day(message) !== day(before) &&
      html`<div class="day" role="separator" data-key="day-${message.ts}"><span>${day(message)}</span></div>`;
    const thread = message.ephemeralFor ? undefined : renderThread(message, replies.get(message.ts) ?? [], context);
    return [line, renderMessage(message, { ...context, before: line ? undefined : before }, thread)];
  });
  const older =
    roots.length > shown.length &&
    html`<button type="button" class="button" data-older data-key="older">Show earlier messages</button>`;
  const empty = roots.length === 0 && html`<p class="empty" data-key="empty">Nothing has been said here yet.</p>`;
  return html`<div class="messages" role="log" aria-label="Messages" data-key="messages-${channel.id}" tabindex="0">${older}${empty}${drawn}</div>`;
}
