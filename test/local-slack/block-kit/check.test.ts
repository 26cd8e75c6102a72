import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkBlocks, checkView, fitsTogether } from '../../../src/local-slack/block-kit/check.ts';
import { buttons, modal, section, textField } from '../fixtures.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (more: object) => ({ type: 'actions', elements: [{ type: 'button', text: plain('Go'), ...more }] });
const option = (text: string, value = text) => ({ text: plain(text), value });
const select = (more: object) => ({ type: 'actions', elements: [{ type: 'static_select', ...more }] });
const repeat = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

const problems = (blocks: unknown): readonly string[] => {
  const checked = checkBlocks(blocks);
  return checked.ok ? [] : checked.problems;
};

/** Where a text may stand in a message, its greatest length, and the pointer to it. */
const texts: [string, number, (text: string) => unknown, string][] = [
  ['a section', 3000, (text) => ({ type: 'section', text: mrkdwn(text) }), '/blocks/0/text/text'],
  ['a field', 2000, (text) => ({ type: 'section', fields: [mrkdwn(text)] }), '/blocks/0/fields/0/text'],
  ['a header', 150, (text) => ({ type: 'header', text: plain(text) }), '/blocks/0/text/text'],
  ['a button', 75, (text) => button({ text: plain(text) }), '/blocks/0/elements/0/text/text'],
  ['a button value', 2000, (text) => button({ value: text }), '/blocks/0/elements/0/value'],
  ['an action id', 255, (text) => button({ action_id: text }), '/blocks/0/elements/0/action_id'],
  ['a block id', 255, (text) => ({ type: 'divider', block_id: text }), '/blocks/0/block_id'],
  ['a label', 75, (text) => button({ accessibility_label: text }), '/blocks/0/elements/0/accessibility_label'],
  ['an option', 75, (text) => select({ options: [option(text, 'v')] }), '/blocks/0/elements/0/options/0/text/text'],
  ['an option value', 75, (text) => select({ options: [option('t', text)] }), '/blocks/0/elements/0/options/0/value'],
  [
    'a confirm title',
    100,
    (text) => button({ confirm: { title: plain(text), text: mrkdwn('x') } }),
    '/blocks/0/elements/0/confirm/title/text',
  ],
  [
    'a confirm text',
    300,
    (text) => button({ confirm: { text: mrkdwn(text) } }),
    '/blocks/0/elements/0/confirm/text/text',
  ],
  [
    'a confirm button',
    30,
    (text) => button({ confirm: { text: mrkdwn('x'), confirm: plain(text) } }),
    '/blocks/0/elements/0/confirm/confirm/text',
  ],
  ['a markdown block', 12_000, (text) => ({ type: 'markdown', text }), '/blocks/0/text'],
];

describe.each(texts)('%s', (_name, limit, make, pointer) => {
  test('is taken up to its limit and refused beyond, by its pointer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.string({ minLength: 1, maxLength: 3 }), (over, unit) => {
        const fill = (length: number) => unit.repeat(length).slice(0, length);
        expect(problems([make(fill(limit))])).toEqual([]);
        expect(problems([make(fill(limit + over))])).toEqual([
          `must be less than ${limit + 1} characters [json-pointer:${pointer}]`,
        ]);
      }),
      { numRuns: 20 },
    );
  });
});

const counts: [string, number, (count: number) => unknown, string][] = [
  ['blocks', 50, (count) => repeat(count, { type: 'divider' }), '/blocks'],
  ['fields', 10, (count) => [{ type: 'section', fields: repeat(count, plain('x')) }], '/blocks/0/fields'],
  [
    'actions',
    25,
    (count) => [{ type: 'actions', elements: repeat(count, { type: 'button', text: plain('x') }) }],
    '/blocks/0/elements',
  ],
  ['context elements', 10, (count) => [{ type: 'context', elements: repeat(count, plain('x')) }], '/blocks/0/elements'],
  ['options', 100, (count) => [select({ options: repeat(count, option('x')) })], '/blocks/0/elements/0/options'],
  [
    'overflow options',
    5,
    (count) => [{ type: 'actions', elements: [{ type: 'overflow', options: repeat(count, option('x')) }] }],
    '/blocks/0/elements/0/options',
  ],
  [
    'radio buttons',
    10,
    (count) => [{ type: 'actions', elements: [{ type: 'radio_buttons', options: repeat(count, option('x')) }] }],
    '/blocks/0/elements/0/options',
  ],
  [
    'table rows',
    100,
    (count) => [{ type: 'table', rows: repeat(count, [{ type: 'raw_text', text: 'x' }]) }],
    '/blocks/0/rows',
  ],
  [
    'table columns',
    20,
    (count) => [{ type: 'table', rows: [repeat(count, { type: 'raw_text', text: 'x' })] }],
    '/blocks/0/rows/0',
  ],
];

test.each(counts)('%s have a greatest number', (_name, limit, make, pointer) => {
  expect(problems(make(limit))).toEqual([]);
  expect(problems(make(limit + 1))).toEqual([`no more than ${limit} items allowed [json-pointer:${pointer}]`]);
});

