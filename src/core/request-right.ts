import type { Approval } from './approval-model.ts';
import { askedSoFar, deciders } from './approval-step.ts';
import { type Powers, readsOthers } from './audience.ts';
import type { Time } from './model.ts';

/** Somebody who works here, before a request. `standsIn`: they may take the place of somebody whom its present step asks. */
export type Beholder = { person: string; powers: Powers; standsIn: boolean };

type Asked = Pick<Approval, 'steps' | 'step' | 'votes'>;

/** It waits for an answer, and its time is not over, whether or not somebody has swept it away. */
export const isOpenAt = ({ state, expiresAt }: Pick<Approval, 'state' | 'expiresAt'>, at: Time): boolean =>
  state === 'open' && (expiresAt === null || at < expiresAt);

/** It was asked of them, in whichever step so far, or they have decided in it: its card is theirs. Steps to come ask nobody yet. */
const wasAsked = (approval: Asked, { person, standsIn }: Beholder): boolean =>
  standsIn || askedSoFar(approval).includes(person) || deciders(approval).has(person);

/** Who may see the whole of a request: those who read all, everybody it was asked of, and whom it is about. */
export const maySee = (approval: Asked & Pick<Approval, 'person'>, beholder: Beholder): boolean =>
  readsOthers(beholder.powers) || approval.person === beholder.person || wasAsked(approval, beholder);

/** Who asks something about it: admins, and everybody it was asked of. To see it is not enough. */
export const mayQuestion = (approval: Asked, beholder: Beholder): boolean =>
  beholder.powers.admin || wasAsked(approval, beholder);
