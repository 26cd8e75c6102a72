import { afterEach, describe, expect, it } from 'vitest';
import { RollcallError } from '../../src/core/errors.ts';
import type { SamlWebDeps } from '../../src/web/saml-links.ts';
import {
  acs,
  answerIn,
  openSaml,
  posted,
  postingOf,
  publicUrl,
  redirected,
  requestOf,
  type SamlWorld,
  serve,
} from './saml-world.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
async function open(options: Parameters<typeof openSaml>[0] = {}): Promise<SamlWorld> {
  const world = await openSaml(options);
  closing.push(() => world.stop());
  return world;
}

/** What is the same for everybody: without the nonce. */
const bare = async (response: Response) => [response.status, (await response.text()).replace(/nonce="[^"]+"/g, '')];
const nonceOf = (response: Response): string =>
  /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1] ?? '';

/** A browser that an app sent here has said who it is; the page it waits on. */
async function waiting(world: SamlWorld, more: Record<string, string> = {}) {
  const { path, cookie } = await world.arrive(more);
  const own = { Origin: world.url, cookie };
  await world.form(`${path}/who`, { email: 'zoe@acme.test' }, own);
  const page = await (await world.get(path, { cookie })).text();
  return { path, cookie, own, page, number: Number(/aria-label="\d \d">(\d\d)</.exec(page)?.[1]) };
}
/** And its person has picked the number. */
async function confirmed(world: SamlWorld, more: Record<string, string> = {}) {
  const browser = await waiting(world, more);
  expect(await world.pick(browser.number)).toMatchObject({ result: 'confirmed' });
  return browser;
}

describe('the metadata', () => {
  it('stands at the address it names, and may be kept for five minutes', async () => {
    const world = await open();
    const response = await world.get('/metadata');
    const xml = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/samlmetadata+xml; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(xml).toContain(`entityID="${publicUrl}/saml/metadata"`);
    expect(xml.match(new RegExp(`Location="${publicUrl}/saml/sso"`, 'g'))).toHaveLength(2);
    expect(await (await world.get('/metadata')).text()).toBe(xml);
    expect(response.headers.get('etag')).toMatch(/^W?\/?"/);
    expect((await world.form('/metadata')).status).toBe(404);
  });
});

describe('a link from Slack', () => {
  it('is used up by pressing its button, not by looking at it', async () => {
    const world = await open();
    const token = await world.link();
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET']) {
      const looked = await world.call(`/go/${token}`, { method });
      const page = await looked.text();
      if (method !== 'GET') continue;
      expect(looked.status).toBe(200);
      expect(page).toContain('<h1>Sign on to Wiki as Person zoe</h1>');
      expect(page).not.toContain('SAMLResponse');
    }
    const response = await world.form(`/go/${token}`);
    expect(response.status).toBe(200);
    const page = await response.text();
    const { action, fields } = postingOf(page);
    expect(action).toBe(acs);
    expect(Object.keys(fields)).toEqual(['SAMLResponse']);
    expect(answerIn(page)).toContain(`Destination="${acs}"`);
    expect(answerIn(page)).not.toContain('InResponseTo');
    expect(page).toContain('at <strong>wiki.acme.test</strong>');
    for (const again of [await world.form(`/go/${token}`), await world.get(`/go/${token}`)])
      expect(again.status).toBe(404);
  });

  it('posts for one of a thousand who press at once', async () => {
    const world = await open();
    const token = await world.link();
    const press = (index: number) =>
      world.form(`/go/${token}`, {}, { Origin: world.url, 'x-forwarded-for': `10.0.${index >> 8}.${index & 255}` });
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, index) => press(index)));
    const counts = new Map<number, number>();
    for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({ 200: 1, 404: 999 });
    const pages = await Promise.all(answers.map((one) => one.text()));
    expect(pages.filter((page) => page.includes('SAMLResponse'))).toHaveLength(1);
  });

  it('says why somebody may not sign on any more, and posts nothing', async () => {
    const world = await open();
    const token = await world.link();
    world.acme.directory.state.rows = world.acme.directory.state.rows.map((row) =>
      row.externalId === 'zoe' ? { ...row, status: 'suspended' as const } : row,
    );
    await world.acme.sync(1_000);
    const response = await world.form(`/go/${token}`);
    const page = await response.text();
    expect([response.status, page.includes('You were not signed on to Wiki')]).toEqual([403, true]);
    expect(page).not.toContain('SAMLResponse');
  });

  it('escapes what an app is called', async () => {
    const world = await open({ title: '<script>alert(1)</script> & "Söhne"' });
    const token = await world.link();
    for (const response of [await world.get(`/go/${token}`), await world.form(`/go/${token}`)]) {
      const page = await response.text();
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Söhne&quot;');
      expect(page.replace(/<script nonce="[^"]+">document\.forms\[0\]\.submit\(\)<\/script>/, '')).not.toContain(
        '<script',
      );
    }
  });
});

