import type { Button, KnownBlock } from '@slack/types';
import type { Approval } from '../src/core/approval-model.ts';
import { votesIn } from '../src/core/approval-step.ts';
import { irreversible, irreversibleText } from '../src/core/undo.ts';
import { changeFields, changesOf, effectOf, whyLine } from './changes.ts';
import { circleText } from './circle.ts';
import { idButton } from './id-button.ts';
import { actionIds, cardValue, commandName } from './ids.ts';
import { actions, button, type Confirm, context, fields, type Message, message, section } from './kit.ts';
import {
  bold,
  code,
  enumerate,
  escaped,
  isEmpty,
  join,
  type Markup,
  md,
  moment,
  nothing,
  stack,
  wordsOf,
} from './markup.ts';
import { chosenLine, decisionLine, droppedLine, progressLines } from './progress.ts';
import { askSentence, tail } from './sentence.ts';
import { stepParts, votesText } from './steps.ts';
import { byHandText, decisionWords, taskBody, taskLead, typedDecision } from './task.ts';
import type { ApprovalView, LoginView } from './view.ts';
import { isDestructive, kindWords } from './words.ts';

/** The card of an approval, in whatever state it is; always rendered whole, from state. */
export function approvalCard(view: ApprovalView): Message {
  const { approval } = view;
  const urgent = approval.urgent && approval.state === 'open' ? md`🔴 *Urgent.* ` : nothing;
  return message(
    [
      section(md`${urgent}${taskLead(approval)}${askSentence(view)}${tail(view)}.`),
      heldBlock(approval),
      ...bodyBlocks(view),
      stateBlock(view),
      stepBlock(approval),
      context(...footer(view)),
      actions(cardButtons(view)),
    ],
    typedHint(view),
  );
}

/** The same decision by keyboard, for those who get the text only. */
function typedHint(view: ApprovalView): Markup {
  const { id, state } = view.approval;
  if (state !== 'open') return isUndoable(view) ? md`To look at undoing it: ${commandName} undo ${id}` : nothing;
  const { some } = decisionWords(view.approval);
  const part = isChoosable(view) ? md`; about some of them: ${commandName} ${some} ${id} only PERSON` : nothing;
  return md`${typedDecision(view.approval)}${part}`;
}

const heldBlock = ({ kind, state, reason }: Approval): KnownBlock | null =>
  kind === 'threshold' && state === 'open' && reason ? section(md`✋ *Held:* ${reason}`) : null;

function bodyBlocks(view: ApprovalView): KnownBlock[] {
  const [first] = view.logins;
  if (first === undefined) return [];
  if (view.approval.task) return taskBody(view);
  if (view.approval.kind !== 'person') return [section(sample(view))];
  if (view.total === 1) return oneBody(view, first);
  const perApp = view.logins.slice(0, 8).map((login) => stack(appLines(login), 340));
  const byHand = byHandText(view.approval);
  return [section(stack(isEmpty(byHand) ? perApp : [...perApp, byHand])), whyBlock(first)].filter(
    (block) => block !== null,
  );
}

function oneBody(view: ApprovalView, { login, personName, passwordNote }: LoginView): KnownBlock[] {
  const operation = login.operation;
  if (operation === null) return [];
  const title = view.personTitle ? md`, ${view.personTitle}` : nothing;
  const about = md`*Who*  ${view.personName ?? personName}${title}`;
  const effect = effectOf[operation.kind];
  const follows = [
    effect === undefined ? nothing : md`*Effect*  ${effect}`,
    byHandText(view.approval),
    passwordText(passwordNote),
  ];
  const lines = [about, ...follows, whyText(operation.reasons)];
  const changes = changeFields(changesOf(operation.before, operation.after));
  return [section(stack(lines.filter((line) => !isEmpty(line)))), ...(changes.length === 0 ? [] : [fields(changes)])];
}

/** What becomes of the person's password, said before it is agreed to. */
const passwordText = (note: LoginView['passwordNote']): Markup =>
  note ? md`*Password*  ${escaped(note, 200)}` : nothing;

function whyText(reasons: Parameters<typeof whyLine>[0]): Markup {
  const why = whyLine(reasons);
  return isEmpty(why) ? nothing : md`*Why*  ${why}`;
}

const whyBlock = ({ login }: LoginView): KnownBlock | null => {
  const why = whyText(login.operation?.reasons ?? []);
  return isEmpty(why) ? null : section(why);
};

/** One app of a joiner's card: what, and the attributes that would be set. */
function appLines({ login, appTitle, passwordNote }: LoginView): Markup[] {
  const operation = login.operation;
  if (operation === null) return [];
  const changes = changesOf(operation.before, operation.after).slice(0, 3);
  const set = join(
    changes.map(({ name, to }) => md`${code(name, 30)} ${escaped(to ?? 'emptied', 40)}`),
    ' · ',
  );
  const final = irreversible(operation.kind) ? md`. ${irreversibleText}` : nothing;
  return [
    md`• ${kindWords[operation.kind].verb} in ${bold(appTitle, 60)}${isEmpty(set) ? nothing : md`: ${set}`}${final}`,
    passwordText(passwordNote),
  ].filter((line) => !isEmpty(line));
}

