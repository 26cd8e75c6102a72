/** A page somebody came to. */
export type Visited = { url: string; status: number; text: string };

type Step = { url: URL; body?: URLSearchParams };
type Cookie = { host: string; path: string; name: string; value: string };

/** A form that a script of its page sends at once, as providers have between two of their steps. */
function sendsItself(url: URL, text: string): Step | null {
  if (!text.includes('document.forms[0].submit()')) return null;
  const fields = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const action = /<form method="post" action="([^"]*)"/.exec(text)?.[1] ?? '';
  const body = Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
  return { url: new URL(action, url), body: new URLSearchParams(body) };
}

/** Somebody with a browser without a screen: keeps cookies as browsers do (by host and path, not by port), and goes where it is sent. */
export function visitor() {
  let jar: Cookie[] = [];

  function keep(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const attributeOf = (attribute: string) =>
      attributes.find((one) => one.toLowerCase().startsWith(`${attribute}=`))?.slice(attribute.length + 1);
    const path = attributeOf('path') ?? '/';
    const expires = attributeOf('expires');
    const isOver = attributeOf('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now());
    jar = jar.filter((one) => one.host !== url.hostname || one.path !== path || one.name !== name);
    if (!isOver) jar.push({ host: url.hostname, path, name, value });
  }

  const cookiesFor = ({ hostname, pathname }: URL): string =>
    jar
      .filter(
        ({ host, path }) => host === hostname && (pathname === path || pathname.startsWith(path.replace(/\/?$/, '/'))),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');

  /** Opens an address, or sends a form there; `through` gets every address on the way. */
  async function visit(address: string, form?: Record<string, string>, through: string[] = []): Promise<Visited> {
    let next: Step = {
      url: new URL(address),
      ...(form !== undefined && { body: new URLSearchParams(form) }),
    };
    for (let step = 0; step < 20; step += 1) {
      const { url, body } = next;
      through.push(url.href);
      const headers = { cookie: cookiesFor(url) };
      const response = await fetch(url, { redirect: 'manual', headers, ...(body && { method: 'POST', body }) });
      for (const line of response.headers.getSetCookie()) keep(url, line);
      const location = response.headers.get('location');
      const text = await response.text();
      const sent = location === null ? sendsItself(url, text) : { url: new URL(location, url) };
      if (sent === null) return { url: url.href, status: response.status, text };
      next = sent;
    }
    throw new Error(`too many redirects from ${address}`);
  }

  return { visit };
}
export type Visitor = ReturnType<typeof visitor>;
