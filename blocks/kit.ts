import type {
  Button,
  ConfirmationDialog,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  PlainTextOption,
} from '@slack/types';
import { cutTo, isEmpty, type Markup, plain, rawOf } from './markup.ts';

/** What every view is: blocks, and the same in words for notifications and screen readers. */
export type Message = { text: string; blocks: KnownBlock[] };

/** Slack's limits (docs.slack.dev/reference/block-kit), the one place that knows them. */
export const limits = {
  messageBlocks: 50,
  viewBlocks: 100,
  /** Bytes of a whole view, as JSON. @see https://docs.slack.dev/reference/methods/views.open (`view_too_large`) */
  view: 250_000,
  text: 3000,
  field: 2000,
  fields: 10,
  context: 10,
  actions: 25,
  header: 150,
  button: 75,
  value: 2000,
  id: 255,
  title: 24,
  metadata: 3000,
  label: 2000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  option: 75,
  options: 100,
  radios: 10,
  placeholder: 150,
  address: 3000,
  /** chat.update refuses more. */
  fallback: 4000,
  /** All text of a message, with 125 for each block; Slack gives no number (bolt-js issues 2509, 2867), so below the measured 13,400. */
  message: 12_500,
  perBlock: 125,
} as const;

/** `verbatim`: a bare address in somebody's name is not made a link. */
const mrkdwn = (markup: Markup, limit: number): MrkdwnElement => ({
  type: 'mrkdwn',
  text: isEmpty(markup) ? '–' : rawOf(cutTo(markup, limit)),
  verbatim: true,
});

/** Our words or somebody's: shown exactly as they are, never as emoji. */
export const plainText = (text: string, limit: number): PlainTextElement => ({
  type: 'plain_text',
  text: plain(text, limit),
  emoji: false,
});

export const section = (text: Markup): KnownBlock => ({ type: 'section', text: mrkdwn(text, limits.text) });

/** A text with a button beside it. */
export const sectionWith = (text: Markup, accessory: Button | null): KnownBlock =>
  accessory === null ? section(text) : { type: 'section', text: mrkdwn(text, limits.text), accessory };

export const fields = (texts: readonly Markup[]): KnownBlock => ({
  type: 'section',
  fields: texts.slice(0, limits.fields).map((text) => mrkdwn(text, limits.field)),
});

export const context = (...texts: readonly Markup[]): KnownBlock => ({
  type: 'context',
  elements: texts.slice(0, limits.context).map((text) => mrkdwn(text, limits.field)),
});

export const header = (text: string): KnownBlock => ({ type: 'header', text: plainText(text, limits.header) });
export const divider: KnownBlock = { type: 'divider' };

export type Confirm = { title: string; text: string; confirm: string; danger: boolean };

const confirmation = (confirm: Confirm): ConfirmationDialog => ({
  title: plainText(confirm.title, limits.confirmTitle),
  text: plainText(confirm.text, limits.confirmText),
  confirm: plainText(confirm.confirm, limits.confirmButton),
  deny: plainText('Cancel', limits.confirmButton),
  ...(confirm.danger ? { style: 'danger' as const } : {}),
});

export type ButtonInput = {
  id: string;
  label: string;
  value: string;
  /** Read out instead of the label: verb, object, whom. */
  spoken?: string;
  style?: 'primary' | 'danger';
  confirm?: Confirm | null;
};

export const button = ({ id, label, value, spoken, style, confirm }: ButtonInput): Button => ({
  type: 'button',
  action_id: id,
  text: plainText(label, limits.button),
  value,
  ...(spoken === undefined ? {} : { accessibility_label: plain(spoken, limits.button) }),
  ...(style === undefined ? {} : { style }),
  ...(confirm ? { confirm: confirmation(confirm) } : {}),
});

/** A button that opens an address in the browser. Slack tells of the press all the same. */
export const linkButton = ({
  id,
  label,
  url,
  spoken,
  style,
}: Omit<ButtonInput, 'value' | 'confirm'> & { url: string }): Button => ({
  type: 'button',
  action_id: id,
  text: plainText(label, limits.button),
  url,
  ...(spoken === undefined ? {} : { accessibility_label: plain(spoken, limits.button) }),
  ...(style === undefined ? {} : { style }),
});

/** A row of buttons. It has no block_id on purpose: Slack wants a new one with each update and makes it itself. */
export const actions = (buttons: readonly Button[]): KnownBlock => ({
  type: 'actions',
  elements: buttons.slice(0, limits.actions),
});

/** What every input has: its block, what it is called, and where there is one a hint below it. */
const named = ({ block, label, hint }: { block: string; label: string; hint?: string }) => ({
  ...{ type: 'input' as const, block_id: block, label: plainText(label, limits.label) },
  ...(hint === undefined ? {} : { hint: plainText(hint, limits.label) }),
});

