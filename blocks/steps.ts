import { voterWords } from '../src/core/approval.ts';
import type { Approval, Vote } from '../src/core/approval-model.ts';
import { stepWords, votesIn } from '../src/core/approval-step.ts';
import { bold, enumerate, isEmpty, type Markup, md, nothing } from './markup.ts';

/** Where it stands, for what is asked in several steps or needs more than a press. */
export function stepParts(approval: Approval): Markup[] {
  const { steps, step, votes, state, risk, stuckAt, task } = approval;
  const open = state === 'open';
  const before = votes.filter((given) => given.step < step);
  return [
    open && steps.length > 1 ? bold(capital(stepWords(approval, step)), 200) : nothing,
    before.length > 0 ? md`Agreed before: ${names(before)}` : nothing,
    open && steps[step]?.fellBack ? md`Others are asked as well: those named are too few, or did not answer` : nothing,
    open && stuckAt !== null
      ? md`⚠️ Nobody is left who may ${task ? 'do it' : 'decide'}: an admin has to name somebody`
      : nothing,
    isSole(approval) && !task ? md`⚠️ One person alone may decide this` : nothing,
    open && risk === 'high' ? md`🔐 High risk: whoever decides signs in anew` : nothing,
  ].filter((part) => !isEmpty(part));
}

/** `1 of 2 votes (Ada, Bob for Grace)`, of the present step. */
export function votesText(approval: Approval): Markup {
  const votes = votesIn(approval);
  const who = votes.length === 0 ? nothing : md` (${names(votes)})`;
  return md`${Math.min(votes.length, approval.quorum)} of ${approval.quorum} votes${who}`;
}

const names = (votes: readonly Vote[]): Markup => enumerate(votes.slice(0, 5).map((given) => md`${voterWords(given)}`));

/** Nobody else is there, nor comes in the place of the one; a manager is one person by nature. */
const isSole = ({ state, circle, steps, step }: Approval): boolean =>
  state === 'open' &&
  circle.length === 1 &&
  steps[step]?.fallback.length === 0 &&
  !steps[step].who.some((word) => word.toLowerCase() === 'manager');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
