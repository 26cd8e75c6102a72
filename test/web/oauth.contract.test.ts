import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connector as scim } from '../../connectors/scim/index.ts';
import { Config } from '../../src/core/config.ts';
import type { ByPerson } from '../../src/engine/connect/connecting.ts';
import { oauthRouter } from '../../src/web/oauth.ts';
import { company } from '../engine/company.ts';
import { keptLog } from '../engine/recording-store.ts';
import { authorizationServer } from '../fakes/authorization-server.ts';
import { startFaultServer } from '../fakes/fault-server.ts';
import { row } from '../fakes/memory-directory.ts';

const publicUrl = 'https://rollcall.acme.test';
const callback = `${publicUrl}/oauth/callback`;
const client = { id: 'rollcall', secret: 'client-s3cret-4711', redirects: [callback] };
const config = Config.parse({
  version: 1,
  settings: { admins: ['ada@acme.test', 'bea@acme.test'] },
  directories: [{ name: 'hr', connector: 'memory-directory' }],
});

/** Acme with a SCIM app on its way that has to be authenticated at a real authorization server; and the pages served. */
async function open(
  change: Parameters<typeof authorizationServer>[1] = {},
  auth: object = {},
  secret: string | null = client.secret,
) {
  const login = await authorizationServer(client, { as: 'bot@acme.test', ...change });
  const app = await startFaultServer({ token: '', accepts: login.isGood });
  const lines: string[] = [];
  const acme = await company(
    ['ada', 'bea'].map((name) => row(name)),
    config,
    { also: scim as never, log: keptLog(lines) },
  );
  await acme.sync();
  const { useCases } = acme.engine;
  const clock = { now: acme.time.clock.now };
  const front = express().disable('x-powered-by');
  front.use('/oauth', oauthRouter({ useCases, clock, log: keptLog(lines), publicUrl }));
  const server = createServer(front);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const byOf = async (name: string): Promise<ByPerson> => ({
    ...{ kind: 'person', person: (await acme.personOf(name)).id, name: `Person ${name}`, via: 'slack' },
  });
  const by = await byOf('ada');
  const { draft } = await useCases.beginDraft({ kind: 'app', connector: 'scim', name: 'sales', title: 'Sales' }, by);
  const connection = {
    ...{ baseUrl: app.baseUrl, allowHosts: ['127.0.0.1'] },
    auth: {
      ...{ type: 'redirect', authorizeUrl: login.authorizeUrl, tokenUrl: login.tokenUrl, clientId: client.id },
      ...{ scope: 'users.read users.write', ...auth },
    },
  };
  const view = async () => (await useCases.draft(draft.id)) ?? expect.unreachable('no draft');
  const step = async (name = 'authenticate') => (await view()).steps.find((one) => one.name === name);
  const linkNow = async (): Promise<string> => ((await view()).link?.url ?? 'no link').replace(publicUrl, url);
  expect(await useCases.saveStep(draft.id, 'connection', { connection }, by)).toHaveProperty('view');
  await useCases.openSecretPage(draft.id, by);
  const page = (await view()).link?.url.split('/').at(-1) ?? '';
  expect(await view()).toMatchObject({ next: 'secrets' });
  await useCases.setSecrets(page, secret === null ? {} : { 'auth.clientSecret': secret });
  const visit = (address: string, cookie = '') =>
    fetch(address.replace(publicUrl, url), { redirect: 'manual', headers: { cookie } });
  /** A browser: follows the link to the app, presses a button there, and is sent back with a cookie. */
  async function trip(link: string, act: 'Allow' | 'Deny' = 'Allow') {
    const start = await visit(link);
    expect(start.status).toBe(303);
    const cookie = (start.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const asked = await (await fetch(start.headers.get('location') ?? '')).text();
    const [, href = ''] = new RegExp(`href="([^"]+)">${act}<`).exec(asked) ?? [];
    const away = await fetch(new URL(href.replaceAll('&amp;', '&'), login.url), { redirect: 'manual' });
    return { cookie, back: away.headers.get('location') ?? '', setCookie: start.headers.get('set-cookie') ?? '' };
  }
  async function authenticate(link: string, act?: 'Allow' | 'Deny') {
    const { back, cookie } = await trip(link, act);
    const done = await visit(back, cookie);
    return { status: done.status, text: await done.text(), back, cookie };
  }
  /** Everything that is kept or said, as text: no token, code or secret is in it. */
  const everything = async () =>
    JSON.stringify([
      await acme.store.drafts.get(draft.id),
      await acme.store.namedSecrets.all(),
      await acme.store.events.list({}, null, 1_000),
      (await acme.store.config.read())?.config,
      lines,
    ]);
  return {
    ...{
      acme,
      login,
      app,
      url,
      lines,
      useCases,
      by,
      byOf,
      draft,
      view,
      step,
      linkNow,
      visit,
      trip,
      authenticate,
      everything,
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await acme.stop();
      await app.stop();
      await login.close();
    },
  };
}

let world: Awaited<ReturnType<typeof open>>;
afterEach(async () => {
  for (const secret of [...world.login.secrets, client.secret]) expect(await world.everything()).not.toContain(secret);
  await world.close();
});

describe('authenticating by redirect', () => {
  beforeEach(async () => {
    world = await open();
  });

  it('leads to the app and back: the grant is kept sealed, and the connection works', async () => {
    expect(await world.step()).toMatchObject({ state: 'todo', text: expect.stringContaining(callback) });
    const link = await world.linkNow();
    expect(link).toMatch(new RegExp(`^${world.url}/oauth/start/`));
    expect((await world.view()).link).toMatchObject({ person: world.by.person, purpose: 'authenticate' });
    const { status, text } = await world.authenticate(link);
    expect([status, text.includes('Access to Sales is granted')]).toEqual([200, true]);
    expect(text).toContain('Authenticated as bot@acme.test on');
    const [asked] = world.login.asked;
    expect(asked?.get('code_challenge_method')).toBe('S256');
    expect(asked?.get('scope')).toBe('users.read users.write');
    expect(asked?.get('redirect_uri')).toBe(callback);
    expect(await world.step()).toMatchObject({ state: 'done', text: expect.stringMatching(/by Person ada$/) });
    expect(await world.useCases.testDraft(world.draft.id, world.by)).toEqual({
      text: 'Sales answers and takes the credentials',
    });
    expect((await world.view()).draft.connection).toMatchObject({
      auth: { grant: '${SALES_GRANT}', clientSecret: '${SALES_CLIENTSECRET}' },
    });
    expect(await world.acme.store.namedSecrets.get('SALES_GRANT')).toMatchObject({ edition: 1 });
  });

  it('uses nothing up by looking, and is over once it was used: the link, the address that came back, the code', async () => {
    const link = await world.linkNow();
    for (let look = 0; look < 3; look += 1) expect((await world.visit(link)).status).toBe(303);
    const { status, back, cookie } = await world.authenticate(link);
    expect(status).toBe(200);
    expect((await world.visit(back, cookie)).status).toBe(404);
    expect((await world.visit(link)).status).toBe(404);
    expect(world.login.count('authorization_code')).toBe(1);
    expect((await world.acme.store.namedSecrets.get('SALES_GRANT'))?.edition).toBe(1);
  });

  it('takes one of many browsers that come back at once', async () => {
    const { back, cookie } = await world.trip(await world.linkNow());
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.visit(back, cookie)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(404)]);
    expect(world.login.count('authorization_code')).toBe(1);
  });

  it('comes back to another browser, with another state or without one, and leads nowhere', async () => {
    const { back, cookie, setCookie } = await world.trip(await world.linkNow());
    expect(setCookie).toMatch(/HttpOnly/);
    expect(setCookie).toMatch(/Secure/);
    expect(setCookie).toMatch(/SameSite=Lax/);
    const without = new URL(back);
    without.searchParams.delete('state');
    const other = new URL(back);
    other.searchParams.set('state', `${(other.searchParams.get('state') ?? '').slice(0, 20)}${'x'.repeat(23)}`);
    const forged = cookie.replace(/\.[\w-]+$/, `.${'m'.repeat(43)}`);
    const pages = new Set<string>();
    for (const [address, kept] of [
      [back, ''],
      [back, forged],
      [back, `${cookie.split('=')[0]}=%00`],
      [without.href, cookie],
      [other.href, cookie],
      [callback, cookie],
      [`${back}&state=twice`, cookie],
      [`${world.url}/oauth/start/x`, ''],
      [`${world.url}/oauth/start/${'d'.repeat(70)}.${'m'.repeat(43)}`, ''],
      [`${world.url}/oauth/`, ''],
    ] as const) {
      const answer = await world.visit(address, kept);
      expect(answer.status, address).toBe(404);
      pages.add((await answer.text()).replace(/nonce="[^"]*"/, ''));
    }
    expect(pages.size).toBe(1);
    expect(world.login.count('authorization_code')).toBe(0);
    expect((await world.visit(back, cookie)).status).toBe(200);
  });

  it('with the trip of somebody else brings them nothing', async () => {
    // Bea goes with her own link; a code of hers, pasted into the address of Ada’s trip, belongs to another challenge.
    const ada = await world.trip(await world.linkNow());
    await world.useCases.openAuthentication(world.draft.id, await world.byOf('bea'));
    expect((await world.visit(ada.back, ada.cookie)).status).toBe(404);
    const bea = await world.trip(await world.linkNow());
    const mixed = new URL(bea.back);
    mixed.searchParams.set('code', new URL(ada.back).searchParams.get('code') ?? '');
    const answer = await world.visit(mixed.href, bea.cookie);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('invalid_grant');
    expect(await world.acme.store.namedSecrets.get('SALES_GRANT')).toBeNull();
  });

  it('is over after an hour, when a newer link is made, when the draft is dropped, and for whoever is an admin no more', async () => {
    const first = await world.linkNow();
    await world.useCases.openAuthentication(world.draft.id, world.by);
    const second = await world.linkNow();
    expect([(await world.visit(first)).status, (await world.visit(second)).status]).toEqual([404, 303]);
    const { back, cookie } = await world.trip(second);
    await world.acme.time.advance(3_600_001);
    expect([(await world.visit(second)).status, (await world.visit(back, cookie)).status]).toEqual([404, 404]);
    await world.useCases.openAuthentication(world.draft.id, world.by);
    const third = await world.trip(await world.linkNow());
    const alone = Config.parse({ ...config, settings: { admins: ['bea@acme.test'] } });
    await world.acme.engine.configure(alone, { kind: 'system', name: 'test' });
    expect((await world.visit(third.back, third.cookie)).status).toBe(404);
    const bea = await world.byOf('bea');
    await world.useCases.openAuthentication(world.draft.id, bea);
    const last = await world.trip(await world.linkNow());
    await world.useCases.dropDraft(world.draft.id, bea);
    expect((await world.visit(last.back, last.cookie)).status).toBe(404);
    expect(world.login.count('authorization_code')).toBe(0);
  });

  it('by a link made of what is stored leads nowhere: its mark needs the sealing key', async () => {
    const link = await world.linkNow();
    const { page } = (await world.acme.store.drafts.get(world.draft.id)) ?? {};
    const forged = `${world.url}/oauth/start/${world.draft.id}.${Buffer.from(page?.nonce ?? '')
      .toString('base64url')
      .padEnd(43, 'x')}`;
    expect([(await world.visit(forged)).status, (await world.visit(link)).status]).toEqual([404, 303]);
    // Nor does a link to the page on which secrets are entered.
    await world.useCases.openSecretPage(world.draft.id, world.by);
    const token = (await world.view()).link?.url.split('/').at(-1) ?? '';
    expect((await world.visit(`${world.url}/oauth/start/${token}`)).status).toBe(404);
  });

  it('says what is wrong where access is not granted, on the page and on the card, and lets go on', async () => {
    const denied = await world.authenticate(await world.linkNow(), 'Deny');
    expect([denied.status, denied.text.includes('access to Sales was not granted')]).toEqual([409, true]);
    expect(await world.step()).toMatchObject({ state: 'wrong', text: expect.stringContaining('cancelled') });
    expect(await world.step('test')).toMatchObject({ state: 'blocked' });
    expect((await world.view()).link).toBeNull();
    await world.useCases.openAuthentication(world.draft.id, world.by);
    expect((await world.authenticate(await world.linkNow())).status).toBe(200);
    expect(await world.step()).toMatchObject({ state: 'done' });
  });

  it.each([
    ['invalid_scope', 'does not know the scopes'],
    ['unauthorized_client', 'does not let this client'],
    ['temporarily_unavailable', 'could not do it just now'],
    ['<script>alert(1)</script>', 'sent back no code, but scriptalert1script'],
  ])('an app that sends back %s is told of in words', async (error, words) => {
    const { back, cookie } = await world.trip(await world.linkNow());
    const address = new URL(back);
    address.searchParams.delete('code');
    address.searchParams.set('error', error);
    address.searchParams.set('error_description', 'call 555 now');
    const answer = await world.visit(address.href, cookie);
    const text = await answer.text();
    expect([answer.status, text.includes(words)]).toEqual([409, true]);
    expect(text).not.toMatch(/555|<script>/);
  });

  it.each([
    [{ status: 400, body: { error: 'invalid_grant' } }, 'The token service of sales answered 400: invalid_grant'],
    [{ status: 503, body: {} }, 'The token service of sales answered 503'],
    [{ status: 200, body: {} }, 'without an access token'],
    [{ status: 302, body: {}, headers: { location: 'https://evil.test' } }, 'redirects elsewhere'],
  ] as const)('a code that cannot be changed (%j) keeps nothing', async (fault, words) => {
    world.login.state.faults.push(fault as never);
    const { status, text } = await world.authenticate(await world.linkNow());
    expect([status, text.includes(words), text]).toEqual([409, true, text]);
    expect(await world.acme.store.namedSecrets.get('SALES_GRANT')).toBeNull();
    expect(await world.step()).toMatchObject({ state: 'wrong' });
  });

  it('is asked for anew when what it was authenticated with is another', async () => {
    await world.authenticate(await world.linkNow());
    expect(await world.step()).toMatchObject({ state: 'done' });
    const { connection } = (await world.view()).draft;
    const auth = { ...(connection.auth as object), clientId: 'another' };
    await world.useCases.saveStep(world.draft.id, 'connection', { connection: { ...connection, auth } }, world.by);
    expect(await world.step()).toMatchObject({ state: 'todo', text: expect.stringMatching(/has changed since/) });
    expect((await world.view()).link?.purpose).toBe('authenticate');
  });

  it('stays granted when something else of the connection is changed', async () => {
    await world.authenticate(await world.linkNow());
    const { connection } = (await world.view()).draft;
    const options = { pageSize: 10 };
    await world.useCases.saveStep(world.draft.id, 'connection', { connection: { ...connection, options } }, world.by);
    expect(await world.step()).toMatchObject({ state: 'done' });
  });
});

