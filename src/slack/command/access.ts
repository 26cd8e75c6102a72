import type { ApprovalView, Caller } from '../../engine/use-cases.ts';
import { callerOf } from '../caller.ts';
import type { SlackDeps } from '../deps.ts';
import type { Subject } from './subject.ts';
import type { Audience } from './verb.ts';

/** Somebody Rollcall knows. */
export type Known = Extract<Caller, { known: true }>;

/** Everybody reads their own; approvers and admins read all. */
export const mayRead = (caller: Known, subject: Subject): boolean =>
  caller.powers.admin ||
  caller.powers.approver ||
  (subject.kind === 'person' && subject.person.id === caller.person.id);

/** Why this verb or button is not for these powers; null when it is. Who may decide a request, its circle says. */
export function refusalFor(audience: Audience, { powers }: Known): string | null {
  if (audience === 'admins') return powers.admin ? null : adminsOnly;
  if (audience === 'readers') return powers.admin || powers.approver ? null : readersOnly;
  return null;
}

/** The admin Slack says this is, this moment; else why not, in a sentence. */
export async function adminOf(deps: SlackDeps, user: string): Promise<Known | string> {
  const caller = await callerOf(deps, user, 'decide');
  return caller.known ? (refusalFor('admins', caller) ?? caller) : caller.text;
}

/** Everybody plans their own; admins plan all. */
export const mayPlan = (caller: Known, subject: Subject): boolean =>
  caller.powers.admin || (subject.kind === 'person' && subject.person.id === caller.person.id);

/** Is this one of those who decide, or somebody in the place of one? Whether they may is judged again when they do. */
export const mayDecide = ({ person }: Pick<Known, 'person'>, { approval, circle }: ApprovalView): boolean =>
  approval.circle.includes(person.id) || circle.some((member) => member.person === person.id);

/** Who may see the whole of a request: admins, approvers, its circle, and the one it is about. */
export const maySeeRequest = ({ powers, person }: Known, view: ApprovalView): boolean =>
  powers.admin || powers.approver || mayDecide({ person }, view) || view.approval.person === person.id;

const adminsOnly = 'Only admins may do that. Ask one of them.';
const readersOnly =
  'Only approvers and admins may see that. You can see your own logins: /provision person, /provision explain APP.';
export const ownOnly =
  'You can see your own logins: leave the name out, or say “me”. Approvers and admins see everybody’s.';
