import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientErrors, elementState, findElement, formValues } from '../../../src/local-slack/block-kit/form.ts';
import { withIds } from '../../../src/local-slack/block-kit/parts.ts';
import { buttons, section, textField } from '../fixtures.ts';

const option = (value: string) => ({ text: { type: 'plain_text', text: value.toUpperCase() }, value });
const input = (element: Record<string, unknown>, more: Record<string, unknown> = {}): KnownBlock =>
  ({ ...textField('b'), element: { action_id: 'a', ...element }, ...more }) as unknown as KnownBlock;
const errorsOf = (block: KnownBlock, value: Record<string, unknown>) =>
  clientErrors([block], formValues([block], { b: { a: value } })).b;

test('a form starts from what its elements start from', () => {
  const blocks = [
    input({ type: 'plain_text_input', initial_value: 'x' }),
    { ...input({ type: 'checkboxes', options: [option('one')], initial_options: [option('one')] }), block_id: 'c' },
    { ...input({ type: 'users_select' }), block_id: 'd' },
    { ...input({ type: 'multi_users_select' }), block_id: 'e' },
    buttons('row', 'go'),
    section('x', 's'),
  ];
  expect(formValues(blocks as KnownBlock[])).toEqual({
    b: { a: { type: 'plain_text_input', value: 'x' } },
    c: { a: { type: 'checkboxes', selected_options: [option('one')] } },
    d: { a: { type: 'users_select', selected_user: null } },
    e: { a: { type: 'multi_users_select', selected_users: [] } },
  });
});

test('given values count, for elements that are there', () => {
  const blocks = [input({ type: 'datepicker', initial_date: '2026-01-01' })];
  expect(formValues(blocks, { b: { a: { selected_date: '2026-02-02' } }, x: { y: { value: 'forged' } } })).toEqual({
    b: { a: { type: 'datepicker', selected_date: '2026-02-02' } },
  });
});

test('an option comes back as it was declared, or not at all', () => {
  const element = { type: 'multi_static_select', option_groups: [{ label: {}, options: [option('a'), option('b')] }] };
  const given = { selected_options: [{ value: 'b', text: 'forged' }, { value: 'root' }] };
  expect(elementState(element, given)).toEqual({ type: 'multi_static_select', selected_options: [option('b')] });
  expect(elementState({ type: 'button' }, { value: 'forged' })).toBeUndefined();
});

test('what the client would refuse is told by block', () => {
  const text = input({ type: 'plain_text_input', min_length: 2, max_length: 4 });
  expect(errorsOf(text, { value: '' })).toBe('Please complete this required field.');
  expect(errorsOf(text, { value: 'x' })).toBe('Please enter at least 2 characters.');
  expect(errorsOf(text, { value: 'xxxxx' })).toBe('Please enter at most 4 characters.');
  expect(errorsOf(text, { value: 'xxx' })).toBeUndefined();
  expect(errorsOf(input({ type: 'plain_text_input' }, { optional: true }), { value: '' })).toBeUndefined();
  const number = input({ type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '9' });
  expect(errorsOf(number, { value: 'x' })).toBe('Please enter a number.');
  expect(errorsOf(number, { value: '1.5' })).toBe('Please enter a whole number.');
  expect(errorsOf(number, { value: '0' })).toBe('Please enter at least 1.');
  expect(errorsOf(number, { value: '10' })).toBe('Please enter at most 9.');
  expect(errorsOf(number, { value: '5' })).toBeUndefined();
  expect(errorsOf(input({ type: 'email_text_input' }), { value: 'ada' })).toBe('Please enter a valid email address.');
  expect(errorsOf(input({ type: 'url_text_input' }), { value: 'ada' })).toBe('Please enter a valid URL.');
  const two = input({ type: 'multi_users_select', max_selected_items: 1 });
  expect(errorsOf(two, { selected_users: ['U1', 'U2'] })).toBe('Please select at most 1 items.');
});

test('every block and element gets an id, and given ones stay', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ minLength: 1 }), { nil: undefined }), { maxLength: 5 }), (ids) => {
      const blocks = ids.map((id) => ({ ...buttons('', ''), ...(id === undefined ? {} : { block_id: id }) }));
      const named = withIds(blocks as KnownBlock[]);
      for (const [index, block] of named.entries()) {
        expect(block.block_id).toBeTruthy();
        if (ids[index] !== undefined) expect(block.block_id).toBe(ids[index]);
        const { elements } = block as ReturnType<typeof buttons>;
        expect(findElement([block], block.block_id ?? '', elements[0]?.action_id ?? 'none')).toBeDefined();
      }
    }),
  );
});