describe('a request of an app', () => {
  it('leads to a page of its own, for that browser alone', async () => {
    const world = await open();
    const { response, path } = await world.arrive();
    expect(response.status).toBe(303);
    expect(path).toMatch(/^\/wait\/[\w.%-]+$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^rollcall_saml_[\w-]{16}=[\w.-]{20,}; Max-Age=\d+; Path=\/saml; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    );
    const [, life = ''] = /Max-Age=(\d+)/.exec(cookie) ?? [];
    expect(Number(life)).toBeGreaterThanOrEqual(60);
    expect(Number(life)).toBeLessThanOrEqual(900);
    const form = await world.form('/sso', posted(requestOf(world.now(), '', '_form')), {
      Origin: 'https://wiki.acme.test',
    });
    expect([form.status, form.headers.get('location')?.startsWith('/saml/wait/')]).toEqual([303, true]);
    const other = form.headers.get('set-cookie')?.split('=')[0];
    expect(other).not.toBe(cookie.split('=')[0]);
  });

  it('keeps its cookie on loopback over http', async () => {
    const world = await open({ at: 'http://127.0.0.1:3000' });
    expect((await world.arrive()).response.headers.get('set-cookie')).not.toContain('Secure');
  });

  it('is answered once its person has picked the number, by the browser that waited', async () => {
    const world = await open();
    const state = `/page?a="><script>alert('1')</script>&b`;
    const { path, cookie } = await world.arrive({ RelayState: state });
    const asked = await (await world.get(path, { cookie })).text();
    expect(asked).toContain('<h1>Sign on to Wiki</h1>');
    expect(asked).toContain('<label for="email">');
    const own = { Origin: 'null', 'Sec-Fetch-Site': 'same-origin', cookie };
    const named = await world.form(`${path}/who`, { email: ' Zoe@Acme.test ' }, own);
    expect([named.status, named.headers.get('location')]).toEqual([303, `/saml${path}`]);

    const waits = await (await world.get(path, { cookie })).text();
    const [, spaced = '', shown = ''] = /role="img" aria-label="(\d \d)">(\d\d)</.exec(waits) ?? [];
    expect(spaced.replace(' ', '')).toBe(shown);
    expect(waits).toContain('<noscript><meta http-equiv="refresh" content="3"></noscript>');
    expect(waits).toContain(`<a href="/saml${path}">look now</a>`);
    expect((await world.asked()).numbers).toContain(Number(shown));
    expect((await world.form(path, {}, own)).status).not.toBe(200);
    expect(await world.pick(Number(shown))).toMatchObject({ result: 'confirmed' });

    const goes = await world.get(path, { cookie });
    const policy = goes.headers.get('content-security-policy');
    expect(policy).toBe(
      `default-src 'none'; style-src 'nonce-${nonceOf(goes)}'; script-src 'nonce-${nonceOf(goes)}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    const page = await goes.text();
    expect(page).toContain('<form method="post"><button>Go on to Wiki</button></form>');
    expect(page).not.toMatch(/http-equiv|SAMLResponse/);

    const done = await world.form(path, {}, own);
    expect(done.headers.get('set-cookie')).toMatch(/^rollcall_saml_[\w-]{16}=; Path=\/saml; Expires=Thu, 01 Jan 1970/);
    const posting = await done.text();
    expect(posting).not.toContain("<script>alert('1')");
    expect(postingOf(posting)).toMatchObject({ action: acs, fields: { RelayState: state } });
    expect(answerIn(posting)).toContain('InResponseTo="_r1"');
    for (const again of [await world.form(path, {}, own), await world.get(path, { cookie })])
      expect(again.status).toBe(404);
  });

  it('tells its person where the browser is, and nothing that was written into its name', async () => {
    const world = await open();
    const query = redirected(requestOf(world.now()));
    const response = await world.get(`/sso?${query}`, {
      ...{ 'User-Agent': 'Pick 47, says IT (X11; Linux) Firefox/140.0', 'x-forwarded-for': '203.0.113.7' },
    });
    const path = (response.headers.get('location') ?? '').replace('/saml', '');
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    await world.form(`${path}/who`, { email: 'zoe@acme.test' }, { Origin: world.url, cookie });
    expect((await world.numbers()).map(({ from }) => from)).toEqual(['Firefox on Linux, at 203.0.113.7']);
  });

  it('ends with the wrong number, or with whoever says it was not them', async () => {
    const world = await open();
    const wrong = await waiting(world);
    const other = (await world.asked()).numbers.find((one) => one !== wrong.number) ?? -1;
    expect(await world.pick(other)).toMatchObject({ result: 'refused' });
    const denied = await waiting(world);
    await world.useCases.denySignOn((await world.asked()).id, await world.acme.personOf('zoe'));
    for (const { path, own, cookie } of [wrong, denied]) {
      const looked = await world.get(path, { cookie });
      const page = await looked.text();
      expect([looked.status, page.includes('You were not signed on to Wiki')]).toEqual([403, true]);
      expect(page).not.toContain('http-equiv');
      const pressed = await (await world.form(path, {}, own)).text();
      expect(pressed).not.toContain('SAMLResponse');
    }
  });

  it('shows the same to whoever names an address that nobody has', async () => {
    const world = await open();
    const looks = async (email: string) => {
      const { path, cookie } = await world.arrive();
      const named = await world.form(`${path}/who`, { email }, { Origin: world.url, cookie });
      const page = await (await world.get(path, { cookie })).text();
      const plain = page.replaceAll(path, 'PATH').replace(/nonce="[^"]+"/g, '');
      return [named.status, plain.replace(/\d \d">\d\d</, 'NUMBER').replace(/Pick \d\d in/, 'Pick NUMBER in')];
    };
    const known = await looks('zoe@acme.test');
    expect(known[1]).toContain('NUMBER');
    expect(await looks('nobody@acme.test')).toEqual(known);
    expect(await world.numbers()).toHaveLength(1);
  });

  it('asks again for what is no address', async () => {
    const world = await open();
    const { path, cookie } = await world.arrive();
    const own = { Origin: world.url, cookie };
    for (const fields of [
      {},
      { email: '' },
      { email: 'zoe' },
      { email: `${'z'.repeat(320)}@acme.test` },
      { email: 'a b@c' },
    ]) {
      const response = await world.form(`${path}/who`, fields, own);
      const page = await response.text();
      expect(response.status).toBe(422);
      expect(page).toContain('role="alert"');
      expect(page).toContain(`action="/saml${path}/who"`);
    }
    expect(await world.numbers()).toHaveLength(0);
    expect((await world.form(`${path}/who`, { email: 'x'.repeat(5_000) }, own)).status).toBe(413);
    expect((await world.form(`${path}/who`, { email: 'zoe@acme.test' }, own)).status).toBe(303);
  });

  it('lets whoever mistyped their address type it again, a few times', async () => {
    const world = await open();
    const { path, cookie, own, page } = await waiting(world);
    expect(page).toContain(`<a href="/saml${path}/who">type it again</a>`);
    const again = await world.get(`${path}/who`, { cookie });
    expect([again.status, (await again.text()).includes('<label for="email">')]).toEqual([200, true]);
    const outcomes: number[] = [];
    for (const email of ['max@acme.test', 'zoe@acme.test', 'zoe@acme.test', 'ada@acme.test'])
      outcomes.push((await world.form(`${path}/who`, { email }, own)).status);
    expect(outcomes).toEqual([303, 303, 409, 409]);
    const shown = /aria-label="\d \d">(\d\d)</.exec(await (await world.get(path, { cookie })).text())?.[1];
    expect(await world.pick(Number(shown))).toMatchObject({ result: 'confirmed' });
    expect((await world.get(`${path}/who`, { cookie })).status).toBe(404);
    const late = await world.form(`${path}/who`, { email: 'max@acme.test' }, own);
    expect([late.status, late.headers.get('location')]).toEqual([303, `/saml${path}`]);
    expect((await world.form(path, {}, own)).status).toBe(200);
  });

  it('that nobody may be asked about is answered at once, with a no', async () => {
    const world = await open();
    const query = redirected(requestOf(world.now(), 'IsPassive="true"'), { RelayState: 'r' });
    const response = await world.get(`/sso?${query}`);
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(postingOf(page)).toMatchObject({ action: acs, fields: { RelayState: 'r' } });
    expect(answerIn(page)).toContain('status:NoPassive');
  });

  it('brings its RelayState back, longer than the standard has it, up to two thousand bytes', async () => {
    const world = await open();
    const state = `${'ä'.repeat(1_000)}${'"'.repeat(48)}`;
    const { path, own } = await confirmed(world, { RelayState: state });
    expect(postingOf(await (await world.form(path, {}, own)).text()).fields.RelayState).toBe(state);
    const refused = await world.arrive({ RelayState: `${state}x` });
    expect(refused.response.status).toBe(400);
    expect(await refused.response.text()).toContain('RelayState of the app’s request is longer than 2048 bytes');
  });

  it('that is none is refused in words, and nothing of it is repeated', async () => {
    const world = await open();
    const hostile = '<img src=x onerror=alert(1)>';
    const xml = requestOf(world.now());
    const doubled = `${redirected(xml)}&RelayState=a&RelayState=b`;
    const answers = [
      await world.get('/sso'),
      await world.get('/sso?SAMLRequest='),
      await world.get(`/sso?SAMLRequest=${encodeURIComponent(hostile)}`),
      await world.get(`/sso?${redirected(hostile)}`),
      await world.get(`/sso?${redirected(xml.replace('<saml:Issuer>', `<saml:Issuer>${hostile}`))}`),
      await world.get(`/sso?${doubled}`),
      await world.form('/sso'),
      await world.form('/sso', { SAMLRequest: hostile }),
      await world.form('/sso', posted(`<!DOCTYPE x [<!ENTITY e "x">]>${xml}`)),
      await world.call('/sso', { method: 'POST', body: new URLSearchParams(doubled) }),
      await world.call('/sso', {
        method: 'POST',
        body: JSON.stringify(posted(xml)),
        headers: { 'content-type': 'application/json' },
      }),
    ];
    for (const [index, response] of answers.entries()) {
      const page = await response.text();
      expect([response.status, page.includes('This request cannot be answered')], `answer ${index}`).toEqual([
        400,
        true,
      ]);
      expect(page).not.toContain('<img');
      expect(response.headers.get('set-cookie')).toBeNull();
    }
    expect(world.lines).toEqual([]);
  });

  it('of an app that is not known here is refused', async () => {
    const world = await open();
    const xml = requestOf(world.now()).replaceAll('wiki.acme.test', '&lt;b&gt;evil');
    const response = await world.get(`/sso?${redirected(xml)}`);
    const page = await response.text();
    expect([400, 403]).toContain(response.status);
    expect(page).not.toMatch(/<b>|SAMLResponse|<form/);
  });

  it('is read up to a hundred thousand bytes, and twenty fields', async () => {
    const world = await open();
    const long = await world.form('/sso', { SAMLRequest: 'x'.repeat(110_000) });
    expect(long.status).toBe(413);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, 'x']));
    expect((await world.form('/sso', { ...posted(requestOf(world.now())), ...many })).status).toBe(413);
    const padded = posted(`${requestOf(world.now())}${' '.repeat(20_000)}`);
    expect((await world.form('/sso', padded)).status).toBe(303);
  });
});

describe('the pages of signing on', () => {
  it('answer alike whatever is wrong with a link, a browser or a form', async () => {
    const world = await open();
    const used = await world.link();
    await world.form(`/go/${used}`);
    const fresh = await world.link();
    const { path, cookie, own } = await confirmed(world);
    const stranger = await world.arrive();
    const expected = await bare(await world.get('/go/nothing'));
    expect(expected[0]).toBe(404);
    expect(expected[1]).toContain('/provision sign-on');
    const tampered = path.slice(0, -4) + (path.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    const [name = ''] = cookie.split('=');
    const forged = `${name}=${'A'.repeat(43)}`;
    const [, theirs = ''] = stranger.cookie.split('=');
    const looks: [string, string][] = [
      ...[
        '',
        '/x/y',
        '/go',
        '/go/',
        `/go/${used}`,
        `/go/${fresh}/`,
        `/go/${fresh}x`,
        '/go/%',
        '/go/%2e%2e%2f',
        '/nothing',
      ].map((at): [string, string] => [at, '']),
      ...[
        '/wait',
        '/wait/',
        '/wait/%zz',
        tampered,
        `${path}/`,
        `${path}/who/`,
        `/wait/${fresh}`,
        `/go/${path.slice(6)}`,
      ].map((at): [string, string] => [at, cookie]),
      ...['', 'x', forged, stranger.cookie, `${name}=${theirs}`, `${name}=`, `${name}="; x`].map(
        (other): [string, string] => [path, other],
      ),
    ];
    for (const [at, sent] of looks) {
      expect(await bare(await world.get(at, { cookie: sent })), `GET ${at} ${sent}`).toEqual(expected);
      const pressed = await world.form(at, {}, { Origin: world.url, cookie: sent });
      expect(await bare(pressed), `POST ${at} ${sent}`).toEqual(expected);
    }
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expect(await bare(await world.call(path, { method, headers: own })), method).toEqual(expected);
    expect((await world.form(path, {}, own)).status).toBe(200);
    expect((await world.form(`/go/${fresh}`)).status).toBe(200);
  });

  it('do nothing for a form of another site', async () => {
    const world = await open();
    const token = await world.link();
    const { path, cookie, own } = await confirmed(world);
    const asked = await world.arrive();
    const foreign: Record<string, string>[] = [
      { Origin: 'https://evil.test' },
      { Origin: 'https://rollcall.acme.test.evil.test' },
      { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'null', 'Sec-Fetch-Site': 'same-site' },
      { Referer: `${world.url}/` },
    ];
    for (const headers of foreign) {
      expect((await world.form(`/go/${token}`, {}, headers)).status).toBe(404);
      expect((await world.form(path, {}, { ...headers, cookie })).status).toBe(404);
      const who = { ...headers, cookie: asked.cookie };
      expect((await world.form(`${asked.path}/who`, { email: 'max@acme.test' }, who)).status).toBe(404);
    }
    expect(await world.numbers()).toHaveLength(1);
    expect((await world.form(`/go/${token}`, {}, { Origin: publicUrl })).status).toBe(200);
    expect((await world.form(path, {}, own)).status).toBe(200);
  });

  it('use nothing up when they are looked at', async () => {
    const world = await open();
    const { path, cookie, own } = await confirmed(world);
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET']) await world.call(path, { method, headers: { cookie } });
    expect((await world.form(path, {}, own)).status).toBe(200);
  });

  /** The script of a page that waits. */
  const looking = expect.stringContaining('fetch(location.href');
  it('are sent with headers that keep them here', async () => {
    const world = await open();
    const token = await world.link();
    const asked = await world.arrive();
    const picks = await waiting(world);
    const strict = [
      await world.get(`/go/${token}`),
      await world.get(asked.path, { cookie: asked.cookie }),
      await world.get('/nothing'),
      await world.get('/sso'),
    ];
    const looks = await world.get(picks.path, { cookie: picks.cookie });
    const posting = await world.form(`/go/${token}`);
    for (const response of [...strict, looks, posting]) {
      const { headers } = response;
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-powered-by')).toBeNull();
      const nonce = nonceOf(response);
      expect(nonce.length).toBeGreaterThan(20);
      const script = strict.includes(response) ? '' : ` script-src 'nonce-${nonce}';`;
      const action = response === posting ? '' : " form-action 'self';";
      const look = response === looks ? " connect-src 'self';" : '';
      expect(headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'nonce-${nonce}';${script}${look}${action} base-uri 'none'; frame-ancestors 'none'`,
      );
      const page = await response.text();
      expect(page).toContain(`<style nonce="${nonce}">`);
      const scripts = page.match(/(?<=<script nonce="[^"]{20,}">).*?(?=<\/script>)/gs) ?? [];
      const own = response === posting ? 'document.forms[0].submit()' : looking;
      expect(scripts).toEqual(strict.includes(response) ? [] : [own]);
      expect(page.split(`<script nonce="${nonce}">`)).toHaveLength(scripts.length + 1);
      expect(page.split('<script')).toHaveLength(scripts.length + 1);
      expect(page.match(/https?:\/\/[^"<\s]+/g) ?? []).toEqual(response === posting ? [acs] : []);
    }
    const [link, ...begun] = strict.map(({ headers }) => headers.get('cross-origin-opener-policy'));
    // An app that opened a window of its own to sign on hears when it comes back.
    expect([link, ...begun]).toEqual(['same-origin', null, 'same-origin', null]);
    expect(looks.headers.get('cross-origin-opener-policy')).toBeNull();
  });

  it('log no link, no cookie and no answer', async () => {
    const world = await open();
    const token = await world.link();
    await world.form(`/go/${token}`);
    const { path, cookie, own } = await confirmed(world);
    await world.form(path, {}, own);
    await world.get(`/go/${token}`);
    await world.get('/sso?SAMLRequest=secret-of-the-query');
    const kept = world.lines.join('\n');
    for (const secret of [token, path.slice(6), cookie.split('=')[1] ?? '', 'secret-of-the-query'])
      expect(kept).not.toContain(secret);
  });
});

describe('what strangers send', () => {
  const nobody: SamlWebDeps['useCases'] = {
    signOnMetadata: async () => '<x/>',
    signOnPage: async () => null,
    signOn: async () => null,
    nameSignOn: async () => null,
    takeSignOnRequest: async () => ({ result: 'refused', title: 'an app', text: 'It is not known here.' }),
  };
  async function alone(useCases: Partial<SamlWebDeps['useCases']> = {}, lines: string[] = []) {
    const served = await serve({ ...nobody, ...useCases }, { lines, now: () => 0 });
    closing.push(served.close);
    return served;
  }
  const many = async (count: number, one: (index: number) => Promise<Response>) => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 10) {
      const answers = await Promise.all(Array.from({ length: 10 }, (_, place) => one(index + place)));
      statuses.push(...answers.map(({ status }) => status));
    }
    return (status: number) => statuses.filter((one) => one === status).length;
  };

  it('is a fault of ours only where it is, and then the log holds neither link nor query', async () => {
    const lines: string[] = [];
    const fails = async () => {
      throw new RollcallError('unsealable', 'show', 'sealed under key k1', 'Put the key back.');
    };
    const breaks = async () => {
      throw new Error('broken');
    };
    const { get, form } = await alone(
      { signOnPage: fails, signOn: breaks, takeSignOnRequest: fails, signOnMetadata: breaks },
      lines,
    );
    const answers = [
      await get('/go/secret-token'),
      await form('/go/secret-token'),
      await get('/sso?SAMLRequest=secret-query'),
      await get('/metadata'),
    ];
    for (const response of answers) {
      expect(response.status).toBe(500);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).toContain('Nobody was signed on.');
    }
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('Put the key back.');
    expect(lines.join()).not.toMatch(/secret-/);
  });

  it('goes slower: requests of apps sooner than looks', async () => {
    const { get } = await alone();
    const asked = await many(200, () => get('/sso?SAMLRequest=x'));
    expect([asked(403), asked(429)]).toEqual([120, 80]);
    const looked = await many(500, () => get('/go/x'));
    expect([looked(404), looked(429)]).toEqual([400, 100]);
    const slow = await get('/go/x');
    expect([slow.status, slow.headers.get('retry-after')]).toEqual([429, '60']);
    const other = await get('/go/x', { 'x-forwarded-for': '203.0.113.9' });
    expect(other.status).toBe(404);
  });

  it('sends people few messages from one address', async () => {
    const asked: string[] = [];
    const pick = { state: 'pick', app: 'wiki', title: 'Wiki', number: 47 } as const;
    const named = async (_token: string, _browser: string | null, email: string) => {
      asked.push(email);
      return pick;
    };
    const { get, form, url } = await alone({
      takeSignOnRequest: async () => ({ result: 'asks', token: 't', browser: 'b', expires: 300_000 }),
      signOnPage: async () => ({ state: 'who', app: 'wiki', title: 'Wiki' }),
      nameSignOn: named,
    });
    const cookie = ((await get('/sso?SAMLRequest=x')).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const who = (email: string, from: string) =>
      form('/wait/t/who', { email }, { Origin: url, cookie, 'x-forwarded-for': from });
    const several = await many(100, (index) => who(`p${index}@acme.test`, '10.1.0.1'));
    expect([several(303), several(429), asked.length]).toEqual([60, 40, 60]);
  });
});
