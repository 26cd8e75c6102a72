import type { InputBlockElement, RichTextBlock } from '@slack/types';
import { type Html, html } from './html.ts';
import type { Spot } from './render-element.ts';
import { plainText } from './render-text.ts';
import { zonedLocal } from './slack-date.ts';

const fieldTypes: Record<string, string> = {
  plain_text_input: 'text',
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'text',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
};

/** The attributes every field shares: its name for screen readers, its help, whether it must be filled. */
export function renderNaming(spot: Spot, id: string, placeholder: string): Html {
  const name = spot.label ? undefined : html` aria-label="${placeholder || 'Choose'}"`;
  const help = spot.describedBy ? html` aria-describedby="${spot.describedBy}"` : undefined;
  return html`id="${id}"${name}${help}${spot.invalid && html` aria-invalid="true"`}${spot.required && html` aria-required="true"`}`;
}

function richTextAsText(block: RichTextBlock | undefined): string {
  const lines = block?.elements.map((part) =>
    part.elements.map((each) => ('text' in each && typeof each.text === 'string' ? each.text : '')).join(''),
  );
  return lines?.join('\n') ?? '';
}

type Field = Exclude<InputBlockElement, { type: 'radio_buttons' | 'checkboxes' | `${string}select` }>;

function initialOf(field: Field, timeZone: string): string {
  switch (field.type) {
    case 'datepicker':
      return field.initial_date ?? '';
    case 'timepicker':
      return field.initial_time ?? '';
    case 'datetimepicker':
      return field.initial_date_time === undefined ? '' : zonedLocal(field.initial_date_time, timeZone);
    case 'rich_text_input':
      return richTextAsText(field.initial_value);
    case 'file_input':
      return '';
    default:
      return field.initial_value ?? '';
  }
}

/** Text, e-mail, link, number, date and time fields, as the browser's own controls. */
export function renderInput(field: Field, spot: Spot, id: string): Html {
  if (field.type === 'file_input') return html`<p class="unsupported">File uploads are not part of this workspace.</p>`;
  const placeholder = 'placeholder' in field ? plainText(field.placeholder) : '';
  const limit = field.type === 'plain_text_input' ? (field.max_length ?? 3000) : undefined;
  const focus = 'focus_on_load' in field && field.focus_on_load && html` autofocus`;
  const shared = html`data-v ${renderNaming(spot, id, placeholder || 'Value')} placeholder="${placeholder}"${focus}${limit !== undefined && html` maxlength="${limit}"`}`;
  const value = initialOf(field, spot.viewer.user.timeZone);
  if (field.type === 'rich_text_input' || (field.type === 'plain_text_input' && field.multiline))
    return html`<textarea rows="4" ${shared}>
${value}</textarea>`;
  return html`<input type="${fieldTypes[field.type]}" value="${value}" ${shared}>`;
}
