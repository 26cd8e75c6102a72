import { concerns, spoken } from '../../core/approval-step.ts';
import { type Audience, readsAll, readsOthers, refusalFor as refusalOf } from '../../core/audience.ts';
import { type Beholder, mayQuestion, maySee } from '../../core/request-right.ts';
import type { ApprovalView, Caller } from '../../engine/use-cases.ts';
import { callerOf } from '../caller.ts';
import type { SlackDeps } from '../deps.ts';
import type { Subject } from './subject.ts';

/** Somebody Rollcall knows. */
export type Known = Extract<Caller, { known: true }>;

/** Everybody reads their own; approvers, auditors and admins read all. */
export const mayRead = (caller: Known, subject: Subject): boolean =>
  readsOthers(caller.powers) || (subject.kind === 'person' && subject.person.id === caller.person.id);

/** Why this verb or button is not for this person; null when it is. Who may decide a request, its circle says. */
export function refusalFor(audience: Audience, { powers }: Pick<Known, 'powers'>): string | null {
  const refusal = refusalOf(audience, powers);
  return refusal !== null && audience === 'readers' ? `${refusal} ${ownLogins}` : refusal;
}

/** The admin Slack says this is, this moment; else why not, in a sentence. */
export async function adminOf(deps: SlackDeps, user: string): Promise<Known | string> {
  const caller = await callerOf(deps, user, 'decide');
  return caller.known ? (refusalFor('admins', caller) ?? caller) : caller.text;
}

/** Everybody plans their own; admins and auditors plan all. */
export const mayPlan = (caller: Known, subject: Subject): boolean =>
  readsAll(caller.powers) || (subject.kind === 'person' && subject.person.id === caller.person.id);

/** Is this one of those who decide, or somebody in the place of one? Whether they may is judged again when they do. */
export const mayDecide = ({ person }: Pick<Known, 'person'>, { approval, circle }: ApprovalView): boolean =>
  approval.circle.includes(person.id) || circle.some((member) => member.person === person.id);

/** One of those who decide, who has not spoken, and not about themselves: theirs to press, as far as a list can say. */
export const isTheirs = ({ person }: Pick<Known, 'person'>, view: ApprovalView): boolean =>
  mayDecide({ person }, view) && !concerns(view.approval, person.id) && !spoken(view.approval).has(person.id);

/** The caller before a request. */
const beholder = ({ powers, person }: Known, view: ApprovalView): Beholder => ({
  ...{ person: person.id, powers, standsIn: mayDecide({ person }, view) },
});

/** Who may see the whole of a request. */
export const maySeeRequest = (caller: Known, view: ApprovalView): boolean =>
  maySee(view.approval, beholder(caller, view));

/** Who asks something about a request. */
export const mayAsk = (caller: Known, view: ApprovalView): boolean =>
  mayQuestion(view.approval, beholder(caller, view));
export const notAsked = 'Only those who may decide and admins ask here.';

const ownLogins = 'You can see your own logins: /provision person, /provision explain APP.';
export const ownOnly =
  'You can see your own logins: leave the name out, or say “me”. Approvers, auditors and admins see everybody’s.';
