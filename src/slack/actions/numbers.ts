import type { App } from '@slack/bolt';
import type { z } from 'zod';
import { answer } from '../../../blocks/help.ts';
import { numberPattern } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { callerOf } from '../caller.ts';
import type { SlackDeps } from '../deps.ts';
import { numbersFor } from '../numbers.ts';
import { NumberIds, readIdsPress } from '../payload.ts';
import { redrawn } from '../redrawn.ts';
import { answering, type Respond } from '../tell.ts';

/** The numbers a browser may show, and *This was not me*. */
export function listenToNumbers(app: App, deps: SlackDeps): void {
  app.action(numberPattern, async ({ ack, body, respond }) => {
    await ack();
    const { user, channel, ids } = readIdsPress(body, NumberIds);
    await answering(deps, { user, channel, respond }, () => settle(deps, user, ids, respond));
  });
}

/** Settles it as whoever Slack says presses this moment; the engine lets only the person it is about. */
async function settle(
  deps: SlackDeps,
  user: string,
  { signOn, number }: z.infer<typeof NumberIds>,
  respond: Respond,
): Promise<Message | null> {
  const { useCases } = deps;
  const caller = await callerOf(deps, user, 'decide');
  if (!caller.known) return answer(caller.text);
  const { person } = caller;
  const { text } = await (number === undefined
    ? useCases.denySignOn(signOn, person)
    : useCases.pickNumber(signOn, number, person));
  const message = await numbersFor(deps, signOn, person.id);
  const isShown =
    message !== null && (await redrawn(deps, respond, message, 'the message with the numbers of a sign-on'));
  // What to do when it was somebody else stands in the answer alone.
  return isShown && number !== undefined ? null : answer(text);
}
