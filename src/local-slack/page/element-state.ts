import type { KnownBlock, RichTextBlock } from '@slack/types';
import * as z from 'zod';
import { findElement } from '../block-kit/form.ts';
import { zonedEpoch } from './slack-date.ts';

/** What the browser sends of a control: the values that are typed, picked or ticked. */
export type Raw = readonly string[];

/** block_id → action_id → raw values. */
export type RawValues = Readonly<Record<string, Readonly<Record<string, Raw>>>>;

/** Element type → where Slack keeps its state (docs.slack.dev, *View payloads*, `view.state.values`); the others keep none. */
const keys: Readonly<Record<string, string>> = {
  plain_text_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  number_input: 'value',
  feedback_buttons: 'value',
  rich_text_input: 'rich_text_value',
  overflow: 'selected_option',
  static_select: 'selected_option',
  external_select: 'selected_option',
  radio_buttons: 'selected_option',
  multi_static_select: 'selected_options',
  multi_external_select: 'selected_options',
  checkboxes: 'selected_options',
  users_select: 'selected_user',
  multi_users_select: 'selected_users',
  conversations_select: 'selected_conversation',
  multi_conversations_select: 'selected_conversations',
  channels_select: 'selected_channel',
  multi_channels_select: 'selected_channels',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
};

const option = z.object({ text: z.string(), value: z.string() });

/** An option of an external select travels whole, since the page alone knows its text. */
export const externalValue = (chosen: z.infer<typeof option>) => JSON.stringify(chosen);

function suggested(json: string): unknown {
  try {
    const { text, value } = option.parse(JSON.parse(json));
    return { text: { type: 'plain_text', text, emoji: true }, value };
  } catch {
    return null;
  }
}

function richText(text: string): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] };
}

function readValue(type: string, text: string, timeZone: string): unknown {
  if (type.endsWith('external_select')) return suggested(text);
  if (keys[type]?.startsWith('selected_option')) return { value: text };
  if (type === 'datetimepicker') return zonedEpoch(text, timeZone) ?? null;
  return type === 'rich_text_input' ? richText(text) : text;
}

/**
 * Raw values → an element's state as Slack sends it; options by their value alone, except those of external selects. Date and time
 * together are read on the clock of `timeZone`.
 */
export function elementState(type: string, raw: Raw, timeZone: string): Record<string, unknown> {
  const key = Object.hasOwn(keys, type) ? keys[type] : undefined;
  if (key === undefined) return { type };
  const values = raw.filter((text) => text !== '').map((text) => readValue(type, text, timeZone));
  const chosen = values.filter((value) => value !== null);
  return { type, [key]: key.endsWith('s') ? chosen : (chosen[0] ?? null) };
}

/** The state of every control that was sent and that the blocks hold. */
export function formState(blocks: readonly KnownBlock[], raw: RawValues, timeZone: string) {
  const sent = Object.entries(raw).flatMap(([block, fields]) =>
    Object.entries(fields).map(([action, values]) => ({ block, action, values })),
  );
  const state: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const { block, action, values } of sent) {
    const type = findElement(blocks, block, action)?.element.type;
    if (type === undefined || !keys[type]) continue;
    state[block] = { ...state[block], [action]: elementState(type, values, timeZone) };
  }
  return state;
}

/** The element as it starts when it holds this state already: `selected_user` takes the place of `initial_user`, and so on. */
export function holding<Held extends { type: string }>(element: Held, state: unknown): Held {
  const key = keys[element.type];
  if (!key || typeof state !== 'object' || state === null || !(key in state)) return element;
  const held = (state as Record<string, unknown>)[key];
  return { ...element, [`initial_${key.replace(/^(selected|rich_text)_/, '')}`]: held ?? undefined };
}