test('what is no block is named as Slack names it', () => {
  expect(problems([{ type: 'nonsense' }])).toEqual(['unsupported type: nonsense [json-pointer:/blocks/0/type]']);
  expect(problems([{}])).toEqual(['missing required field: type [json-pointer:/blocks/0]']);
  expect(problems([{ type: 'header' }])).toEqual(['missing required field: text [json-pointer:/blocks/0]']);
  expect(problems([{ type: 'section' }])).toEqual(['missing required field: text [json-pointer:/blocks/0]']);
  expect(problems([{ type: 'section', text: 'bare' }])).toEqual([
    'must provide a object [json-pointer:/blocks/0/text]',
  ]);
  expect(problems([{ type: 'header', text: mrkdwn('x') }])).toEqual([
    'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
  ]);
  expect(problems([{ type: 'section', text: { ...mrkdwn('x'), emoji: true } }])).toEqual([
    'invalid additional property: emoji [json-pointer:/blocks/0/text]',
  ]);
  expect(problems([{ type: 'section', text: mrkdwn('') }])).toEqual([
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
  ]);
  expect(problems([button({ url: 'javascript:alert(1)' })])).toEqual([
    'invalid value [json-pointer:/blocks/0/elements/0/url]',
  ]);
});

test('ids are unique where they have to be', () => {
  expect(problems([section('x', 'same'), section('y', 'same')])).toEqual([
    '`block_id` "same" already exists [json-pointer:/blocks/1/block_id]',
  ]);
  expect(problems([buttons('row', 'go', 'go')])).toEqual([
    '`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]',
  ]);
  expect(problems([buttons('one', 'go'), buttons('two', 'go')])).toEqual([]);
});

test('a select has one source, and starts with what it offers', () => {
  const where = '[json-pointer:/blocks/0/elements/0]';
  expect(problems([select({})])).toEqual([`must provide exactly one of \`options\`, \`option_groups\` ${where}`]);
  const options = [option('a')];
  expect(problems([select({ options, initial_option: option('b') })])).toEqual([
    `the initial option must be one of the options ${where}`,
  ]);
  expect(problems([select({ options, initial_option: option('a') })])).toEqual([]);
  expect(problems([select({ option_groups: [{ label: plain('G'), options }], initial_option: option('a') })])).toEqual(
    [],
  );
});

test('each surface takes its own blocks only', () => {
  const alert = { type: 'alert', text: plain('x') } as unknown as KnownBlock;
  const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] } as unknown as KnownBlock;
  expect(problems([alert])).toEqual(['unsupported type: alert [json-pointer:/blocks/0/type]']);
  expect(checkView(modal([alert])).ok).toBe(true);
  expect(problems([table])).toEqual([]);
  expect(checkView(modal([table]))).toMatchObject({
    problems: ['unsupported type: table [json-pointer:/view/blocks/0/type]'],
  });
  const email = textField('mail') as KnownBlock;
  Object.assign(email, { element: { type: 'email_text_input', action_id: 'a' } });
  expect(problems([email])).toEqual(['unsupported type: email_text_input [json-pointer:/blocks/0/element/type]']);
  expect(checkView(modal([email])).ok).toBe(true);
});

test('a modal has its own limits', () => {
  const refused = (view: unknown) => {
    const checked = checkView(view);
    return checked.ok ? [] : checked.problems;
  };
  const long = { type: 'plain_text' as const, text: 'x'.repeat(25) };
  expect(refused(modal([], { title: long }))).toEqual([
    'must be less than 25 characters [json-pointer:/view/title/text]',
  ]);
  expect(refused(modal([], { submit: long }))).toEqual([
    'must be less than 25 characters [json-pointer:/view/submit/text]',
  ]);
  expect(refused(modal([], { private_metadata: 'x'.repeat(3001) }))).toEqual([
    'must be less than 3001 characters [json-pointer:/view/private_metadata]',
  ]);
  expect(refused(modal(repeat(101, { type: 'divider' as const })))).toEqual([
    'no more than 100 items allowed [json-pointer:/view/blocks]',
  ]);
  const { submit: _, ...without } = modal([textField('a')]);
  expect(refused(without)).toEqual(['missing required field: submit [json-pointer:/view]']);
  expect(refused(modal([textField('a', { focus_on_load: true }), textField('b', { focus_on_load: true })]))).toEqual([
    'only one element can be set to `focus_on_load` [json-pointer:/view/blocks/1/element]',
  ]);
  expect(refused({ type: 'workflow_step', blocks: [] })).toEqual([
    'unsupported type: workflow_step [json-pointer:/view/type]',
  ]);
});

test('anything at all is checked without a throw', () => {
  fc.assert(
    fc.property(fc.anything(), (given) => {
      expect(typeof checkBlocks(given).ok).toBe('boolean');
      expect(typeof checkView(given).ok).toBe('boolean');
    }),
  );
});

test('the text of all blocks together has a limit, lower the more blocks there are', () => {
  const markdown = (length: number): KnownBlock[] => [{ type: 'markdown', text: 'x'.repeat(length) }];
  expect(fitsTogether(markdown(13_275))).toBe(true);
  expect(fitsTogether(markdown(13_276))).toBe(false);
  expect(fitsTogether([...markdown(13_150), { type: 'divider' }])).toBe(true);
  expect(fitsTogether([...markdown(13_151), { type: 'divider' }])).toBe(false);
});
