import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderBlocks } from '../../../src/local-slack/page/render-blocks.ts';
import { hostile, readStrictly } from './strict-html.ts';
import { ada } from './viewer.ts';

const viewer = ada();
const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: true });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });
const render = (...blocks: object[]) => renderBlocks(blocks as KnownBlock[], { viewer, scope: 's' }).markup;
const options = (text: string) => [
  { text: plain(text), value: 'a' },
  { text: plain('B'), value: 'b', description: plain(text) },
];

const input = (element: object, text: string) => ({
  type: 'input',
  block_id: 'i',
  label: plain(text),
  hint: plain(text),
  element,
});

/** One of every block and element, with this text wherever a text goes. */
function everything(text: string): object[] {
  const confirm = { title: plain(text), text: mrkdwn(text), confirm: plain('Yes'), deny: plain('No'), style: 'danger' };
  const placeholder = plain(text);
  const rich = {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text, style: { bold: true } }] }],
  };
  const action = { action_id: 'x', placeholder };
  const pickers = [
    { type: 'static_select', ...action, options: options(text), initial_option: options(text)[1], confirm },
    { type: 'static_select', ...action, option_groups: [{ label: plain(text), options: options(text) }] },
    { type: 'users_select', ...action },
    { type: 'conversations_select', ...action },
    { type: 'channels_select', ...action },
    { type: 'external_select', ...action, min_query_length: 0, initial_option: options(text)[0] },
    { type: 'multi_static_select', ...action, options: options(text), initial_options: options(text) },
    { type: 'multi_users_select', ...action },
    { type: 'multi_external_select', ...action, initial_options: options(text) },
    { type: 'radio_buttons', ...action, options: options(text), initial_option: options(text)[0] },
    { type: 'checkboxes', ...action, options: options(text) },
    { type: 'datepicker', ...action, initial_date: '2026-12-03' },
    { type: 'timepicker', ...action },
    { type: 'datetimepicker', ...action, initial_date_time: 1_796_299_200 },
  ];
  const inputs = [
    { type: 'plain_text_input', ...action, initial_value: text, multiline: true },
    { type: 'plain_text_input', ...action, initial_value: text, max_length: 10 },
    { type: 'email_text_input', ...action },
    { type: 'url_text_input', ...action },
    { type: 'number_input', ...action, is_decimal_allowed: false },
    { type: 'rich_text_input', ...action, initial_value: rich },
    { type: 'file_input', action_id: 'x' },
  ];
  return [
    { type: 'header', text: plain(text) },
    {
      type: 'section',
      block_id: text,
      text: mrkdwn(text),
      fields: [mrkdwn(text), plain(text)],
      accessory: { type: 'button', action_id: text, text: plain(text), value: text, confirm },
    },
    {
      type: 'section',
      text: plain(text),
      accessory: { type: 'image', image_url: 'https://x.test/a.png', alt_text: text },
    },
    {
      type: 'actions',
      block_id: 'a',
      elements: [
        { type: 'button', action_id: 'b', text: plain(text), style: 'primary', accessibility_label: text },
        { type: 'button', action_id: 'u', text: plain(text), url: text },
        {
          type: 'overflow',
          action_id: 'o',
          options: [...options(text), { text: plain('Go'), value: 'g', url: 'https://x.test/' }],
          confirm,
        },
        ...pickers,
      ],
    },
    { type: 'context', elements: [mrkdwn(text), plain(text), { type: 'image', image_url: text, alt_text: text }] },
    {
      type: 'context_actions',
      block_id: 'c',
      elements: [
        { type: 'icon_button', action_id: 'i', icon: 'trash', text: plain(text) },
        {
          type: 'feedback_buttons',
          action_id: 'f',
          positive_button: { text: plain(text), value: 'y' },
          negative_button: { text: plain('Bad'), value: 'n' },
        },
      ],
    },
    { type: 'divider' },
    { type: 'image', image_url: 'https://x.test/b.png', alt_text: text, title: plain(text) },
    ...[...pickers, ...inputs].map((element) => input(element, text)),
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text },
            { type: 'link', url: text, text },
            { type: 'link', url: 'https://x.test/' },
            { type: 'user', user_id: text },
            { type: 'channel', channel_id: 'CACC' },
            { type: 'emoji', name: text },
            { type: 'broadcast', range: 'here' },
            { type: 'date', timestamp: 1_796_299_200, format: '{time}', fallback: text, url: text },
            { type: 'usergroup', usergroup_id: text },
            { type: 'color', value: text },
            { type: 'text', text: 'x', style: { italic: true, strike: true, underline: true, code: true } },
          ],
        },
        {
          type: 'rich_text_list',
          style: 'ordered',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
        },
        {
          type: 'rich_text_list',
          style: 'bullet',
          indent: 1,
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
        },
        {
          type: 'rich_text_list',
          style: 'ordered',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'second' }] }],
        },
        { type: 'rich_text_quote', elements: [{ type: 'text', text }] },
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] },
      ],
    },
    { type: 'markdown', text },
    {
      type: 'table',
      rows: [
        [{ type: 'raw_text', text }, rich],
        [{ type: 'raw_number', value: 1, text }, rich],
      ],
      column_settings: [null, { align: 'right', is_wrapped: false }],
    },
    { type: 'alert', text: mrkdwn(text), level: 'warning' },
    {
      type: 'plan',
      title: text,
      tasks: [{ type: 'task_card', task_id: 't', title: text, status: 'complete', details: rich }],
    },
    { type: 'video', alt_text: text, title: plain(text), video_url: text, thumbnail_url: text },
    { type: text },
  ];
}

