import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ApprovalDraft,
  end,
  newApproval,
  open,
  question,
  refusal,
  stuck,
  vote,
  widen,
  withoutVotes,
} from '../../src/core/approval.ts';
import type { Approval, ApprovalStep } from '../../src/core/approval-model.ts';
import { ableAmong, askedSoFar, openStep, spoken, stepWords, voiceOf, votesIn } from '../../src/core/approval-step.ts';
import * as any from './arbitraries.ts';
import { noon, robot } from './samples.ts';

const day = 86_400_000;
const step = (circle: string[], change: Partial<ApprovalStep> = {}): ApprovalStep => ({
  ...{ who: [], circle, fallback: [], quorum: 1, fellBack: false },
  ...change,
});
const manager = step(['p-max'], { who: ['manager'], fallback: ['p-own'] });
const owners = step(['p-ada', 'p-bea', 'p-max'], { who: ['owners'], quorum: 2 });
const draft: ApprovalDraft = {
  ...{ id: 'a-1', kind: 'person', app: 'crm', operationKind: 'create', person: 'p-zoe', leaving: false },
  ...{ urgent: false, steps: [manager, owners], risk: 'normal', requester: null, reason: null },
};
const opened = (change: Partial<ApprovalDraft> = {}): Approval =>
  open(newApproval({ ...draft, ...change }, noon), { operations: 1, people: 1 }, 3 * day, robot, noon);
const by = (person: string, inPlaceOf?: string) => ({
  ...{ person, name: person, for: inPlaceOf === undefined ? null : { person: inPlaceOf, name: inPlaceOf } },
});
const all = (approval: Approval, ...voters: string[]): Approval =>
  voters.reduce((one, voter, index) => vote(one, by(voter), robot, noon + index + 1), approval);
const told = (approval: Approval) => approval.outbox.map(({ type, message }) => [type, message]);

describe('steps', () => {
  it('are asked one after the other, each of its own people and with the whole time to itself', () => {
    expect(opened()).toMatchObject({ step: 0, circle: ['p-max'], quorum: 1, askedAt: noon, expiresAt: noon + 3 * day });
    const second = vote(opened(), by('p-max'), robot, noon + day);
    expect(second).toMatchObject({ state: 'open', step: 1, circle: owners.circle, quorum: 2, askedAt: noon + day });
    expect(second.expiresAt).toBe(noon + 4 * day);
    expect(all(second, 'p-ada', 'p-bea')).toMatchObject({ state: 'approved', decidedBy: robot });
  });

  it('say in their events where they stand', () => {
    expect(told(all(opened(), 'p-max', 'p-ada', 'p-bea'))).toEqual([
      ['approval.opened', 'asked for 1 operations'],
      ['approval.voted', 'p-max agreed: step 1 of 2 (manager) is done, step 2 of 2 (owners) is asked'],
      ['approval.voted', 'p-ada agreed (1 of 2 in step 2 of 2 (owners))'],
      ['approval.approved', 'approved by p-max, p-ada, p-bea'],
    ]);
  });

  it('count a person once over all of them', () => {
    const second = all(opened(), 'p-max');
    expect(second.circle).toContain('p-max');
    expect(refusal(second, 'p-max', 1, noon)).toBe('already');
    expect(ableAmong(second, second.circle, new Set(second.circle))).toEqual(['p-ada', 'p-bea']);
  });

  it('are not skipped: who is of a later step decides nothing before it', () => {
    expect(refusal(opened(), 'p-ada', 1, noon)).toBe('not-allowed');
    expect(refusal(all(opened(), 'p-max'), 'p-ada', 1, noon)).toBeNull();
  });

  it('end with a rejection in any of them', () => {
    expect(end(all(opened(), 'p-max'), 'rejected', 'no', robot, noon)).toMatchObject({ state: 'rejected', step: 1 });
    const inPlace = end(opened(), 'rejected', 'no', robot, noon, { person: 'p-max', name: 'Max' });
    expect(inPlace.outbox.at(-1)?.message).toBe('rejected for Max: no');
  });

  it('name everybody asked so far, and are called by what the configuration says', () => {
    expect(askedSoFar(opened())).toEqual(['p-max']);
    expect(askedSoFar(all(opened(), 'p-max'))).toEqual(['p-ada', 'p-bea', 'p-max']);
    expect(stepWords({ steps: [step([])] }, 0)).toBe('step 1 of 1');
  });

  it('never lapse about leaving, and keep their patience for reminders', () => {
    const leaving = all(opened({ leaving: true }), 'p-max');
    expect(leaving).toMatchObject({ step: 1, expiresAt: null, patience: 3 * day, askedAt: noon + 1 });
  });
});

