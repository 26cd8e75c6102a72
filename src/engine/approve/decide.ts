import { end, type Refusal, refusal, vote, withoutVotes } from '../../core/approval.ts';
import type { Approval, Vote } from '../../core/approval-model.ts';
import { deciders, spoken, stepWords, voiceOf, votesIn } from '../../core/approval-step.ts';
import { system } from '../../core/event.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { carriedOutBy, intend, intentionOf, patience } from '../../core/sign-in.ts';
import type { Deps } from '../ports.ts';
import { closedWord, ownTask, taskTold, whyNeeded } from '../task/task-words.ts';
import type { DecideInput, DecideOutcome } from '../use-cases.ts';
import { closeIfEmpty } from './cards.ts';
import { carryOut } from './carry-out.ts';
import { askRest, chosenPart } from './choose.ts';
import { heldUp } from './held-up.ts';
import { recordRefused } from './refused-attempt.ts';
import type { SignInLinks } from './sign-in.ts';
import { keepDecidable, namesOf, placesOf, workingAmong } from './standing.ts';

export type DecideDeps = Pick<Deps, 'store' | 'clock' | 'bell' | 'log' | 'random'> & {
  /** The Slack workspace, once known. */
  team?(): string | null;
  /** Is this person still a full member in Slack? Asked of everybody who has consented before, whenever somebody else does. */
  isMember?(person: Person): Promise<boolean>;
  /** Where somebody signs in anew before something risky; left out or null: nothing risky can be decided. */
  signInLinks?: SignInLinks | null;
};

const signInMinutes = patience / 60_000;

/**
 * One press of Approve or Reject, or its typed twin. The decision itself is one compare-and-set of the approval; what follows
 * (`carryOut`) can be repeated after a crash. Never throws for what a person did: it answers with a sentence.
 */
export async function decide(deps: DecideDeps, input: DecideInput): Promise<DecideOutcome> {
  const approval = await deps.store.approvals.get(input.approval);
  const outcome: Outcome =
    approval === null
      ? refuse('unknown', null, `There is no request ${input.approval}.`)
      : await decideNewest(deps, approval, input);
  if (outcome.result === 'refused') await recordRefused(deps, input, outcome);
  deps.bell.ring('publisher');
  if (outcome.result === 'decided') return carriedOut(deps, outcome);
  if (outcome.result === 'voted') {
    await askRest(deps, outcome.approval);
    await keepDecidable(deps, outcome.approval);
  }
  return outcome;
}

/** `rest`: what is said behind the verdict, which is known once the decision is carried out. */
type Decided = { result: 'decided'; approval: Approval; rest: string };
type Refused = Extract<DecideOutcome, { result: 'refused' }>;
type Outcome = Exclude<DecideOutcome, { result: 'decided' }> | Decided;

async function carriedOut(deps: DecideDeps, { approval, rest }: Decided): Promise<DecideOutcome> {
  await carryOut(deps, approval);
  return { result: 'decided', approval, text: `${await verdict(deps, approval)}${rest}` };
}

/** An approved change that a pause, a window or a quarantine holds up is not being made. */
async function verdict(deps: DecideDeps, approval: Approval): Promise<string> {
  const task = taskTold(approval);
  if (task !== null) return task;
  if (approval.state === 'rejected') return 'Rejected. Nothing will be changed.';
  const why = await heldUp(deps, approval);
  return why === null ? 'Approved. Rollcall is making the change.' : `Approved. The change waits: ${why}`;
}

async function decideNewest(deps: DecideDeps, first: Approval, input: DecideInput): Promise<Outcome> {
  const { approvals } = deps.store;
  let approval: Approval | null = first;
  while (approval !== null) {
    const kept = await withoutGone(deps, approval);
    if (kept === approval) {
      const outcome = await decideOnce(deps, approval, input);
      if (outcome !== null) return outcome;
    } else await approvals.swap([{ before: approval, after: kept }]);
    approval = await approvals.get(first.id);
  }
  return refuse('unknown', null, `There is no request ${first.id}.`);
}

/** What this press comes to on the request as it was read; null when somebody else was faster. */
async function decideOnce(deps: DecideDeps, approval: Approval, input: DecideInput): Promise<Outcome | null> {
  const at = deps.clock.now();
  const [presser] = await workingAmong(deps, [input.actor.id]);
  const principals = presser === undefined ? [] : await placesOf(deps, presser.id);
  const why = presser === undefined ? 'not-allowed' : refusal(approval, presser.id, input.edition, at, ids(principals));
  if (why !== null || presser === undefined)
    return refuse(why ?? 'not-allowed', approval, await sentence(deps, why ?? 'not-allowed', approval, input.actor));
  if (approval.task && input.decision === 'reject' && !input.reason)
    return refuse('no-reason', approval, whyNeeded(approval));
  // Its card may not say so yet.
  if ((await closeIfEmpty(deps, approval)) !== approval) return null;
  const part = await chosenPart(deps, approval, input.only);
  if (typeof part === 'string') return refuse('changed', approval, part);
  if (approval.risk === 'high' && !hasSignedIn(approval, input, at)) return askToSignIn(deps, approval, input, at);
  const place = placeOf(approval, presser, principals);
  const { person, actor } = actorOf(presser);
  const used = carriedOutBy(part.approval, presser.id);
  const after =
    input.decision === 'approve'
      ? vote(used, { ...person, for: place }, actor, at)
      : end(used, 'rejected', input.reason, actor, at, place);
  const won = await deps.store.approvals.swap([{ before: approval, after }]);
  return won.has(after.id) ? told(after, approval.step, part.dropped) : null;
}

