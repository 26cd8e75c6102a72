import type { InputBlock, KnownBlock, PlainTextOption } from '@slack/types';
import { digestOf } from '../src/core/hash.ts';
import { limits, option, plainText } from './kit.ts';

/** One input of a form. `block` is its id, which errors are told at; `value` what it starts from. */
export type Field = { block: string; label: string; hint: string; optional: boolean } & (
  | { kind: 'text'; value: string; lines: boolean; most?: number }
  | { kind: 'choice'; value: string | null; choices: readonly Choice[] }
  /** Searched by the bot under `action` as somebody types; names of any length and number. */
  | { kind: 'name'; action: string; value: string | null }
  | { kind: 'names'; action: string; value: readonly string[] }
);
export type Choice = { value: string; text: string };

/** Longest text an input takes and starts from. @see https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
export const longestText = 3_000;
/** The one action of inputs that are not searched. */
export const valueAction = 'value';

export function inputOf(field: Field): KnownBlock {
  return {
    type: 'input',
    block_id: field.block,
    optional: field.optional,
    label: plainText(field.label, limits.label),
    ...(field.hint === '' ? {} : { hint: plainText(field.hint, limits.label) }),
    element: elementOf(field),
  };
}

function elementOf(field: Field): InputBlock['element'] {
  switch (field.kind) {
    case 'text':
      return {
        ...{ type: 'plain_text_input', action_id: valueAction, multiline: field.lines },
        max_length: field.most ?? longestText,
        ...(field.value === '' ? {} : { initial_value: field.value.slice(0, longestText) }),
      };
    case 'choice': {
      const options = field.choices.slice(0, limits.options).map(option);
      const chosen = options.find(({ value }) => value === field.value);
      return {
        ...{ type: 'static_select', action_id: valueAction, options },
        ...(chosen === undefined ? {} : { initial_option: chosen }),
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

/** Names are longer than what an option may carry: those are stood for by a digest, to be found again among the names there are. */
export const nameOption = (name: string): PlainTextOption => option({ text: name, value: nameValue(name) });

const digested = /^#[0-9a-f]{40}$/;
export const nameValue = (name: string): string =>
  name.length <= limits.option && name !== '' && !digested.test(name) ? name : `#${digestOf(name).slice(0, 40)}`;

/** The name an option stood for, if it is still among these; others stand for themselves. */
export const nameOfValue = (value: string, names: readonly string[]): string =>
  digested.test(value) ? (names.find((name) => nameValue(name) === value) ?? value) : value;
