import type { RichTextBlock, RichTextBlockElement, RichTextElement, RichTextList } from '@slack/types';
import { type Html, html, link } from './html.ts';
import { renderBroadcast, renderChannelLink, renderDate, renderEmoji, renderMention } from './render-inline.ts';
import type { Viewer } from './viewer.ts';

function renderContent(element: RichTextElement, viewer: Viewer): Html {
  switch (element.type) {
    case 'text':
      return html`${element.text.split('\n').map((line, index) => [index > 0 && html`<br>`, line])}`;
    case 'link':
      return link(element.url, element.text || element.url);
    case 'user':
      return renderMention(element.user_id, viewer);
    case 'channel':
      return renderChannelLink(element.channel_id, viewer);
    case 'usergroup':
      return html`<span class="mention">@${element.usergroup_id}</span>`;
    case 'team':
      return html`<span class="mention">@${element.team_id}</span>`;
    case 'broadcast':
      return renderBroadcast(element.range);
    case 'emoji':
      return renderEmoji(element.name);
    case 'date':
      return renderDate({ ...element, epoch: element.timestamp }, viewer);
    case 'color':
      return html`<code>${element.value}</code>`;
    default:
      return html``;
  }
}

function renderElement(element: RichTextElement, viewer: Viewer): Html {
  const { bold, italic, strike, underline, code } = element.style ?? {};
  let made = renderContent(element, viewer);
  if (code) made = html`<code>${made}</code>`;
  if (underline) made = html`<u>${made}</u>`;
  if (strike) made = html`<s>${made}</s>`;
  if (italic) made = html`<i>${made}</i>`;
  return bold ? html`<b>${made}</b>` : made;
}

function renderList(list: RichTextList, start: number, viewer: Viewer): Html {
  const items = list.elements.map(
    ({ elements }) => html`<li>${elements.map((each) => renderElement(each, viewer))}</li>`,
  );
  const indent = `indent-${Math.min(8, Math.max(0, list.indent ?? 0))}`;
  return list.style === 'ordered'
    ? html`<ol class="${indent}" start="${start}">${items}</ol>`
    : html`<ul class="${indent}">${items}</ul>`;
}

/** Slack numbers on where an ordered list is interrupted by a deeper one. */
function startOf(elements: readonly RichTextBlockElement[], at: number): number {
  const list = elements[at] as RichTextList;
  let count = 1;
  for (const before of elements.slice(0, at).reverse()) {
    if (before.type !== 'rich_text_list' || (before.indent ?? 0) < (list.indent ?? 0)) break;
    if ((before.indent ?? 0) === (list.indent ?? 0)) count += before.elements.length;
  }
  return count;
}

/** A `rich_text` block: sections, lists, quotes, preformatted text. */
export function renderRichText(block: RichTextBlock, viewer: Viewer): Html {
  return html`${block.elements.map((element, at) => {
    if (element.type === 'rich_text_list') return renderList(element, startOf(block.elements, at), viewer);
    const inner = element.elements.map((each) => renderElement(each, viewer));
    if (element.type === 'rich_text_preformatted') return html`<pre>${inner}</pre>`;
    if (element.type === 'rich_text_quote') return html`<blockquote>${inner}</blockquote>`;
    return html`<p>${inner}</p>`;
  })}`;
}