/** The press this sign-in was for, and no other: one link, one decision. */
const hasSignedIn = (approval: Approval, { signedIn, actor }: DecideInput, at: number): boolean =>
  signedIn !== undefined && intentionOf(approval, signedIn, at)?.person === actor.id;

/** Something risky: the press is only an intention, until whoever pressed has signed in anew. */
async function askToSignIn(
  deps: DecideDeps,
  approval: Approval,
  input: DecideInput,
  at: number,
): Promise<Outcome | null> {
  const { signInLinks: links = null } = deps;
  if (input.signedIn !== undefined)
    return refuse('sign-in', approval, 'This sign-in was used or has taken too long. Press again in Slack.');
  if (links === null)
    return refuse(
      'sign-in',
      approval,
      'This is decided by whoever signs in anew, and Rollcall has no address for that: set PUBLIC_URL.',
    );
  const intention = links.intention(input, at);
  const after = intend(approval, intention, actorOf(input.actor).actor, at);
  if (!(await deps.store.approvals.swap([{ before: approval, after }])).has(after.id)) return null;
  const text = `Nothing is decided yet: this is high risk, so sign in anew within ${signInMinutes} minutes to ${input.decision} it.`;
  return { result: 'sign-in', approval: after, link: links.link(after.id, intention), text };
}

const ids = (people: readonly Person[]): string[] => people.map(({ id }) => id);

/** Consents count while those who gave them work here and are members in Slack: now, not only when they gave them. */
async function withoutGone(deps: DecideDeps, approval: Approval): Promise<Approval> {
  if (approval.state !== 'open' || approval.votes.length === 0) return approval;
  const heard = spoken(approval);
  const working = await workingAmong(deps, heard);
  const pressers = deciders(approval);
  const members = new Set<string>();
  for (const person of working)
    if (!pressers.has(person.id) || (await (deps.isMember?.(person) ?? true))) members.add(person.id);
  const gone = new Set([...heard].filter((id) => !members.has(id)));
  return withoutVotes(approval, gone, system('approvals'), deps.clock.now());
}

function placeOf(approval: Approval, { id }: Person, principals: readonly Person[]): Vote['for'] {
  const voice = voiceOf(approval, id, ids(principals));
  const principal = 'for' in voice ? principals.find((one) => one.id === voice.for) : undefined;
  return principal === undefined ? null : { person: principal.id, name: nameOf(principal) };
}

const actorOf = (person: Person) => {
  const name = nameOf(person);
  const actor: Actor = { kind: 'person', person: person.id, name, via: 'slack' };
  return { person: { person: person.id, name }, actor };
};

/** `asked`: the step that was decided in. */
function told(approval: Approval, asked: number, dropped: number): Outcome {
  const missing = approval.quorum - votesIn(approval).length;
  const rest = `${partText(approval)}${droppedText(dropped)}`;
  if (approval.state !== 'open') return { result: 'decided', approval, rest };
  const next =
    approval.step === asked ? `${missing} more must agree` : `Now ${stepWords(approval, approval.step)} is asked`;
  return { result: 'voted', approval, missing, text: `Thank you. ${next}.${rest}` };
}

const partText = ({ chosen, operations }: Approval): string =>
  chosen === null
    ? ''
    : ` That is about the ${operations === 1 ? 'one' : operations} chosen; the rest is asked on a card of its own.`;
const droppedText = (dropped: number): string => {
  if (dropped === 0) return '';
  const some = dropped === 1 ? 'One of what you chose has' : `${dropped} of what you chose have`;
  return ` ${some} changed since and dropped out: what is still wished is asked again.`;
};

const refuse = (why: Refused['why'], approval: Approval | null, text: string): Refused => ({
  result: 'refused',
  why,
  approval,
  text,
});

async function sentence(deps: DecideDeps, why: Refusal, approval: Approval, person: Person): Promise<string> {
  if (why === 'expired') return 'This request has expired. It will be asked again if it is still wanted.';
  if (why === 'self' && approval.task) return ownTask;
  if (why === 'self') return 'Nobody decides about themselves, or what they asked for: another approver has to.';
  if (why === 'changed') return 'The request has changed since this card was drawn. Please look at it again.';
  if (why === 'not-allowed')
    return `Only ${await names(deps, approval.circle)} may ${approval.task ? 'say what became of this task' : 'decide this'}.`;
  if (approval.state === 'open')
    return spoken(approval).has(person.id)
      ? 'You have agreed already, or somebody has in your place.'
      : 'Whose place you would take has agreed already.';
  if (approval.state === 'gathering')
    return 'This request is still being put together. It can be decided in a moment, on its card.';
  if (approval.state === 'closed')
    return `This ${approval.task ? 'task' : 'request'} was withdrawn: ${approval.reason ?? 'nothing of it is wanted any more'}.`;
  const by = approval.decidedBy === null ? '' : ` by ${approval.decidedBy.name}`;
  return `This ${approval.task ? 'task' : 'request'} is ${closedWord(approval)} already${by}.`;
}

async function names(deps: DecideDeps, circle: readonly string[]): Promise<string> {
  if (circle.length === 0) return 'an approver (none can be resolved: see `rollcall doctor`)';
  return namesOf(deps, circle, 'disjunction');
}
