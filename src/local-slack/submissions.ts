import type { KnownBlock, View } from '@slack/types';
import { z } from 'zod';
import { clientErrors, findElement, type Values } from './block-kit/form.ts';
import type { Context } from './context.ts';
import { SlackRefusal } from './errors.ts';
import { done, failed } from './interactions.ts';
import { readView, replaceModal, showModal } from './methods/views.ts';
import type { OpenView, Outcome } from './model.ts';
import { interactionBase, viewOutput } from './payloads.ts';
import { fill } from './places.ts';
import { present } from './present.ts';

const submissionAnswer = z.union([
  z.undefined(),
  z.discriminatedUnion('response_action', [
    z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
    z.object({ response_action: z.literal('update'), view: z.unknown() }),
    z.object({ response_action: z.literal('push'), view: z.unknown() }),
    z.object({ response_action: z.literal('clear') }),
  ]),
]);

/** The person submits the modal on top. Fields that Slack's client would refuse give `invalid_input` and show their errors. */
export const submit = async (
  context: Context,
  user: string,
  viewId: string,
  given: Record<string, Record<string, unknown>>,
): Promise<Outcome> => {
  const open = context.session.top(user);
  if (open?.id !== viewId) return failed('view_not_found');
  const blocks = open.view.blocks as KnownBlock[];
  const values = fill(context, { form: open.id, blocks }, given);
  const errors = clientErrors(blocks, values);
  if (Object.keys(errors).length > 0) {
    showErrors(context, open, errors);
    return failed('invalid_input');
  }
  showErrors(context, open, undefined);
  const payload = {
    type: 'view_submission',
    ...interactionBase(context, user),
    trigger_id: context.triggers.issue({ user, view: open.id }),
    view: viewOutput(context, open),
    response_urls: responseUrls(context, user, blocks, values),
  };
  const ack = await context.delivery.interaction('view_submission', payload);
  if (!ack.ok) return ack;
  const answer = submissionAnswer.safeParse(isEmptyAnswer(ack.body) ? undefined : ack.body);
  if (!answer.success) return failed('invalid_response');
  try {
    return applyAnswer(context, context.session.modal(open.id) ?? open, answer.data);
  } catch (error) {
    if (error instanceof SlackRefusal) return failed(error.error);
    throw error;
  }
};

const isEmptyAnswer = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && Object.keys(body).length === 0;

function applyAnswer(context: Context, open: OpenView, answer: z.infer<typeof submissionAnswer>): Outcome {
  const stack = context.session.stack(open.user);
  switch (answer?.response_action) {
    case undefined:
      return showStack(
        context,
        open.user,
        stack.filter((each) => each.id !== open.id),
      );
    case 'clear':
      return showStack(context, open.user, []);
    case 'update':
      replaceModal(context, open, readView(context, answer.view, 'modal', open.id));
      return done;
    case 'push':
      showModal(context, open.user, readView(context, answer.view, 'modal'), stack);
      return done;
    case 'errors': {
      const known = (open.view.blocks as KnownBlock[])
        .filter((block) => block.type === 'input')
        .map((block) => block.block_id);
      if (Object.keys(answer.errors).some((id) => !known.includes(id))) return failed('invalid_response');
      showErrors(context, open, answer.errors);
      return done;
    }
  }
}

function showStack(context: Context, user: string, views: readonly OpenView[]): Outcome {
  context.session.setStack(user, views);
  context.store.notify({ user });
  return done;
}

function showErrors(context: Context, open: OpenView, errors: Record<string, string> | undefined): void {
  context.session.replaceModal(present({ ...open, errors }));
  context.store.notify({ user: open.user });
}

/** One response URL for each chosen conversation whose select asks for it. */
function responseUrls(context: Context, user: string, blocks: readonly KnownBlock[], values: Values) {
  return Object.entries(values).flatMap(([block_id, fields]) =>
    Object.entries(fields).flatMap(([action_id, state]) => {
      const element = findElement(blocks, block_id, action_id)?.element;
      const channel = state.selected_conversation ?? state.selected_channel;
      if (element?.response_url_enabled !== true || typeof channel !== 'string') return [];
      return [
        { block_id, action_id, channel_id: channel, response_url: context.responseUrls.issue({ channel, user }) },
      ];
    }),
  );
}

/** The person closes the modal on top, and with `clear_on_close` all of them. The app hears of those that ask for it. */
export const close = async (context: Context, user: string, viewId: string): Promise<Outcome> => {
  const stack = context.session.stack(user);
  const top = stack.at(-1);
  if (top?.id !== viewId) return failed('view_not_found');
  const wantsAll = top.view.type === 'modal' && top.view.clear_on_close === true;
  const closing = wantsAll ? stack : [top];
  const payloads = closing
    .filter(({ view }) => wantsToKnow(view))
    .map((each) => ({
      type: 'view_closed',
      ...interactionBase(context, user),
      view: viewOutput(context, each),
      is_cleared: wantsAll,
    }));
  showStack(context, user, wantsAll ? [] : stack.slice(0, -1));
  const acks = await Promise.all(payloads.map((payload) => context.delivery.interaction('view_closed', payload)));
  return acks.find((ack) => !ack.ok) ?? done;
};

const wantsToKnow = (view: View): boolean => view.type === 'modal' && view.notify_on_close === true;
