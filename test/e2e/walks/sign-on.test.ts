import { describe, expect, it } from 'vitest';
import { accountsOf, eventually, quiet } from '../bot.ts';
import { accountOf, editExport } from '../company.ts';
import { useWalk } from './walk.ts';
import type { Walker } from './walker.ts';

/**
 * The article's Docker Hub by sign-on, in the browser: the Image Hub makes an account when somebody first signs on, and hears nothing of
 * them later; people sign on to the wiki once their account was provisioned. Each step goes on from the one before.
 */
const walk = useWalk();
const { actAs, openChannel, say, message, press, reads, centre, shoot } = walk;
const ada = 'ada@acme.test';
const grace = 'grace@acme.test';
const hub = () => `http://127.0.0.1:${walk.bot.port + 3}`;
const wiki = () => `http://127.0.0.1:${walk.bot.port + 2}`;
type Page = Awaited<ReturnType<typeof walk.follow>>;

/** Asks for a link in Slack and opens it in a browser. */
async function follow(app: 'hub' | 'wiki', title: string): Promise<Page> {
  await say(`/provision sign-on ${app}`);
  const links = walk.page.getByRole('link', { name: new RegExp(`^Sign on to ${title}`) });
  const before = seen.get(app) ?? null;
  const newest = () => links.last().getAttribute('href');
  await expect.poll(newest, { timeout: 120_000 }).not.toBe(before);
  const link = (await newest()) ?? '';
  seen.set(app, link);
  return walk.follow(link);
}
/** The link that was last shown for each app: the next one is another. */
const seen = new Map<string, string>();

/** Presses the button of the page a link leads to, and waits until the app has taken the person in. */
async function signOn(page: Page, title: string, at: string): Promise<void> {
  await page.press(`Sign on to ${title}`);
  await page.page.waitForURL(`${at}/`);
  await page.reads(/Signed in as/);
}

/** Somebody comes to the hub first, says who they are, and sees the number to pick. */
async function come(email: string): Promise<{ page: Page; number: string }> {
  const page = await walk.follow(`${hub()}/images/base?tag=latest`);
  await page.page.getByLabel('Your work e-mail address').fill(email);
  await page.press('Go on');
  const number = (await page.page.getByRole('img').textContent()) ?? '';
  return { page, number };
}

const asked = /a browser wants to sign on to Image Hub as you/;
const close = ({ page }: { page: Page['page'] } & Walker): Promise<void> => page.context().close();

describe('just-in-time provisioning', () => {
  it('a link in Slack leads to the app, and the first sign-on makes the account', async () => {
    await actAs('Ada Okafor');
    await openChannel('general');
    const page = await follow('hub', 'Image Hub');
    await centre(message(/it works once/));
    await shoot('sign-on-link');
    await page.reads(/Sign on to Image Hub as Ada Okafor/);
    await page.shoot('sign-on-page');
    expect(accountsOf(walk.dataDir, 'hub')).toEqual([]);
    await signOn(page, 'Image Hub', hub());
    await page.reads('1 account');
    await page.shoot('sign-on-hub');
    expect(accountOf(walk.dataDir, 'hub', ada)).toMatchObject({
      ...{ displayName: 'Ada Okafor', title: 'Head of IT', groups: ['Owners'], signOns: 1 },
    });
    await close(page);
  });

  it('the second sign-on only signs in', async () => {
    const page = await follow('hub', 'Image Hub');
    await signOn(page, 'Image Hub', hub());
    await page.reads('1 account');
    expect(accountsOf(walk.dataDir, 'hub')).toMatchObject([{ userName: ada, signOns: 2 }]);
    await close(page);
  });

  it('the account does not stay synced, and the bot says so', async () => {
    editExport(walk.dataDir, (csv) => csv.replace(/(1001,.*),Head of IT,/, '$1,Chief Information Officer,'));
    await eventually(
      () => accountOf(walk.dataDir, 'wiki', ada)?.title,
      (title) => title === 'Chief Information Officer',
    );
    await quiet(walk.dataDir);
    await say('/provision explain @ada hub');
    const told = message(/The first sign-on made this account/);
    await reads(/not kept in sync/, told);
    await reads(/Chief Information Officer/, told);
    await centre(told);
    await shoot('sign-on-unsynced');
    const page = await follow('hub', 'Image Hub');
    await signOn(page, 'Image Hub', hub());
    expect(accountsOf(walk.dataDir, 'hub')).toMatchObject([{ title: 'Head of IT', signOns: 3 }]);
    await close(page);
  });
});

