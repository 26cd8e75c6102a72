import { emoji } from './emoji.ts';
import { type Html, html, link } from './html.ts';
import { formatDate } from './slack-date.ts';
import { canSee, type Viewer } from './viewer.ts';

/** `@Real Name`, marked when it is the viewer; the id where nobody has it. */
export function renderMention(id: string, viewer: Viewer, label?: string): Html {
  const name = viewer.members.find((member) => member.id === id)?.realName ?? label ?? id;
  return html`<span class="mention${id === viewer.user.id && ' me'}">@${name}</span>`;
}

/** A channel the viewer may open as a link to it; a private one they may not see keeps its name to itself. */
export function renderChannelLink(id: string, viewer: Viewer, label?: string): Html {
  const channel = viewer.channels.find((one) => one.id === id);
  if (!channel) return html`<span class="mention">#${label || id}</span>`;
  if (!canSee(channel, viewer)) return html`<span class="mention">🔒 private channel</span>`;
  return html`<a class="mention" href="#${channel.id}">#${channel.name}</a>`;
}

/** `@channel`, `@here`, `@everyone`. */
export function renderBroadcast(range: string): Html {
  return html`<span class="mention me">@${range}</span>`;
}

/** A moment on the viewer's clock, the fallback where the epoch (seconds) or the format is no use. */
export function renderDate(
  at: { epoch: number; format: string; url?: string | undefined; fallback?: string | undefined },
  viewer: Viewer,
): Html {
  const text = formatDate(at.epoch, at.format, viewer.user.timeZone, viewer.now);
  if (text === undefined) return html`${at.fallback ?? ''}`;
  const time = html`<time datetime="${new Date(at.epoch * 1000).toISOString()}" title="${at.fallback}">${text}</time>`;
  return at.url ? link(at.url, time) : time;
}

/** The character of a shortcode, named for those who cannot see it; the code itself where it is unknown. */
export function renderEmoji(name: string): Html {
  const character = emoji(name);
  return character ? html`<span role="img" class="emoji" aria-label="${name}">${character}</span>` : html`:${name}:`;
}