/** The first people of a batch, and how many more. */
function sample(view: ApprovalView): Markup {
  const names = view.logins.slice(0, 5).map(({ personName }) => bold(personName, 60));
  const more = view.total - names.length;
  const all = more > 0 ? [...names, md`${more.toLocaleString('en-US')} more`] : names;
  const [operation] = view.logins.flatMap(({ login }) => login.operation ?? []);
  const effect = operation === undefined ? undefined : effectOf[operation.kind];
  const why = operation === undefined ? nothing : whyText(operation.reasons);
  const lines = [
    md`*Who*  ${enumerate(all)}`,
    effect === undefined ? nothing : md`*Effect*  ${effect}`,
    byHandText(view.approval),
    passwordText(view.logins[0]?.passwordNote),
    exampleOf(why),
    view.approval.operationKind === null ? md`Any deletion among them cannot be undone.` : nothing,
  ];
  return stack(lines.filter((line) => !isEmpty(line)));
}

const exampleOf = (why: Markup): Markup => (isEmpty(why) ? nothing : md`${why} _(the first of them)_`);

function stepBlock(approval: Approval): KnownBlock | null {
  const parts = stepParts(approval);
  return parts.length === 0 ? null : context(...parts);
}

function stateBlock(view: ApprovalView): KnownBlock | null {
  const lines = [decisionLine(view), chosenLine(view), ...progressLines(view), droppedLine(view)].filter(
    (line) => line !== null,
  );
  return lines.length === 0 ? null : section(stack(lines));
}

/** Who may decide, votes, expiry, requester, id. */
function footer({ approval, circle }: ApprovalView): Markup[] {
  const open = approval.state === 'open';
  const parts: Markup[] = [];
  if (open) parts.push(md`${approval.task ? 'Who may do it' : 'May decide'}: ${circleText(circle)}`);
  if (approval.quorum > 1 || (open && votesIn(approval).length > 0)) parts.push(votesText(approval));
  if (approval.requester !== null) parts.push(md`Asked for by ${approval.requester.name}`);
  if (open) parts.push(approval.expiresAt === null ? md`Does not expire` : md`Expires ${moment(approval.expiresAt)}`);
  return [...parts, md`${approval.task ? 'Task' : 'Request'} ${code(approval.id, 60)}`];
}

/** What can be done with a request, in its state; elsewhere as on its card. */
export function cardButtons(view: ApprovalView): Button[] {
  const { approval } = view;
  const value = cardValue(approval);
  const about = wordsOf(askSentence(view));
  const read = [button({ id: actionIds.details, label: 'Details', value, spoken: `Details: ${about}` })];
  if (approval.kind !== 'person') {
    read.push(button({ id: actionIds.seeAll, label: 'See all', value, spoken: `See all: ${about}` }));
  }
  if (approval.state !== 'open') return isUndoable(view) ? [...read, ...undoButton(view, about)] : read;
  const words = decisionWords(approval);
  const waiting = approval.operations - (view.tally.superseded ?? 0);
  const choose = isChoosable(view)
    ? [button({ id: actionIds.choose, label: 'Choose', value, spoken: `Choose some of: ${about}` })]
    : [];
  return [
    button({
      id: actionIds.approve,
      label: waiting > 1 ? `${words.all} ${waiting.toLocaleString('en-US')}` : words.approve,
      value,
      spoken: `${words.approve}: ${about}`,
      style: takesAway(view) ? 'danger' : 'primary',
      confirm: confirmOf(view, about),
    }),
    button({ id: actionIds.reject, label: words.reject, value, spoken: `${words.reject}: ${about}` }),
    ...choose,
    button({ id: actionIds.ask, label: 'Ask', value, spoken: `Ask about: ${about}` }),
    ...read,
  ];
}

/** Something of it is done, and not all of it for good. What of it can be undone, the preview says. */
function isUndoable({ approval, logins, tally }: ApprovalView): boolean {
  if (approval.state !== 'approved' || (tally.applied ?? 0) === 0) return false;
  const { operationKind } = approval;
  const kinds = operationKind === null ? logins.map(({ login }) => login.operation?.kind ?? null) : [operationKind];
  return kinds.some((kind) => kind !== null && !irreversible(kind));
}

/** Opens the preview; nothing is undone by it. */
function undoButton({ approval }: ApprovalView, about: string): Button[] {
  const button = idButton({
    id: actionIds.undoApproval,
    label: 'Undo',
    ids: { approval: approval.id },
    spoken: `Look at undoing: ${about}`,
  });
  return button === null ? [] : [button];
}

/** Several operations that need not be decided as one; nobody chooses again while others agree to a part already. */
const isChoosable = ({ approval }: ApprovalView): boolean =>
  approval.kind !== 'person' && approval.operations > 1 && approval.chosen === null;

const takesAway = ({ approval, logins }: ApprovalView): boolean =>
  approval.kind === 'threshold' ||
  isDestructive(approval.operationKind) ||
  logins.some(({ login }) => isDestructive(login.operation?.kind ?? null));

/** Asked once more before anything is taken away, and before many accounts change at once. */
function confirmOf(view: ApprovalView, about: string): Confirm | null {
  const danger = takesAway(view);
  if (!danger && (view.approval.kind === 'person' || view.approval.operations <= 1)) return null;
  const { task } = view.approval;
  const text = task ? `You say that this is done: ${about}.` : `${about}.`;
  return { title: 'Are you sure?', text, confirm: decisionWords(view.approval).approve, danger };
}
