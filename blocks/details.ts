import type { KnownBlock, ModalView } from '@slack/types';
import { changeLine, changesOf, effectOf, reasonText } from './changes.ts';
import { callbackIds, commandName } from './ids.ts';
import { context, divider, limits, type Message, message, plainText, section, viewBlocks } from './kit.ts';
import { withinMessage } from './list.ts';
import { code, join, type Markup, md, nothing, stack } from './markup.ts';
import { decisionLine } from './progress.ts';
import { askSentence, oneSentence, tail } from './sentence.ts';
import { taskLines } from './task.ts';
import type { ApprovalView, LoginView } from './view.ts';
import { count, stateWords, statusWord } from './words.ts';

/** Operations shown one by one; each takes up to four of the modal's 100 blocks. */
const shownAtMost = 20;

/** Everything an approver may want to know first: before → after, the whole reason chain, the hash the consent is bound to. */
export function detailsModal(view: ApprovalView): ModalView {
  const shown = view.logins.slice(0, shownAtMost);
  const more = view.total - shown.length;
  return {
    type: 'modal',
    callback_id: callbackIds.details,
    title: plainText('Request details', limits.title),
    close: plainText('Close', limits.title),
    blocks: viewBlocks([
      section(md`${askSentence(view)}${tail(view)}.`),
      stateBlock(view),
      ...shown.flatMap((login) => operationBlocks(login, view.approval.task)),
      more > 0 ? context(md`Showing the first ${shown.length} of ${view.total.toLocaleString('en-US')}.`) : null,
      context(md`Request ${code(view.approval.id, 60)}, edition ${view.approval.edition}`),
    ]),
  };
}

/** As many of its operations as a message has room for; the rest is counted. */
const inMessage = 6;

/** The same for somebody who typed. */
export function requestDetails(view: ApprovalView): Message {
  const shown = view.logins.slice(0, inMessage);
  const groups = shown.map((login) => operationBlocks(login, view.approval.task));
  const blocks = withinMessage(groups);
  const more = view.total - blocks.filter(({ type }) => type === 'divider').length;
  const { id, edition } = view.approval;
  return message([
    section(md`${askSentence(view)}${tail(view)}.`),
    stateBlock(view),
    ...blocks,
    more > 0
      ? context(md`${count(more, 'more', 'more')} in it: ${code(`${commandName} pending ${id} --page 1`, 200)}`)
      : null,
    context(md`Request ${code(id, 60)}, edition ${edition}`),
  ]);
}

function stateBlock(view: ApprovalView): KnownBlock | null {
  const line = decisionLine(view);
  return line === null ? null : section(line);
}

function operationBlocks(
  { login, personName, appTitle, word }: LoginView,
  task: ApprovalView['approval']['task'],
): KnownBlock[] {
  const operation = login.operation;
  if (operation === null) {
    return [divider, section(md`${personName} in ${appTitle}: ${statusWord(word)}, nothing is open any more.`)];
  }
  const effect = effectOf[operation.kind];
  const changes = changesOf(operation.before, operation.after);
  const told = [
    effect === undefined ? nothing : md`*Effect*  ${effect}`,
    changes.length === 0 && effect === undefined ? md`_No attribute changes._` : stack(changes.map(changeLine), 1800),
  ];
  const body = task ? [stack(taskLines(operation), 2_400)] : told;
  return [
    divider,
    section(join([md`${oneSentence(operation.kind, personName, appTitle)}.`, ...body], '\n')),
    section(stack([md`*Why*`, ...reasonLines(operation.reasons)], 2000)),
    context(md`State: ${stateWords[operation.state]}`, md`Bound to ${code(operation.hash.slice(0, 12))}`),
  ];
}

function reasonLines(reasons: NonNullable<LoginView['login']['operation']>['reasons']): Markup[] {
  return reasons.length === 0 ? [md`_No reason was recorded._`] : reasons.map((reason) => md`• ${reasonText(reason)}`);
}
