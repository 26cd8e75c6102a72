import { z } from 'zod';
import { anyText, identifier, image, link, mrkdwn, plainText, richText } from './composition.ts';
import { accessory, actionsElement, contextAction, imageElement, inputElement, modalInputElement } from './elements.ts';

/**
 * Block Kit's blocks and views with Slack's limits, by surface. Not emulated, and so refused as unsupported:
 * card, carousel, container, data_table, file, video, workflow_button, file_input.
 * @see https://docs.slack.dev/reference/block-kit/blocks
 */
const block = { block_id: identifier.optional() };

const section = z
  .strictObject({
    type: z.literal('section'),
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
    ...block,
  })
  .refine((given) => given.text !== undefined || given.fields !== undefined, {
    message: 'missing required field: text',
  });

const everywhere = [
  section,
  richText,
  z.strictObject({ type: z.literal('header'), text: plainText(150), ...block }),
  z.strictObject({ type: z.literal('divider'), ...block }),
  z.strictObject({ type: z.literal('actions'), elements: z.array(actionsElement).min(1).max(25), ...block }),
  z.strictObject({
    type: z.literal('context'),
    elements: z
      .array(z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)]))
      .min(1)
      .max(10),
    ...block,
  }),
  z
    .strictObject({ type: z.literal('image'), title: plainText(2000).optional(), ...image, ...block })
    .refine((given) => (given.image_url === undefined) !== (given.slack_file === undefined), {
      message: 'must provide exactly one of `image_url`, `slack_file`',
    }),
] as const;

const input = (element: typeof inputElement | typeof modalInputElement) =>
  z.strictObject({
    type: z.literal('input'),
    label: plainText(2000),
    element,
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
    ...block,
  });

const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) }),
  richText,
]);

const taskCard = z.strictObject({
  type: z.literal('task_card'),
  task_id: z.string().min(1),
  title: z.string().min(1),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(z.strictObject({ type: z.literal('url'), url: link, text: z.string() })).optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  ...block,
});

const messageOnly = [
  z.strictObject({ type: z.literal('markdown'), text: z.string().min(1).max(12_000), ...block }),
  z.strictObject({ type: z.literal('context_actions'), elements: z.array(contextAction).min(1).max(5), ...block }),
  z.strictObject({
    type: z.literal('table'),
    rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
    column_settings: z
      .array(
        z
          .strictObject({ align: z.enum(['left', 'center', 'right']).optional(), is_wrapped: z.boolean().optional() })
          .nullable(),
      )
      .max(20)
      .optional(),
    ...block,
  }),
  taskCard,
  z.strictObject({ type: z.literal('plan'), title: z.string().min(1), tasks: z.array(taskCard).optional(), ...block }),
] as const;

const alert = z.strictObject({
  type: z.literal('alert'),
  text: anyText(3000),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  ...block,
});

export const messageBlocks = z
  .array(z.discriminatedUnion('type', [...everywhere, ...messageOnly, input(inputElement)]))
  .max(50);

const viewCommon = {
  private_metadata: z.string().max(3000).optional(),
  callback_id: identifier.optional(),
  external_id: identifier.optional(),
};

const modal = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    blocks: z.array(z.discriminatedUnion('type', [...everywhere, alert, input(modalInputElement)])).max(100),
    ...viewCommon,
  })
  .refine((view) => view.submit !== undefined || !view.blocks.some((each) => each.type === 'input'), {
    message: 'missing required field: submit',
  });

const home = z.strictObject({
  type: z.literal('home'),
  blocks: z.array(z.discriminatedUnion('type', [...everywhere, input(inputElement)])).max(100),
  ...viewCommon,
});

export const viewSchema = z.discriminatedUnion('type', [modal, home]);
