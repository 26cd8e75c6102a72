import type { KnownBlock, View } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { form, plain } from './parts.ts';

const open = useBrowser();

describe('a modal', () => {
  test('is filled, refused with an error at its field, mended and submitted', async () => {
    const memory = await open({
      suggest: (_press, query) => [{ text: `CRM ${query}`, value: 'crm' }],
      submit: () =>
        memory.done('submit').length === 1
          ? memory.openView('UADA', form, { errors: { why: 'Say more.' } })
          : memory.closeView('UADA'),
    });
    const { page, openView, done } = memory;
    openView('UADA', form);
    const modal = page.getByRole('dialog', { name: 'Reject' });
    await modal.getByLabel('Reason').fill('no');
    await modal.getByLabel('How').selectOption('Slow');
    await modal.getByRole('radio', { name: 'High' }).check();
    await modal.getByRole('checkbox', { name: 'Owner' }).check();
    await modal.getByLabel('Day').fill('2026-12-24');
    await modal.locator('summary').click();
    await modal.getByRole('checkbox', { name: 'Staff' }).check();
    await page.keyboard.press('Escape');
    expect(await modal.locator('summary').textContent()).toBe('Staff');
    await modal.getByLabel('Person').selectOption('Bob Babbage');
    await modal.getByRole('combobox', { name: 'App' }).fill('x');
    await page.getByRole('option', { name: 'CRM x' }).click();
    await modal.getByRole('button', { name: 'Send' }).click();
    await modal.getByRole('alert').getByText('Say more.').waitFor();
    expect(await modal.getByLabel('Reason').getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => modal.getByLabel('Reason').evaluate((field) => field.matches(':focus'))).toBe(true);
    await page.keyboard.type(', thanks');
    await page.keyboard.press('Enter');
    await modal.waitFor({ state: 'hidden' });
    expect(done('submit')[1]).toEqual([
      'UADA',
      'V1',
      {
        why: { v: { type: 'plain_text_input', value: 'no, thanks' } },
        how: { v: { type: 'static_select', selected_option: { value: 'slow' } } },
        one: { v: { type: 'radio_buttons', selected_option: { value: 'high' } } },
        tell: { v: { type: 'checkboxes', selected_options: [{ value: 'owner' }] } },
        day: { v: { type: 'datepicker', selected_date: '2026-12-24' } },
        groups: { v: { type: 'multi_static_select', selected_options: [{ value: 'staff' }] } },
        who: { v: { type: 'users_select', selected_user: 'UBOB' } },
        app: {
          v: {
            type: 'external_select',
            selected_option: { text: { type: 'plain_text', text: 'CRM x', emoji: true }, value: 'crm' },
          },
        },
      },
    ]);
  });

  test('keeps the focus inside when the button that was pressed is gone, so that Esc closes it', async () => {
    const button = { type: 'button', action_id: 'go', text: plain('Go') } as const;
    const asks = {
      ...{ type: 'modal', title: plain('Answer') },
      blocks: [{ type: 'actions', block_id: 'b', elements: [button] }],
    } as View;
    const told = { ...asks, blocks: [{ type: 'section', block_id: 'c', text: plain('Done.') }] } as View;
    const memory = await open({
      press: () => memory.openView('UADA', told, { hash: '2' }),
      close: (user: string) => memory.closeView(user),
    });
    const { page, openView } = memory;
    openView('UADA', asks);
    const modal = page.getByRole('dialog', { name: 'Answer' });
    await modal.getByRole('button', { name: 'Go' }).click();
    await modal.getByText('Done.').waitFor();
    await page.keyboard.press('Escape');
    await modal.waitFor({ state: 'hidden' });
  });

  test('keeps what was typed when it is updated, and closes with Esc', async () => {
    const memory = await open({ close: (user: string) => memory.closeView(user) });
    const { page, openView, done } = memory;
    openView('UADA', form);
    const modal = page.getByRole('dialog', { name: 'Reject' });
    await modal.getByLabel('Reason').pressSequentially('half a ');
    const more = { type: 'section', block_id: 'new', text: plain('A new line') } as KnownBlock;
    openView('UADA', { ...form, blocks: [more, ...form.blocks] } as View, { hash: '2' });
    await modal.getByText('A new line').waitFor();
    await page.keyboard.type('sentence');
    expect(await modal.getByLabel('Reason').inputValue()).toBe('half a sentence');
    await page.keyboard.press('Escape');
    await modal.waitFor({ state: 'hidden' });
    expect(done('close')).toEqual([['UADA', 'V1']]);
  });

  test('stacks: the view below comes back with what it held', async () => {
    const memory = await open({
      close: () =>
        memory.openView('UADA', form, { values: { why: { v: { type: 'plain_text_input', value: 'kept' } } } }),
    });
    const { page, openView } = memory;
    openView('UADA', form);
    const above = {
      type: 'modal',
      title: plain('Details'),
      blocks: [{ type: 'section', text: plain('More about it') }],
    } as View;
    openView('UADA', above, { id: 'V2', previous: 'V1' });
    const modal = page.getByRole('dialog', { name: 'Details' });
    await modal.getByText('More about it').waitFor();
    await modal.getByRole('button', { name: 'Back' }).click();
    await expect
      .poll(() => page.getByRole('dialog', { name: 'Reject' }).getByLabel('Reason').inputValue())
      .toBe('kept');
  });

  test('sends what the form holds with every press in it', async () => {
    const { page, openView, done } = await open();
    const live = {
      ...form,
      blocks: [
        ...form.blocks.slice(0, 1),
        { type: 'actions', block_id: 'a', elements: [{ type: 'button', action_id: 'look', text: plain('Look up') }] },
      ],
    } as View;
    openView('UADA', live);
    await page.getByLabel('Reason').fill('because');
    await page.getByRole('button', { name: 'Look up' }).click();
    await expect
      .poll(() => done('press'))
      .toMatchObject([[{ container: { view: 'V1' }, actionId: 'look', values: { why: { v: { value: 'because' } } } }]]);
  });
});
