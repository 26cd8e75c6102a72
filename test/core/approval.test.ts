import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ApprovalDraft,
  carriedOut,
  end,
  isChosen,
  narrow,
  newApproval,
  open,
  refusal,
  remind,
  restOf,
  vote,
} from '../../src/core/approval.ts';
import type { Approval, ApprovalStep } from '../../src/core/approval-model.ts';
import * as any from './arbitraries.ts';
import { noon, robot } from './samples.ts';

const day = 86_400_000;
const stepOf = (circle: string[], quorum = 1): ApprovalStep => ({
  ...{ who: [], circle, fallback: [], quorum, fellBack: false },
});
const draft: ApprovalDraft = {
  ...{ id: 'a-1', kind: 'person', app: null, operationKind: null, person: 'p-zoe', leaving: false, urgent: false },
  ...{ steps: [stepOf(['p-ada', 'p-max'])], risk: 'normal', requester: null, reason: null },
};
type Change = Partial<ApprovalDraft> & { circle?: string[]; quorum?: number };
const opened = ({ circle = ['p-ada', 'p-max'], quorum = 1, ...change }: Change = {}): Approval => {
  const steps = [stepOf(circle, quorum)];
  return open(newApproval({ ...draft, steps, ...change }, noon), { operations: 3, people: 1 }, 3 * day, robot, noon);
};
const voter = (person: string) => ({ person, name: person });

describe('an approval', () => {
  it('gathers first, unseen, and is then open until it expires', () => {
    expect(newApproval(draft, noon)).toMatchObject({ state: 'gathering', version: 0, outbox: [], edition: 1 });
    expect(opened()).toMatchObject({ state: 'open', version: 1, operations: 3, expiresAt: noon + 3 * day });
    expect(refusal(newApproval(draft, noon), 'p-ada', 1, noon)).toBe('already');
  });

  it('about leaving, or what the threshold held, never lapses', () => {
    expect(opened({ leaving: true }).expiresAt).toBeNull();
    expect(opened({ kind: 'threshold' }).expiresAt).toBeNull();
  });

  it('is decided by the quorum’s last vote', () => {
    const one = vote(opened({ quorum: 2 }), voter('p-ada'), robot, noon);
    expect(one).toMatchObject({ state: 'open', decidedBy: null, votes: [{ person: 'p-ada' }] });
    const two = vote(one, voter('p-max'), robot, noon + 1);
    expect(two).toMatchObject({ state: 'approved', decidedBy: robot, decidedAt: noon + 1 });
    expect(two.outbox.map(({ type, message }) => [type, message])).toEqual([
      ['approval.opened', 'asked for 3 operations'],
      ['approval.voted', 'p-ada agreed (1 of 2)'],
      ['approval.approved', 'approved by p-ada, p-max'],
    ]);
  });

  it('ends with its reason, and a closed one needs no carrying out', () => {
    expect(end(opened(), 'rejected', 'not now', robot, noon)).toMatchObject({
      state: 'rejected',
      reason: 'not now',
      carriedOut: false,
    });
    expect(end(opened({ reason: 'threshold' }), 'closed', null, robot, noon)).toMatchObject({
      carriedOut: true,
      reason: 'threshold',
    });
    expect(carriedOut(opened())).toMatchObject({ carriedOut: true, version: 2 });
  });
});

describe('a part of an approval', () => {
  const part = narrow(opened({ kind: 'threshold', reason: 'too many' }), ['l-1', 'l-2'], 2);

  it('is what was chosen; whoever still looks at the whole decides nothing', () => {
    expect(part).toMatchObject({ operations: 2, people: 2, edition: 2, version: 1 });
    expect([isChosen(part, 'l-2'), isChosen(part, 'l-3'), isChosen(opened(), 'l-3')]).toEqual([true, false, true]);
    expect(refusal(part, 'p-ada', 1, noon)).toBe('changed');
    expect(vote(part, voter('p-ada'), robot, noon).outbox.at(-1)?.message).toBe('approved by p-ada, 2 chosen');
  });

  it('leaves a rest that is asked of the same people under an id of its own, always the same', () => {
    const rest = restOf(vote(part, voter('p-ada'), robot, noon), noon + 5);
    expect(rest).toMatchObject({ id: 'a-1.2', kind: 'threshold', circle: part.circle, reason: 'too many' });
    expect(rest).toMatchObject({ state: 'gathering', chosen: null, votes: [], edition: 1 });
    expect(restOf(end(part, 'rejected', 'they stay', robot, noon), noon).reason).toBeNull();
  });

  it('tells of itself while nobody answers', () => {
    const hour = 3_600_000;
    const told = remind(remind(opened(), robot, noon + hour), robot, noon + 2 * hour);
    expect(told.remindedAt).toBe(noon + 2 * hour);
    expect(told.outbox.slice(1).map(({ message }) => message)).toEqual([
      'unanswered for 1 hour',
      'unanswered for 2 hours',
    ]);
  });
});

describe('deciding is refused', () => {
  const requester = { kind: 'person', person: 'p-max', name: 'Max', via: 'slack' } as const;
  const voted = vote(opened({ quorum: 2 }), voter('p-ada'), robot, noon);

  it.each<[string, Approval, string, number | null, number, ReturnType<typeof refusal>]>([
    ['not to a member of the circle', opened(), 'p-ada', 1, noon, null],
    ['nor when typed', opened(), 'p-ada', null, noon, null],
    ['to the person it is about, though in the circle', opened({ circle: ['p-zoe'] }), 'p-zoe', 1, noon, 'self'],
    ['to whoever asked for it', opened({ requester }), 'p-max', 1, noon, 'self'],
    ['to anybody else', opened(), 'p-eve', 1, noon, 'not-allowed'],
    ['on a card of an older edition', { ...opened(), edition: 2 }, 'p-ada', 1, noon, 'changed'],
    ['twice', voted, 'p-ada', 1, noon, 'already'],
    ['at the very moment it expires', opened(), 'p-ada', 1, noon + 3 * day, 'expired'],
    ['after it expired', end(opened(), 'expired', null, robot, noon), 'p-ada', 1, noon, 'expired'],
    ['after it was decided', end(opened(), 'rejected', null, robot, noon), 'p-ada', 1, noon, 'already'],
  ])('%s', (_, approval, person, edition, at, why) => {
    expect(refusal(approval, person, edition, at)).toBe(why);
  });
});

it(
  'whoever presses in whatever order, the quorum of different allowed people decides, once',
  () => {
    const press = fc.record({
      person: fc.constantFrom('p-ada', 'p-max', 'p-eve', 'p-zoe'),
      after: fc.integer({ min: 0, max: 2 * day }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(press, { maxLength: 8 }), (quorum, presses) => {
        let approval = opened({ quorum, circle: ['p-ada', 'p-max', 'p-zoe'] });
        let at = noon;
        let decisions = 0;
        for (const { person, after } of presses) {
          at += after;
          if (refusal(approval, person, 1, at) !== null) continue;
          const next = vote(approval, voter(person), robot, at);
          if (next.state === 'approved') decisions += 1;
          if (next.version !== approval.version + 1) return false;
          approval = next;
        }
        const people = new Set(approval.votes.map(({ person }) => person));
        const fair = people.size === approval.votes.length && !people.has('p-eve') && !people.has('p-zoe');
        const ids = new Set(approval.outbox.map(({ id }) => id));
        return (
          fair &&
          decisions === (approval.state === 'approved' ? 1 : 0) &&
          people.size <= quorum &&
          ids.size === approval.outbox.length
        );
      }),
      any.runs,
    );
  },
  any.patience,
);