describe('blocks', () => {
  test('every block and element, as drawn', () => {
    expect(render(...everything('Text')).replaceAll('<', '\n<')).toMatchSnapshot();
  });

  test('texts are escaped wherever they stand', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme' })), (text) => {
        readStrictly(render(...everything(text)));
      }),
    );
  });

  test('hostile text is still there to be read', () => {
    for (const text of hostile) {
      const read = readStrictly(render({ type: 'section', text: plain(text) })).text;
      expect(read).toContain(text);
    }
  });

  test('a block that is not drawn says so', () => {
    expect(readStrictly(render({ type: 'video' })).text).toBe('A “video” block: not drawn in this workspace.');
  });

  test('a block that is not what it says spoils nothing else', () => {
    const { text } = readStrictly(
      render({ type: 'section', text: 5, fields: 7 }, { type: 'header' }, { type: 'header', text: plain('Next') }),
    );
    expect(text).toMatch(/A “section” block that cannot be drawn: TypeError.*Next/);
  });

  test('a button whose address is unsafe is a button, not a link', () => {
    const button = (url: string) =>
      render({ type: 'actions', elements: [{ type: 'button', action_id: 'b', text: plain('Go'), url }] });
    expect(button('javascript:alert(1)')).toMatch(/<button[^>]*>Go<\/button>/);
    expect(readStrictly(button('https://x.test/go')).links).toEqual(['https://x.test/go']);
  });

  test('a field shows its error and what it holds already', () => {
    const block = input({ type: 'plain_text_input', action_id: 'v', initial_value: 'old' }, 'Reason') as KnownBlock;
    const { markup } = renderBlocks([block], {
      viewer,
      scope: 's',
      errors: { i: 'Say <why>' },
      values: { i: { v: { value: 'new' } } },
    });
    expect(markup).toContain('<p class="error" role="alert" id="s.i.error">Say &lt;why&gt;</p>');
    expect(markup).toContain('aria-describedby="s.i.hint s.i.error" aria-invalid="true" aria-required="true"');
    expect(markup).toContain('value="new"');
  });

  test('elements tell the bot at once in actions, in a form only when asked to', () => {
    const dispatch = (block: object) => /data-dispatch="(\w*)"/.exec(render(block))?.[1];
    const select = { type: 'static_select', action_id: 's', options: options('A') };
    const text = { type: 'plain_text_input', action_id: 't' };
    expect(dispatch({ type: 'actions', elements: [select] })).toBe('change');
    expect(dispatch(input(select, 'S'))).toBe('');
    expect(dispatch({ ...input(select, 'S'), dispatch_action: true })).toBe('change');
    expect(dispatch({ ...input(text, 'T'), dispatch_action: true })).toBe('enter');
    const typed = { ...text, dispatch_action_config: { trigger_actions_on: ['on_character_entered'] } };
    expect(dispatch({ ...input(typed, 'T'), dispatch_action: true })).toBe('character');
  });
});
