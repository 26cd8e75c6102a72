import type { TextObject } from '@slack/types';
import { withEmoji } from './emoji.ts';
import { type Html, html } from './html.ts';
import { renderMrkdwn } from './render-mrkdwn.ts';
import type { Viewer } from './viewer.ts';

/** `plain_text` (shortcodes become emoji unless `emoji: false`) or `mrkdwn`. */
export function renderText(text: TextObject, viewer: Viewer): Html {
  if (text.type === 'mrkdwn') return renderMrkdwn(text.text, viewer, text.verbatim);
  return html`${plainText(text)}`;
}

/** A text object as bare text, for labels and attributes. */
export function plainText(text: TextObject | undefined): string {
  if (!text) return '';
  return text.type === 'plain_text' && text.emoji !== false ? withEmoji(text.text) : text.text;
}
