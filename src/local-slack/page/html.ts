/** A piece of finished HTML. Only {@link html} makes one, so that nothing unescaped can be mistaken for it. */
class Markup {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Html = Markup;

/** What may stand in a template: text is escaped, finished HTML is not, `undefined` and `false` leave nothing. */
export type Fill = string | number | Html | undefined | false | readonly Fill[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function fill(value: Fill): string {
  if (value instanceof Markup) return value.markup;
  if (Array.isArray(value)) return value.map(fill).join('');
  if (value === undefined || value === false) return '';
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** The one place where text becomes HTML: everything between `${` and `}` is escaped, also inside quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: Fill[]): Html {
  return new Markup(strings.reduce((made, next, index) => made + fill(values[index - 1]) + next));
}

const schemes = new Set(['http:', 'https:', 'mailto:']);

/** The address in normal form, or undefined where following it could run code or leave the web (`javascript:`, `data:`, `file:` …). */
export function safeUrl(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return schemes.has(url.protocol) ? url.href : undefined;
}

/** A link that opens beside the page; text alone where the address is not safe to follow. */
export function link(address: string, label: Fill): Html {
  const href = safeUrl(address);
  if (!href) return html`${label}`;
  return html`<a href="${href}" target="_blank" rel="noopener noreferrer">${label}</a>`;
}
