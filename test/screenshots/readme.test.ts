import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { accountsOf, type Bot, dataFolder, eventually, freePorts, quiet, rollcall, startBot } from '../e2e/bot.ts';
import { launch } from '../local-slack/page/browser.ts';

/** The pictures in docs/images, taken anew of the example company in the local workspace: `npm run screenshots`. */
const folder = dataFolder();
const images = join(import.meta.dirname, '../../docs/images');
const largest = 200_000;
let bot: Bot;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  bot = await startBot(folder.dir, await freePorts());
  await quiet(folder.dir);
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1180, height: 900 }, deviceScaleFactor: 1 });
  page.setDefaultTimeout(60_000);
  await page.goto(bot.url);
  await actAs('Grace Lindqvist');
});
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await folder.remove();
});

const actAs = (name: string) => page.getByRole('combobox', { name: 'Acting as' }).selectOption({ label: name });
const openChannel = (name: string) => page.locator(`[data-channel-name="${name}"]`).click();
const cardOf = (sentence: string | RegExp) => page.locator('[data-ts]').filter({ hasText: sentence }).first();
const press = (name: string | RegExp, within: Page | ReturnType<typeof cardOf> = page) =>
  within.getByRole('button', { name }).first().click();

async function type(line: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(line);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
}

/** Without the notice on top, which names this machine's ports and folders. */
const whole = { x: 0, y: 28, width: 1180, height: 872 };

async function shoot(name: string, clip = whole): Promise<void> {
  const path = join(images, `${name}.png`);
  await page.screenshot({ path, clip, animations: 'disabled', caret: 'hide' });
  expect(statSync(path).size).toBeLessThan(largest);
}

it('a card that was decided', async () => {
  await openChannel('access');
  const card = cardOf(/Create an account for Ada Okafor in CRM/);
  await press(/^Approve/, card);
  await card.getByText('read back from the app').waitFor();
  await card.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await shoot('access');
});

it('a batch card, and a part of it chosen', async () => {
  const batch = cardOf(/Create accounts for 25 people in CRM/);
  await batch.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await shoot('batch');
  await press(/^Choose/, batch);
  const dialog = page.getByRole('dialog');
  for (const name of ['Zoë', 'Nils']) {
    await dialog.getByPlaceholder('Type a name').fill(name);
    await dialog.getByRole('option', { name }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  }
  await dialog.getByLabel('Apply these').check();
  await shoot('choose');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

it('what waits, in App Home', async () => {
  await actAs('Ada Okafor');
  await openChannel('Rollcall');
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByRole('button', { name: 'Refresh' }).first().waitFor();
  await shoot('home');
});

it('why somebody has an account', async () => {
  await openChannel('general');
  await type('/provision explain ada@acme.test crm');
  await page
    .getByText(/CRM administrators/)
    .last()
    .waitFor();
  await shoot('explanation');
});

it('a request for access', async () => {
  await actAs('Zoë Ångström');
  await openChannel('general');
  await press('Shortcuts');
  await page.getByRole('menuitem', { name: 'Ask for access' }).click();
  await page.getByRole('dialog').getByLabel('What for?').fill('I look after the customers of Support this winter.');
  await shoot('request');
  await page.keyboard.press('Escape');
});

it('a password, on a page that shows it once', async () => {
  await sendPasswords();
  await actAs('Grace Lindqvist');
  await openChannel('access');
  const batch = cardOf(/Create accounts for 25 people in CRM/);
  await press(/^Approve/, batch);
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Approve/ })
    .click();
  await eventually(() => accountsOf(folder.dir, 'crm').some(({ userName }) => userName === 'zoe@acme.test'), Boolean);
  await actAs('Zoë Ångström');
  await openChannel('Rollcall');
  const href = await page.getByRole('link', { name: 'See the password' }).last().getAttribute('href');
  await page.goto(href ?? '');
  await page.getByRole('button', { name: 'Show the password' }).waitFor();
  await shoot('once', { x: 260, y: 40, width: 660, height: 260 });
});

type Written = { apps: { name: string; parameters: unknown[] }[] };

/** New accounts in the CRM get a password of their own. */
async function sendPasswords(): Promise<void> {
  const file = join(folder.dir, 'config.yml');
  await rollcall(folder.dir, bot.port, ['config', 'export', file]);
  const config = parse(readFileSync(file, 'utf8')) as Written;
  for (const app of config.apps)
    if (app.name === 'crm') app.parameters.push({ target: 'password', password: 'generated' });
  writeFileSync(file, stringify(config));
  expect(await rollcall(folder.dir, bot.port, ['config', 'import', file, '--yes'])).toMatchObject({ code: 0 });
  await quiet(folder.dir);
}
