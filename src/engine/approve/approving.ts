import type { Actor, SlackIdentity, Time } from '../../core/model.ts';

/** Somebody who decides in a person's place until a moment. */
export type DelegationView = {
  person: string;
  personName: string;
  delegate: string;
  delegateName: string;
  until: Time;
  /** The delegate's. */
  slack: SlackIdentity | null;
};

/** Somebody who may decide the present step of a request; `for`: only in that person's place. */
export type Decider = { person: string; name: string; slack: SlackIdentity | null; for?: string };

/** A press that was refused before it was known whose it is, by Slack's own id of who pressed. */
export type Attempt = {
  approval: string;
  user: string;
  decision: 'approve' | 'reject';
  why: 'not-set-up' | 'outsider' | 'unknown' | 'ambiguous' | 'elsewhere';
};

/** What approvers do beside deciding. Each answers with a plain sentence; each is recorded as the actor's. */
export type Approving = {
  /** Somebody may decide in the actor's place until a moment. */
  delegate(to: string, until: Time, actor: Actor): Promise<{ text: string }>;
  endDelegation(actor: Actor): Promise<{ text: string }>;
  /** All that are in force. */
  delegations(): Promise<DelegationView[]>;
  /** Asks something about an open request, in the thread of its card. */
  question(approval: string, text: string, actor: Actor): Promise<{ text: string }>;
  /** Writes down that somebody tried to decide who is nobody here, or where outsiders read along. */
  refuseAttempt(attempt: Attempt): Promise<void>;
};
