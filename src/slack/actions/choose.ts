import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { choiceOption, chooseModal, chosenModal } from '../../../blocks/choose.ts';
import { answer } from '../../../blocks/help.ts';
import { actionIds, callbackIds, chooseInputs } from '../../../blocks/ids.ts';
import { limits, type Message } from '../../../blocks/kit.ts';
import type { ApprovalView, LoginView } from '../../engine/use-cases.ts';
import { arrived } from '../arrival.ts';
import { callerOf } from '../caller.ts';
import { mayDecide } from '../command/access.ts';
import { twinOf } from '../command/typed-twins.ts';
import type { SlackDeps } from '../deps.ts';
import {
  type Chosen,
  type ChosenMetadata,
  type RejectMetadata,
  readChoice,
  readChosen,
  readSuggestion,
} from '../form-payload.ts';
import { type CardPress, readCardPress } from '../payload.ts';
import { answering } from '../tell.ts';
import { addressee, decide } from './decide.ts';
import { openModal } from './modal.ts';

/** *Choose*: which operations of a request, what becomes of them, and once more whether that is meant. */
export function listenToChoice(app: App, deps: SlackDeps): void {
  app.action(actionIds.choose, async ({ ack, body, respond }) => {
    await ack();
    const press = readCardPress(body);
    await answering(deps, addressee(press, respond), () => openChoice(deps, press));
  });
  app.options(chooseInputs.which.action, async ({ ack, body }) => {
    await ack({ options: await suggestions(deps, readSuggestion(body)) });
  });
  app.view(callbackIds.choose, async ({ ack, body }) => {
    await ack(await confirmation(deps, readChoice(body)));
  });
  app.view(callbackIds.chosen, async ({ ack, body, context }) => {
    await ack();
    const chosen = readChosen(body);
    const here = arrived(deps, context);
    await answering(here, addressee(chosen), () => decideChosen(here, chosen));
  });
}

async function openChoice(deps: SlackDeps, press: CardPress): Promise<Message | null> {
  const { approval, edition, where, trigger } = press;
  const open = await openFor(deps, press);
  if ('refused' in open) return answer(open.refused);
  const metadata: RejectMetadata = { approval, edition, where };
  const view = chooseModal(open.view, JSON.stringify(metadata));
  return openModal(deps, trigger, view, twinOf('choose', { ID: approval }));
}

/** The request, while it is open, for one who may decide it. Whether they may is judged again when they do. */
async function openFor(
  deps: SlackDeps,
  { user, approval }: { user: string; approval: string },
): Promise<{ view: ApprovalView } | { refused: string }> {
  const [caller, view] = await Promise.all([callerOf(deps, user, 'read'), deps.useCases.approval(approval, 8)]);
  if (!caller.known) return { refused: caller.text };
  if (view === null || view.approval.state !== 'open') return { refused: 'This request is not open any more.' };
  if (!mayDecide(caller, view)) return { refused: 'Only those who may decide choose here.' };
  return { view };
}

/** Nothing to those who may not decide. Slack takes at most 100. */
async function suggestions(deps: SlackDeps, typed: ReturnType<typeof readSuggestion>) {
  const open = await openFor(deps, typed);
  if ('refused' in open) return [];
  const found = await deps.useCases.asked(typed.approval, { text: typed.text }, limits.options);
  return found.map(choiceOption);
}

type Answered =
  | { response_action: 'update'; view: ModalView }
  | { response_action: 'errors'; errors: Record<string, string> };

/** What would be done with those chosen, to be confirmed; or why not, beside the field. */
async function confirmation(deps: SlackDeps, choice: Chosen): Promise<Answered> {
  const { user: _, chosen, ...metadata } = choice;
  const open = await openFor(deps, choice);
  const refused = (text: string): Answered => ({
    response_action: 'errors',
    errors: { [chooseInputs.which.block]: text },
  });
  if ('refused' in open) return refused(open.refused);
  const found = [...(await stillAsked(deps, choice)).values()];
  if (found.length === 0) return refused('None of them is asked here any more. Search again.');
  const { act, reason } = choice;
  const shown = { act, chosen: found, dropped: chosen.length - found.length, reason };
  const carried: ChosenMetadata = metadata;
  return { response_action: 'update', view: chosenModal(open.view, shown, JSON.stringify(carried)) };
}

/** Those chosen that are still asked exactly so, by operation. */
async function stillAsked(deps: SlackDeps, { approval, chosen }: Chosen): Promise<Map<string, LoginView>> {
  const people = [...new Set(chosen.map(({ person }) => person))];
  const asked = await deps.useCases.asked(approval, { people }, 1_000);
  const wanted = new Set(chosen.map(({ operation }) => operation));
  const found = asked.map((view) => [view.login.operation?.id ?? '', view] as const);
  return new Map(found.filter(([operation]) => wanted.has(operation)));
}

/** What is not asked any more goes along by its own id, so that the engine counts and tells it. */
async function decideChosen(deps: SlackDeps, choice: Chosen): Promise<Message | null> {
  const found = await stillAsked(deps, choice);
  const only = choice.chosen.map(({ operation }) => found.get(operation)?.login.id ?? operation);
  const { act, reason, user, approval, edition, where } = choice;
  const what = act === 'approve' ? ({ decision: act } as const) : ({ decision: act, reason } as const);
  return decide(deps, { user, approval, edition, where, only, ...what });
}
