import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from '../local-slack/page/browser.ts';
import { actAs } from './acting-as.ts';
import { accountsOf, type Bot, dataFolder, eventually, freePorts, groupsOf, rollcall, startBot } from './bot.ts';

/** `npm start` on an empty folder, and a person in front of a browser. */
const folder = dataFolder();
let bot: Bot;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  bot = await startBot(folder.dir, await freePorts());
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  page.setDefaultTimeout(20_000);
  await page.goto(bot.url);
});

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await folder.remove();
});

/** Until the channel is drawn, what is typed goes to the one before. */
async function openChannel(name: string): Promise<void> {
  await page.locator(`[data-channel-name="${name}"]`).click();
  await page.getByPlaceholder(`Message #${name}`).waitFor();
}
const cardOf = (sentence: string | RegExp) => page.locator('[data-ts]').filter({ hasText: sentence });
const groupMembers = (app: 'crm' | 'wiki', group: string, userName: string): boolean => {
  const user = accountsOf(folder.dir, app).find((account) => account.userName === userName);
  return groupsOf(folder.dir, app).some(
    (entry) => entry.displayName === group && entry.members.some((member) => member.value === user?.id),
  );
};

async function type(line: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(line);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
}

describe('a newcomer’s first start', () => {
  it('has cards waiting in #access: a batch, and single ones', async () => {
    await actAs(page, 'Grace Lindqvist');
    await openChannel('access');
    await cardOf(/Create accounts for 25 people in CRM/)
      .first()
      .waitFor();
    await cardOf(/Ada Okafor/)
      .first()
      .waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^Approve/ }).count(), { timeout: 20_000 }).toBe(4);
  });

  it('never lets people decide about themselves', async () => {
    await actAs(page, 'Ada Okafor');
    await openChannel('access');
    await cardOf(/Create an account for Ada Okafor in CRM/)
      .getByRole('button', { name: /^Approve/ })
      .click();
    await page
      .getByText(/Nobody decides about themselves/)
      .first()
      .waitFor();
    expect(accountsOf(folder.dir, 'crm')).toEqual([]);
    await actAs(page, 'Grace Lindqvist');
    await openChannel('access');
  });

  it('makes the account within two seconds of Approve, with mapped attributes', async () => {
    const card = cardOf(/Create an account for Ada Okafor in CRM/);
    await card.getByRole('button', { name: /^Approve/ }).click();
    const pressed = Date.now();
    await card
      .getByText(/Provisioned/)
      .first()
      .waitFor();
    const took = Date.now() - pressed;
    const ada = accountsOf(folder.dir, 'crm').find((account) => account.userName === 'ada@acme.test');
    expect(ada).toMatchObject({ active: true, title: 'Head of IT', name: { givenName: 'Ada', familyName: 'Okafor' } });
    process.stdout.write(`Approve to Provisioned: ${took} ms\n`);
  });

  it('makes a whole batch, translating departments to groups', async () => {
    const batch = cardOf(/Create accounts for 25 people in CRM/);
    await batch.getByRole('button', { name: /^Approve/ }).click();
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: /^Approve/ })
      .click();
    await eventually(
      () => accountsOf(folder.dir, 'crm').length,
      (count) => count >= 24,
    );
    await eventually(() => groupMembers('crm', 'Sales and Marketing', 'zoe@acme.test'), Boolean);
    await eventually(() => groupMembers('crm', 'Managers', 'nils@acme.test'), Boolean);
    await eventually(() => groupMembers('crm', 'Support', 'chiara@acme.test'), Boolean);
    await batch
      .getByText(/Provisioned/)
      .first()
      .waitFor();
  });

  it('leaves no account after a rejection with a reason', async () => {
    const before = accountsOf(folder.dir, 'wiki').find((account) => account.userName === 'tara@acme.test');
    const card = cardOf(/Take over the existing account of Tara Nguyen in Wiki/);
    await card.getByRole('button', { name: /^Reject/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('That one belongs to the test team.');
    await dialog.getByRole('button', { name: /^Reject/ }).click();
    await card
      .getByText(/Rejected/)
      .first()
      .waitFor();
    await card
      .getByText(/belongs to the test team/)
      .first()
      .waitFor();
    expect(accountsOf(folder.dir, 'wiki').find((account) => account.userName === 'tara@acme.test')).toEqual(before);
  });

  it('tells status and history to those who ask', async () => {
    await type('/provision status ada@acme.test');
    await page
      .getByText(/Ada Okafor/)
      .last()
      .waitFor();
    await page
      .getByText(/provisioned/i)
      .last()
      .waitFor();
    await type('/provision history ada@acme.test');
    await page
      .getByText(/approved/i)
      .last()
      .waitFor();
    const events = await rollcall(folder.dir, bot.port, ['events', '--person', 'ada@acme.test', '--json']);
    expect(events.code).toBe(0);
    const types = events.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual(expect.arrayContaining(['operation.approve', 'operation.start', 'operation.succeed']));
  });

  it('answers a guest with a plain sentence and nothing else', async () => {
    await actAs(page, 'Pat Guest (guest)');
    await openChannel('general');
    // The page is drawn anew for another viewer: what was typed into the old one is gone.
    const told = async () => {
      await type('/provision status');
      return page.getByText(/does not answer guests/).count();
    };
    await expect.poll(told, { timeout: 60_000, interval: 2_000 }).toBeGreaterThan(0);
  });

  it('leaves accounts made in the app untouched', () => {
    const strangers = accountsOf(folder.dir, 'wiki').filter((account) =>
      ['wiki-bot', 'old.admin', 'anna.schmidt'].includes(account.userName),
    );
    expect(strangers.map(({ userName, active }) => [userName, active])).toEqual([
      ['wiki-bot', true],
      ['old.admin', true],
      ['anna.schmidt', true],
    ]);
  });
});
