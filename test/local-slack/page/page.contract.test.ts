import type { View } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { card, plain } from './parts.ts';

const open = useBrowser();

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

  test('the name of what is open stays dark on light, also while something there is unread', async () => {
    const { page, post } = await open();
    const app = page.locator('[data-channel-name=Helper]');
    await app.click();
    await page.getByRole('link', { name: 'Home' }).click();
    await page.locator('[data-channel-name=Helper][aria-current]').waitFor();
    const colour = () => app.evaluate((link) => link.computedStyleMap().get('color')?.toString());
    const before = await colour();
    post('DADA', 'a message beside Home');
    await page.locator('[data-channel-name=Helper].has-unread[aria-current]').waitFor();
    expect(await colour()).toBe(before);
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

test('somebody is added by name and address, and can be played at once', async () => {
  let refuse = true;
  const { page, done, workspace, changed } = await open({
    invite: (_user: string, who: { realName: string; email: string }) => {
      if (refuse) return { ok: false, error: 'already_in_team' };
      const newcomer = { id: 'UNEW', name: 'new', timeZone: 'UTC', ...who };
      workspace.state.members = [...workspace.state.members, newcomer];
      changed();
      return { ok: true };
    },
  });
  await page.getByText('Add a person').click();
  await page.getByLabel('Name').fill('Nora New');
  await page.getByLabel('E-mail').fill('nora@acme.test');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Somebody with this address is in the workspace already.').waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('Nora New');
  refuse = false;
  await page.getByLabel('E-mail').press('Enter');
  await page.getByText('Nora New is in the workspace now.').waitFor();
  await page.getByLabel('Name').waitFor({ state: 'hidden' });
  expect(done('invite')).toContainEqual(['UADA', { realName: 'Nora New', email: 'nora@acme.test' }]);
  await page.getByRole('combobox', { name: 'Acting as' }).selectOption('Nora New');
  await page.getByRole('combobox', { name: 'Acting as' }).selectOption('Gil Guest (guest)');
  await page.getByText('Add a person').waitFor({ state: 'detached' });
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

  test('whoever types on faster than suggestions come sends what they typed', async () => {
    const { page, done } = await open();
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.pressSequentially('/pro');
    await page.getByRole('option', { name: '/provision <verb> [object] Account life' }).waitFor();
    await page.route('**/page/complete', () => undefined);
    await page.keyboard.type('vision help');
    await page.keyboard.press('Enter');
    await expect.poll(() => done('command')).toEqual([['UADA', 'CACC', '/provision help']]);
  });

  test('a command that fails says why and keeps its text', async () => {
    const { page } = await open({ command: () => ({ ok: false, error: 'dispatch_failed' }) });
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('/ping');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Helper could not be reached (dispatch_failed).').waitFor();
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
