import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementState, externalValue, formState, holding } from '../../../src/local-slack/page/element-state.ts';

const berlin = 'Europe/Berlin';
const suggested = externalValue({ text: 'CRM', value: 'crm' });

describe('elementState', () => {
  test.each([
    ['plain_text_input', ['hi'], { value: 'hi' }],
    ['plain_text_input', [''], { value: null }],
    ['static_select', ['a'], { selected_option: { value: 'a' } }],
    ['radio_buttons', [], { selected_option: null }],
    ['overflow', ['x'], { selected_option: { value: 'x' } }],
    ['checkboxes', ['a', 'b'], { selected_options: [{ value: 'a' }, { value: 'b' }] }],
    ['multi_users_select', [], { selected_users: [] }],
    ['users_select', ['UADA'], { selected_user: 'UADA' }],
    ['datepicker', ['2026-12-03'], { selected_date: '2026-12-03' }],
    ['datetimepicker', ['2026-12-03T13:00'], { selected_date_time: 1_796_299_200 }],
    [
      'external_select',
      [suggested],
      { selected_option: { text: { type: 'plain_text', text: 'CRM', emoji: true }, value: 'crm' } },
    ],
    ['multi_external_select', ['{not json', '{"text":1}', 'null'], { selected_options: [] }],
    [
      'rich_text_input',
      ['hi'],
      {
        rich_text_value: {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'hi' }] }],
        },
      },
    ],
    ['button', [], {}],
    ['constructor', ['x'], {}],
  ])('%s holding %j', (type, raw, state) => {
    expect(elementState(type, raw, berlin)).toEqual({ type, ...state });
  });
});

const input = (block: string, element: object) =>
  ({ type: 'input', block_id: block, label: { type: 'plain_text', text: block }, element }) as KnownBlock;

test('formState keeps what the blocks hold and drops the rest', () => {
  const blocks = [
    input('why', { type: 'plain_text_input', action_id: 'v' }),
    input('who', { type: 'users_select', action_id: 'v' }),
  ];
  expect(formState(blocks, { why: { v: ['because'], w: ['x'] }, who: { v: [] }, gone: { v: ['y'] } }, berlin)).toEqual({
    why: { v: { type: 'plain_text_input', value: 'because' } },
    who: { v: { type: 'users_select', selected_user: null } },
  });
});

test('an element starts from the state it is known to hold, also when that is nothing', () => {
  const select = { type: 'users_select', initial_user: 'UADA' };
  expect(holding(select, { selected_user: 'UBOB' })).toEqual({ type: 'users_select', initial_user: 'UBOB' });
  expect(holding(select, { selected_user: null })).toEqual({ type: 'users_select', initial_user: undefined });
  expect(holding(select, undefined)).toBe(select);
  expect(holding({ type: 'rich_text_input' }, { rich_text_value: 1 })).toEqual({
    type: 'rich_text_input',
    initial_value: 1,
  });
});

test('what the browser sends never breaks it', () => {
  const types = [
    'plain_text_input',
    'external_select',
    'multi_external_select',
    'checkboxes',
    'datetimepicker',
    '__proto__',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.array(fc.oneof(fc.string(), fc.json())), (type, raw) => {
      expect(elementState(type, raw, berlin)).toHaveProperty('type', type);
    }),
  );
});
