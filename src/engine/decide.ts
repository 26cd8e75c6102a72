import { carriedOut, end, isChosen, type Refusal, refusal, vote } from '../core/approval.ts';
import { system } from '../core/event.ts';
import { decideOperation } from '../core/login.ts';
import type { Actor, Approval, Login, OperationState, Person } from '../core/model.ts';
import { nameOf } from '../core/name.ts';
import { askRest, chosenPart, isAsAsked } from './choose.ts';
import { changeNewest, swapOne } from './gather.ts';
import type { Deps } from './ports.ts';
import { remindOpen } from './remind.ts';
import type { DecideInput, DecideOutcome } from './use-cases.ts';

export type DecideDeps = Pick<Deps, 'store' | 'clock' | 'bell' | 'log'>;

/**
 * One press of Approve or Reject, or its typed twin. The decision itself is one compare-and-set of the approval; what follows
 * (`carryOut`) can be repeated after a crash. Never throws for what a person did: it answers with a sentence.
 */
export async function decide(deps: DecideDeps, input: DecideInput): Promise<DecideOutcome> {
  const approval = await deps.store.approvals.get(input.approval);
  if (approval === null) return refuse('unknown', null, `There is no request ${input.approval}.`);
  const outcome = await decideNewest(deps, approval, input);
  deps.bell.ring('publisher');
  if (outcome.result === 'decided') await carryOut(deps, outcome.approval);
  else if (outcome.result === 'voted') await askRest(deps, outcome.approval);
  return outcome;
}

async function decideNewest(deps: DecideDeps, first: Approval, input: DecideInput): Promise<DecideOutcome> {
  const { person, actor } = actorOf(input.actor);
  const { approvals } = deps.store;
  let approval: Approval | null = first;
  while (approval !== null) {
    const at = deps.clock.now();
    const why = input.actor.status === 'active' ? refusal(approval, person.person, input.edition, at) : 'not-allowed';
    if (why !== null) return refuse(why, approval, await sentence(deps, why, approval, input.actor));
    const part = await chosenPart(deps, approval, input.only);
    if (typeof part === 'string') return refuse('changed', approval, part);
    const after: Approval =
      input.decision === 'approve'
        ? vote(part.approval, person, actor, at)
        : end(part.approval, 'rejected', input.reason, actor, at);
    if ((await approvals.swap([{ before: approval, after }])).has(after.id)) return told(after, part.dropped);
    approval = await approvals.get(first.id);
  }
  return refuse('unknown', null, `There is no request ${first.id}.`);
}

const actorOf = (person: Person) => {
  const name = nameOf(person);
  const actor: Actor = { kind: 'person', person: person.id, name, via: 'slack' };
  return { person: { person: person.id, name }, actor };
};

