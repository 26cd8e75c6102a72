import type { Approval, ApprovalState, Vote } from './approval-model.ts';
import { asking, concerns, openStep, presented, stepWords, voiceOf, votesIn } from './approval-step.ts';
import { makeEvent } from './event.ts';
import type { Actor, RollcallEvent, Time } from './model.ts';
import { isOpenAt } from './request-right.ts';
import { sortedUnique } from './text.ts';

export type ApprovalDraft = Pick<
  Approval,
  'id' | 'kind' | 'app' | 'operationKind' | 'person' | 'leaving' | 'urgent' | 'steps' | 'risk' | 'requester' | 'reason'
> &
  Partial<Pick<Approval, 'foundBy' | 'task' | 'byHand'>>;

/** A new approval, gathering its operations; nobody sees it yet. */
export function newApproval(draft: ApprovalDraft, at: Time): Approval {
  return {
    foundBy: null,
    ...draft,
    ...presented(draft.steps, 0),
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
    escalatedAt: null,
    stuckAt: null,
    patience: 0,
    askedAt: null,
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

/** All operations are in: the card may be posted. Leaving never lapses. `patience`: how long each step waits, milliseconds. */
export function open(
  approval: Approval,
  counts: { operations: number; people: number },
  patience: number,
  actor: Actor,
  at: Time,
): Approval {
  const change: Change = { ...counts, state: 'open', patience, ...asking({ ...approval, patience }, 0, at) };
  return next(
    approval,
    change,
    'approval.opened',
    `asked ${approval.task ? 'to make' : 'for'} ${counts.operations} operations${approval.task ? ' by hand' : ''}`,
    actor,
    at,
  );
}

/** `for`: the place a delegate takes. */
export type Voter = { person: string; name: string; for?: Vote['for'] };

/**
 * The approval of some of its operations only, before the decision on them is put in: whoever still looks at a card of all of
 * them decides nothing. The rest is asked anew as `restOf`.
 */
export const narrow = (approval: Approval, logins: readonly string[], people: number): Approval => ({
  ...approval,
  ...{ chosen: [...logins], operations: logins.length, people, edition: approval.edition + 1 },
});

/** Whose hands make it: the same for every part of a request. */
export const handsOf = ({ task, byHand }: Pick<Approval, 'task' | 'byHand'>): Pick<Approval, 'task' | 'byHand'> => ({
  ...(task && { task }),
  ...(byHand && { byHand }),
});

/** What was not chosen, as an approval of its own from its first step; its id follows, so that a repeated split finds the same. */
export function restOf(approval: Approval, at: Time): Approval {
  const { kind, app, operationKind, foundBy, person, leaving, urgent, steps, risk, requester } = approval;
  const reason = approval.state === 'rejected' ? null : approval.reason;
  const id = `${approval.id}.${approval.edition}`;
  return newApproval(
    {
      ...{ id, kind, app, operationKind, foundBy, person, leaving, urgent, steps, risk, requester, reason },
      ...handsOf(approval),
    },
    at,
  );
}

/** Does the decision concern this login? */
export const isChosen = ({ chosen }: Pick<Approval, 'chosen'>, login: string): boolean =>
  chosen === null || chosen.includes(login);

/** It still waits: the circle is told once more. */
export const remind = (approval: Approval, actor: Actor, at: Time): Approval =>
  next(approval, { remindedAt: at }, 'approval.reminded', `unanswered for ${hoursSince(approval, at)}`, actor, at);

const hoursSince = ({ createdAt, askedAt }: Approval, at: Time): string => {
  const hours = Math.floor((at - (askedAt ?? createdAt)) / 3_600_000);
  return hours === 1 ? '1 hour' : `${hours} hours`;
};

/** Others are asked as well: `approval.fell-back` where too few are left, `approval.escalated` where nobody answered in time. */
export function widen(
  approval: Approval,
  added: readonly string[],
  told: { type: 'approval.fell-back' | 'approval.escalated'; message: string },
  actor: Actor,
  at: Time,
): Approval {
  const steps = approval.steps.map((step, index) => {
    if (index !== approval.step || added.length === 0) return step;
    return { ...step, circle: sortedUnique([...step.circle, ...added]), fellBack: true };
  });
  const escalatedAt = told.type === 'approval.escalated' ? at : approval.escalatedAt;
  const change: Change = { steps, ...presented(steps, approval.step), escalatedAt, stuckAt: null };
  return next(approval, change, told.type, told.message, actor, at);
}

/** Too few are left who may decide, and nobody can be asked instead: admins are told. */
export const stuck = (approval: Approval, actor: Actor, at: Time): Approval =>
  next(
    approval,
    { stuckAt: at },
    'approval.stuck',
    'nobody is left who may decide: an admin has to name somebody',
    actor,
    at,
  );

/** Consents that count no more, of people who left or lost their place since: whichever step lacks its quorum then is asked anew. */
export function withoutVotes(approval: Approval, gone: ReadonlySet<string>, actor: Actor, at: Time): Approval {
  const isGone = (given: Vote): boolean => gone.has(given.person) || (given.for !== null && gone.has(given.for.person));
  const lost = approval.votes.filter(isGone);
  if (lost.length === 0) return approval;
  const votes = approval.votes.filter((given) => !isGone(given));
  const step = openStep(approval.steps, votes) ?? approval.step;
  const change: Change = { votes, ...(step === approval.step ? {} : asking({ ...approval, votes }, step, at)) };
  const message = `the consent of ${lost.map(voterWords).join(', ')} counts no more: they may not decide any longer`;
  return next(approval, change, 'approval.vote-void', message, actor, at);
}

export const voterWords = (given: Pick<Vote, 'name' | 'for'>): string =>
  given.for === null ? given.name : `${given.name} for ${given.for.name}`;

/** One more consent. The quorum's last one opens the next step, or decides. */
export function vote(approval: Approval, voter: Voter, actor: Actor, at: Time): Approval {
  const some = approval.chosen === null ? '' : `, ${approval.operations} chosen`;
  const given: Vote = { person: voter.person, name: voter.name, at, step: approval.step, for: voter.for ?? null };
  const votes = [...approval.votes, given];
  const count = votesIn({ votes, step: approval.step }).length;
  const step = openStep(approval.steps, votes);
  if (step === approval.step) {
    const where = approval.steps.length > 1 ? ` in ${stepWords(approval, step)}` : '';
    const message = `${voterWords(given)} agreed (${count} of ${approval.quorum}${where}${some})`;
    return next(approval, { votes }, 'approval.voted', message, actor, at);
  }
  if (step !== null) {
    const message = `${voterWords(given)} agreed: ${stepWords(approval, approval.step)} is done, ${stepWords(approval, step)} is asked${some}`;
    const change: Change = { votes, ...asking({ ...approval, votes }, step, at) };
    return next(approval, change, 'approval.voted', message, actor, at);
  }
  const change: Change = { votes, state: 'approved', decidedBy: actor, decidedAt: at };
  const message = `${approval.task ? 'done' : 'approved'} by ${votes.map(voterWords).join(', ')}${some}`;
  return next(approval, change, 'approval.approved', message, actor, at);
}

/** Something asked about it, in the thread of its card; the words stand in the event. */
export const question = (approval: Approval, text: string, actor: Actor, at: Time): Approval =>
  next(approval, {}, 'approval.question', text, actor, at);

export function end(
  approval: Approval,
  state: Extract<ApprovalState, 'rejected' | 'expired' | 'closed'>,
  reason: string | null,
  actor: Actor,
  at: Time,
  inPlaceOf: Vote['for'] = null,
): Approval {
  const what = approval.task && state === 'rejected' ? 'cannot be done' : state;
  const how = inPlaceOf === null ? what : `${what}${approval.task ? ', said' : ''} for ${inPlaceOf.name}`;
  const message = reason === null ? how : `${how}: ${reason}`;
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
 * May this person decide this approval now? Null: yes. Approve and reject are guarded alike. `edition` is what the card showed;
 * null when it was typed. `principals`: people who have made this person their delegate.
 */
export function refusal(
  approval: Approval,
  person: string,
  edition: number | null,
  at: Time,
  principals: readonly string[] = [],
): Refusal | null {
  const { state } = approval;
  if (!isOpenAt(approval, at)) return state === 'open' || state === 'expired' ? 'expired' : 'already';
  if (concerns(approval, person)) return 'self';
  const voice = voiceOf(approval, person, principals);
  if ('not' in voice) return voice.not;
  return edition !== null && edition !== approval.edition ? 'changed' : null;
}
