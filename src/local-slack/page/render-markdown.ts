import { type Html, html, link, safeUrl } from './html.ts';
import { renderEmoji } from './render-inline.ts';
import { type Atom, type Styles, styleText } from './styled-text.ts';

const styles: Styles = {
  '**': (inner) => html`<b>${inner}</b>`,
  __: (inner) => html`<b>${inner}</b>`,
  '*': (inner) => html`<i>${inner}</i>`,
  _: (inner) => html`<i>${inner}</i>`,
  '~~': (inner) => html`<s>${inner}</s>`,
};

const token = /`[^`\n]+`|\[[^[\]\n]+\]\([^()\s]+\)|:[\w+'-]+:|\\[*_~`[\]#>\\-]|\*\*|__|~~|[\s\S]/gu;

function atomOf(text: string): Atom {
  if (text.length > 2 && text.startsWith('`')) return { text, html: html`<code>${text.slice(1, -1)}</code>` };
  if (text.length > 2 && text.startsWith(':')) return { text, html: renderEmoji(text.slice(1, -1)) };
  if (text.length === 2 && text.startsWith('\\')) return { text, html: html`${text.slice(1)}` };
  const [, label = '', target = ''] = /^\[(.+)\]\((.+)\)$/.exec(text) ?? [];
  if (target) return { text, html: safeUrl(target) ? link(target, label) : html`${text}` };
  return { text };
}

function renderLine(text: string): Html[] {
  return styleText(
    Array.from(text.matchAll(token), ([found]) => atomOf(found)),
    styles,
  );
}

type Part = { kind: 'heading' | 'rule' | 'quote' | 'bullet' | 'number' | 'text' | 'code'; lines: string[] };

function partOf(line: string): { kind: Part['kind']; text: string } {
  const [, heading] = /^#{1,6} +(.*)$/.exec(line) ?? [];
  if (heading !== undefined) return { kind: 'heading', text: heading };
  if (/^ {0,3}([-*_])( *\1){2,} *$/.test(line)) return { kind: 'rule', text: '' };
  if (line.startsWith('>')) return { kind: 'quote', text: line.replace(/^> ?/, '') };
  const [, mark = '', item] = /^\s*([-*+]|\d{1,9}[.)]) +(.*)$/.exec(line) ?? [];
  if (item !== undefined) return { kind: mark.length > 1 ? 'number' : 'bullet', text: item };
  return { kind: 'text', text: line };
}

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let fenced = false;
  for (const line of text.split('\n')) {
    if (/^\s*```/.test(line)) {
      fenced = !fenced;
      if (fenced) parts.push({ kind: 'code', lines: [] });
      continue;
    }
    const next = fenced ? { kind: 'code' as const, text: line } : partOf(line);
    const last = parts.at(-1);
    if (last?.kind === next.kind && next.kind !== 'heading') last.lines.push(next.text);
    else parts.push({ kind: next.kind, lines: [next.text] });
  }
  return parts;
}

function renderPart({ kind, lines }: Part): Html | undefined {
  if (kind === 'code') return html`<pre>${lines.join('\n')}</pre>`;
  if (kind === 'rule') return html`<hr>`;
  if (kind === 'heading') return html`<p class="heading">${lines.map(renderLine)}</p>`;
  if (kind === 'quote') return html`<blockquote>${renderLine(lines.join('\n'))}</blockquote>`;
  const items = lines.map((line) => html`<li>${renderLine(line)}</li>`);
  if (kind === 'bullet') return html`<ul>${items}</ul>`;
  if (kind === 'number') return html`<ol>${items}</ol>`;
  const paragraphs = lines.join('\n').split(/\n{2,}/);
  return html`${paragraphs.map((each) => each.trim() !== '' && html`<p>${renderLine(each.trim())}</p>`)}`;
}

/** Standard Markdown as the `markdown` block takes it: headings, lists, quotes, fences, rules and inline styles; no raw HTML, ever. */
export function renderMarkdown(text: string): Html {
  return html`${partsOf(text).map(renderPart)}`;
}