function told(approval: Approval, dropped: number): DecideOutcome {
  const missing = approval.quorum - approval.votes.length;
  const rest = `${partText(approval)}${droppedText(dropped)}`;
  if (approval.state === 'open') {
    return { result: 'voted', approval, missing, text: `Thank you. ${missing} more must agree.${rest}` };
  }
  const text =
    approval.state === 'approved' ? 'Approved. Rollcall is making the change.' : 'Rejected. Nothing will be changed.';
  return { result: 'decided', approval, text: `${text}${rest}` };
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

const refuse = (
  why: Extract<DecideOutcome, { result: 'refused' }>['why'],
  approval: Approval | null,
  text: string,
): DecideOutcome => ({ result: 'refused', why, approval, text });

async function sentence(deps: DecideDeps, why: Refusal, approval: Approval, person: Person): Promise<string> {
  if (why === 'expired') return 'This request has expired. It will be asked again if it is still wanted.';
  if (why === 'self') return 'Nobody decides about themselves: another approver has to.';
  if (why === 'changed') return 'The request has changed since this card was drawn. Please look at it again.';
  if (why === 'not-allowed') return `Only ${await names(deps, approval.circle)} may decide this.`;
  if (approval.votes.some((given) => given.person === person.id) && approval.state === 'open')
    return 'You have agreed already.';
  const by = approval.decidedBy === null ? '' : ` by ${approval.decidedBy.name}`;
  return `This request is ${approval.state} already${by}.`;
}

async function names(deps: DecideDeps, circle: readonly string[]): Promise<string> {
  if (circle.length === 0) return 'an approver (none can be resolved: see `rollcall doctor`)';
  const people = await deps.store.people.many(circle.slice(0, 5));
  const known = people.map((person) => nameOf(person)).sort();
  const more = circle.length > known.length ? [`${circle.length - known.length} more`] : [];
  return new Intl.ListFormat('en', { type: 'disjunction' }).format([...known, ...more]);
}

const page = 500;

/**
 * Makes every operation of a decided approval follow: each by its own compare-and-set, and only if it still is exactly what was
 * asked. Safe to repeat; answers how many followed.
 */
export async function carryOut(deps: DecideDeps, approval: Approval): Promise<number> {
  const decision = decisionOf(approval);
  if (decision === null) return 0;
  let followed = 0;
  for (const state of ['awaiting', 'held'] as const) followed += await carryOutState(deps, approval, decision, state);
  await askRest(deps, approval);
  await changeNewest(deps.store.approvals, swapOne(deps.store.approvals), approval, (newest) =>
    newest.carriedOut ? null : carriedOut(newest),
  );
  deps.bell.ring('worker');
  deps.bell.ring('publisher');
  return followed;
}

const decisionOf = (approval: Approval): 'approve' | 'reject' | 'expire' | null => {
  if (approval.state === 'approved') return 'approve';
  if (approval.state === 'rejected') return 'reject';
  return approval.state === 'expired' ? 'expire' : null;
};

async function carryOutState(
  deps: DecideDeps,
  approval: Approval,
  decision: 'approve' | 'reject' | 'expire',
  state: OperationState,
): Promise<number> {
  let followed = 0;
  let after: string | null = null;
  for (;;) {
    const logins: Login[] = await deps.store.logins.byApproval(approval.id, after, page, state);
    if (logins.length === 0) return followed;
    after = logins.at(-1)?.id ?? null;
    followed += await follow(deps, approval, decision, logins);
    deps.bell.ring('worker');
  }
}

async function follow(
  deps: DecideDeps,
  approval: Approval,
  decision: 'approve' | 'reject' | 'expire',
  logins: readonly Login[],
): Promise<number> {
  const actor = approval.decidedBy ?? system('expiry');
  const deciders = new Set(approval.votes.map((given) => given.person));
  let pairs = pairsOf(deps, decision, actor, approval, deciders, logins);
  let followed = 0;
  while (pairs.length > 0) {
    const won = await deps.store.logins.swap(pairs);
    followed += won.size;
    const lost = pairs.filter(({ before }) => !won.has(before.id)).map(({ before }) => before.id);
    pairs =
      lost.length === 0 ? [] : pairsOf(deps, decision, actor, approval, deciders, await deps.store.logins.many(lost));
  }
  return followed;
}

function pairsOf(
  deps: DecideDeps,
  decision: 'approve' | 'reject' | 'expire',
  actor: Actor,
  approval: Approval,
  deciders: ReadonlySet<string>,
  logins: readonly Login[],
) {
  const at = deps.clock.now();
  return logins.flatMap((before) => {
    if (!isAsAsked(before, approval.id) || !isChosen(approval, before.id)) return [];
    if (decision === 'approve' && deciders.has(before.person)) return [];
    const after = decideOperation(before, decision, actor, at, approval.reason ?? '');
    return after === before ? [] : [{ before, after: { ...after, version: before.version + 1 } }];
  });
}

/** Expires what nobody answered, opens or drops what a crash left gathering, carries out what was decided, tells of what is urgent and still waits. */
export async function sweepApprovals(
  deps: DecideDeps & Pick<Deps, 'timings'>,
  reopen: (approval: Approval) => Promise<void>,
) {
  const now = deps.clock.now();
  const { approvals } = deps.store;
  for (const approval of await approvals.expired(now, page)) {
    const after = end(approval, 'expired', 'nobody answered in time', system('expiry'), now);
    if ((await approvals.swap([{ before: approval, after }])).has(after.id)) await carryOut(deps, after);
  }
  for (const approval of await approvals.unfinished(now - deps.timings.lease * 3)) {
    if (approval.state === 'gathering') await reopen(approval);
    else await carryOut(deps, approval);
  }
  for (const approval of await approvals.open(page)) if (approval.chosen !== null) await askRest(deps, approval);
  await remindOpen(deps);
}
