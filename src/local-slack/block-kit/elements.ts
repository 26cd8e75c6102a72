import { z } from 'zod';
import { confirm, identifier, image, link, overflowOption, plainText, richText } from './composition.ts';
import { pickers } from './menus.ts';

/**
 * Block Kit's elements with Slack's limits, by where they may stand.
 * @see https://docs.slack.dev/reference/block-kit/block-elements
 */
const action = { action_id: identifier.optional() };
const dispatch = {
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z
        .array(z.enum(['on_enter_pressed', 'on_character_entered']))
        .min(1)
        .optional(),
    })
    .optional(),
};
const typing = {
  ...action,
  ...dispatch,
  placeholder: plainText(150).optional(),
  focus_on_load: z.boolean().optional(),
};
const label = { accessibility_label: z.string().min(1).max(75).optional() };

const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: link.optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  ...label,
  ...action,
});

export const imageElement = z
  .strictObject({ type: z.literal('image'), ...image })
  .refine((given) => (given.image_url === undefined) !== (given.slack_file === undefined), {
    message: 'must provide exactly one of `image_url`, `slack_file`',
  });

const overflow = z.strictObject({
  type: z.literal('overflow'),
  options: z.array(overflowOption).min(1).max(5),
  confirm: confirm.optional(),
  ...action,
});

const richTextInput = z.strictObject({
  type: z.literal('rich_text_input'),
  initial_value: richText.optional(),
  min_lines: z.number().int().min(1).optional(),
  max_lines: z.number().int().min(1).optional(),
  ...typing,
});

const textInput = z.strictObject({
  type: z.literal('plain_text_input'),
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.number().int().min(0).max(3000).optional(),
  max_length: z.number().int().min(1).max(3000).optional(),
  ...typing,
});

const modalInputs = [
  z.strictObject({ type: z.literal('email_text_input'), initial_value: z.string().optional(), ...typing }),
  z.strictObject({ type: z.literal('url_text_input'), initial_value: z.string().optional(), ...typing }),
  z.strictObject({
    type: z.literal('number_input'),
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
    ...typing,
  }),
] as const;

export const actionsElement = z.discriminatedUnion('type', [button, overflow, richTextInput, ...pickers]);
export const accessory = z.discriminatedUnion('type', [button, overflow, imageElement, ...pickers]);
export const inputElement = z.discriminatedUnion('type', [textInput, richTextInput, ...pickers]);
export const modalInputElement = z.discriminatedUnion('type', [textInput, richTextInput, ...modalInputs, ...pickers]);

const feedback = z.strictObject({ text: plainText(75), value: z.string().max(2000), ...label });
export const contextAction = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('feedback_buttons'),
    positive_button: feedback,
    negative_button: feedback,
    ...action,
  }),
  z.strictObject({
    type: z.literal('icon_button'),
    icon: z.literal('trash'),
    text: plainText(75),
    value: z.string().max(2000).optional(),
    visible_to_user_ids: z.array(z.string()).optional(),
    confirm: confirm.optional(),
    ...label,
    ...action,
  }),
]);
