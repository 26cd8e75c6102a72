import type {
  ActionsBlockElement,
  Button,
  Confirm,
  ContextActionsBlockElement,
  FeedbackButtons,
  IconButton,
  InputBlockElement,
  Overflow,
  WorkflowButton,
} from '@slack/types';
import type { OpenView } from '../model.ts';
import { holding } from './element-state.ts';
import { type Html, html, safeUrl } from './html.ts';
import { renderChoice, renderMultiSelect, renderSelect } from './render-choice.ts';
import { renderInput } from './render-input.ts';
import { plainText, renderText } from './render-text.ts';
import type { Viewer } from './viewer.ts';

/** Everything a person can press, pick or fill in. */
export type Element = ActionsBlockElement | InputBlockElement | ContextActionsBlockElement;

/** Where an element stands: `scope` keeps its DOM ids unique on the page. */
export type Spot = {
  viewer: Viewer;
  scope: string;
  blockId: string;
  /** Changing it tells the bot at once (actions, accessories, `dispatch_action`). */
  live: boolean;
  /** What the form holds: block_id → action_id → state. */
  values?: OpenView['values'];
  /** What an input's label calls it; elements outside inputs are named by their placeholder. */
  label?: string;
  /** Ids of hint and error. */
  describedBy?: string;
  invalid?: boolean;
  required?: boolean;
};

export const domId = (spot: Pick<Spot, 'scope' | 'blockId'>, part: string) =>
  `${spot.scope}.${spot.blockId}.${part}`.replace(/\s/g, '-');

function renderConfirm(confirm: Confirm, viewer: Viewer): Html {
  return html`<template>
<h2>${plainText(confirm.title) || 'Are you sure?'}</h2>
<div class="body">${renderText(confirm.text, viewer)}</div>
<div class="foot">
<button type="button" class="button" value="deny">${plainText(confirm.deny) || 'Cancel'}</button>
<button type="button" class="button ${confirm.style ?? 'primary'}" value="confirm">${plainText(confirm.confirm) || 'OK'}</button>
</div>
</template>`;
}

function renderButton(button: Button | WorkflowButton | IconButton): Html {
  const label = button.accessibility_label ? html` aria-label="${button.accessibility_label}"` : undefined;
  const look = html`class="button ${'style' in button && button.style}"${label}`;
  const href = button.type === 'button' && button.url ? safeUrl(button.url) : undefined;
  if (href)
    return html`<a ${look} href="${href}" target="_blank" rel="noopener noreferrer" data-press>${plainText(button.text)}</a>`;
  return html`<button type="button" ${look} data-press>${plainText(button.text)}</button>`;
}

function renderOverflow(overflow: Overflow, id: string): Html {
  const items = overflow.options.map((option) => {
    const inner = html`${plainText(option.text)}${option.description && html`<small>${plainText(option.description)}</small>`}`;
    const href = option.url ? safeUrl(option.url) : undefined;
    if (href)
      return html`<a role="menuitem" href="${href}" target="_blank" rel="noopener noreferrer" data-press="${option.value}">${inner}</a>`;
    return html`<button type="button" role="menuitem" data-press="${option.value}">${inner}</button>`;
  });
  return html`<button type="button" class="button icon" aria-haspopup="menu" aria-label="More options" popovertarget="${id}">⋯</button>
<div class="menu" role="menu" popover id="${id}">${items}</div>`;
}

function renderFeedback({ positive_button, negative_button }: FeedbackButtons): Html {
  return html`${[positive_button, negative_button].map(
    ({ text, value }) => html`<button type="button" class="button" data-press="${value}">${plainText(text)}</button> `,
  )}`;
}

function renderBare(element: Element, spot: Spot): Html {
  const id = domId(spot, element.action_id ?? element.type);
  switch (element.type) {
    case 'button':
    case 'workflow_button':
    case 'icon_button':
      return renderButton(element);
    case 'feedback_buttons':
      return renderFeedback(element);
    case 'overflow':
      return renderOverflow(element, id);
    case 'radio_buttons':
    case 'checkboxes':
      return renderChoice(element, spot, id);
    case 'static_select':
    case 'users_select':
    case 'conversations_select':
    case 'channels_select':
    case 'external_select':
      return renderSelect(element, spot, id);
    case 'multi_static_select':
    case 'multi_users_select':
    case 'multi_conversations_select':
    case 'multi_channels_select':
    case 'multi_external_select':
      return renderMultiSelect(element, spot, id);
    default:
      return renderInput(element, spot, id);
  }
}

function dispatchOf(element: Element, spot: Spot): string | undefined {
  if (!spot.live) return undefined;
  if (!('dispatch_action_config' in element || /_input$/.test(element.type))) return 'change';
  const config = 'dispatch_action_config' in element ? element.dispatch_action_config : undefined;
  return config?.trigger_actions_on?.includes('on_character_entered') ? 'character' : 'enter';
}

/** One element with what the client script needs to act on it: where it is, when to tell the bot, what to ask before. */
export function renderElement(declared: Element, spot: Spot): Html {
  const action = declared.action_id ?? '';
  const element = holding(declared, spot.values?.[spot.blockId]?.[action]);
  const confirm = 'confirm' in element && element.confirm ? renderConfirm(element.confirm, spot.viewer) : undefined;
  return html`<div class="control" data-type="${element.type}" data-key="${spot.blockId}/${action}" data-block="${spot.blockId}" data-action="${action}" data-dispatch="${dispatchOf(element, spot)}">${renderBare(element, spot)}${confirm}</div>`;
}
