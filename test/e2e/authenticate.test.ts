import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthorizationServer, authorizationServer } from '../fakes/authorization-server.ts';
import { type FaultServer, startFaultServer } from '../fakes/fault-server.ts';
import { launch } from '../local-slack/page/browser.ts';
import { actAs } from './acting-as.ts';
import { type Bot, dataFolder, dump, eventually, freePorts, startBot } from './bot.ts';

/** The example company, and an app of another maker: a SCIM server behind its own authorization server. */
const folder = dataFolder();
const client = { id: 'rollcall-desk', secret: 'desk-client-s3cret-4711' };
let login: AuthorizationServer;
let desk: FaultServer;
let bot: Bot;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  login = await authorizationServer(client, { as: 'it@desk.test' });
  desk = await startFaultServer({ token: '', accepts: login.isGood });
  bot = await startBot(folder.dir, await freePorts());
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  page.setDefaultTimeout(120_000);
  await page.goto(bot.url);
});

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await desk?.stop();
  await login?.close();
  await folder.remove();
});

const dialog = () => page.getByRole('dialog');
const step = (name: string) =>
  page
    .getByRole('button', { name: `${name}: Help desk` })
    .last()
    .click();
const shows = (text: string | RegExp) => page.getByText(text).last().waitFor();
const field = (name: RegExp) => dialog().getByRole('textbox', { name });
const save = async () => {
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().waitFor({ state: 'hidden' });
};
async function type(line: string): Promise<void> {
  await page.locator('[data-channel-name="general"]').click();
  await page.getByPlaceholder('Message #general').waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill(line);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
}
const openCard = () => page.locator('[data-channel-name="Rollcall"]').click();
const authenticateLink = () => page.getByRole('link', { name: 'Authenticate: Help desk' }).last();

/** Enters the client's secret on the one-time page of the card. */
async function enterSecret(): Promise<void> {
  const link = page.getByRole('link', { name: 'Enter the credentials of the app' }).last();
  await link.waitFor();
  const form = await browser.newPage();
  await form.goto((await link.getAttribute('href')) ?? '');
  await form.getByLabel('Client secret').fill(client.secret);
  await form.getByRole('button', { name: 'Set the credentials' }).click();
  await form.getByRole('heading', { name: 'The credentials of Help desk are set' }).waitFor();
  await form.close();
}

/** Presses the link of the card, and a button of the app it leads to; answers the window that came back. */
async function signInAt(press: 'Allow' | 'Deny'): Promise<Page> {
  const [window] = await Promise.all([page.context().waitForEvent('page'), authenticateLink().click()]);
  await window.getByRole('heading', { name: 'Rollcall wants access' }).waitFor();
  await window.getByRole('link', { name: press }).click();
  return window;
}

describe('authenticating by redirect', () => {
  it('an admin signs in at the app and grants access, and again once the app has taken it back', async () => {
    await actAs(page, 'Ada Okafor');
    await type('/provision connect app');
    await dialog()
      .getByRole('combobox', { name: /How is it reached/ })
      .selectOption({ label: 'SCIM 2.0' });
    await field(/^Name/).fill('desk');
    await field(/^Title/).fill('Help desk');
    await dialog().getByRole('button', { name: 'Begin' }).click();
    await dialog().waitFor({ state: 'hidden' });

    await openCard();
    await shows(/next, say where it is reached/);
    await step('Connection');
    await dialog()
      .getByRole('combobox', { name: /^Auth: type/ })
      .selectOption({ label: 'redirect' });
    await field(/^Auth: authorize URL/i).fill(login.authorizeUrl);
    await field(/^Auth: token URL/i).fill(login.tokenUrl);
    await field(/^Auth: client ID/i).fill(client.id);
    await field(/^Base URL/i).fill(desk.baseUrl);
    await field(/^Allow hosts/).fill('127.0.0.1');
    await save();
    await shows(/next, enter the credentials on a page of their own/);
    await step('Enter credentials');
    await enterSecret();
    await shows(/Client secret: set/);

    await authenticateLink().waitFor();
    const refused = await signInAt('Deny');
    await refused.getByRole('heading', { name: 'Access was not granted' }).waitFor();
    await refused.close();
    await shows(/access to Help desk was not granted/);
    await step('Authenticate');
    await authenticateLink().waitFor();
    const granted = await signInAt('Allow');
    await granted.getByRole('heading', { name: 'Access to Help desk is granted' }).waitFor();
    // The address that came back is used up.
    await granted.reload();
    await granted.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
    await granted.close();
    await shows(/Authenticated as it@desk\.test on .* by Ada Okafor/);
    await step('Test connection');
    await shows(/Help desk answers and takes the credentials/);
    await step('Review');
    await shows(/Connecting the app .*Help desk.* would do this/);
    await page.getByRole('button', { name: 'Connect Help desk' }).last().click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Connect' }).click();
    // Its card is over, and has no buttons any more.
    await shows(/Done.*Connecting the app .*Help desk/);

    login.revokeAll();
    await type('/provision renew desk');
    await openCard();
    await shows(/Renewing the credentials of the app/);
    await authenticateLink().waitFor();
    const anew = await signInAt('Allow');
    await anew.getByRole('heading', { name: 'Access to Help desk is granted' }).waitFor();
    await anew.close();
    await shows(/Renewing the credentials.*next, test the connection/);
    await step('Test connection');
    await shows(/Help desk takes the new credentials/);

    const stored = await eventually(
      () => dump(folder.dir, ['config', 'namedSecrets', 'drafts', 'events', 'outbox', 'inbox']),
      ({ drafts }) => Object.values(drafts ?? {}).every((draft) => JSON.stringify(draft).includes('"done"')),
    );
    expect(JSON.stringify(stored.config)).toContain('${DESK_GRANT}');
    const said = JSON.stringify(stored) + bot.output();
    for (const secret of [...login.secrets, client.secret]) expect(said).not.toContain(secret);
  });
});
