import { z } from 'zod';
import { elementState, findElement } from './block-kit/form.ts';
import type { Element } from './block-kit/parts.ts';
import type { Context } from './context.ts';
import type { Outcome, Press } from './model.ts';
import { interactionBase } from './payloads.ts';
import { fill, findPlace } from './places.ts';
import { present } from './present.ts';

export const failed = (error: string): Outcome => ({ ok: false, error });
export const done: Outcome = { ok: true };

/** The `actions[0]` of the payload: what the app declared about the element, and what was chosen. */
const actionOf = (element: Element, press: Press, action_ts: string): Record<string, unknown> => {
  const { options: _, option_groups: __, type, ...declared } = element;
  const chosen = elementState(element, press.state);
  return {
    ...declared,
    ...chosen,
    type,
    block_id: press.blockId,
    action_id: press.actionId,
    action_ts,
  };
};

/** A person presses a button or chooses something. An element that is not there gives `element_not_found`. */
export const press = async (context: Context, given: Press): Promise<Outcome> => {
  const place = findPlace(context, given.user, given.container);
  const found = place && findElement(place.blocks, given.blockId, given.actionId);
  if (!place || !found) return failed('element_not_found');
  if (!context.app.interactive) return failed('interactivity_disabled');
  fill(context, place, given.values);
  if (given.state) fill(context, place, { [given.blockId]: { [given.actionId]: given.state } });
  // A field of a form is sent with the form, unless it asks to be sent at once.
  if (found.block.type === 'input' && !found.block.dispatch_action) return done;
  const { message, open } = place;
  const responseUrl =
    message &&
    context.responseUrls.issue({
      channel: message.channel,
      user: given.user,
      original: { channel: message.channel, ts: message.ts },
    });
  const payload = present({
    type: 'block_actions',
    ...interactionBase(context, given.user),
    ...place.payload(),
    trigger_id: context.triggers.issue(
      present({ user: given.user, view: open?.kind === 'modal' ? open.id : undefined }),
    ),
    response_url: responseUrl,
    // Never the same twice: it tells one press from another.
    actions: [actionOf(found.element, given, context.store.nextTs())],
  });
  const ack = await context.delivery.interaction('block_actions', payload);
  return ack.ok ? done : ack;
};

const suggestionOption = z.object({ text: z.object({ text: z.string() }), value: z.string() });
const suggestions = z.union([
  z.object({ options: z.array(suggestionOption).max(100) }),
  z.object({ option_groups: z.array(z.object({ options: z.array(suggestionOption).max(100) })).max(100) }),
]);

/** Asks the bot for the options of an external select. An answer that Slack would not take gives none. */
export const suggest = async (
  context: Context,
  given: Press,
  query: string,
): Promise<{ text: string; value: string }[]> => {
  const place = findPlace(context, given.user, given.container);
  const found = place && findElement(place.blocks, given.blockId, given.actionId);
  if (!place || !found?.element.type.endsWith('external_select')) return [];
  const least = typeof found.element.min_query_length === 'number' ? found.element.min_query_length : 3;
  if (query.length < least) return [];
  const { state: _, ...where } = place.payload();
  const payload = {
    type: 'block_suggestion',
    ...interactionBase(context, given.user),
    ...where,
    block_id: given.blockId,
    action_id: given.actionId,
    value: query,
  };
  const ack = await context.delivery.interaction('block_suggestion', payload);
  const parsed = ack.ok ? suggestions.safeParse(ack.body) : undefined;
  if (!parsed?.success) return [];
  const options =
    'options' in parsed.data ? parsed.data.options : parsed.data.option_groups.flatMap((group) => group.options);
  return options.map(({ text, value }) => ({ text: text.text, value }));
};
