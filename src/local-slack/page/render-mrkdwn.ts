import { withEmoji } from './emoji.ts';
import { type Html, html, link, safeUrl } from './html.ts';
import { renderBroadcast, renderChannelLink, renderDate, renderEmoji, renderMention } from './render-inline.ts';
import { type Atom, type Styles, styleText } from './styled-text.ts';
import type { Viewer } from './viewer.ts';

const styles: Styles = {
  '*': (inner) => html`<b>${inner}</b>`,
  _: (inner) => html`<i>${inner}</i>`,
  '~': (inner) => html`<s>${inner}</s>`,
};

/** Slack's three entities, undone once: `&amp;lt;` is the text `&lt;`. */
export function decodeEntities(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] ?? '');
}

function special(command: string, label: string | undefined, viewer: Viewer): Html | undefined {
  if (['channel', 'here', 'everyone'].includes(command)) return renderBroadcast(command);
  if (command.startsWith('subteam^')) return html`<span class="mention">${label ?? `@${command.slice(8)}`}</span>`;
  const [kind, epoch, format, url] = command.split('^');
  if (kind !== 'date' || !epoch || !format) return label === undefined ? undefined : html`${label}`;
  return renderDate({ epoch: Number(epoch), format, url, fallback: label }, viewer);
}

/** What stands between `<` and `>`; undefined where it is none of Slack's forms and so is plain text. */
function entity(body: string, viewer: Viewer): Html | undefined {
  const bar = body.indexOf('|');
  const target = decodeEntities(bar < 0 ? body : body.slice(0, bar));
  const label = bar < 0 ? undefined : decodeEntities(body.slice(bar + 1));
  if (/^@[UWB][A-Z0-9]+$/.test(target)) return renderMention(target.slice(1), viewer, label);
  if (/^#[CG][A-Z0-9]+$/.test(target)) return renderChannelLink(target.slice(1), viewer, label);
  if (target.startsWith('!')) return special(target.slice(1), label, viewer);
  return safeUrl(target) ? link(target, withEmoji(label || target.replace(/^mailto:/, ''))) : undefined;
}

/** Inside code an entity reads as its text: formatting is off, addresses are not followed. */
function renderCode(code: string): string {
  return decodeEntities(
    code.replace(/<([^<>|\n]+)\|([^<>\n]+)>/g, '$2').replace(/<((?:https?|mailto):[^<>\n]+)>/g, '$1'),
  );
}

const address = /https?:\/\/(?:(?!&[lg]t;)[^\s<>|`])*(?!&[lg]t;)[^\s<>|`.,!?:;)\]'"*_~]/.source;
const token = new RegExp(
  `\`[^\`\\n]+\`|<[^<>\\n]+>|${address}|:[\\w+'-]+(?:::skin-tone-[2-6])?:|&(?:amp|lt|gt);|[^]`,
  'gu',
);

function atomOf(text: string, viewer: Viewer, verbatim: boolean): Atom[] {
  if (text.length > 2 && text.startsWith('`'))
    return [{ text, html: html`<code>${renderCode(text.slice(1, -1))}</code>` }];
  if (text.length > 2 && text.startsWith('<')) {
    const made = entity(text.slice(1, -1), viewer);
    return made ? [{ text, html: made }] : Array.from(decodeEntities(text), (character) => ({ text: character }));
  }
  if (text.length > 2 && text.startsWith(':')) return [{ text, html: renderEmoji(text.slice(1, -1)) }];
  if (text.startsWith('http'))
    return [
      verbatim ? { text, html: html`${text}` } : { text, html: link(decodeEntities(text), decodeEntities(text)) },
    ];
  if (text.startsWith('&')) return [{ text: decodeEntities(text) }];
  return [{ text }];
}

function renderLines(text: string, viewer: Viewer, verbatim: boolean): Html[] {
  const atoms = Array.from(text.matchAll(token), ([found]) => atomOf(found, viewer, verbatim)).flat();
  return styleText(atoms, styles);
}

const quote = /^(?:>|&gt;) ?/;

function renderParagraphs(text: string, viewer: Viewer, verbatim: boolean): Html[] {
  const groups: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quoted = quote.test(line);
    const last = groups.at(-1);
    const group = last?.quoted === quoted ? last : { quoted, lines: [] };
    if (group !== last) groups.push(group);
    group.lines.push(line.replace(quote, ''));
  }
  return groups.map(({ quoted, lines }) => {
    const inner = renderLines(lines.join('\n'), viewer, verbatim);
    return quoted ? html`<blockquote>${inner}</blockquote>` : html`${inner}`;
  });
}

/**
 * Slack's mrkdwn as HTML: bold, italic, strike, code, pre, quotes, links, mentions, dates on the viewer's clock, emoji
 * (docs.slack.dev, *Formatting message text*). Text is in wire form (`&amp; &lt; &gt;`); what is none of Slack's forms shows as typed.
 * `verbatim` leaves bare addresses unlinked.
 */
export function renderMrkdwn(text: string, viewer: Viewer, verbatim = false): Html {
  const pieces = text.split('```');
  const unclosed = pieces.length % 2 === 0 ? `\`\`\`${pieces.pop()}` : '';
  return html`${pieces.map((piece, index) => {
    if (index % 2 === 1) return html`<pre>${renderCode(piece.replace(/^\n|\n$/g, ''))}</pre>`;
    const last = index === pieces.length - 1;
    const between = piece.replace(index > 0 ? /^\n/ : '', '').replace(last ? '' : /\n$/, '');
    return between || (last && unclosed)
      ? renderParagraphs(between + (last ? unclosed : ''), viewer, verbatim)
      : undefined;
  })}`;
}
