const tags = new Set(
  (
    'a article b blockquote br button caption code details div figcaption figure footer form h2 h3 header hr i input label li nav ' +
    'ol optgroup option p pre s select small span summary table tbody td template textarea th thead time tr u ul'
  ).split(' '),
);
const empty = new Set(['br', 'hr', 'input']);
const token = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>/g;
const attribute = /([a-z-]+)(?:="([^"<>]*)")?/g;

const decode = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'",
  );

/**
 * Reads HTML as strictly as the page promises to write it, and throws on anything else: a tag or attribute that is not ours, a handler,
 * a link that is not http(s), mailto or of this page, a stray `<` or `>`, tags that do not nest. Returns what a reader sees.
 */
export function readStrictly(markup: string): { text: string; links: string[] } {
  const open: string[] = [];
  const links: string[] = [];
  const rest = markup.replace(token, (_, slash: string, name: string, attributes: string) => {
    if (!tags.has(name)) throw new Error(`not one of our tags: ${name}`);
    if (slash && open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    if (!slash && !empty.has(name)) open.push(name);
    for (const [, key = '', value = ''] of attributes.matchAll(attribute)) {
      if (/^(on|style|srcdoc|src|action|formaction)/.test(key)) throw new Error(`attribute ${key}`);
      if (key !== 'href') continue;
      if (!/^(https?:|mailto:|#)/.test(decode(value))) throw new Error(`link to ${value}`);
      links.push(decode(value));
    }
    return name === 'br' ? '\n' : '';
  });
  if (open.length > 0) throw new Error(`left open: ${open.join(' ')}`);
  if (/[<>]/.test(rest)) throw new Error(`stray bracket in ${rest}`);
  return { text: decode(rest), links };
}

/** Text that has broken other renderers. */
export const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '<https://x.test/"onmouseover="alert(1)|press>',
  '<javascript:alert(1)|press>',
  '<https://ok.test|<b>bold</b>>',
  '<!date^1392734382^{date}^javascript:alert(1)|"><script>>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '`<b>`*<i>*_</i>_```</pre><script>```',
  '<@UADA|"><script>alert(1)</script>>',
  '</textarea></template></div><script>alert(1)</script>',
];
