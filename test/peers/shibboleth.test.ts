import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../e2e/bot.ts';
import { row } from '../fakes/memory-directory.ts';
import { launch } from '../local-slack/page/browser.ts';
import { assertion, keyOf, saml } from '../saml/kit.ts';
import { type Shibboleth, startShibboleth } from './shibboleth.ts';
import { type SignOnBot, startSignOnBot } from './sign-on-bot.ts';

/**
 * A real Shibboleth service provider on a real Apache takes what Rollcall signs, and refuses what it did not sign or what was used. Each
 * reads the other's metadata; people come through a real browser.
 */
let bot: SignOnBot;
let shibboleth: Shibboleth;
let browser: Browser;

const title = 'Head of R&D <Labs>; "all"';
const groups = ['Alpha & Beta', 'Gamma <1>', 'Delta'];

beforeAll(async () => {
  bot = await startSignOnBot([row('zoe', { displayName: 'Zoë O’Neil', title, memberOf: groups })]);
  const metadata = `${bot.publicUrl}/saml/metadata`;
  const attributes = ['email', 'displayName', 'title', 'groups'];
  const provider = { entityId: metadata, metadata };
  shibboleth = await startShibboleth({ port: await freePorts(), provider, attributes, signing: true });
  const described = await (await fetch(shibboleth.metadata)).text();
  await bot.setUp(await bot.useCases.readServiceProvider({ xml: described }));
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await shibboleth?.stop();
  await bot?.stop();
});

/** A browser of its own, with nobody signed in. */
async function visit(address: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(address);
  return page;
}

/** What the page behind the sign-on was given, by name; of several values the separator is a semicolon, which is escaped within one. */
const shown = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

const post = (fields: Record<string, string>): Promise<Response> =>
  fetch(shibboleth.acs, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });

/** It says why in its log alone. */
async function refuses(fields: Record<string, string>, why: string): Promise<void> {
  const before = (await shibboleth.log()).length;
  const response = await post(fields);
  expect(response.status).toBe(500);
  expect(response.headers.getSetCookie().join()).not.toContain('_shibsession');
  expect((await shibboleth.log()).slice(before)).toContain(why);
}

describe('a link from Slack', () => {
  it('makes the session at the first sign-on, with the mapped attributes', async () => {
    const page = await visit(await bot.linkFor('zoe'));
    const posted = page.waitForRequest(shibboleth.acs);
    await page.getByRole('button', { name: 'Sign on' }).click();
    const response = (await posted).postData() ?? '';
    await page.waitForURL(`${shibboleth.url}/`);
    await page.goto(shibboleth.secure);
    const given = shown((await page.textContent('body')) ?? '');
    expect(given).toMatchObject({ REMOTE_USER: 'zoe@acme.test', email: 'zoe@acme.test', displayName: 'Zoë O’Neil' });
    expect(given.title?.replaceAll('\\;', ';')).toBe(title);
    expect(given.groups?.split(';').sort()).toEqual([...groups].sort());
    expect(given.Shib_Identity_Provider).toBe(`${bot.publicUrl}/saml/metadata`);
    await refuses(Object.fromEntries(new URLSearchParams(response)), 'Rejecting replayed message ID');
    await page.context().close();
  });

  it('is needed by everybody who has no session: the page behind the sign-on is not to be had', async () => {
    const response = await fetch(shibboleth.secure, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toContain(`${bot.publicUrl}/saml/sso?SAMLRequest=`);
  });
});

describe('what Shibboleth refuses', () => {
  it('is a response that somebody changed', async () => {
    const { SAMLResponse } = await bot.responseFor('zoe');
    const xml = Buffer.from(SAMLResponse ?? '', 'base64').toString('utf8');
    const tampered = xml.replaceAll('zoe@acme.test', 'ada@acme.test');
    expect(tampered).not.toBe(xml);
    await refuses({ SAMLResponse: Buffer.from(tampered).toString('base64') }, 'signature could not be verified');
    expect((await post(await bot.responseFor('zoe'))).status, 'one that nobody changed is taken').toBe(302);
  });

  it('is a response that another key signed', async () => {
    const said = assertion({
      ...{ issuer: `${bot.publicUrl}/saml/metadata`, audience: shibboleth.entityId, acs: shibboleth.acs },
    });
    const foreign = saml.respond(said, await keyOf('other'));
    await refuses({ SAMLResponse: Buffer.from(foreign).toString('base64') }, 'signature could not be verified');
  });
});

describe('somebody who comes to Shibboleth first', () => {
  it.each(['redirect', 'post'] as const)(
    'by %s, confirms by a number and is brought back to the page they wanted',
    async (binding) => {
      const wanted = `${shibboleth.secure}?which=${binding}&more=%26`;
      const page = await visit(shibboleth.begins(binding, wanted));
      await page.getByLabel('Your work e-mail address').fill('zoe@acme.test');
      await page.getByRole('button', { name: 'Go on' }).click();
      const number = Number(await page.getByRole('img').textContent());
      expect(await bot.pick('zoe', number)).toMatchObject({ result: 'confirmed' });
      await page.waitForURL(wanted);
      expect(shown((await page.textContent('body')) ?? '')).toMatchObject({
        ...{ REMOTE_USER: 'zoe@acme.test', QUERY_STRING: `which=${binding}&more=%26` },
      });
      await page.context().close();
    },
  );
});

describe('a new signing key', () => {
  const overlap = 120_000;
  const signing = async () => (await bot.useCases.signingKeys()).find(({ state }) => state === 'signing')?.id;
  /** Until it has read our metadata with this certificate in it. */
  const reads = (certificate = '') =>
    expect
      .poll(() => shibboleth.provider(), { timeout: 60_000 })
      .toContain(certificate.replace(/-----[^-]+-----|\s/g, ''));

  it('is in the metadata before it signs: no sign-on fails on the way', async () => {
    const first = await signing();
    const keys = await bot.useCases.rotateSigningKey(overlap, { kind: 'system', name: 'test' });
    expect((await post(await bot.responseFor('zoe'))).status, 'the old one signs').toBe(302);
    await reads(keys.find(({ state }) => state === 'waiting')?.certificate);
    expect((await post(await bot.responseFor('zoe'))).status).toBe(302);
    bot.time.ahead += overlap;
    expect(await signing()).not.toBe(first);
    expect((await post(await bot.responseFor('zoe'))).status, 'the new one signs').toBe(302);
  });

  it('that replaces a stolen one at once is taken as soon as the metadata is read again, and the stolen one no more', async () => {
    const old = await bot.responseFor('zoe');
    const keys = await bot.useCases.rotateSigningKey(0, { kind: 'system', name: 'test' });
    await reads(keys.find(({ state }) => state === 'signing')?.certificate);
    await expect.poll(async () => (await post(await bot.responseFor('zoe'))).status, { timeout: 60_000 }).toBe(302);
    await refuses(old, 'signature could not be verified');
  });
});
