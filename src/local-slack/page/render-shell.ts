import type { Channel, WorkspaceState } from '../model.ts';
import { type Html, html } from './html.ts';
import { renderAvatar, renderMessages } from './render-messages.ts';
import { renderHome } from './render-view.ts';
import { directMessage, people, type Viewer, visibleChannels } from './viewer.ts';

/** What fills the pane: a channel's id, `app` (the person's messages with the app) or `home` (its Home tab). */
export type Place = string;

function renderBadge(count: number): Html | undefined {
  if (count <= 0) return undefined;
  return html` <span class="unread" aria-label="${count} unread">${count}</span>`;
}

function renderChannel(channel: Channel, place: Place, unread: number): Html {
  const look = unread > 0 && html` class="has-unread"`;
  return html`<li data-key="${channel.id}"><a href="#${channel.id}" data-channel-name="${channel.name}"${place === channel.id && html` aria-current="page"`}${look}><span aria-hidden="true">${channel.private ? '🔒' : '#'}</span> ${channel.name}${renderBadge(unread)}</a></li>`;
}

/** Somebody new joins the workspace by it, as by an invitation that is accepted at once. */
const renderInvite = (): Html =>
  html`<details class="invite" data-key="invite"><summary>Add a person</summary><form><label>Name <input name="realName" maxlength="80" required autocomplete="off"></label><label>E-mail <input name="email" type="email" maxlength="254" required autocomplete="off"></label><button type="submit" class="button">Add</button></form></details>`;

/** The aubergine side: workspace, person switch, channels, app. */
export function renderSidebar(state: WorkspaceState, viewer: Viewer, place: Place): Html {
  const { user } = viewer;
  const options = people(state).map(
    ({ id, realName, guest, teamId }) =>
      html`<option value="${id}"${id === user.id && html` selected`}>${realName}${guest ? ' (guest)' : teamId && ' (other organisation)'}</option>`,
  );
  const channels = visibleChannels(viewer).filter((channel) => channel.with === undefined);
  const direct = directMessage(viewer);
  const joined = channels.filter(({ members }) => members.includes(user.id));
  const counts = new Map(joined.map(({ id }) => [id, state.unread(id, user.id)]));
  const appUnread = direct ? state.unread(direct.id, user.id) : 0;
  const total = [...counts.values()].reduce((sum, count) => sum + count, appUnread);
  const list = (hidden: boolean) =>
    channels
      .filter((each) => each.private === hidden)
      .map((each) => renderChannel(each, place, counts.get(each.id) ?? 0));
  const inApp = place === 'app' || place === 'home' || place === direct?.id;
  return html`<div class="side" data-key="side" data-unread="${total}"><h1>${state.team.name}</h1>
<label class="acting">${renderAvatar(user.id, user.realName)}<span>Acting as</span><select aria-label="Acting as">${options}</select></label>${!user.guest && user.teamId === undefined && renderInvite()}
<h2 id="channels-title">Channels</h2><ul aria-labelledby="channels-title" data-key="channels">${list(false)}${list(true)}</ul>
<h2 id="apps-title">Apps</h2><ul aria-labelledby="apps-title" data-key="apps"><li><a href="#app" data-channel-name="${state.appName}"${inApp && html` aria-current="page"`}${appUnread > 0 && html` class="has-unread"`}><span class="presence" aria-hidden="true">●</span> ${state.appName}${renderBadge(appUnread)}</a></li></ul></div>`;
}

function renderComposer(channel: Channel, state: WorkspaceState, to: string): Html {
  const shortcuts = state.shortcuts.filter(({ type }) => type === 'global');
  const items = shortcuts.map(
    ({ name, callbackId }) =>
      html`<button type="button" role="menuitem" data-shortcut="${callbackId}">${name}</button>`,
  );
  const menu =
    shortcuts.length > 0 &&
    html`<button type="button" class="button icon" aria-haspopup="menu" aria-label="Shortcuts" popovertarget="shortcuts">⚡</button><div class="menu" role="menu" popover id="shortcuts">${items}</div>`;
  return html`<form class="composer" data-key="composer-${channel.id}" data-channel="${channel.id}">${menu}<textarea rows="1" aria-label="Message" placeholder="Message ${to}" aria-autocomplete="list"></textarea><button type="submit" class="button primary" aria-label="Send">➤</button></form>`;
}

