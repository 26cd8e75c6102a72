import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { launch } from '../local-slack/page/browser.ts';
import { actAs } from './acting-as.ts';
import { accountsOf, type Bot, dataFolder, dump, eventually, freePorts, rollcall, startBot } from './bot.ts';

/** The example company before anybody has connected the CRM: its role is there, and no app. */
const folder = dataFolder();
let bot: Bot;
let browser: Browser;
let page: Page;
let port: number;

type Written = { apps: { name: string }[]; roles: { apps: string[] }[] };

async function importWithoutCrm(): Promise<void> {
  const config = parse(readFileSync('examples/acme/rollcall.yml', 'utf8')) as Written;
  config.apps = config.apps.filter(({ name }) => name !== 'crm');
  for (const role of config.roles) role.apps = role.apps.filter((name) => name !== 'crm');
  const file = join(folder.dir, 'without-crm.yml');
  writeFileSync(file, stringify(config));
  expect(await rollcall(folder.dir, port, ['config', 'import', file, '--yes'])).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  port = await freePorts();
  await importWithoutCrm();
  bot = await startBot(folder.dir, port);
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  page.setDefaultTimeout(120_000);
  await page.goto(bot.url);
});

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await folder.remove();
});

const dialog = () => page.getByRole('dialog');
const step = (name: string) =>
  page
    .getByRole('button', { name: `${name}: CRM` })
    .last()
    .click();
const shows = (text: string | RegExp) => page.getByText(text).last().waitFor();
const save = async () => {
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().waitFor({ state: 'hidden' });
};

/** Opens the link of the card in a window of its own and enters the token there. */
async function enterToken(token: string): Promise<void> {
  const href = await page.getByRole('link', { name: 'Enter the credentials of the app' }).last().getAttribute('href');
  const form = await browser.newPage();
  await form.goto(href ?? '');
  await form.getByLabel('Token').fill(token);
  await form.getByRole('button', { name: 'Set the credentials' }).click();
  await form.getByRole('heading', { name: 'The credentials of CRM are set' }).waitFor();
  await form.goto(href ?? '');
  await form.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
  await form.close();
}

describe('connecting an app', () => {
  it('an admin enters the app’s credentials, enables provisioning, and people are asked for', async () => {
    const { crm: token } = JSON.parse(readFileSync(join(folder.dir, 'acme', 'tokens.json'), 'utf8'));
    await actAs(page, 'Ada Okafor');
    await page.locator('[data-channel-name="general"]').click();
    await page.getByPlaceholder('Message #general').waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('/provision connect app');
    await page.getByRole('textbox', { name: 'Message' }).press('Enter');
    await dialog()
      .getByRole('combobox', { name: /How is it reached/ })
      .selectOption({ label: 'SCIM 2.0' });
    await dialog().getByRole('textbox', { name: /^Name/ }).fill('crm');
    await dialog()
      .getByRole('textbox', { name: /^Title/ })
      .fill('CRM');
    await dialog().getByRole('button', { name: 'Begin' }).click();
    await dialog().waitFor({ state: 'hidden' });

    await page.locator('[data-channel-name="Rollcall"]').click();
    await shows(/next, say where it is reached/);
    await step('Connection');
    await dialog()
      .getByRole('textbox', { name: /^Base URL/ })
      .fill(`http://127.0.0.1:${port + 1}/scim/v2`);
    await dialog()
      .getByRole('textbox', { name: /^Allow hosts/ })
      .fill('127.0.0.1');
    await save();
    await step('Enter credentials');
    await page.getByRole('link', { name: 'Enter the credentials of the app' }).last().waitFor();
    await enterToken(token);
    await shows(/next, test the connection/);
    await step('Test connection');
    await shows(/CRM answers and takes the credentials\./);
    await shows(/next, say what is done/);

    // Each change draws the card anew: what is pressed has to be the card as it is.
    await step('Provisioning');
    await save();
    await shows(/next, say who looks after it/);
    await step('Entitlements');
    await dialog()
      .getByRole('combobox', { name: /Provision entitlements/ })
      .selectOption({ label: 'yes: parameters and rules give and take them' });
    await save();
    await shows('provisioned; not imported yet');
    await page.getByRole('button', { name: 'Refresh the entitlements of CRM' }).last().click();
    await shows('provisioned; 3 values imported');
    await step('Roles');
    await dialog().getByRole('combobox', { name: /Roles/ }).fill('Customer');
    await page.getByRole('option', { name: 'Customer teams' }).click();
    await save();
    await shows(/done.*Roles.*Customer teams/);
    await step('Look for accounts');
    await shows(/done.*Accounts.*\d\d people without an account/);

    await step('Review');
    await shows(/Connecting the app .*CRM.* would do this/);
    await shows(/create \d\d accounts in crm/);
    await page.getByRole('button', { name: 'Connect CRM' }).last().click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Connect' }).click();
    await shows(/CRM is connected/);
    await page.locator('[data-channel-name="access"]').click();
    await shows(/Create accounts for \d\d people in CRM/);
    expect(accountsOf(folder.dir, 'crm')).toEqual([]);

    const stored = await eventually(
      () => dump(folder.dir, ['config', 'namedSecrets', 'drafts', 'events', 'outbox', 'inbox']),
      ({ drafts }) => Object.values(drafts ?? {}).every((draft) => JSON.stringify(draft).includes('"done"')),
    );
    expect(JSON.stringify(stored.config)).toContain('${CRM_TOKEN}');
    expect(JSON.stringify(stored) + bot.output()).not.toContain(token);
  });
});
