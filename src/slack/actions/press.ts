import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { z } from 'zod';
import { waitingModal } from '../../../blocks/answer-modal.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { arrived } from '../arrival.ts';
import { callerOf } from '../caller.ts';
import { type Known, refusalFor } from '../command/access.ts';
import { sayingWhenSlow } from '../command/slow.ts';
import type { SlackDeps } from '../deps.ts';
import { type IdsPress, readIdsPress } from '../payload.ts';
import { describeError } from '../slack-error.ts';
import { type Addressee, answering, type Respond } from '../tell.ts';
import { audienceOfPress } from './audience.ts';

type Listener = (args: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs) => Promise<void>;

/** Whether the answer takes the place of what the button stood in. */
type Rule = { replaces: boolean };

/**
 * A button that carries ids: read with its schema, pressed as whoever Slack says presses this moment, and refused to those who may
 * not (`audience.ts`), whatever was shown to them.
 */
export const onPress =
  <Ids>(
    all: SlackDeps,
    schema: z.ZodType<Ids>,
    rule: Rule,
    work: (caller: Known, ids: Ids) => Promise<Message>,
  ): Listener =>
  async ({ ack, action, body, respond, context }) => {
    await ack();
    const deps = arrived(all, context);
    const press = readIdsPress(body, schema);
    await answering(deps, await addresseeOf(deps, press, respond), async () => {
      const caller = await callerOf(deps, press.user, 'decide');
      if (!caller.known) return answer(caller.text);
      const refusal = refusalFor(audienceOfPress(action.action_id), caller);
      if (refusal !== null) return answer(refusal);
      const message = await slowly(deps, press, respond, () => work(caller, press.ids));
      return rule.replaces && press.inMessage ? replaced(deps, respond, message) : message;
    });
  };

/**
 * Where the answer goes: beside the message, or in the modal the button stood in. In App Home a modal is opened for it at once,
 * since its trigger lives three seconds; where that fails, a direct message.
 */
async function addresseeOf(deps: SlackDeps, press: IdsPress<unknown>, respond: Respond): Promise<Addressee> {
  const { user, channel, inMessage } = press;
  if (inMessage) return { user, channel, respond };
  return { user, channel, modal: press.modal ?? (await openedFor(deps, press.trigger)) };
}

async function openedFor(deps: SlackDeps, trigger_id: string): Promise<string | null> {
  if (trigger_id === '') return null;
  try {
    const { view } = await deps.clients.interactive.views.open({ trigger_id, view: waitingModal() });
    return view?.id ?? null;
  } catch (error) {
    deps.log.info(describeError(error), 'no modal opened for an answer');
    return null;
  }
}

/** Only a message has an address that takes word on the way. */
const slowly = (deps: SlackDeps, press: IdsPress<unknown>, respond: Respond, work: () => Promise<Message>) =>
  press.inMessage ? sayingWhenSlow(deps, respond, work) : work();

/** Puts the answer where the button was, so that it cannot be pressed again; hands it back when Slack did not take that. */
async function replaced(deps: SlackDeps, respond: Respond, message: Message): Promise<Message | null> {
  try {
    await respond({ replace_original: true, ...message });
    return null;
  } catch (error) {
    deps.log.info(describeError(error), 'an answer could not take the place of its buttons');
    return message;
  }
}
