import type { KnownBlock, Option, RichTextBlock } from '@slack/types';
import type { Element } from './render-element.ts';
import { zonedEpoch } from './slack-date.ts';

/** What the browser sends of a control: the values that are typed, picked or ticked. */
export type Raw = readonly string[];

/** block_id → action_id → raw values. */
export type RawValues = Readonly<Record<string, Readonly<Record<string, Raw>>>>;

function elementsOf(block: KnownBlock): readonly Element[] {
  if (block.type === 'actions') return block.elements;
  if (block.type === 'input') return [block.element];
  if (block.type === 'section' && block.accessory && block.accessory.type !== 'image') return [block.accessory];
  return [];
}

/** The element with these ids, or undefined where the blocks no longer hold it. */
export function findElement(blocks: readonly KnownBlock[], blockId: string, actionId: string): Element | undefined {
  const held = blocks.filter((block) => (block.block_id ?? '') === blockId).flatMap(elementsOf);
  return held.find((element) => (element.action_id ?? '') === actionId);
}

function optionsOf(element: Element): Option[] {
  const own = 'options' in element ? (element.options ?? []) : [];
  const grouped = 'option_groups' in element ? (element.option_groups ?? []).flatMap(({ options }) => options) : [];
  return [...own, ...grouped];
}

function picked(element: Element, raw: Raw): Option[] {
  const offered = optionsOf(element);
  return raw.flatMap((value) => offered.find((option) => (option.value ?? '') === value) ?? []);
}

function external(raw: Raw): Option[] {
  return raw.flatMap((json) => {
    if (json === '') return [];
    const { text, value }: { text?: unknown; value?: unknown } = JSON.parse(json);
    return [{ text: { type: 'plain_text', text: String(text), emoji: true }, value: String(value) }];
  });
}

function richText(text: string): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] };
}

/**
 * Raw values → the element's state as Slack sends it (docs.slack.dev, *View payloads*, `view.state.values`); only options the element
 * offers come through. Date and time are read on the clock of `timeZone`.
 */
export function elementState(element: Element, raw: Raw, timeZone: string): Record<string, unknown> {
  const { type } = element;
  const [first] = raw.filter((value) => value !== '');
  const one = first ?? null;
  switch (type) {
    case 'button':
      return { type, value: element.value };
    case 'workflow_button':
      return { type };
    case 'overflow':
    case 'static_select':
    case 'radio_buttons':
      return { type, selected_option: picked(element, raw)[0] ?? null };
    case 'multi_static_select':
    case 'checkboxes':
      return { type, selected_options: picked(element, raw) };
    case 'external_select':
      return { type, selected_option: external(raw)[0] ?? null };
    case 'multi_external_select':
      return { type, selected_options: external(raw) };
    case 'users_select':
      return { type, selected_user: one };
    case 'multi_users_select':
      return { type, selected_users: raw };
    case 'conversations_select':
      return { type, selected_conversation: one };
    case 'multi_conversations_select':
      return { type, selected_conversations: raw };
    case 'channels_select':
      return { type, selected_channel: one };
    case 'multi_channels_select':
      return { type, selected_channels: raw };
    case 'datepicker':
      return { type, selected_date: one };
    case 'timepicker':
      return { type, selected_time: one };
    case 'datetimepicker':
      return { type, selected_date_time: (first && zonedEpoch(first, timeZone)) ?? null };
    case 'rich_text_input':
      return { type, rich_text_value: first === undefined ? null : richText(first) };
    case 'file_input':
      return { type, files: [] };
    default:
      return { type, value: one };
  }
}

/** Every input of a view with its state, as `view.state.values`. */
export function viewState(blocks: readonly KnownBlock[], values: RawValues, timeZone: string) {
  const state: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const block of blocks) {
    const blockId = block.block_id ?? '';
    for (const element of elementsOf(block)) {
      if (element.type === 'button' || element.type === 'overflow' || element.type === 'workflow_button') continue;
      const raw = values[blockId]?.[element.action_id ?? ''] ?? [];
      state[blockId] = { ...state[blockId], [element.action_id ?? '']: elementState(element, raw, timeZone) };
    }
  }
  return state;
}
