import { z } from 'zod';

/**
 * Block Kit's composition objects with Slack's limits. Lengths are counted in UTF-16 units, which is never more lenient than Slack.
 * @see https://docs.slack.dev/reference/block-kit/composition-objects
 */
export const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean().optional() });

export const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(max), verbatim: z.boolean().optional() });

export const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);

export const identifier = z.string().max(255);

/** No `javascript:` and the like: Slack links to the web, to mail and into itself. */
export const link = z.url({ protocol: /^(https?|mailto|slack)$/ }).max(3000);

const style = z.enum(['primary', 'danger']).optional();

export const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style,
});

/** An option of a menu: plain text only. `url` is for overflow menus. */
export const menuOption = z.strictObject({
  text: plainText(75),
  value: z.string().max(75).optional(),
  description: plainText(75).optional(),
});

export const overflowOption = menuOption.extend({ url: link.optional() });

/** An option of a checkbox or radio group. */
export const groupOption = z.strictObject({
  text: anyText(75),
  value: z.string().max(75).optional(),
  description: anyText(75).optional(),
});

export const optionGroup = z.strictObject({ label: plainText(75), options: z.array(menuOption).min(1).max(100) });

export const image = {
  image_url: link.optional(),
  slack_file: z.strictObject({ id: z.string().optional(), url: link.optional() }).optional(),
  alt_text: z.string().min(1).max(2000),
};

const textStyle = z.strictObject({
  bold: z.boolean().optional(),
  italic: z.boolean().optional(),
  strike: z.boolean().optional(),
  underline: z.boolean().optional(),
  code: z.boolean().optional(),
});
const styled = { style: textStyle.optional() };

const richTextRun = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), ...styled }),
  z.strictObject({
    type: z.literal('link'),
    url: z.string().min(1).max(3000),
    text: z.string().optional(),
    unsafe: z.boolean().optional(),
    ...styled,
  }),
  z.strictObject({ type: z.literal('user'), user_id: z.string(), ...styled }),
  z.strictObject({ type: z.literal('usergroup'), usergroup_id: z.string(), ...styled }),
  z.strictObject({ type: z.literal('channel'), channel_id: z.string(), ...styled }),
  z.strictObject({ type: z.literal('team'), team_id: z.string(), ...styled }),
  z.strictObject({ type: z.literal('broadcast'), range: z.enum(['here', 'channel', 'everyone']), ...styled }),
  z.strictObject({
    type: z.literal('emoji'),
    name: z.string(),
    unicode: z.string().optional(),
    url: z.string().optional(),
    ...styled,
  }),
  z.strictObject({ type: z.literal('color'), value: z.string(), ...styled }),
  z.strictObject({
    type: z.literal('date'),
    timestamp: z.number().int(),
    format: z.string().min(1),
    url: z.string().optional(),
    fallback: z.string().optional(),
    ...styled,
  }),
]);

const border = z.union([z.literal(0), z.literal(1)]).optional();
const richTextSection = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(richTextRun) });

/** @see https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export const richText = z.strictObject({
  type: z.literal('rich_text'),
  block_id: identifier.optional(),
  elements: z
    .array(
      z.discriminatedUnion('type', [
        richTextSection,
        z.strictObject({
          type: z.literal('rich_text_list'),
          style: z.enum(['bullet', 'ordered']),
          indent: z.number().int().min(0).max(8).optional(),
          offset: z.number().int().min(0).optional(),
          border,
          elements: z.array(richTextSection),
        }),
        z.strictObject({ type: z.literal('rich_text_quote'), border, elements: z.array(richTextRun) }),
        z.strictObject({ type: z.literal('rich_text_preformatted'), border, elements: z.array(richTextRun) }),
      ]),
    )
    .min(1),
});