function renderHeader(title: Html | string, detail: string | undefined): Html {
  return html`<header data-key="header"><button type="button" class="button icon drawer" aria-label="Channels and people" aria-controls="sidebar">☰</button><h2>${title}</h2>${detail && html`<p title="${detail}">${detail}</p>`}</header>`;
}

function renderConversation(channel: Channel, state: WorkspaceState, viewer: Viewer, limit: number, to: string): Html {
  const messages = state.messages(channel.id, viewer.user.id);
  const joined = channel.members.includes(viewer.user.id);
  const note = `${viewer.user.realName} is not in ${to}, and so cannot write here.`;
  return html`${renderMessages(channel, messages, { viewer, shortcuts: state.shortcuts, limit })}${
    joined ? renderComposer(channel, state, to) : html`<p class="not-joined" data-key="not-joined">${note}</p>`
  }`;
}

function renderApp(state: WorkspaceState, viewer: Viewer, home: boolean, limit: number): Html {
  const { appName } = state;
  const direct = directMessage(viewer);
  const tab = (href: string, name: string, current: boolean) =>
    html`<a href="#${href}"${current && html` aria-current="page"`}>${name}</a>`;
  const title = html`${renderAvatar(state.botUser, appName)} ${appName} <span class="badge">APP</span>`;
  const messages = direct && renderConversation(direct, state, viewer, limit, appName);
  return html`${renderHeader(title, undefined)}<nav class="tabs" aria-label="${appName}" data-key="tabs">${tab('home', 'Home', home)}${tab('app', 'Messages', !home)}</nav>${
    home ? renderHome(state.home(viewer.user.id), viewer, appName) : messages
  }`;
}

/** The white side: a channel, or the app with its tabs. */
export function renderPane(state: WorkspaceState, viewer: Viewer, place: Place, limit: number): Html {
  const channel = visibleChannels(viewer).find(({ id }) => id === place);
  if (place === 'app' || place === 'home' || channel?.with !== undefined)
    return html`<div class="pane" data-key="app" data-title="${state.appName}">${renderApp(state, viewer, place === 'home', limit)}</div>`;
  if (!channel) {
    const words = `${viewer.user.realName} cannot see this conversation.`;
    return html`<div class="pane" data-key="unseen" data-title="${state.team.name}">${renderHeader('Not a member', undefined)}<p class="empty">${words}</p></div>`;
  }
  const mark = channel.private ? '🔒 ' : '#';
  const detail = [channel.topic, channel.externallyShared && 'shared with another organisation']
    .filter(Boolean)
    .join(' · ');
  return html`<div class="pane" data-key="${channel.id}" data-title="${mark}${channel.name}">${renderHeader(`${mark}${channel.name}`, detail || undefined)}${renderConversation(channel, state, viewer, limit, `${mark}${channel.name}`)}</div>`;
}

/** Lines of the host program above everything, such as where it runs. */
export function renderNotices(notices: readonly string[]): Html {
  return html`${notices.map((notice) => html`<p>${notice}</p>`)}`;
}

const sheets = ['base', 'sidebar', 'conversation', 'message', 'blocks', 'controls', 'dialogs'];

/** The whole document. Its parts are filled again by the stream, so nothing here goes stale. */
export function renderPage(page: { title: string; nonce: string; sidebar: Html; user: string }): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content"><title>${page.title}</title>
<link rel="icon" href="data:,">${sheets.map((sheet) => html`<link rel="stylesheet" href="page/${sheet}.css" nonce="${page.nonce}">`)}
<script type="module" src="page/main.js" nonce="${page.nonce}"></script></head>
<body data-title="${page.title}" data-user="${page.user}">
<div id="notices" role="note"></div>
<div class="workspace"><nav id="sidebar" aria-label="Workspace">${page.sidebar}</nav><main id="main"><p class="empty">Opening the workspace…</p></main></div>
<dialog id="modal" role="dialog" aria-modal="true"><div id="view"></div></dialog>
<dialog id="confirm" role="alertdialog" aria-modal="true"></dialog>
<div id="completions" role="listbox" aria-label="Suggestions" popover="manual"></div>
<div id="toasts" role="status" aria-live="polite" popover="manual"></div>
<noscript>This workspace needs JavaScript.</noscript></body></html>`;
}