describe('a step whose people are gone', () => {
  it('is widened, and says so', () => {
    const message = 'too few are left in step 1 of 2 (manager): Own may decide as well';
    const wide = widen(opened(), ['p-own'], { type: 'approval.fell-back', message }, robot, noon);
    expect(wide).toMatchObject({ circle: ['p-max', 'p-own'], escalatedAt: null });
    expect(wide.steps[0]).toMatchObject({ circle: ['p-max', 'p-own'], fellBack: true });
    expect(wide.steps[1]).toBe(owners);
    expect(told(wide).at(-1)).toEqual(['approval.fell-back', message]);
  });

  it('that escalates without anybody else to ask stays as it is, once', () => {
    const wide = widen(opened(), [], { type: 'approval.escalated', message: 'nobody else' }, robot, noon + 5);
    expect(wide).toMatchObject({ circle: ['p-max'], escalatedAt: noon + 5 });
    expect(wide.steps).toEqual(opened().steps);
  });

  it('with nobody instead is said to be stuck', () => {
    expect(stuck(opened(), robot, noon + 5)).toMatchObject({ stuckAt: noon + 5, state: 'open' });
  });

  it('loses their consent: the first step without its quorum is asked anew', () => {
    const second = all(opened(), 'p-max', 'p-ada');
    expect(withoutVotes(second, new Set(['p-eve']), robot, noon)).toBe(second);
    const voided = withoutVotes(second, new Set(['p-max']), robot, noon + day);
    expect(voided).toMatchObject({ step: 0, circle: ['p-max'], askedAt: noon + day });
    expect(voided.votes.map(({ person }) => person)).toEqual(['p-ada']);
    expect(told(voided).at(-1)?.[0]).toBe('approval.vote-void');
    const kept = withoutVotes(second, new Set(['p-ada']), robot, noon + day);
    expect(kept).toMatchObject({ step: 1, askedAt: noon + 1 });
  });

  it('loses a consent given in the place of somebody who left', () => {
    const second = vote(opened(), by('p-own', 'p-max'), robot, noon);
    expect(withoutVotes(second, new Set(['p-max']), robot, noon)).toMatchObject({ step: 0, votes: [] });
  });
});

describe('in somebody’s place', () => {
  const second = all(opened(), 'p-max');

  it.each<[string, Approval, string, string[], ReturnType<typeof voiceOf>]>([
    ['a delegate takes it', second, 'p-dan', ['p-ada'], { for: 'p-ada' }],
    ['one’s own place comes first', second, 'p-bea', ['p-ada'], { for: null }],
    ['the first that is free', all(second, 'p-ada'), 'p-dan', ['p-ada', 'p-bea'], { for: 'p-bea' }],
    ['a place that is taken is not taken again', all(second, 'p-ada'), 'p-dan', ['p-ada'], { not: 'already' }],
    ['nobody outside the step', second, 'p-dan', ['p-own'], { not: 'not-allowed' }],
    ['not of whom it is about', { ...second, circle: ['p-zoe'] }, 'p-dan', ['p-zoe'], { not: 'not-allowed' }],
  ])('%s', (_, approval, person, principals, voice) => {
    expect(voiceOf(approval, person, principals)).toEqual(voice);
  });

  it('is told, and counts for both', () => {
    const voted = vote(second, by('p-dan', 'p-ada'), robot, noon);
    expect(voted.outbox.at(-1)?.message).toBe('p-dan for p-ada agreed (1 of 2 in step 2 of 2 (owners))');
    expect([...spoken(voted)].sort()).toEqual(['p-ada', 'p-dan', 'p-max']);
    expect(refusal(voted, 'p-ada', 1, noon)).toBe('already');
    expect(refusal(voted, 'p-dan', 1, noon, ['p-bea'])).toBe('already');
  });

  it('decides nothing about themself, nor what they asked for', () => {
    expect(refusal(second, 'p-zoe', 1, noon, ['p-ada'])).toBe('self');
    const requester = { kind: 'person', person: 'p-dan', name: 'Dan', via: 'slack' } as const;
    expect(refusal({ ...second, requester }, 'p-dan', 1, noon, ['p-ada'])).toBe('self');
  });
});

it('a question is told and changes nothing', () => {
  const asked = question(opened(), 'Why now?', robot, noon);
  expect(asked).toMatchObject({ state: 'open', votes: [], edition: 1, version: 2 });
  expect(told(asked).at(-1)).toEqual(['approval.question', 'Why now?']);
});

