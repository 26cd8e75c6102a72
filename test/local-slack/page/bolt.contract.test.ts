import type { KnownBlock } from '@slack/types';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buttons, modal, section, textField, zoe } from '../fixtures.ts';
import { channelId, startWithBolt, type WithBolt } from '../harness.ts';
import { launch, showPage } from './browser.ts';

let browser: Browser;
let workspace: WithBolt;

beforeAll(async () => {
  browser = await launch();
  workspace = await startWithBolt((bolt) => {
    bolt.command('/helper', async ({ command, ack }) => ack({ text: `You said ${command.text}` }));
    bolt.action('approve', async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: 'Approved', blocks: [section('*Approved* by hand')] });
    });
    bolt.action('reject', async ({ ack, body, client }) => {
      await ack();
      const { trigger_id } = body as { trigger_id: string };
      await client.views.open({ trigger_id, view: modal([textField('reason', { min_length: 3 }) as KnownBlock]) });
    });
    bolt.view('form', async ({ ack, view, client }) => {
      const reason = view.state.values.reason?.text?.value ?? '';
      if (reason === 'because') return ack({ response_action: 'errors', errors: { reason: 'Say more than that.' } });
      await ack();
      await client.chat.postMessage({ channel: channelId(workspace, 'access'), text: `Rejected: ${reason}` });
    });
    bolt.event('app_home_opened', async ({ event, client }) => {
      if (event.tab !== 'home') return;
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [section('Your accounts')] } });
    });
  });
});
afterAll(async () => {
  await browser.close();
  await workspace.stop();
});

test('a person and a real Bolt app meet on the page', async () => {
  const { page, trouble, close } = await showPage(browser, workspace);
  const channel = channelId(workspace, 'access');
  const box = page.getByRole('textbox', { name: 'Message' });

  await box.fill('/helper status @zoe.kim');
  await page.keyboard.press('Enter');
  await page.locator('.ephemeral', { hasText: 'You said status @Zoe Kim' }).waitFor();

  const card = await workspace.client.chat.postMessage({
    channel,
    text: 'card',
    blocks: [section('Zoe wants in'), buttons('a', 'approve', 'reject')],
  });
  const shown = page.locator(`[data-ts="${card.ts}"]`);
  await shown.getByRole('button', { name: 'reject' }).click();
  const form = page.getByRole('dialog', { name: 'A form' });
  await form.getByLabel('reason').fill('no');
  await page.keyboard.press('Enter');
  await form.getByText('Please enter at least 3 characters.').waitFor();
  await form.getByLabel('reason').fill('because');
  await form.getByRole('button', { name: 'Send' }).click();
  await form.getByText('Say more than that.').waitFor();
  expect(await form.getByLabel('reason').inputValue()).toBe('because');
  await form.getByLabel('reason').fill('because of <rules> & *such*');
  await form.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Rejected: because of').waitFor();
  await form.waitFor({ state: 'hidden' });

  await shown.getByRole('button', { name: 'approve' }).click();
  await shown.getByText('Approved by hand').waitFor();

  await box.fill('thanks @zoe.kim & <all>, see https://acme.test/a?b=1&c=2');
  await page.keyboard.press('Enter');
  await page.getByText('thanks @Zoe Kim & <all>, see https://acme.test/a?b=1&c=2').waitFor();

  await page.locator('[data-channel-name=Helper]').click();
  await page.getByPlaceholder('Message Helper').waitFor();
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByText('Your accounts').waitFor();

  await page.getByRole('combobox', { name: 'Acting as' }).selectOption(zoe);
  await page.locator('[data-channel-name=access]').click();
  await page.getByText('thanks @Zoe Kim').waitFor();
  expect(await page.getByText('You said').count()).toBe(0);
  await close();
  expect(trouble).toEqual([]);
});
