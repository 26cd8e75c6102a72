import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { signInProvider } from '../fakes/sign-in-provider.ts';
import { launch } from '../local-slack/page/browser.ts';
import { actAs } from './acting-as.ts';
import { accountsOf, type Bot, dataFolder, freePorts, quiet, rollcall, startBot } from './bot.ts';

/** The example company, in which making an account in the CRM is high risk: who decides signs in anew at the company's provider. */
const folder = dataFolder();
const client = { id: 'rollcall', secret: 'known to the provider & to Rollcall' };
const accounts = ['grace', 'ada'].map((name) => ({ email: `${name}@acme.test`, password: `${name}'s own` }));
let provider: Awaited<ReturnType<typeof signInProvider>>;
let bot: Bot;
let browser: Browser;
let context: BrowserContext;
let page: Page;

type Written = { settings: object; apps: { name: string; provisioning: { approval: object } }[] };

async function importRisky(port: number, env: Record<string, string>): Promise<void> {
  const config = parse(readFileSync('examples/acme/rollcall.yml', 'utf8')) as Written;
  const allowHosts = [new URL(provider.issuer).hostname];
  const stepUp = { issuer: provider.issuer, clientId: client.id, clientSecret: '${OIDC_SECRET}', allowHosts };
  config.settings = { ...config.settings, stepUp };
  for (const { name, provisioning } of config.apps)
    if (name === 'crm') provisioning.approval = { ...provisioning.approval, create: { risk: 'high' } };
  const file = join(folder.dir, 'risky.yml');
  writeFileSync(file, stringify(config));
  expect(await rollcall(folder.dir, port, ['config', 'import', file, '--yes'], env)).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  const port = await freePorts();
  provider = await signInProvider({ client, accounts, redirect: `http://127.0.0.1:${port}/step-up/callback` });
  const env = { OIDC_SECRET: client.secret };
  await importRisky(port, env);
  bot = await startBot(folder.dir, port, env);
  await quiet(folder.dir);
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  context.setDefaultTimeout(120_000);
  page = await context.newPage();
  await page.goto(bot.url);
});

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await provider?.close();
  await folder.remove();
});

const card = (): Locator => page.locator('[data-ts]').filter({ hasText: 'Create an account for Ada Okafor in CRM' });
const hasAccount = (): boolean => accountsOf(folder.dir, 'crm').some(({ userName }) => userName === 'ada@acme.test');

/** Presses Approve, follows the link that Slack shows the presser alone, and goes on to the provider. */
async function toProvider(): Promise<Page> {
  const links = page.getByRole('link', { name: 'Sign in to decide' });
  const before = await links.count();
  await card()
    .getByRole('button', { name: /^Approve/ })
    .click();
  await expect.poll(() => links.count(), { timeout: 60_000 }).toBe(before + 1);
  const [sheet] = await Promise.all([context.waitForEvent('page'), links.last().click()]);
  await sheet.getByRole('heading', { name: 'Sign in to approve this' }).waitFor();
  await sheet.getByText('Create one account of Ada Okafor in CRM').waitFor();
  await sheet.getByRole('link', { name: 'Sign in and approve' }).click();
  await sheet.getByRole('heading', { name: 'Sign in to Acme' }).waitFor();
  return sheet;
}

async function signIn(sheet: Page, name: string): Promise<void> {
  await sheet.getByLabel('E-mail').fill(`${name}@acme.test`);
  await sheet.getByLabel('Password').fill(`${name}'s own`);
  await sheet.getByRole('button', { name: 'Sign in' }).click();
}

describe('a press of something risky', () => {
  it('waits for a sign-in: the card stays as it is', async () => {
    await actAs(page, 'Grace Lindqvist');
    await page.locator('[data-channel-name="access"]').click();
    await page.getByPlaceholder('Message #access').waitFor();
    await card().first().waitFor();
    const sheet = await toProvider();
    expect(await sheet.getByLabel('E-mail').inputValue()).toBe('grace@acme.test');
    await signIn(sheet, 'ada');
    await sheet.getByRole('heading', { name: 'Nothing was decided' }).waitFor();
    await sheet.getByText('somebody else signed in than pressed').waitFor();
    expect(
      await card()
        .getByRole('button', { name: /^Approve/ })
        .count(),
    ).toBe(1);
    expect(hasAccount()).toBe(false);
  });

  it('decides once whoever pressed has signed in, though somebody else’s session is open there', async () => {
    const sheet = await toProvider();
    await signIn(sheet, 'grace');
    await sheet.getByRole('heading', { name: 'It is decided' }).waitFor();
    await card()
      .getByText(/Provisioned/)
      .first()
      .waitFor();
    expect(hasAccount()).toBe(true);
    const decided = sheet.url();
    await sheet.goto(decided);
    await sheet.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
    expect(bot.output()).not.toContain(client.secret);
  });
});
