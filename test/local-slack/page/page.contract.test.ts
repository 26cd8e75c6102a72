import type { KnownBlock, View } from '@slack/types';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launch, showPage } from './browser.ts';
import { type Bot, memoryWorkspace } from './memory-workspace.ts';

let browser: Browser;
let cleanUp: (() => Promise<void>)[] = [];
beforeAll(async () => {
  browser = await launch();
});
afterEach(async () => {
  for (const step of cleanUp) await step();
  cleanUp = [];
});
afterAll(() => browser.close());

/** A workspace with its page open in the browser. Any script error or blocked resource fails the test. */
async function open(bot: Bot = {}, viewport?: { width: number; height: number }) {
  const memory = memoryWorkspace(bot);
  const shown = await showPage(browser, memory.workspace, viewport);
  cleanUp.push(async () => {
    await shown.close();
    expect(shown.trouble).toEqual([]);
  });
  return { ...memory, ...shown };
}

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (text: string) => ({ text: plain(text), value: text.toLowerCase() });

const card: KnownBlock[] = [
  { type: 'section', block_id: 's', text: { type: 'mrkdwn', text: 'Create an account for *Zoe* in CRM' } },
  {
    type: 'actions',
    block_id: 'a',
    elements: [
      { type: 'button', action_id: 'approve', text: plain('Approve'), style: 'primary', value: '1' },
      {
        type: 'button',
        action_id: 'reject',
        text: plain('Reject'),
        confirm: {
          title: plain('Sure?'),
          text: plain('No way back.'),
          confirm: plain('Reject it'),
          deny: plain('Keep'),
        },
      },
      { type: 'overflow', action_id: 'more', options: [option('Snooze'), option('Reassign')] },
      {
        type: 'static_select',
        action_id: 'when',
        placeholder: plain('When'),
        options: [option('Now'), option('Later')],
      },
    ],
  },
];

const input = (block_id: string, label: string, element: object, more = {}) => ({
  type: 'input',
  block_id,
  label: plain(label),
  element: { action_id: 'v', ...element },
  ...more,
});

const form = {
  type: 'modal',
  title: plain('Reject'),
  submit: plain('Send'),
  blocks: [
    input('why', 'Reason', { type: 'plain_text_input' }),
    input('how', 'How', { type: 'static_select', options: [option('Fast'), option('Slow')] }),
    input('one', 'Urgency', { type: 'radio_buttons', options: [option('High'), option('Low')] }),
    input('tell', 'Tell', { type: 'checkboxes', options: [option('Manager'), option('Owner')] }, { optional: true }),
    input('day', 'Day', { type: 'datepicker' }),
    input('groups', 'Groups', { type: 'multi_static_select', options: [option('Sales'), option('Staff')] }),
    input('who', 'Person', { type: 'users_select' }),
    input('app', 'App', { type: 'external_select', min_query_length: 1 }),
  ],
} as View;

const toast = (page: Page) => page.getByRole('status');

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
    await toast(page).getByText('Helper did not answer within 3 seconds (operation_timeout)').waitFor();
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

describe('people', () => {
  test('an ephemeral message is seen by its person alone; who one acts as is remembered', async () => {
    const { page, post } = await open();
    post('CACC', 'for everyone');
    post('CACC', 'for Ada only', { ephemeralFor: 'UADA' });
    await page.getByText('for Ada only').waitFor();
    expect(await page.locator('.ephemeral').textContent()).toContain('Only visible to you');
    await page.getByRole('combobox', { name: 'Acting as' }).selectOption('Bob Babbage');
    await page.getByText('for Ada only').waitFor({ state: 'detached' });
    expect(await page.getByText('for everyone').isVisible()).toBe(true);
    expect(await page.locator('[data-channel-name=access-private]').count()).toBe(0);
    await page.reload();
    await page.getByText('for everyone').waitFor();
    expect(await page.getByRole('combobox', { name: 'Acting as' }).inputValue()).toBe('UBOB');
  });

  test('unread counts stand at the channel until it is opened', async () => {
    const { page, post, done } = await open();
    post('CGEN', 'one');
    post('CGEN', 'two');
    const channel = page.locator('[data-channel-name=general]');
    await channel.getByText('2').waitFor();
    await expect.poll(() => page.title()).toBe('(2) #access – Acme');
    await channel.click();
    await page.getByText('two').waitFor();
    await channel.getByText('2').waitFor({ state: 'detached' });
    expect(done('read')).toContainEqual(['UADA', 'CGEN']);
  });

  test('those outside a public channel read it but do not write, and guests do not see it', async () => {
    const { page, post } = await open();
    post('CRND', 'lunch?', { user: 'UBOB' });
    await page.locator('[data-channel-name=random]').click();
    await page.getByText('lunch?').waitFor();
    await page.getByText('Ada Lovelace is not in #random').waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
    await page.getByRole('combobox', { name: 'Acting as' }).selectOption('Gil Guest (guest)');
    await page.getByText('Gil Guest cannot see this conversation.').waitFor();
    expect(await page.locator('[data-channel-name=random]').count()).toBe(0);
  });
});

