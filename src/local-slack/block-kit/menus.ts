import { z } from 'zod';
import { confirm, groupOption, identifier, menuOption, optionGroup, plainText } from './composition.ts';

/**
 * Block Kit's pickers and menus, with Slack's limits.
 * @see https://docs.slack.dev/reference/block-kit/block-elements
 */
const action = { action_id: identifier.optional() };
const asking = { confirm: confirm.optional(), focus_on_load: z.boolean().optional() };
const placeholder = { placeholder: plainText(150).optional() };
const many = { max_selected_items: z.number().int().min(1).optional() };
const menu = { ...action, ...asking, ...placeholder };
const filter = z
  .strictObject({
    include: z
      .array(z.enum(['im', 'mpim', 'private', 'public']))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .optional();
const conversations = { filter, default_to_current_conversation: z.boolean().optional() };
const respondable = { response_url_enabled: z.boolean().optional() };
const choices = {
  options: z.array(menuOption).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};
const oneSource = (given: { options?: unknown; option_groups?: unknown }) =>
  (given.options === undefined) !== (given.option_groups === undefined);
const oneSourceMessage = 'must provide exactly one of `options`, `option_groups`';
const group = { options: z.array(groupOption).min(1).max(10), ...action, ...asking };

type Option = { value?: string | undefined };
type Choosing = {
  options?: readonly Option[] | undefined;
  option_groups?: readonly { options: readonly Option[] }[] | undefined;
  initial_option?: Option | undefined;
  initial_options?: readonly Option[] | undefined;
};

/** What is chosen at first must be there to choose. */
const startsWithin = (given: Choosing): boolean => {
  const all = [...(given.options ?? []), ...(given.option_groups ?? []).flatMap((each) => each.options)];
  const initial = given.initial_options ?? (given.initial_option ? [given.initial_option] : []);
  return initial.every((option) => all.some((each) => each.value === option.value));
};
const startsWithinMessage = 'the initial option must be one of the options';

export const pickers = [
  z
    .strictObject({ type: z.literal('checkboxes'), initial_options: z.array(groupOption).min(1).optional(), ...group })
    .refine(startsWithin, { message: startsWithinMessage }),
  z
    .strictObject({ type: z.literal('radio_buttons'), initial_option: groupOption.optional(), ...group })
    .refine(startsWithin, { message: startsWithinMessage }),
  z.strictObject({ type: z.literal('datepicker'), initial_date: z.iso.date().optional(), ...menu }),
  z.strictObject({
    type: z.literal('timepicker'),
    initial_time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .optional(),
    timezone: z.string().optional(),
    ...menu,
  }),
  z.strictObject({
    type: z.literal('datetimepicker'),
    initial_date_time: z.number().int().min(1e9).max(9_999_999_999).optional(),
    ...action,
    ...asking,
  }),
  z
    .strictObject({ type: z.literal('static_select'), initial_option: menuOption.optional(), ...choices, ...menu })
    .refine(oneSource, { message: oneSourceMessage })
    .refine(startsWithin, { message: startsWithinMessage }),
  z
    .strictObject({
      type: z.literal('multi_static_select'),
      initial_options: z.array(menuOption).min(1).optional(),
      ...choices,
      ...menu,
      ...many,
    })
    .refine(oneSource, { message: oneSourceMessage })
    .refine(startsWithin, { message: startsWithinMessage }),
  z.strictObject({
    type: z.literal('external_select'),
    initial_option: menuOption.optional(),
    min_query_length: z.number().int().min(0).optional(),
    ...menu,
  }),
  z.strictObject({
    type: z.literal('multi_external_select'),
    initial_options: z.array(menuOption).min(1).optional(),
    min_query_length: z.number().int().min(0).optional(),
    ...menu,
    ...many,
  }),
  z.strictObject({ type: z.literal('users_select'), initial_user: z.string().optional(), ...menu }),
  z.strictObject({
    type: z.literal('multi_users_select'),
    initial_users: z.array(z.string()).optional(),
    ...menu,
    ...many,
  }),
  z.strictObject({
    type: z.literal('conversations_select'),
    initial_conversation: z.string().optional(),
    ...conversations,
    ...respondable,
    ...menu,
  }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    initial_conversations: z.array(z.string()).optional(),
    ...conversations,
    ...menu,
    ...many,
  }),
  z.strictObject({
    type: z.literal('channels_select'),
    initial_channel: z.string().optional(),
    ...respondable,
    ...menu,
  }),
  z.strictObject({
    type: z.literal('multi_channels_select'),
    initial_channels: z.array(z.string()).optional(),
    ...menu,
    ...many,
  }),
] as const;
