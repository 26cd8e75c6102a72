import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signOnLife } from '../../src/core/sign-on.ts';
import { launch } from '../local-slack/page/browser.ts';
import { acs, openSaml, posted, redirected, requestOf, type SamlWorld } from './saml-world.ts';

/*
 * The way of one sign-on in a browser as it is: its rules for cookies of other sites, for scripts, forms and windows are part of the
 * pages. The app is answered for here; it is another site.
 */

const app = new URL(acs).origin;
let world: SamlWorld;
let browser: Browser;
beforeAll(async () => {
  world = await openSaml({ at: 'http://127.0.0.1:3000' });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

const field = ([name, value]: [string, string]) => `<input type="hidden" name="${name}" value="${value}">`;
const startPage = (id: string) =>
  `<form method="post" action="${world.url}/saml/sso">${Object.entries(
    posted(requestOf(world.now(), '', id), { RelayState: '/page' }),
  )
    .map(field)
    .join('')}</form><script>document.forms[0].submit()</script>`;
const homePage =
  '<h1>Signed on</h1><p></p><script>document.querySelector("p").textContent = `opener: ${window.opener !== null}`</script>';

const contexts: BrowserContext[] = [];
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  // Nobody gets more than a few messages at a time.
  await world.acme.time.advance(signOnLife.request);
});

/** A browser that knows the app; what the app was posted, and what the browser complained of. */
async function visitor(options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, ...options });
  contexts.push(context);
  context.setDefaultTimeout(60_000);
  const answers: URLSearchParams[] = [];
  const complaints: string[] = [];
  context.on('console', (message) => void complaints.push(message.text()));
  await context.route(`${app}/**`, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const html = (body: string) => route.fulfill({ contentType: 'text/html', body });
    if (pathname === '/saml/acs') {
      answers.push(new URLSearchParams(route.request().postData() ?? ''));
      return html(homePage);
    }
    if (pathname === '/start') return html(startPage(search.slice(1)));
    return html(`<button onclick="open('/start?_popup', 'signon', 'width=400')">Sign on</button>`);
  });
  return { context, answers, complaints };
}

/** Says who it is: the number it shows. */
async function say(page: Page): Promise<number> {
  await page.getByLabel('Your work e-mail address').fill('zoe@acme.test');
  await page.getByRole('button', { name: 'Go on' }).click();
  const number = (await page.getByRole('img').textContent()) ?? '';
  expect(await page.getByRole('img').getAttribute('aria-label')).toBe([...number].join(' '));
  return Number(number);
}

/** Says who it is, picks the number in Slack, and does nothing more. */
async function confirm(page: Page): Promise<void> {
  expect(await world.pick(await say(page))).toMatchObject({ result: 'confirmed' });
}

/** Until the page was looked at so often, in this way. */
async function looks(page: Page, how: 'fetch' | 'document', times: number): Promise<void> {
  for (let count = 0; count < times; count += 1)
    await page.waitForResponse(
      (answer) => answer.url().includes('/saml/wait/') && answer.request().resourceType() === how,
    );
}

const widerThanWindow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

describe('a sign-on in a browser', () => {
  it('that an app began goes on by itself once the number was picked', async () => {
    const { context, answers, complaints } = await visitor();
    const page = await context.newPage();
    await page.goto(`${app}/start?_direct`);
    await page.getByLabel('Your work e-mail address').waitFor();
    expect(await widerThanWindow(page)).toBe(false);
    await confirm(page);
    await page.getByRole('heading', { name: 'Signed on' }).waitFor();
    const [answer, ...others] = answers;
    expect(others).toEqual([]);
    expect(answer?.get('RelayState')).toBe('/page');
    expect(Buffer.from(answer?.get('SAMLResponse') ?? '', 'base64').toString()).toContain('InResponseTo="_direct"');
    expect(await context.cookies(`${world.url}/saml/`)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('waits for the number on a page that stays as it is, so that nothing is read aloud again and again', async () => {
    const { context, complaints } = await visitor();
    const page = await context.newPage();
    await page.goto(`${app}/start?_quiet`);
    const number = await say(page);
    const seen: string[] = [];
    page.on('request', (request) => void seen.push(request.resourceType()));
    await looks(page, 'fetch', 2);
    expect(new Set(seen)).toEqual(new Set(['fetch']));
    expect(await world.pick(number)).toMatchObject({ result: 'confirmed' });
    await page.getByRole('heading', { name: 'Signed on' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('waits and goes on where no scripts run as well', async () => {
    const { context } = await visitor({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${world.url}/saml/sso?${redirected(requestOf(world.now(), '', '_plain'))}`);
    const number = await say(page);
    await looks(page, 'document', 2);
    expect(await world.pick(number)).toMatchObject({ result: 'confirmed' });
    await page.getByRole('button', { name: 'Go on to Wiki' }).click();
    await page.getByRole('button', { name: 'Go on to Wiki' }).click();
    await page.getByRole('heading', { name: 'Signed on' }).waitFor();
  });

  it('in a window the app opened is known to the app when it comes back', async () => {
    const { context, complaints } = await visitor();
    const opener = await context.newPage();
    await opener.goto(`${app}/`);
    const opened = opener.waitForEvent('popup');
    await opener.getByRole('button', { name: 'Sign on' }).click();
    const page = await opened;
    await confirm(page);
    await page.getByRole('heading', { name: 'Signed on' }).waitFor();
    await page.getByText('opener: true').waitFor();
    expect(complaints).toEqual([]);
  });

  it('by a link from Slack takes two presses where no scripts run', async () => {
    const { context, answers } = await visitor({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${world.url}/saml/go/${await world.link()}`);
    await page.getByRole('button', { name: 'Sign on to Wiki' }).click();
    await page.getByRole('button', { name: 'Go on to Wiki' }).click();
    await page.getByRole('heading', { name: 'Signed on' }).waitFor();
    expect(answers.map((answer) => [...answer.keys()])).toEqual([['SAMLResponse']]);
  });
});
