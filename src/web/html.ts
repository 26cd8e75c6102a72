const safe: unique symbol = Symbol('html');
/** Finished HTML. Only `html` makes some, so that nothing unescaped can be taken for it. */
export type Html = { readonly [safe]: string };

/** What may stand in a template: texts are escaped, finished HTML is not, null leaves nothing. */
type Fill = string | number | Html | null | readonly Fill[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function written(fill: Fill): string {
  if (fill === null) return '';
  if (typeof fill === 'string' || typeof fill === 'number')
    return String(fill).replace(/[&<>"']/g, (character) => entities[character] ?? character);
  return isMany(fill) ? fill.map(written).join('') : fill[safe];
}

const isMany = (fill: Html | readonly Fill[]): fill is readonly Fill[] => Array.isArray(fill);

/** The one place of our web pages where text becomes HTML: all between `${` and `}` is escaped, inside quoted attributes too. */
export const html = (texts: TemplateStringsArray, ...fills: Fill[]): Html => ({
  [safe]: texts.reduce((made, text, place) => made + written(fills[place - 1] ?? null) + text),
});

export const sourceOf = (page: Html): string => page[safe];
