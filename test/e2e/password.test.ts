import { scryptSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { launch } from '../local-slack/page/browser.ts';
import { actAs } from './acting-as.ts';
import { type Bot, dataFolder, dump, eventually, freePorts, quiet, rollcall, startBot, typeCommand } from './bot.ts';
import { accountOf, asked } from './company.ts';

/** The example company with passwords: the CRM's are generated, the wiki takes the SSO password. Zoë has an account in the wiki. */
const folder = dataFolder();
const grace = 'U0GRACE02';
const zoe = 'zoe@acme.test';
let port: number;
let bot: Bot;
let browser: Browser;
let page: Page;

type Written = { settings: Record<string, unknown>; apps: { name: string; parameters: unknown[] }[] };

/** The hub takes none. */
const sources: Readonly<Record<string, string>> = { crm: 'generated', wiki: 'sso' };

async function importPasswords(): Promise<void> {
  const file = join(folder.dir, 'config.yml');
  await rollcall(folder.dir, port, ['config', 'export', file]);
  const config = parse(readFileSync(file, 'utf8')) as Written;
  config.settings.passwordMapping = true;
  for (const { name, parameters } of config.apps) {
    const password = sources[name];
    if (password !== undefined) parameters.push({ target: 'password', password });
  }
  writeFileSync(file, stringify(config));
  expect(await rollcall(folder.dir, port, ['config', 'import', file, '--yes'])).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  port = await freePorts();
  bot = await startBot(folder.dir, port);
  await quiet(folder.dir);
  await importPasswords();
  // Everybody is planned anew, and asked about anew: who approved what was asked before would have approved nothing.
  await quiet(folder.dir);
  browser = await launch();
  page = await browser.newPage();
  page.setDefaultTimeout(120_000);
});
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await folder.remove();
});

/** Opens the link a direct message of the bot has for Zoë. */
async function follow(link: string): Promise<string> {
  await page.goto(bot.url);
  await actAs(page, 'Zoë Ångström');
  await page.locator('[data-channel-name="Rollcall"]').click();
  const href = await page.getByRole('link', { name: link }).last().getAttribute('href');
  await page.goto(href ?? '');
  return href ?? '';
}

/** Does the app keep this password? It keeps salt and hash alone. */
function isKept(app: 'crm' | 'wiki', password: string): boolean {
  const [salt = '', hash] = String(accountOf(folder.dir, app, zoe)?.password ?? '').split(':');
  return scryptSync(password, salt, 32).toString('hex') === hash;
}

/** Everything that is stored. */
const stored = async (): Promise<string> =>
  JSON.stringify(await dump(folder.dir, ['people', 'logins', 'approvals', 'events', 'secrets', 'outbox', 'inbox']));

describe('passwords', () => {
  it('a generated password goes with the new account, and is shown to its owner once', async () => {
    await typeCommand(bot, grace, `/provision approve ${await asked(folder.dir, zoe, 'crm', 'create')}`);
    await eventually(
      () => accountOf(folder.dir, 'crm', zoe)?.active,
      (active) => active === true,
    );
    const href = await follow('See the password');
    await page.getByRole('button', { name: 'Show the password' }).click();
    const password = (await page.getByRole('status').first().textContent()) ?? '';
    expect(password.length).toBeGreaterThanOrEqual(20);
    expect(isKept('crm', password)).toBe(true);
    expect(await stored()).not.toContain(password);
    await page.goto(href);
    await page.getByText('This link leads nowhere').waitFor();
  });

  it('an SSO password is set by its owner on a page, and every app that takes it has it', async () => {
    const chosen = 'correct horse battery staple';
    await follow('Set the password');
    await page
      .getByText(/company password/)
      .first()
      .waitFor();
    await page.getByLabel('New password').fill(chosen);
    await page.getByLabel('The same once more').fill(chosen);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('Your password is set').waitFor();
    await eventually(() => isKept('wiki', chosen), Boolean);
    await eventually(
      async () => Object.values((await dump(folder.dir, ['secrets'])).secrets ?? {}),
      (secrets) =>
        secrets.every(
          (secret) => !JSON.stringify(secret).includes('"text"') || !JSON.stringify(secret).includes('"sso"'),
        ),
    );
    expect(await stored()).not.toContain(chosen);
    expect(bot.output()).not.toContain(chosen);
  });
});
