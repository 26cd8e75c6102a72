import type { Actor, OperationKind, Time, Versioned } from './model.ts';

export type ApprovalState = 'gathering' | 'open' | 'approved' | 'rejected' | 'expired' | 'closed';

/** One step of an approval; the next one is asked when its quorum is reached. */
export type ApprovalStep = {
  /** As the configuration names them, for people to read: `manager`, `owners`, an address. */
  who: readonly string[];
  /** Ids of the people who may decide in it. */
  circle: readonly string[];
  /** Ids of those who are asked where too few are left of the circle, or nobody answers in time. */
  fallback: readonly string[];
  quorum: number;
  /** Others than `who` decide in it as well, since those were too few or did not answer. */
  fellBack: boolean;
};

/** A consent, and the step it was given in. `for`: in whose place a delegate gave it; null: in their own. */
export type Vote = {
  person: string;
  name: string;
  at: Time;
  step: number;
  for: { person: string; name: string } | null;
};

/** A press of something risky, which counts once whoever pressed has signed in anew. `only`: the logins chosen; null: all. */
export type Intention = {
  person: string;
  decision: 'approve' | 'reject';
  reason: string | null;
  only: readonly string[] | null;
  edition: number | null;
  /** Of the link they sign in by, which is worked out from it and stored nowhere. */
  nonce: string;
  at: Time;
  expires: Time;
};

/**
 * Consent to operations. The operations are not listed here: each login's open operation names its approval and the hash
 * that was asked, so that a first import of 100,000 people is one small document and one decision.
 */
export type Approval = Versioned & {
  /** `person`: one person's operations; `batch`: one app and kind; `threshold`: what the deletion threshold held. */
  kind: 'person' | 'batch' | 'threshold';
  /** Its operations are approved, and made by hand: whoever is asked says that they have made them, or cannot. Absent: no. */
  task?: true;
  /** Some of its operations are made by hand once they are approved: each goes on as a task then. Absent: none. */
  byHand?: true;
  /** Set where all operations are of one app, one kind, one person. */
  app: string | null;
  operationKind: OperationKind | null;
  /** What the accounts of its adoptions were all found by. */
  foundBy: string | null;
  person: string | null;
  /** About somebody leaving: never shown in a public channel, never lapses. */
  leaving: boolean;
  urgent: boolean;
  steps: readonly ApprovalStep[];
  /** The step that is asked now, from 0. */
  step: number;
  /** Of the present step: ids of the people who may decide, and how many have to. */
  circle: readonly string[];
  quorum: number;
  /** `high`: whoever decides signs in anew first. */
  risk: 'normal' | 'high';
  /** Presses that wait for their sign-in, one for each person. Absent: none. */
  intentions?: readonly Intention[];
  state: ApprovalState;
  /** Operations and people it was asked for. */
  operations: number;
  people: number;
  /** Raised when operations join after it was posted: a click on an older card decides nothing. */
  edition: number;
  requester: Actor | null;
  /** Of all steps, in order; nobody has two. */
  votes: readonly Vote[];
  decidedBy: Actor | null;
  decidedAt: Time | null;
  /** Given with a rejection, or why it was held. */
  reason: string | null;
  /** Every operation follows the decision. */
  carriedOut: boolean;
  /** Ids of the logins somebody chose out of it: only these follow the decision, the rest is asked anew. Null: all. */
  chosen: readonly string[] | null;
  /** When the circle was last told that it still waits. */
  remindedAt: Time | null;
  /** When others were asked beside the circle, since it did not answer. */
  escalatedAt: Time | null;
  /** Since when too few are left who may decide; null: there are enough. */
  stuckAt: Time | null;
  /** How long each step waits, milliseconds. */
  patience: number;
  /** Since when the present step is asked; null: not yet. */
  askedAt: Time | null;
  expiresAt: Time | null;
  createdAt: Time;
};
