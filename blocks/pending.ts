import type { Button, KnownBlock } from '@slack/types';
import { stepWords, votesIn } from '../src/core/approval-step.ts';
import { actionIds, cardValue, commandName } from './ids.ts';
import { actions, button, context, type Message, message, section } from './kit.ts';
import { withinMessage } from './list.ts';
import { code, type Markup, md, moment, nothing, wordsOf } from './markup.ts';
import { askSentence, tail } from './sentence.ts';
import { decisionWords, taskLead } from './task.ts';
import type { ApprovalView } from './view.ts';
import { count } from './words.ts';

/** A request that waits; `theirs`: its reader is one of those who decide it. Others only look. */
export type Waiting = ApprovalView & { theirs?: boolean };

/** Requests that wait for this person, with the way to decide each; for those who read all of them, the others as well. */
export function pending(views: readonly Waiting[], more: boolean): Message {
  if (views.length === 0) return message([section(md`Nothing waits for your decision.`)]);
  const blocks = withinMessage(views.slice(0, 15).map(pendingBlocks));
  return message([
    section(md`${count(views.length, 'request waits', 'requests wait')} for a decision:`),
    ...blocks,
    more || blocks.length < views.length * 2 ? context(md`There are more; decide these first.`) : null,
    views.every(({ theirs }) => theirs === false)
      ? context(md`They wait for others: ${code(`${commandName} pending ID`)} says for whom.`)
      : context(md`Or type \`${commandName} approve ID\` or \`${commandName} reject ID reason\`${tasksText(views)}.`),
  ]);
}

const tasksText = (views: readonly ApprovalView[]): Markup =>
  views.some(({ approval }) => approval.task)
    ? md`; of a task \`${commandName} done ID\` or \`${commandName} cannot ID reason\``
    : nothing;

/** One waiting request in two blocks; Home shows the same. It is too short to see all, so approving asks once more. */
export function pendingBlocks(view: Waiting): KnownBlock[] {
  const { approval } = view;
  const votes = approval.quorum > 1 ? md` · ${votesIn(approval).length} of ${approval.quorum} votes` : nothing;
  const step = approval.steps.length > 1 ? md` · ${stepWords(approval, approval.step)}` : nothing;
  const expiry = approval.expiresAt === null ? nothing : md` · expires ${moment(approval.expiresAt)}`;
  return [
    section(
      md`${approval.urgent ? md`🔴 *Urgent.* ` : nothing}${taskLead(approval)}${askSentence(view)}${tail(view)}.\n${code(approval.id, 60)}${step}${votes}${expiry}`,
    ),
    actions(view.theirs === false ? [detailsButton(view)] : decisionButtons(view)),
  ];
}

/** *Approve*, *Reject* and *Details*, where the request itself is too short to see. */
export function decisionButtons(view: ApprovalView): Button[] {
  const { approval } = view;
  const about = wordsOf(askSentence(view));
  const value = cardValue(approval);
  const words = decisionWords(approval);
  const text = approval.task ? `You say that this is done: ${about}.` : `${about}.`;
  return [
    button({
      id: actionIds.approve,
      label: words.approve,
      value,
      spoken: `${words.approve}: ${about}`,
      confirm: { title: 'Are you sure?', text, confirm: words.approve, danger: approval.leaving },
    }),
    button({ id: actionIds.reject, label: words.reject, value, spoken: `${words.reject}: ${about}` }),
    detailsButton(view),
  ];
}

function detailsButton(view: ApprovalView): Button {
  const spoken = `Details: ${wordsOf(askSentence(view))}`;
  return button({ id: actionIds.details, label: 'Details', value: cardValue(view.approval), spoken });
}
