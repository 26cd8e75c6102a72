import type { KnownBlock } from '@slack/types';
import { type Element, elementsOf } from './parts.ts';

/** Slack's `state.values`: block_id → action_id → `{ type, value | selected_… }`. */
export type Values = Record<string, Record<string, Record<string, unknown>>>;

type Holding = { key: string; initial: string; many?: true; options?: true };

/** Where an element holds its state and what it starts from; elements without state (button, overflow) are absent. */
const holdings: Readonly<Record<string, Holding>> = {
  plain_text_input: { key: 'value', initial: 'initial_value' },
  email_text_input: { key: 'value', initial: 'initial_value' },
  url_text_input: { key: 'value', initial: 'initial_value' },
  number_input: { key: 'value', initial: 'initial_value' },
  rich_text_input: { key: 'rich_text_value', initial: 'initial_value' },
  static_select: { key: 'selected_option', initial: 'initial_option', options: true },
  external_select: { key: 'selected_option', initial: 'initial_option', options: true },
  radio_buttons: { key: 'selected_option', initial: 'initial_option', options: true },
  overflow: { key: 'selected_option', initial: '', options: true },
  multi_static_select: { key: 'selected_options', initial: 'initial_options', many: true, options: true },
  multi_external_select: { key: 'selected_options', initial: 'initial_options', many: true, options: true },
  checkboxes: { key: 'selected_options', initial: 'initial_options', many: true, options: true },
  users_select: { key: 'selected_user', initial: 'initial_user' },
  multi_users_select: { key: 'selected_users', initial: 'initial_users', many: true },
  conversations_select: { key: 'selected_conversation', initial: 'initial_conversation' },
  multi_conversations_select: { key: 'selected_conversations', initial: 'initial_conversations', many: true },
  channels_select: { key: 'selected_channel', initial: 'initial_channel' },
  multi_channels_select: { key: 'selected_channels', initial: 'initial_channels', many: true },
  datepicker: { key: 'selected_date', initial: 'initial_date' },
  timepicker: { key: 'selected_time', initial: 'initial_time' },
  datetimepicker: { key: 'selected_date_time', initial: 'initial_date_time' },
};

type Option = { value?: string | undefined } & Record<string, unknown>;

/** Finds an interactive element by its ids. */
export const findElement = (
  blocks: readonly KnownBlock[],
  blockId: string,
  actionId: string,
): { element: Element; block: KnownBlock } | undefined => {
  for (const block of blocks) {
    if (block.block_id !== blockId) continue;
    const found = elementsOf(block).find(({ element }) => element.action_id === actionId);
    if (found) return { element: found.element, block };
  }
  return undefined;
};

/**
 * The state of one element: what was given, else what it starts from. An option is given by its value and comes back as the app
 * declared it, so a client cannot make one up. Undefined when the element holds no state.
 */
export const elementState = (
  element: Element,
  given?: Record<string, unknown>,
): Record<string, unknown> | undefined => {
  const holding = holdings[element.type];
  if (!holding) return undefined;
  const start = element[holding.initial] ?? (holding.many ? [] : null);
  const raw = given && holding.key in given ? given[holding.key] : start;
  return {
    type: element.type,
    [holding.key]: holding.options ? declared(element, raw) : (raw ?? (holding.many ? [] : null)),
  };
};

/** `state.values` of all elements that hold state, except overflow menus, which forget. */
export const formValues = (
  blocks: readonly KnownBlock[],
  given: Record<string, Record<string, unknown>> = {},
): Values => {
  const values: Values = {};
  for (const block of blocks) {
    for (const { element } of elementsOf(block)) {
      const state = element.type === 'overflow' ? undefined : elementState(element, heldIn(given, block, element));
      if (!state || !block.block_id || !element.action_id) continue;
      values[block.block_id] = { ...values[block.block_id], [element.action_id]: state };
    }
  }
  return values;
};

/** What Slack's client refuses before the app sees it: block_id → message. */
export const clientErrors = (blocks: readonly KnownBlock[], values: Values): Record<string, string> => {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input' || !block.block_id) continue;
    const element = block.element as Element;
    const held = values[block.block_id]?.[element.action_id ?? ''] ?? {};
    const value = held[holdings[element.type]?.key ?? ''];
    const wrong = isEmpty(value)
      ? block.optional
        ? undefined
        : 'Please complete this required field.'
      : outOfRange(element, value);
    if (wrong) errors[block.block_id] = wrong;
  }
  return errors;
};

const heldIn = (given: Record<string, Record<string, unknown>>, block: KnownBlock, element: Element) => {
  const held = given[block.block_id ?? '']?.[element.action_id ?? ''];
  return typeof held === 'object' && held !== null ? (held as Record<string, unknown>) : undefined;
};

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function outOfRange(element: Element, value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const most = typeof element.max_selected_items === 'number' ? element.max_selected_items : Number.POSITIVE_INFINITY;
    return value.length > most ? `Please select at most ${most} items.` : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (element.type === 'plain_text_input') return lengthProblem(element, value);
  if (element.type === 'number_input') return numberProblem(element, value);
  if (element.type === 'email_text_input')
    return /^[^\s@]+@[^\s@]+$/.test(value) ? undefined : 'Please enter a valid email address.';
  if (element.type === 'url_text_input') return URL.canParse(value) ? undefined : 'Please enter a valid URL.';
  return undefined;
}

function lengthProblem(element: Element, value: string): string | undefined {
  const least = typeof element.min_length === 'number' ? element.min_length : 0;
  const most = typeof element.max_length === 'number' ? element.max_length : 3000;
  if (value.length < least) return `Please enter at least ${least} characters.`;
  return value.length > most ? `Please enter at most ${most} characters.` : undefined;
}

function numberProblem(element: Element, value: string): string | undefined {
  const number = Number(value);
  if (!Number.isFinite(number)) return 'Please enter a number.';
  if (element.is_decimal_allowed === false && !Number.isInteger(number)) return 'Please enter a whole number.';
  if (typeof element.min_value === 'string' && number < Number(element.min_value))
    return `Please enter at least ${element.min_value}.`;
  if (typeof element.max_value === 'string' && number > Number(element.max_value))
    return `Please enter at most ${element.max_value}.`;
  return undefined;
}

function declared(element: Element, given: unknown): unknown {
  const all = element.type.endsWith('external_select') ? undefined : optionsOf(element);
  const find = (one: Option) => (all ? (all.find((option) => option.value === one.value) ?? null) : suggested(one));
  if (Array.isArray(given)) return (given as Option[]).map(find).filter((option) => option !== null);
  return given === null || given === undefined ? null : find(given as Option);
}

/** An option the bot suggested; its text may come back as plain words. */
const suggested = ({ text, value }: Option): Option => ({
  text:
    typeof text === 'object'
      ? text
      : { type: 'plain_text', text: typeof text === 'string' ? text : value, emoji: true },
  value,
});

function optionsOf(element: Element): Option[] {
  const groups = Array.isArray(element.option_groups) ? (element.option_groups as { options: Option[] }[]) : [];
  const options = Array.isArray(element.options) ? (element.options as Option[]) : [];
  return [...options, ...groups.flatMap((group) => group.options)];
}