const everybody = ['p-ada', 'p-bea', 'p-cem', 'p-dan', 'p-eve', 'p-max', 'p-zoe'];
const whoever = fc.constantFrom(...everybody);
const steps = fc.array(
  fc.record({
    circle: fc.uniqueArray(whoever, { minLength: 1, maxLength: 5 }),
    quorum: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
);
const requester = fc.constantFrom(null, { kind: 'person', person: 'p-cem', name: 'Cem', via: 'slack' } as const);
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('press' as const), who: whoever, principal: fc.option(whoever) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('leave' as const), who: whoever }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('widen' as const), who: whoever }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 4 }) }) },
);

type Acts = { steps: { circle: string[]; quorum: number }[]; requester: Approval['requester']; acts: Act[] };
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** What the engine does with each act, without its store. */
function play({ steps: drawn, requester: asker, acts }: Acts) {
  let approval = opened({ steps: drawn.map(({ circle, quorum }) => step(circle, { quorum })), requester: asker });
  const gone = new Set<string>();
  let at = noon;
  let decisions = 0;
  for (const one of acts) {
    at += one.act === 'wait' ? one.days * day : 1;
    if (one.act === 'leave') {
      gone.add(one.who);
      if (approval.state === 'open') approval = withoutVotes(approval, gone, robot, at);
    }
    if (one.act === 'widen' && approval.state === 'open' && one.who !== 'p-zoe' && one.who !== 'p-cem')
      approval = widen(approval, [one.who], { type: 'approval.escalated', message: '' }, robot, at);
    if (one.act !== 'press' || gone.has(one.who)) continue;
    const principals = one.principal === null || gone.has(one.principal) ? [] : [one.principal];
    if (refusal(approval, one.who, 1, at, principals) !== null) continue;
    const voice = voiceOf(approval, one.who, principals);
    if ('not' in voice) return null;
    approval = vote(approval, by(one.who, voice.for ?? undefined), robot, at);
    if (approval.state === 'approved') decisions += 1;
  }
  return { approval, gone, decisions };
}

it(
  'whoever presses in whatever order, leaves or is asked as well: nothing is approved without the quorum of each step',
  () => {
    fc.assert(
      fc.property(fc.record({ steps, requester, acts: fc.array(act, { maxLength: 14 }) }), (drawn) => {
        const played = play(drawn);
        if (played === null) return false;
        const { approval, gone, decisions } = played;
        const voices = approval.votes.flatMap((one) =>
          one.for === null ? [one.person] : [one.person, one.for.person],
        );
        const pressers = approval.votes.map(({ person }) => person);
        const own = [approval.person, drawn.requester === null ? null : 'p-cem'];
        return (
          decisions === (approval.state === 'approved' ? 1 : 0) &&
          // Nobody twice, in whoever's place.
          new Set(voices).size === voices.length &&
          // Nobody for themself, through no step and no delegate; nobody in the place of whom it is about.
          !voices.some((person) => own.includes(person)) &&
          // Nobody who left.
          !voices.some((person) => gone.has(person) && approval.state === 'open') &&
          // Every consent by somebody who was asked in its step, or in such a place.
          approval.votes.every((one) => approval.steps[one.step]?.circle.includes(one.for?.person ?? one.person)) &&
          (approval.state !== 'approved' ||
            approval.steps.every(
              ({ quorum }, index) => new Set(votesIn(approval, index).map(({ person }) => person)).size >= quorum,
            )) &&
          (approval.state !== 'open' ||
            openStep(approval.steps, approval.votes) === approval.step ||
            pressers.length === 0) &&
          new Set(approval.outbox.map(({ id }) => id)).size === approval.outbox.length
        );
      }),
      any.runs,
    );
  },
  any.patience,
);

it(
  'the order of the consents of a step does not matter',
  () => {
    const circle = ['p-ada', 'p-bea', 'p-dan', 'p-eve'];
    const orders = fc.tuple(fc.shuffledSubarray(circle, { minLength: 1 }), fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(
        orders.chain(([voters, quorum]) =>
          fc.tuple(fc.constant(voters), fc.shuffledSubarray(voters, { minLength: voters.length }), fc.constant(quorum)),
        ),
        ([voters, others, quorum]) => {
          const ended = (people: string[]) => {
            let approval = opened({ steps: [step(circle, { quorum }), step(['p-max'])] });
            for (const person of people)
              if (approval.step === 0 && refusal(approval, person, 1, noon) === null)
                approval = vote(approval, by(person), robot, noon);
            return { step: approval.step, state: approval.state, count: votesIn(approval, 0).length };
          };
          expect(ended(others)).toEqual(ended(voters));
        },
      ),
      any.runs,
    );
  },
  any.patience,
);