describe('writing', () => {
  test('a message that arrives while one types leaves text, caret and focus alone', async () => {
    const { page, post, done } = await open();
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.pressSequentially('hello ');
    post('CACC', 'news just in');
    await page.getByText('news just in').waitFor();
    await page.keyboard.type('world');
    expect(await box.inputValue()).toBe('hello world');
    await page.keyboard.press('Enter');
    await expect.poll(() => done('say')).toEqual([['UADA', 'CACC', 'hello world', undefined]]);
    expect(await box.inputValue()).toBe('');
  });

  test('a draft waits in its channel; Shift and Enter make a line', async () => {
    const { page, done } = await open();
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.pressSequentially('draft');
    await page.keyboard.press('Shift+Enter');
    await page.locator('[data-channel-name=general]').click();
    await page.getByPlaceholder('Message #general').waitFor();
    expect(await box.inputValue()).toBe('');
    await page.locator('[data-channel-name=access]').click();
    await page.getByPlaceholder('Message #access').waitFor();
    expect(await box.inputValue()).toBe('draft\n');
    expect(done('say')).toEqual([]);
  });

  test('commands and people are completed, with the usage of a command', async () => {
    const { page, done } = await open();
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.pressSequentially('/pro');
    await page.getByRole('option', { name: '/provision <verb> [object] Account life' }).waitFor();
    await page.keyboard.press('Tab');
    await page.locator('.usage', { hasText: '<verb> [object]' }).waitFor();
    await page.keyboard.type('status @bo');
    await page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option', { name: 'Bob Babbage' }).click();
    expect(await box.inputValue()).toBe('/provision status @bob ');
    await page.keyboard.press('Enter');
    await expect.poll(() => done('command')).toEqual([['UADA', 'CACC', '/provision status @bob']]);
  });

  test('a command that fails says why and keeps its text', async () => {
    const { page } = await open({ command: () => ({ ok: false, error: 'dispatch_failed' }) });
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('/ping');
    await page.keyboard.press('Enter');
    await toast(page).getByText('Helper could not be reached (dispatch_failed).').waitFor();
    await expect.poll(() => box.inputValue()).toBe('/ping');
  });

  test('threads unfold under their message and take replies', async () => {
    const { page, post, done } = await open();
    const head = post('CACC', 'the head');
    post('CACC', 'the answer', { threadTs: head.ts });
    const message = page.locator(`[data-ts="${head.ts}"]`);
    expect(await page.getByText('the answer').isVisible()).toBe(false);
    await message.getByText('1 reply').click();
    await message.getByText('the answer').waitFor();
    await message.getByRole('textbox', { name: 'Reply' }).fill('thanks');
    post('CACC', 'another', { threadTs: head.ts });
    await message.getByText('another').waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => done('say')).toEqual([['UADA', 'CACC', 'thanks', head.ts]]);
  });
});

test('the app has a Home tab and its messages', async () => {
  const home = {
    type: 'home',
    blocks: [
      { type: 'header', text: plain('Your accounts') },
      { type: 'actions', block_id: 'a', elements: [{ type: 'button', action_id: 'b', text: plain('Settings') }] },
    ],
  } as View;
  const memory = await open({ openHome: (user: string) => memory.openView(user, home, { id: 'VHOME' }) });
  const { page, done } = memory;
  await page.locator('[data-channel-name=Helper]').click();
  await page.getByPlaceholder('Message Helper').waitFor();
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByText('Your accounts').waitFor();
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect.poll(() => done('press')).toMatchObject([[{ container: { view: 'VHOME' } }]]);
  await page.locator('[data-channel-name=access]').click();
  await page.getByRole('button', { name: 'Shortcuts' }).click();
  await page.getByRole('menuitem', { name: 'Request access' }).click();
  await expect.poll(() => done('shortcut')).toEqual([['UADA', 'request', undefined]]);
});

test('in a narrow window the sidebar is a drawer and nothing runs off the side', async () => {
  const { page, post } = await open({}, { width: 400, height: 700 });
  post('CACC', 'card', {}, card);
  const sidebar = page.getByRole('navigation', { name: 'Workspace' });
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  expect(await sidebar.isVisible()).toBe(false);
  expect(await page.locator('body').evaluate((body) => body.scrollWidth)).toBe(400);
  await page.getByRole('button', { name: 'Channels and people' }).click();
  await sidebar.getByRole('link', { name: 'general' }).click();
  await page.getByPlaceholder('Message #general').waitFor();
  await sidebar.waitFor({ state: 'hidden' });
});

test('a person who has chosen nothing starts in their own first channel', async () => {
  const { page } = await open();
  await page.getByRole('combobox', { name: 'Acting as' }).selectOption('Gil Guest (guest)');
  await page.getByPlaceholder('Message #general').waitFor();
});

test('two windows act apart', async () => {
  const { page, visit, post } = await open();
  const other = await visit();
  await other.getByRole('combobox', { name: 'Acting as' }).selectOption('Bob Babbage');
  post('CACC', 'for Bob', { ephemeralFor: 'UBOB' });
  await other.getByText('for Bob').waitFor();
  expect(await page.getByText('for Bob').count()).toBe(0);
  expect(await page.getByRole('combobox', { name: 'Acting as' }).inputValue()).toBe('UADA');
});

test('a lost connection comes back by itself with what was missed', async () => {
  const { page, post, drop, trouble } = await open();
  await page.getByRole('textbox', { name: 'Message' }).fill('half');
  drop();
  post('CACC', 'said meanwhile');
  await page.getByText('said meanwhile').waitFor();
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('half');
  expect(trouble.splice(0)).toEqual([expect.stringContaining('ERR_INCOMPLETE_CHUNKED_ENCODING')]);
});

test('the keyboard alone gets from the channel to a pressed button', async () => {
  const { page, post, done } = await open();
  post('CACC', 'card', {}, card);
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  await page.locator('[data-channel-name=access]').focus();
  for (let step = 0; step < 20 && !(await page.locator('button:focus', { hasText: 'Approve' }).count()); step++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => done('press')).toMatchObject([[{ actionId: 'approve' }]]);
});
