import type { InputBlock, KnownBlock } from '@slack/types';
import type { Raw, RawValues } from './element-state.ts';

function checkNumber(text: string, element: { is_decimal_allowed: boolean; min_value?: string; max_value?: string }) {
  const value = Number(text);
  if (Number.isNaN(value)) return 'Please enter a number.';
  if (!element.is_decimal_allowed && !Number.isInteger(value)) return 'Please enter a whole number.';
  if (element.min_value !== undefined && value < Number(element.min_value))
    return `Must be at least ${element.min_value}.`;
  if (element.max_value !== undefined && value > Number(element.max_value))
    return `Must be at most ${element.max_value}.`;
  return undefined;
}

function checkText(text: string, element: { min_length?: number; max_length?: number }) {
  const length = Array.from(text).length;
  if (element.min_length !== undefined && length < element.min_length)
    return `Must be at least ${element.min_length} characters.`;
  if (element.max_length !== undefined && length > element.max_length)
    return `Must be at most ${element.max_length} characters.`;
  return undefined;
}

function checkInput({ element, optional }: InputBlock, raw: Raw): string | undefined {
  const filled = raw.filter((value) => value.trim() !== '');
  const [text] = filled;
  if (text === undefined) return optional ? undefined : 'Please complete this required field.';
  const most = 'max_selected_items' in element ? element.max_selected_items : undefined;
  if (most !== undefined && filled.length > most) return `Please choose at most ${most}.`;
  if (element.type === 'email_text_input' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
    return 'Please enter a valid email address.';
  if (element.type === 'url_text_input' && !URL.canParse(text)) return 'Please enter a valid URL.';
  if (element.type === 'number_input') return checkNumber(text, element);
  return element.type === 'plain_text_input' ? checkText(text, element) : undefined;
}

/** What Slack itself refuses before the app hears of a submission: block_id → what is wrong. */
export function checkInputs(blocks: readonly KnownBlock[], values: RawValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input' || block.element.type === 'file_input') continue;
    const blockId = block.block_id ?? '';
    const wrong = checkInput(block, values[blockId]?.[block.element.action_id ?? ''] ?? []);
    if (wrong !== undefined) errors[blockId] = wrong;
  }
  return errors;
}
