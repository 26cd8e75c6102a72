import type { ModalView, PlainTextOption } from '@slack/types';
import { irreversible } from '../src/core/undo.ts';
import { callbackIds, chooseInputs, reasonInput } from './ids.ts';
import { context, limits, option, plainText, radioInput, searchInput, section, textInput, viewBlocks } from './kit.ts';
import { list } from './list.ts';
import { bold, escaped, type Markup, md, nothing } from './markup.ts';
import { reasonLimit } from './reject-modal.ts';
import { askSentence, tail } from './sentence.ts';
import type { ApprovalView, LoginView } from './view.ts';
import { count, kindWords } from './words.ts';

/** As many can be chosen at once; more are decided as a whole, or in turns. */
export const mostChosen = 100;

export type ChooseAct = 'approve' | 'reject';
const actWords = ({ approval }: Pick<ApprovalView, 'approval'>): Readonly<Record<ChooseAct, string>> =>
  approval.task
    ? { approve: 'These are done', reject: 'These cannot be' }
    : { approve: 'Apply these', reject: 'Reject these' };

/** What an option carries: whose operation, and which one. An operation that changed since is another, and not chosen. */
export const choiceValue = ({ login }: LoginView): string => `${login.person} ${login.operation?.id ?? ''}`;

/** One operation to choose: the person, the app where there are several, and what the account is called. */
export function choiceOption(view: LoginView): PlainTextOption {
  const { operation } = view.login;
  const kind = operation === null ? 'Change' : kindWords[operation.kind].verb;
  const called = accountName(view);
  const description = `${kind} in ${view.appTitle}${called === null ? '' : `: ${called}`}`;
  return option({ text: view.personName, value: choiceValue(view), description });
}

/** So that two people of one name can be told apart. */
function accountName({ login }: LoginView): string | null {
  const { before = null, after = null } = login.operation ?? {};
  for (const view of [before, after])
    for (const name of ['userName', 'email']) {
      const value = view?.attributes[name];
      if (typeof value === 'string' && value !== '') return value;
    }
  return null;
}

/** Asks which operations of a request, and what becomes of them. `metadata`: ids only, handed back with the answer. */
export function chooseModal(view: ApprovalView, metadata: string): ModalView {
  return {
    type: 'modal',
    callback_id: callbackIds.choose,
    private_metadata: metadata,
    title: plainText('Choose some of them', limits.title),
    submit: plainText('Continue', limits.title),
    close: plainText('Cancel', limits.title),
    blocks: viewBlocks([
      section(md`${askSentence(view)}${tail(view)}.`),
      searchInput({
        ...chooseInputs.which,
        label: 'Whose?',
        hint: `Type a name, an address or an app. At most ${mostChosen} at once; the rest stays asked, on a card of its own.`,
        placeholder: 'Type a name',
        most: mostChosen,
      }),
      radioInput({
        ...chooseInputs.act,
        label: 'What becomes of them?',
        options: [
          option({ text: actWords(view).approve, value: 'approve' }),
          option({ text: actWords(view).reject, value: 'reject' }),
        ],
      }),
      textInput({
        ...reasonInput,
        label: 'Why not?',
        hint: `For those ${view.approval.task ? 'that cannot be' : 'you reject'}: shown on the card and kept in the history.`,
        maxLength: reasonLimit,
      }),
      context(md`You see once more what will be done before it is.`),
    ]),
  };
}

/** What was chosen, as it is asked now; `dropped`: what changed meanwhile. */
export type Choice = { act: ChooseAct; chosen: readonly LoginView[]; dropped: number; reason: string | null };

/** Says what will be done with those chosen, and asks once more. */
export function chosenModal(view: ApprovalView, choice: Choice, metadata: string): ModalView {
  const { act, chosen, dropped, reason } = choice;
  return {
    type: 'modal',
    callback_id: callbackIds.chosen,
    private_metadata: metadata,
    title: plainText('Are you sure?', limits.title),
    submit: plainText(actWords(view)[act], limits.title),
    close: plainText('Cancel', limits.title),
    blocks: viewBlocks([
      section(actSentence(view, choice)),
      ...list(chosen, lineOf),
      dropped === 0 ? null : context(droppedText(dropped)),
      reason === null || act === 'approve' ? null : section(md`*Why*  ${escaped(reason, reasonLimit)}`),
      context(restText(view, chosen.length)),
      searchInput({
        ...chooseInputs.chosen,
        label: 'Chosen',
        hint: 'Take out whom you did not mean.',
        placeholder: 'Type a name',
        most: mostChosen,
        chosen: chosen.map(choiceOption),
      }),
    ]),
  };
}

function actSentence({ approval }: ApprovalView, { act, chosen }: Choice): Markup {
  const them = bold(count(chosen.length, 'change', 'changes'));
  if (approval.task)
    return act === 'approve'
      ? md`You say that ${them} of it, and no other, are done:`
      : md`You say that ${them} of it cannot be made:`;
  if (act === 'reject') return md`Reject ${them}, and nothing else. Nothing is changed in these accounts:`;
  const final = chosen.some(({ login }) => irreversible(login.operation?.kind ?? null));
  return md`Apply ${them}, and nothing else${final ? md`; a deletion cannot be undone` : nothing}:`;
}

const lineOf = ({ login, personName, appTitle }: LoginView): Markup => {
  const verb = login.operation === null ? 'Change' : kindWords[login.operation.kind].verb;
  return md`• ${bold(personName, 80)} in ${escaped(appTitle, 80)}: ${verb.toLowerCase()}`;
};

const droppedText = (dropped: number): Markup =>
  md`${count(dropped, 'change you chose has', 'changes you chose have')} become another since and dropped out; what is still wished is asked anew.`;

function restText({ tally }: ApprovalView, chosen: number): Markup {
  const rest = (tally.awaiting ?? 0) + (tally.held ?? 0) + (tally.handed ?? 0) - chosen;
  if (rest <= 0) return md`That is all of the request.`;
  return md`${count(rest, 'other stays', 'others stay')} asked, on a card of ${rest === 1 ? 'its' : 'their'} own.`;
}
