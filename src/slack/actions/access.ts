import type { App } from '@slack/bolt';
import type { Option } from '@slack/types';
import { requestList, requestModal, requestOption } from '../../../blocks/access-request.ts';
import { answer } from '../../../blocks/help.ts';
import { actionIds, callbackIds, requestInputs } from '../../../blocks/ids.ts';
import { limits, type Message } from '../../../blocks/kit.ts';
import { RollcallError } from '../../core/errors.ts';
import { ended, fold } from '../../core/text.ts';
import type { AccessRequest } from '../../engine/act/request.ts';
import { callerOf } from '../caller.ts';
import { actorOf } from '../command/actor.ts';
import type { SlackDeps } from '../deps.ts';
import { readRequest, readTyped, type Submitted } from '../form-payload.ts';
import { FromIds, RequestIds, readIdsPress, readShortcut } from '../payload.ts';
import { answering } from '../tell.ts';
import { openModal } from './modal.ts';
import { onPress } from './press.ts';

const typed = '/provision request <app|role> --reason why';

/** Asking for access: the shortcut, the button of the list, the form, and the way to end what was asked for. */
export function listenToAccess(app: App, deps: SlackDeps): void {
  app.shortcut('request_access', async ({ ack, body }) => {
    await ack();
    const { user, trigger } = readShortcut(body);
    await answering(deps, { user, channel: null }, () => openRequest(deps, user, trigger));
  });
  app.action(actionIds.askAccess, async ({ ack, body, respond }) => {
    await ack();
    const { user, channel, trigger } = readIdsPress(body, FromIds);
    await answering(deps, { user, channel, respond }, () => openRequest(deps, user, trigger));
  });
  app.options(requestInputs.what.action, async ({ ack, body }) => {
    await ack({ options: await offersFor(deps, readTyped(body)) });
  });
  app.view(callbackIds.request, async ({ ack, body }) => {
    const submitted = readRequest(body);
    const outcome = await ask(deps, submitted);
    if ('errors' in outcome) return ack({ response_action: 'errors', errors: outcome.errors });
    await ack();
    await answering(deps, { user: submitted.user, channel: null }, async () => answer(outcome.text));
  });
  app.action(
    actionIds.endRequest,
    onPress(deps, RequestIds, { replaces: true }, async (caller, { request }) => {
      await deps.useCases.endRequest(caller.person.id, request, actorOf(caller.person));
      return requestList(await deps.useCases.requestsOf(caller.person.id), null);
    }),
  );
}

async function openRequest(deps: SlackDeps, user: string, trigger: string): Promise<Message | null> {
  const caller = await callerOf(deps, user, 'read');
  return caller.known ? openModal(deps, trigger, requestModal(null), typed) : answer(caller.text);
}

/** What the person may ask for and has not, by what they typed; nothing to those Rollcall does not know. */
async function offersFor(deps: SlackDeps, { user, text }: { user: string; text: string }): Promise<Option[]> {
  const caller = await callerOf(deps, user, 'read');
  if (!caller.known) return [];
  const wanted = fold(text);
  const offers = await deps.useCases.requestables(caller.person.id);
  return offers
    .filter(
      ({ state, title, name }) => state === 'open' && (fold(title).includes(wanted) || fold(name).includes(wanted)),
    )
    .flatMap((offer) => requestOption(offer) ?? [])
    .slice(0, limits.options);
}

type Outcome = { text: string } | { errors: Record<string, string> };

/** Which field an error of the engine is about. */
const fieldOf: Readonly<Record<string, string>> = {
  'no-reason': requestInputs.why.block,
  'not-a-day': requestInputs.until.block,
  'day-over': requestInputs.until.block,
};

/** Asks as whoever submitted the form, read anew from Slack; what they can mend is said at its field. */
async function ask(deps: SlackDeps, { user, what, why, until }: Submitted): Promise<Outcome> {
  const caller = await callerOf(deps, user, 'decide');
  if (!caller.known) return { errors: { [requestInputs.what.block]: caller.text } };
  const wanted: AccessRequest = { ...what, why, until };
  try {
    return await deps.useCases.requestAccess(caller.person.id, wanted, actorOf(caller.person));
  } catch (error) {
    if (!(error instanceof RollcallError && error.next === 'show')) throw error;
    return { errors: { [fieldOf[error.code] ?? requestInputs.what.block]: `${ended(error.message)} ${error.remedy}` } };
  }
}
