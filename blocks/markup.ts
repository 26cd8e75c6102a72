/** Mrkdwn that is safe to show: only this file makes one, so nobody's text reaches Slack unescaped. */
const safe: unique symbol = Symbol('markup');
export type Markup = { readonly [safe]: string };

const make = (text: string): Markup => ({ [safe]: text });
export const rawOf = (markup: Markup): string => markup[safe];
export const nothing: Markup = make('');

/** Format, bidi, zero-width and other characters that show nothing but change what is read. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cs}]/gu;
const breaks = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
/** `:tick:` at the start of a word would be drawn as an emoji: no name may paint a tick on a card. */
const shorthand = /(^|\s):(?=[a-z0-9_+'-]+:)/giu;

/** Longer texts are cut before anything else looks at them: nobody reads further, and no text may cost much. */
const longest = 8000;

/** One line of visible characters. */
export function tidy(text: string): string {
  const head = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return head.replace(breaks, ' ').replace(invisible, '').trim();
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Cut by code point so that the pieces, written through `write`, stay within `limit` UTF-16 units. */
function clamp(text: string, limit: number, write: (char: string) => string): string {
  let whole = '';
  let cut = '';
  for (const char of text) {
    whole += write(char);
    if (whole.length <= limit - 1) cut = whole;
    if (whole.length > limit) return `${cut}…`;
  }
  return whole;
}

const brackets: Readonly<Record<string, string>> = { '<': '‹', '>': '›' };

/**
 * Somebody's text as plain text (button labels, titles): one visible line, at most `limit` long. Slack does not parse it,
 * but whoever quotes it may, so the angle brackets are drawn, not sent.
 */
export function plain(text: string, limit: number): string {
  return clamp(tidy(text), limit, (char) => brackets[char] ?? char) || '–';
}

/**
 * Somebody's text as mrkdwn. `& < >` become entities, in that order of concern; the escaped length is what is limited.
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escaped(text: string, limit = 200): Markup {
  const visible = tidy(text).replace(shorthand, '$1∶');
  return make(clamp(visible, limit, (char) => entities[char] ?? char) || '–');
}

/** `*name*`; an asterisk inside would end it. */
export const bold = (text: string, limit = 200): Markup =>
  make(`*${rawOf(escaped(text.replaceAll('*', '∗'), limit))}*`);

/** `` `value` ``; a backtick inside would end it. */
export const code = (text: string, limit = 200): Markup =>
  make(`\`${rawOf(escaped(text.replaceAll('`', 'ˋ'), limit))}\``);

/** A link to a page of ours, under our own words; an address that is none is left out. */
export const link = (url: string, label: string): Markup =>
  /^https?:\/\/[^\s<>|]+$/.test(url) ? make(`<${url}|${label.replace(/[<>|]/g, '')}>`) : escaped(label);

/** A real mention of a Slack user; anything that is no Slack user id is shown as text. */
export const mention = (user: string): Markup =>
  /^[UW][A-Z0-9]{2,20}$/.test(user) ? make(`<@${user}>`) : escaped(user);

/**
 * A moment, shown in each reader's own time zone; readers without the markup see UTC.
 * @see https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function moment(at: number): Markup {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return make('at an unknown time');
  const utc = `${when.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return make(`<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${utc}>`);
}

/** Our own mrkdwn; every interpolated string is escaped, every Markup stands as it is. */
export function md(texts: TemplateStringsArray, ...values: readonly (Markup | string | number)[]): Markup {
  let text = texts[0] ?? '';
  values.forEach((value, index) => {
    text += typeof value === 'object' ? value[safe] : rawOf(escaped(String(value), 1000));
    text += texts[index + 1] ?? '';
  });
  return make(text);
}

/** Our own markup in words only, to be made `plain`: for labels that are read out. */
export const wordsOf = (markup: Markup): string =>
  markup[safe].replace(/[*_`]/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

export const isEmpty = (markup: Markup): boolean => markup[safe] === '';
export const join = (parts: readonly Markup[], separator: string): Markup =>
  make(
    parts
      .filter((part) => !isEmpty(part))
      .map(rawOf)
      .join(separator),
  );

/** A sentence list: `a`, `a and b`, `a, b and c`. */
export function enumerate(parts: readonly Markup[]): Markup {
  const last = parts.at(-1);
  if (last === undefined) return nothing;
  const head = parts.slice(0, -1);
  return head.length === 0 ? last : md`${join(head, ', ')} and ${last}`;
}

/** At most `limit` UTF-16 units, never ending inside an entity or a `<…>`. */
export function cutTo(markup: Markup, limit: number): Markup {
  const text = rawOf(markup);
  if (text.length <= limit) return markup;
  const cut = text
    .slice(0, limit - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/<[^>]*$/, '')
    .replace(/&[a-z]{0,4}$/, '');
  return make(`${cut}…`);
}

/** Lines below each other within `limit` units; what does not fit is counted. */
export function stack(lines: readonly Markup[], limit = 2900): Markup {
  const kept: Markup[] = [];
  let length = 0;
  for (const line of lines) {
    const next = length + rawOf(line).length + 1;
    if (next > limit - 30 && kept.length > 0)
      return join([...kept, md`…and ${lines.length - kept.length} more.`], '\n');
    kept.push(cutTo(line, limit - 30));
    length = next;
  }
  return join(kept, '\n');
}
