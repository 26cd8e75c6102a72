import type { InputBlock, KnownBlock, PlainTextOption } from '@slack/types';
import { digestOf } from '../src/core/hash.ts';
import { configSearches } from './ids.ts';
import { limits, option, plainText } from './kit.ts';

/** One input of a form. `block` is its id, which errors are told at; `value` what it starts from. */
export type Field = { block: string; label: string; hint: string; optional: boolean } & (
  | { kind: 'text'; value: string; lines: boolean; most?: number }
  | { kind: 'choice'; value: string | null; choices: readonly Choice[] }
  /** Several out of few, each on or off. */
  | { kind: 'checks'; value: readonly string[]; choices: readonly Choice[] }
  /** Searched by the bot under `action` as somebody types; names of any length and number. */
  | { kind: 'name'; action: string; value: string | null }
  | { kind: 'names'; action: string; value: readonly string[] }
);
export type Choice = { value: string; text: string };

/** Longest text an input takes and starts from. @see https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
export const longestText = 3_000;
/** The one action of inputs that are not searched. */
export const valueAction = 'value';

/** `searched`: what there is to choose from is asked for as somebody types, instead of being sent along. */
export function inputOf(field: Field, searched = false): KnownBlock {
  return {
    type: 'input',
    block_id: field.block,
    optional: field.optional,
    label: plainText(field.label, limits.label),
    ...(field.hint === '' ? {} : { hint: plainText(field.hint, limits.label) }),
    element: elementOf(field, searched),
  };
}

function elementOf(field: Field, searched: boolean): InputBlock['element'] {
  switch (field.kind) {
    case 'text':
      return {
        ...{ type: 'plain_text_input', action_id: valueAction, multiline: field.lines },
        max_length: field.most ?? longestText,
        ...(field.value === '' ? {} : { initial_value: field.value.slice(0, longestText) }),
      };
    case 'choice':
      return menuOf(field, searched);
    case 'checks': {
      const options = field.choices.slice(0, limits.radios).map(option);
      const chosen = options.filter(({ value }) => field.value.includes(value ?? ''));
      return {
        ...{ type: 'checkboxes', action_id: valueAction, options },
        ...(chosen.length === 0 ? {} : { initial_options: chosen }),
      };
    }
    case 'name':
      return {
        ...{ type: 'external_select', action_id: field.action, min_query_length: 0, placeholder },
        ...(field.value === null || field.value === '' ? {} : { initial_option: nameOption(field.value) }),
      };
    case 'names':
      return {
        ...{ type: 'multi_external_select', action_id: field.action, min_query_length: 0, placeholder },
        ...(field.value.length === 0 ? {} : { initial_options: field.value.slice(0, limits.options).map(nameOption) }),
      };
  }
}

const placeholder = plainText('Type a name', limits.placeholder);
/** Fewer than this are always sent along: nobody searches among so few. */
const few = 12;

function menuOf(field: Extract<Field, { kind: 'choice' }>, searched: boolean): InputBlock['element'] {
  const { choices, value } = field;
  const found = choices.find((choice) => choice.value === value);
  const initial = found === undefined ? {} : { initial_option: option(found) };
  // A menu holds so many at most; those past it could never be chosen.
  if (choices.length > limits.options || (searched && choices.length >= few))
    return { type: 'external_select', action_id: configSearches.choice, min_query_length: 0, placeholder, ...initial };
  return { type: 'static_select', action_id: valueAction, options: choices.map(option), ...initial };
}

/** Names are longer than what an option may carry: those are stood for by a digest, to be found again among the names there are. */
export const nameOption = (name: string): PlainTextOption => option({ text: name, value: nameValue(name) });

const digested = /^#[0-9a-f]{40}$/;
export const nameValue = (name: string): string =>
  name.length <= limits.option && name !== '' && !digested.test(name) ? name : `#${digestOf(name).slice(0, 40)}`;

/** The name an option stood for, if it is still among these; others stand for themselves. */
export const nameOfValue = (value: string, names: readonly string[]): string =>
  digested.test(value) ? (names.find((name) => nameValue(name) === value) ?? value) : value;
