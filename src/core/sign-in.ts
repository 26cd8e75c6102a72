import type { Approval, Intention } from './approval-model.ts';
import { makeEvent } from './event.ts';
import type { Actor, Time } from './model.ts';

/** How long a press waits for whoever pressed to sign in, milliseconds. */
export const patience = 10 * 60_000;

/** The press is kept until whoever pressed has signed in anew; a later one of theirs takes its place. It decides nothing. */
export function intend(approval: Approval, intention: Intention, actor: Actor, at: Time): Approval {
  const message = `${actor.name} means to ${intention.decision}, and signs in first`;
  return told(approval, [...withoutThose(approval, intention.person), intention], message, actor, at);
}

/** The intention of a press whose sign-in came to nothing: it has to be pressed again. */
export function forget(
  approval: Approval,
  { person, decision }: Intention,
  why: string,
  actor: Actor,
  at: Time,
): Approval {
  return told(
    approval,
    withoutThose(approval, person),
    `the sign-in to ${decision} came to nothing: ${why}`,
    actor,
    at,
  );
}

/** Used up by the decision it led to. */
export const carriedOutBy = (approval: Approval, person: string): Approval =>
  approval.intentions === undefined ? approval : { ...approval, intentions: withoutThose(approval, person) };

const withoutThose = ({ intentions = [] }: Approval, person: string): Intention[] =>
  intentions.filter((one) => one.person !== person);

/** The one this nonce is of, while its time lasts. */
export const intentionOf = ({ intentions = [] }: Approval, nonce: string, now: Time): Intention | null =>
  intentions.find((one) => one.nonce === nonce && now < one.expires) ?? null;

function told(approval: Approval, intentions: Intention[], message: string, actor: Actor, at: Time): Approval {
  const version = approval.version + 1;
  const { id, app, person, operationKind: kind } = approval;
  const draft = { type: 'approval.sign-in', message, actor, approval: id, app, person, kind };
  const outbox = [...approval.outbox, makeEvent(draft, `${id}:${version}`, at)];
  return { ...approval, intentions, version, outbox };
}