export const textInput = (input: {
  block: string;
  action: string;
  label: string;
  hint: string;
  maxLength: number;
  /** Left out: it may stay empty. */
  optional?: boolean;
}): KnownBlock => ({
  ...named(input),
  optional: input.optional ?? true,
  element: { type: 'plain_text_input', action_id: input.action, multiline: true, max_length: input.maxLength },
});

export type OptionInput = { text: string; value: string; description?: string };
export const option = ({ text, value, description }: OptionInput): PlainTextOption => ({
  text: plainText(text, limits.option),
  value,
  ...(description ? { description: plainText(description, limits.option) } : {}),
});

/** Several out of many, which the bot is asked for as somebody types. `chosen`: those chosen to begin with. */
export const searchInput = (input: {
  block: string;
  action: string;
  label: string;
  hint: string;
  placeholder: string;
  most: number;
  chosen?: readonly PlainTextOption[];
}): KnownBlock => ({
  ...named(input),
  element: {
    type: 'multi_external_select',
    action_id: input.action,
    placeholder: plainText(input.placeholder, limits.placeholder),
    min_query_length: 0,
    max_selected_items: input.most,
    ...(input.chosen?.length ? { initial_options: input.chosen.slice(0, limits.options) } : {}),
  },
});

/** One out of many, which the bot is asked for as somebody types. */
export const optionInput = (input: {
  block: string;
  action: string;
  label: string;
  hint: string;
  placeholder: string;
  chosen: PlainTextOption | null;
}): KnownBlock => ({
  ...named(input),
  element: {
    type: 'external_select',
    action_id: input.action,
    placeholder: plainText(input.placeholder, limits.placeholder),
    min_query_length: 0,
    ...(input.chosen === null ? {} : { initial_option: input.chosen }),
  },
});

/** One out of some, all of them in the menu; it may stay empty. */
export const menuInput = (input: {
  block: string;
  action: string;
  label: string;
  placeholder: string;
  options: readonly PlainTextOption[];
  chosen: PlainTextOption | null;
}): KnownBlock => ({
  ...named(input),
  optional: true,
  element: {
    type: 'static_select',
    action_id: input.action,
    placeholder: plainText(input.placeholder, limits.placeholder),
    options: input.options.slice(0, limits.options),
    ...(input.chosen === null ? {} : { initial_option: input.chosen }),
  },
});

/** One line of text; it may stay empty. */
export const lineInput = (input: {
  block: string;
  action: string;
  label: string;
  placeholder: string;
  value: string;
  maxLength: number;
}): KnownBlock => ({
  ...named(input),
  optional: true,
  element: {
    type: 'plain_text_input',
    action_id: input.action,
    placeholder: plainText(input.placeholder, limits.placeholder),
    max_length: input.maxLength,
    ...(input.value === '' ? {} : { initial_value: input.value.slice(0, input.maxLength) }),
  },
});

/** A day; it may stay empty. */
export const dateInput = (input: { block: string; action: string; label: string; hint: string }): KnownBlock => ({
  ...named(input),
  optional: true,
  element: { type: 'datepicker', action_id: input.action },
});

/** One out of few. */
export const radioInput = (input: {
  block: string;
  action: string;
  label: string;
  options: readonly PlainTextOption[];
}): KnownBlock => ({
  ...named(input),
  element: { type: 'radio_buttons', action_id: input.action, options: input.options.slice(0, limits.radios) },
});

/** All words of the blocks, in order: what a notification or a screen reader is given. */
function wordsOf(blocks: readonly KnownBlock[]): string[] {
  const words: string[] = [];
  for (const block of blocks) {
    if (block.type === 'section' && block.text) words.push(block.text.text);
    if (block.type === 'section' && block.fields) words.push(...block.fields.map((field) => field.text));
    if (block.type === 'header') words.push(block.text.text);
    if (block.type === 'context') {
      words.push(...block.elements.flatMap((element) => ('text' in element ? [element.text] : [])));
    }
  }
  return words;
}

/** The fallback is made from the blocks, whole lines at a time, so that it never says less than fits or anything else. */
function fallback(blocks: readonly KnownBlock[], spoken: readonly string[]): string {
  let text = '';
  const lines = [...wordsOf(blocks), ...spoken].flatMap((said) => said.split('\n'));
  for (const words of lines.filter((line) => line !== '')) {
    const next = text === '' ? words : `${text}\n${words}`;
    if (next.length > limits.fallback) break;
    text = next;
  }
  return text;
}

/**
 * A message of at most 50 blocks. `spoken`: what buttons say, in words, for those who get no buttons.
 */
export function message(blocks: readonly (KnownBlock | null)[], ...spoken: readonly Markup[]): Message {
  const present = blocks.filter((block) => block !== null).slice(0, limits.messageBlocks);
  return { text: fallback(present, spoken.map(rawOf)), blocks: present };
}

/** Blocks of a modal or of App Home: at most 100. */
export const viewBlocks = (blocks: readonly (KnownBlock | null)[]): KnownBlock[] =>
  blocks.filter((block) => block !== null).slice(0, limits.viewBlocks);
