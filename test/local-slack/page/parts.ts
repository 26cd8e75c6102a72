import type { KnownBlock, View } from '@slack/types';

export const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (text: string) => ({ text: plain(text), value: text.toLowerCase() });

/** An approval card with a button, one that asks first, a menu and a select. */
export const card: KnownBlock[] = [
  { type: 'section', block_id: 's', text: { type: 'mrkdwn', text: 'Create an account for *Zoe* in CRM' } },
  {
    type: 'actions',
    block_id: 'a',
    elements: [
      { type: 'button', action_id: 'approve', text: plain('Approve'), style: 'primary', value: '1' },
      {
        type: 'button',
        action_id: 'reject',
        text: plain('Reject'),
        confirm: {
          title: plain('Sure?'),
          text: plain('No way back.'),
          confirm: plain('Reject it'),
          deny: plain('Keep'),
        },
      },
      { type: 'overflow', action_id: 'more', options: [option('Snooze'), option('Reassign')] },
      {
        type: 'static_select',
        action_id: 'when',
        placeholder: plain('When'),
        options: [option('Now'), option('Later')],
      },
    ],
  },
];

const input = (block_id: string, label: string, element: object, more = {}) => ({
  type: 'input',
  block_id,
  label: plain(label),
  element: { action_id: 'v', ...element },
  ...more,
});

/** A form with one of every kind of field. */
export const form = {
  type: 'modal',
  title: plain('Reject'),
  submit: plain('Send'),
  blocks: [
    input('why', 'Reason', { type: 'plain_text_input' }),
    input('how', 'How', { type: 'static_select', options: [option('Fast'), option('Slow')] }),
    input('one', 'Urgency', { type: 'radio_buttons', options: [option('High'), option('Low')] }),
    input('tell', 'Tell', { type: 'checkboxes', options: [option('Manager'), option('Owner')] }, { optional: true }),
    input('day', 'Day', { type: 'datepicker' }),
    input('groups', 'Groups', { type: 'multi_static_select', options: [option('Sales'), option('Staff')] }),
    input('who', 'Person', { type: 'users_select' }),
    input('app', 'App', { type: 'external_select', min_query_length: 1 }),
  ],
} as View;
