import { makeEvent } from './event.ts';
import type { Actor, Approval, ApprovalState, RollcallEvent, Time } from './model.ts';

export type ApprovalDraft = Pick<
  Approval,
  | 'id'
  | 'kind'
  | 'app'
  | 'operationKind'
  | 'person'
  | 'leaving'
  | 'urgent'
  | 'circle'
  | 'quorum'
  | 'requester'
  | 'reason'
> &
  Partial<Pick<Approval, 'foundBy'>>;

/** A new approval, gathering its operations; nobody sees it yet. */
export function newApproval(draft: ApprovalDraft, at: Time): Approval {
  return {
    foundBy: null,
    ...draft,
    version: 0,
    outbox: [],
    state: 'gathering',
    operations: 0,
    people: 0,
    edition: 1,
    votes: [],
    decidedBy: null,
    decidedAt: null,
    carriedOut: false,
    chosen: null,
    remindedAt: null,
    expiresAt: null,
    createdAt: at,
  };
}

type Change = Partial<Approval>;

function next(approval: Approval, change: Change, type: string, message: string, actor: Actor, at: Time): Approval {
  const version = approval.version + 1;
  const event: RollcallEvent = makeEvent(
    {
      type,
      message,
      actor,
      approval: approval.id,
      app: approval.app,
      person: approval.person,
      kind: approval.operationKind,
    },
    `${approval.id}:${version}`,
    at,
  );
  return { ...approval, ...change, version, outbox: [...approval.outbox, event] };
}

/** All operations are in: the card may be posted. Leaving never lapses. */
export function open(
  approval: Approval,
  counts: { operations: number; people: number },
  expiry: number,
  actor: Actor,
  at: Time,
): Approval {
  const expiresAt = approval.leaving || approval.kind === 'threshold' ? null : at + expiry;
  const change: Change = { ...counts, state: 'open', expiresAt };
  return next(approval, change, 'approval.opened', `asked for ${counts.operations} operations`, actor, at);
}

export type Voter = { person: string; name: string };

/**
 * The approval of some of its operations only, before the decision on them is put in: whoever still looks at a card of all of
 * them decides nothing. The rest is asked anew as `restOf`.
 */
export const narrow = (approval: Approval, logins: readonly string[], people: number): Approval => ({
  ...approval,
  ...{ chosen: [...logins], operations: logins.length, people, edition: approval.edition + 1 },
});

/** What was not chosen, as an approval of its own; its id follows, so that a repeated split finds the same. */
export function restOf(approval: Approval, at: Time): Approval {
  const { kind, app, operationKind, foundBy, person, leaving, urgent, circle, quorum, requester } = approval;
  const reason = approval.state === 'rejected' ? null : approval.reason;
  const id = `${approval.id}.${approval.edition}`;
  return newApproval(
    { id, kind, app, operationKind, foundBy, person, leaving, urgent, circle, quorum, requester, reason },
    at,
  );
}

/** Does the decision concern this login? */
export const isChosen = ({ chosen }: Pick<Approval, 'chosen'>, login: string): boolean =>
  chosen === null || chosen.includes(login);

/** It still waits: the circle is told once more. */
export const remind = (approval: Approval, actor: Actor, at: Time): Approval =>
  next(approval, { remindedAt: at }, 'approval.reminded', `unanswered for ${hoursSince(approval, at)}`, actor, at);

const hoursSince = ({ createdAt }: Approval, at: Time): string => {
  const hours = Math.floor((at - createdAt) / 3_600_000);
  return hours === 1 ? '1 hour' : `${hours} hours`;
};

/** One more consent. The quorum's last one decides. */
export function vote(approval: Approval, voter: Voter, actor: Actor, at: Time): Approval {
  const some = approval.chosen === null ? '' : `, ${approval.operations} chosen`;
  const votes = [...approval.votes, { ...voter, at }];
  if (votes.length < approval.quorum) {
    return next(
      approval,
      { votes },
      'approval.voted',
      `${voter.name} agreed (${votes.length} of ${approval.quorum}${some})`,
      actor,
      at,
    );
  }
  const change: Change = { votes, state: 'approved', decidedBy: actor, decidedAt: at };
  return next(
    approval,
    change,
    'approval.approved',
    `approved by ${votes.map((v) => v.name).join(', ')}${some}`,
    actor,
    at,
  );
}

export function end(
  approval: Approval,
  state: Extract<ApprovalState, 'rejected' | 'expired' | 'closed'>,
  reason: string | null,
  actor: Actor,
  at: Time,
): Approval {
  const message = reason === null ? state : `${state}: ${reason}`;
  const change: Change = { state, decidedBy: actor, decidedAt: at, reason: reason ?? approval.reason };
  return next(
    approval,
    state === 'closed' ? { ...change, carriedOut: true } : change,
    `approval.${state}`,
    message,
    actor,
    at,
  );
}

/** Every operation follows. */
export const carriedOut = (approval: Approval): Approval => ({
  ...approval,
  version: approval.version + 1,
  carriedOut: true,
});

export type Refusal = 'already' | 'expired' | 'not-allowed' | 'self' | 'changed';

/**
 * May this person decide this approval now? Null: yes. Approve and reject are guarded alike.
 * `edition` is what the card showed; null when it was typed.
 */
export function refusal(approval: Approval, person: string, edition: number | null, at: Time): Refusal | null {
  if (approval.state !== 'open') return approval.state === 'expired' ? 'expired' : 'already';
  if (approval.expiresAt !== null && approval.expiresAt <= at) return 'expired';
  if (approval.person === person || requestedBy(approval, person)) return 'self';
  if (!approval.circle.includes(person)) return 'not-allowed';
  if (edition !== null && edition !== approval.edition) return 'changed';
  if (approval.votes.some((given) => given.person === person)) return 'already';
  return null;
}

const requestedBy = (approval: Approval, person: string): boolean =>
  approval.requester?.kind === 'person' && approval.requester.person === person;