describe('an app that gave no client secret', () => {
  it('is authenticated without one: an empty page will do', async () => {
    world = await open({}, { clientId: 'a-public-one' }, null);
    expect(await world.step('secrets')).toMatchObject({ state: 'done', text: 'Client secret: none' });
    expect((await world.view()).draft.connection.auth).not.toHaveProperty('clientSecret');
    const { address } = (await world.useCases.startAuthentication((await world.linkNow()).split('/').at(-1) ?? '')) as {
      address: string;
    };
    expect(new URL(address).searchParams.get('client_id')).toBe('a-public-one');
  });
});

describe('what an app grants', () => {
  it('that is less than was asked for is kept, and said', async () => {
    world = await open({ scope: 'users.read' });
    const { text } = await world.authenticate(await world.linkNow());
    expect(text).toContain('not granted: users.write');
    expect(await world.step()).toMatchObject({ state: 'done', text: expect.stringContaining('not granted') });
  });

  it('without a name is said by who brought it', async () => {
    world = await open({ as: null });
    const { text } = await world.authenticate(await world.linkNow());
    expect(text).toMatch(/Authenticated on \d{4}-\d\d-\d\d by Person ada\./);
  });

  it('by an address in clear that nobody named is never asked for', async () => {
    world = await open({}, { authorizeUrl: 'http://login.acme.test/authorize' });
    const answer = await world.visit(await world.linkNow());
    expect(answer.status).toBe(409);
    expect(await answer.text()).toMatch(/over http, in clear.*allowHosts: \[login\.acme\.test\]/s);
  });
});
