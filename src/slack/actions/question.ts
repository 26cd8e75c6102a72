import type { App } from '@slack/bolt';
import { answer } from '../../../blocks/help.ts';
import { actionIds, callbackIds } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { questionModal } from '../../../blocks/question.ts';
import { callerOf } from '../caller.ts';
import { mayAsk, notAsked } from '../command/access.ts';
import { askAbout } from '../command/delegating.ts';
import type { SlackDeps } from '../deps.ts';
import { type Question, type RejectMetadata, readQuestion } from '../form-payload.ts';
import { type CardPress, readCardPress } from '../payload.ts';
import { whyNotHere } from '../request.ts';
import { answering } from '../tell.ts';
import { addressee } from './decide.ts';
import { openModal } from './modal.ts';

/** *Ask* and the answer of its modal: they decide nothing. */
export function listenToQuestions(app: App, deps: SlackDeps): void {
  app.action(actionIds.ask, async ({ ack, body, respond }) => {
    await ack();
    const press = readCardPress(body);
    await answering(deps, addressee(press, respond), () => askWhat(deps, press));
  });
  app.view(callbackIds.question, async ({ ack, body }) => {
    await ack();
    const question = readQuestion(body);
    await answering(deps, addressee(question), () => ask(deps, question));
  });
}

async function askWhat(deps: SlackDeps, press: CardPress): Promise<Message | null> {
  const { approval, edition, where, trigger, user } = press;
  const [caller, view] = await Promise.all([callerOf(deps, user, 'read'), deps.useCases.approval(approval, 8)]);
  if (!caller.known) return answer(caller.text);
  if (view === null || view.approval.state !== 'open') return answer('This request is not open any more.');
  if (!mayAsk(caller, view)) return answer(notAsked);
  const metadata: RejectMetadata = { approval, edition, where };
  return openModal(
    deps,
    trigger,
    questionModal(view, JSON.stringify(metadata)),
    `/provision ask ${approval} <question>`,
  );
}

async function ask(deps: SlackDeps, { user, approval, where, text }: Question): Promise<Message | null> {
  if (text === '') return answer('Nothing was asked.');
  const [notHere, caller] = await Promise.all([whyNotHere(deps, where), callerOf(deps, user, 'decide')]);
  if (notHere !== null || !caller.known) return answer(caller.known ? (notHere ?? '') : caller.text);
  return askAbout(deps, caller, approval, text);
}
