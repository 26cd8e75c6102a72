import { describe, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { card } from './parts.ts';

const open = useBrowser();

describe('a card', () => {
  test('is seen, pressed and redrawn', async () => {
    const memory = await open({ press: () => memory.edit(message, { text: 'Approved', blocks: [] }) });
    const message = memory.post('CACC', 'card', {}, card);
    const shown = memory.page.locator(`[data-channel=CACC][data-ts="${message.ts}"]`);
    await shown.getByRole('button', { name: 'Approve' }).click();
    await shown.getByText('Approved').waitFor();
    expect(memory.done('press')).toMatchObject([
      [
        {
          user: 'UADA',
          container: { message: { channel: 'CACC', ts: message.ts } },
          blockId: 'a',
          actionId: 'approve',
        },
      ],
    ]);
  });

  test('asks before a press that wants to be confirmed', async () => {
    const { page, post, done } = await open();
    post('CACC', 'card', {}, card);
    const confirm = page.getByRole('alertdialog', { name: 'Sure?' });
    await page.getByRole('button', { name: 'Reject' }).click();
    await confirm.getByText('No way back.').waitFor();
    await confirm.getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.keyboard.press('Escape');
    expect(done('press')).toEqual([]);
    await page.getByRole('button', { name: 'Reject' }).click();
    await confirm.getByRole('button', { name: 'Reject it' }).click();
    await expect.poll(() => done('press')).toMatchObject([[{ actionId: 'reject' }]]);
  });

  test('has menus', async () => {
    const { page, post, done } = await open();
    post('CACC', 'card', {}, card);
    await page.getByRole('button', { name: 'More options' }).click();
    await page.locator('[role=menuitem]:focus').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => done('press'))
      .toMatchObject([[{ actionId: 'more', state: { selected_option: { value: 'reassign' } } }]]);
    await page.getByRole('combobox', { name: 'When' }).selectOption('Later');
    await expect
      .poll(() => done('press')[1])
      .toMatchObject([{ actionId: 'when', state: { selected_option: { value: 'later' } } }]);
  });

  test('shows that a press is on its way, takes no second one, and tells when the bot did not answer', async () => {
    let answer = (_: unknown) => {};
    const slow = new Promise((resolve) => {
      answer = resolve;
    });
    const { page, post, done } = await open({ press: () => slow });
    post('CACC', 'card', {}, card);
    const button = page.getByRole('button', { name: 'Approve' });
    await button.click();
    await page.locator('button[aria-busy=true]', { hasText: 'Approve' }).waitFor();
    await button.click();
    answer({ ok: false, error: 'operation_timeout' });
    await page.getByRole('status').getByText('Helper did not answer within 3 seconds (operation_timeout)').waitFor();
    expect(await button.getAttribute('aria-busy')).toBeNull();
    expect(done('press')).toHaveLength(1);
  });

  test('has message shortcuts', async () => {
    const { page, post, done } = await open();
    const message = post('CACC', 'a failure');
    await page.getByText('a failure').hover();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Explain this' }).click();
    await expect.poll(() => done('shortcut')).toEqual([['UADA', 'explain', { channel: 'CACC', ts: message.ts }]]);
  });
});