describe('provisioning first, then SAML', () => {
  it('somebody with an account that was provisioned signs on to it', async () => {
    const page = await follow('wiki', 'Wiki');
    await signOn(page, 'Wiki', wiki());
    await page.reads(ada);
    await close(page);
  });

  it('somebody whose account is not provisioned yet is told so', async () => {
    await walk.page.getByText('Add a person').click();
    const invite = walk.page.locator('.invite');
    await invite.getByLabel('Name').fill('Tara Nguyen');
    await invite.getByLabel('E-mail').fill('tara@acme.test');
    await invite.getByRole('button', { name: 'Add' }).click();
    await actAs('Tara Nguyen');
    await openChannel('general');
    await say('/provision sign-on wiki');
    await reads(/Provisioning first, then SAML/);
    await shoot('sign-on-not-yet');
    await say('/provision sign-on');
    await reads(/You may sign on to 1 app/);
  });
});

describe('somebody who comes to the app first', () => {
  it('says who they are, picks the number in Slack, and is brought back to the page they wanted', async () => {
    await actAs('Grace Lindqvist');
    await openChannel('general');
    // Whoever has spoken to Rollcall before is known to it in Slack.
    await say('/provision sign-on');
    await reads(/You may sign on to 2 apps/);
    await shoot('sign-on-list');
    const { page, number } = await come(grace);
    await page.shoot('sign-on-number');
    await openChannel('Rollcall');
    const question = message(asked);
    await centre(question);
    await shoot('sign-on-pick');
    await press(new RegExp(`^It shows ${number}`), question);
    await page.page.waitForURL(`${hub()}/images/base?tag=latest`);
    await page.reads(/This is base, shown to grace@acme.test/);
    await reads(/You signed on to Image Hub/);
    expect(accountOf(walk.dataDir, 'hub', grace)).toMatchObject({ groups: ['Auditors'], signOns: 1 });
    await close(page);
  });

  it('is not signed on by a wrong number', async () => {
    const { page, number } = await come(grace);
    const question = message(asked);
    const buttons = question.getByRole('button', { name: /^It shows / });
    await expect.poll(() => buttons.count(), { timeout: 120_000 }).toBe(3);
    await buttons.filter({ hasNotText: number }).first().click();
    await reads(/Signing on to Image Hub was refused/);
    await page.reads(/Nobody was signed on. Rollcall says in Slack why/);
    await page.shoot('sign-on-wrong-number');
    expect(accountOf(walk.dataDir, 'hub', grace)).toMatchObject({ signOns: 1 });
    await close(page);
  });
});

describe('somebody who is disabled', () => {
  let page: Page;

  it('is not signed on by a link they had before, and is told why', async () => {
    await openChannel('general');
    page = await follow('hub', 'Image Hub');
    await page.reads(/Sign on to Image Hub as Grace Lindqvist/);
    await actAs('Ada Okafor');
    await openChannel('general');
    await say('/provision disable @grace --reason laptop stolen');
    await reads(/is disabled until released/);
    await page.press('Sign on to Image Hub');
    await page.reads(/You are disabled, so no sign-on is given/);
    await page.shoot('sign-on-disabled');
    await close(page);
    expect(accountOf(walk.dataDir, 'hub', grace)).toMatchObject({ signOns: 1 });
  });

  it('gets no other link either', async () => {
    await actAs('Grace Lindqvist');
    await openChannel('general');
    await say('/provision sign-on hub');
    await reads(/You are disabled, so no sign-on is given/);
  });

  it('leaves an account that somebody has to close by hand, and the report says which', async () => {
    await actAs('Ada Okafor');
    await openChannel('general');
    await say('/provision report @grace');
    const report = message(/A human must close/);
    await reads(/1 account, made by sign-on/, report);
    await reads(/Image Hub/, report);
    await centre(report);
    await shoot('sign-on-report');
  });
});
