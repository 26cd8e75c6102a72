import type { OperationState } from '../src/core/model.ts';
import { commandName } from './ids.ts';
import { bold, code, type Markup, md, moment } from './markup.ts';
import type { ApprovalView, LoginView } from './view.ts';
import { count, kindWords, stateWords } from './words.ts';

const tallied = (view: ApprovalView, ...states: readonly OperationState[]): number =>
  states.reduce((sum, state) => sum + (view.tally[state] ?? 0), 0);

/** Who decided and when: the line that takes the place of the buttons. */
export function decisionLine({ approval }: ApprovalView): Markup | null {
  const by = approval.decidedBy?.name ?? 'Rollcall';
  const when = approval.decidedAt === null ? md`` : md` ${moment(approval.decidedAt)}`;
  if (approval.task) return taskLine(approval.state, by, when, approval.reason);
  switch (approval.state) {
    case 'approved':
      return md`✅ *Approved* by ${bold(by, 80)}${when}${reasonPart(approval.reason)}`;
    case 'rejected':
      return md`🚫 *Rejected* by ${bold(by, 80)}${when}${reasonPart(approval.reason)} Nothing was changed.`;
    case 'expired':
      return md`⌛ *Expired*${when}: nobody decided in time. Nothing was changed; it is asked again when the wish changes.`;
    case 'closed':
      return md`↩️ *No longer needed*${when}: what was asked has changed since. Nothing was done by this request.`;
    default:
      return null;
  }
}

/** What came of a task. */
function taskLine(
  state: ApprovalView['approval']['state'],
  by: string,
  when: Markup,
  reason: string | null,
): Markup | null {
  switch (state) {
    case 'approved':
      return md`✅ *Done*, says ${bold(by, 80)}${when}.`;
    case 'rejected':
      return md`⛔ *Cannot be done*, says ${bold(by, 80)}${when}${reasonPart(reason)}`;
    case 'closed':
      return md`↩️ *No longer needed*${when}: what is wished has changed since. If it is done already, take it back, unless a newer task says otherwise.`;
    default:
      return null;
  }
}

const reasonPart = (reason: string | null): Markup => (reason ? md`: ${reason}` : md`.`);

/** Only a part of what was asked is decided here. */
export const chosenLine = ({ approval }: ApprovalView): Markup | null =>
  approval.chosen === null ? null : md`These were chosen out of more; the rest is asked on a card of its own.`;

/** How far the approved operations are, from their state and nothing else. */
export function progressLines(view: ApprovalView): Markup[] {
  if (view.approval.state !== 'approved') return [];
  const [first] = view.logins;
  if (view.total === 1 && first !== undefined) return [oneProgress(first, view.approval)];
  if (view.approval.byHand && tallied(view, ...anyState) === 0) return [handedText(view.total)];
  return [manyProgress(view), ...failures(view)];
}

const anyState = Object.keys(stateWords) as OperationState[];

/** What was approved here went on as tasks, which have cards of their own. */
const handedText = (handed: number): Markup =>
  handed === 1
    ? md`📋 *To do by hand*: whoever keeps the app has the task, on a card of its own.`
    : md`📋 *To do by hand*: whoever keeps the apps has ${handed.toLocaleString('en-US')} tasks, on cards of their own.`;

function oneProgress({ login }: LoginView, { task, byHand }: ApprovalView['approval']): Markup {
  const operation = login.operation;
  if (operation === null) return md`_Its account has changed since._`;
  const { now, done } = kindWords[operation.kind];
  switch (operation.state) {
    case 'applied':
      return task ? md`✅ *${done}*: made by hand.` : md`✅ *${done}*: read back from the app.`;
    case 'applying':
      return md`⏳ *${now}*`;
    case 'failed':
    case 'held':
      return md`${operation.state === 'failed' ? '❌ *Failed*' : '✋ *Held*'}${troubleOf(operation.trouble)}`;
    case 'approved':
      if (byHand && operation.trouble === null) return md`⏳ *Approved*: the task is about to be given.`;
      return operation.trouble === null
        ? md`⏳ *${now}*: about to start.`
        : md`⏳ *${now}*: tried again by itself${troubleOf(operation.trouble)}`;
    default:
      return md`${capital(stateWords[operation.state])}.`;
  }
}

const troubleOf = (trouble: { message: string; remedy: string } | null): Markup =>
  trouble === null ? md`.` : md`: ${trouble.message} ${trouble.remedy}`;

/** `17 of 20 done, 1 failed`: operations that dropped out are counted apart. */
function manyProgress(view: ApprovalView): Markup {
  const dropped = tallied(view, 'superseded', 'rejected');
  const rest = Math.max(view.total - dropped, 0);
  const [done, failed, held] = [tallied(view, 'applied'), tallied(view, 'failed'), tallied(view, 'held')];
  const parts = [`${done.toLocaleString('en-US')} of ${rest.toLocaleString('en-US')} done`];
  if (failed > 0) parts.push(`${failed.toLocaleString('en-US')} failed`);
  if (held > 0) parts.push(`${held.toLocaleString('en-US')} held`);
  const handed = view.approval.byHand ? Math.max(view.total - tallied(view, ...anyState), 0) : 0;
  if (handed > 0) parts.push(`${handed.toLocaleString('en-US')} handed over as tasks`);
  if (dropped > 0) parts.push(`${dropped.toLocaleString('en-US')} changed since and left out`);
  return md`${headOf(view, done, failed + held, rest - handed)}: ${parts.join(', ')}.`;
}

function headOf(view: ApprovalView, done: number, stuck: number, rest: number): Markup {
  const words = view.approval.operationKind === null ? null : kindWords[view.approval.operationKind];
  if (done + stuck < rest) return md`⏳ *${words?.now ?? 'Under way'}*`;
  return stuck > 0 ? md`❌ *Finished with failures*` : md`✅ *${words?.done ?? 'Done'}*`;
}

/** The first failures with their reason, so that nobody needs to open anything to see what is wrong; and the way to the others. */
function failures(view: ApprovalView): Markup[] {
  const shown = view.logins.filter(({ login }) => login.operation?.state === 'failed').slice(0, 3);
  const more = tallied(view, 'failed') - shown.length;
  const { app } = view.approval;
  const which = shown.length === 0 ? 'why' : `and ${more.toLocaleString('en-US')} more`;
  const rest = md`• ${which}: ${code(`${commandName} app ${app ?? ''} failed`, 120)}`;
  return [
    ...shown.map(
      ({ login, personName, appTitle }) =>
        md`• ${personName} in ${appTitle}${troubleOf(login.operation?.trouble ?? null)}`,
    ),
    ...(more > 0 && app !== null ? [rest] : []),
  ];
}

/** Operations that left an open card because they changed since it was posted. */
export function droppedLine(view: ApprovalView): Markup | null {
  const dropped = tallied(view, 'superseded');
  if (view.approval.state !== 'open' || dropped === 0) return null;
  return md`${count(dropped, 'operation has', 'operations have')} changed since and left this request; what is still wished is asked anew.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
