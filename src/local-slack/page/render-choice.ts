import type { Checkboxes, MultiSelect, Option, PlainTextOption, RadioButtons, Select } from '@slack/types';
import { externalValue } from './element-state.ts';
import { type Html, html } from './html.ts';
import type { Spot } from './render-element.ts';
import { renderNaming } from './render-input.ts';
import { plainText, renderText } from './render-text.ts';
import { people, type Viewer, visibleChannels } from './viewer.ts';

/** One thing to pick, whatever kind of menu offers it. */
type Choice = { value: string; label: string; group?: string };

const choiceOf = (option: Option, group?: string): Choice => ({
  value: option.value ?? '',
  label: plainText(option.text),
  ...(group !== undefined && { group }),
});

function choices(select: Select | MultiSelect, viewer: Viewer): Choice[] {
  switch (select.type) {
    case 'static_select':
    case 'multi_static_select': {
      const groups = select.option_groups ?? [];
      const grouped = groups.flatMap(({ label, options }) => options.map((each) => choiceOf(each, plainText(label))));
      return [...(select.options ?? []).map((each) => choiceOf(each)), ...grouped];
    }
    case 'users_select':
    case 'multi_users_select':
      return people(viewer).map(({ id, realName }) => ({ value: id, label: realName }));
    case 'external_select':
    case 'multi_external_select':
      return [];
    default: {
      const kinds = select.type.endsWith('channels_select')
        ? ['public']
        : ('filter' in select && select.filter?.include) || ['public', 'private'];
      return visibleChannels(viewer)
        .filter((channel) => channel.with === undefined && kinds.includes(channel.private ? 'private' : 'public'))
        .map(({ id, name, private: hidden }) => ({ value: id, label: `${hidden ? '🔒' : '#'} ${name}` }));
    }
  }
}

function initialValues(select: Select | MultiSelect): string[] {
  const held = Object.entries(select).filter(([key]) => key.startsWith('initial_'));
  const values = held.flatMap(([, value]) => value as string | PlainTextOption | (string | PlainTextOption)[]);
  return values.map((value) => (typeof value === 'string' ? value : (value.value ?? '')));
}

function renderExternal(select: Select | MultiSelect, spot: Spot, id: string, placeholder: string): Html {
  const initial =
    'initial_options' in select ? select.initial_options : 'initial_option' in select ? [select.initial_option] : [];
  const chosen = (initial ?? []).flatMap((each) =>
    each ? [{ text: plainText(each.text), value: each.value ?? '' }] : [],
  );
  const least = 'min_query_length' in select ? (select.min_query_length ?? 3) : 0;
  const chips = chosen.map(
    (each) =>
      html`<span class="chip">${each.text}<button type="button" aria-label="Remove ${each.text}">×</button><input type="hidden" data-v value="${externalValue(each)}"></span>`,
  );
  return html`<div class="external" data-many="${select.type.startsWith('multi_') ? 'yes' : ''}" data-least="${least}"><span class="chips">${chips}</span>
<input type="text" role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded="false" placeholder="${placeholder}" ${renderNaming(spot, id, placeholder)}></div>`;
}

function placeholderOf(select: Select | MultiSelect): string {
  const noun = select.type.includes('users')
    ? 'a person'
    : /channels|conversations/.test(select.type)
      ? 'a channel'
      : 'an option';
  return plainText(select.placeholder) || `Select ${noun}`;
}

/** A menu to pick one from: the browser's own, or a search field where the bot supplies the options. */
export function renderSelect(select: Select, spot: Spot, id: string): Html {
  const placeholder = placeholderOf(select);
  if (select.type === 'external_select') return renderExternal(select, spot, id, placeholder);
  const initial = initialValues(select);
  const option = ({ value, label }: Choice) =>
    html`<option value="${value}"${initial.includes(value) && html` selected`}>${label}</option>`;
  const all = choices(select, spot.viewer);
  const groups = [...new Set(all.map(({ group }) => group))].map((group) => {
    const options = all.filter((each) => each.group === group).map(option);
    return group === undefined ? options : html`<optgroup label="${group}">${options}</optgroup>`;
  });
  return html`<select data-v ${renderNaming(spot, id, placeholder)}><option value="">${placeholder}</option>${groups}</select>`;
}

/** A menu to pick several from: a fold with a filter and check boxes. */
export function renderMultiSelect(select: MultiSelect, spot: Spot, id: string): Html {
  const placeholder = placeholderOf(select);
  if (select.type === 'multi_external_select') return renderExternal(select, spot, id, placeholder);
  const initial = initialValues(select);
  const boxes = choices(select, spot.viewer).map(
    ({ value, label }) =>
      html`<label><input type="checkbox" data-v value="${value}"${initial.includes(value) && html` checked`}><span>${label}</span></label>`,
  );
  return html`<details class="multi"><summary ${renderNaming({ ...spot, label: '' }, id, spot.label || placeholder)} data-placeholder="${placeholder}">${placeholder}</summary>
<div class="options" role="group" aria-label="${spot.label || placeholder}"><input type="search" aria-label="Filter" placeholder="Filter">${boxes}</div></details>`;
}

/** Radio buttons and check boxes, each option with its description. */
export function renderChoice(element: RadioButtons | Checkboxes, spot: Spot, id: string): Html {
  const radio = element.type === 'radio_buttons';
  const initial = radio ? [element.initial_option] : (element.initial_options ?? []);
  const options = element.options.map((option) => {
    const checked = initial.some((each) => each?.value === option.value) && html` checked`;
    const more = option.description && html`<small>${renderText(option.description, spot.viewer)}</small>`;
    return html`<label><input type="${radio ? 'radio' : 'checkbox'}" data-v name="${id}" value="${option.value}"${checked}><span>${renderText(option.text, spot.viewer)}${more}</span></label>`;
  });
  return html`<div class="choices" role="${radio ? 'radiogroup' : 'group'}" ${renderNaming({ ...spot, label: '' }, id, spot.label || 'Options')}>${options}</div>`;
}
