import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { end, newApproval, open, refusal, vote, withoutVotes } from '../../src/core/approval.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import { noPowers, type Powers } from '../../src/core/audience.ts';
import { type Beholder, isOpenAt, mayQuestion, maySee } from '../../src/core/request-right.ts';
import { noon, robot } from './samples.ts';

/*
 * Who decides, asks about and sees a request, for every role in every state of it: written from the rules (design.md, *Who may
 * what*; docs/approval-security.md), and held for whatever happened to the request before.
 */
const hour = 3_600_000;
const stepOf = (...circle: string[]) => ({ who: [], circle, fallback: [], quorum: 1, fellBack: false });
/** About zoe: first asked of her manager, then of the owner; dana stands in for the owner. */
const gathering = newApproval(
  {
    ...{ id: 'a-1', kind: 'person', app: 'crm', operationKind: 'create', person: 'zoe', leaving: false, urgent: false },
    ...{ steps: [stepOf('manager'), stepOf('owner', 'other')], risk: 'normal', requester: null, reason: null },
  },
  noon,
);
const first = open(gathering, { operations: 1, people: 1 }, hour, robot, noon);
const agreed = (approval: Approval, person: string, place: string | null = null): Approval =>
  vote(
    approval,
    { person, name: person, for: place === null ? null : { person: place, name: place } },
    robot,
    noon + 1,
  );
const second = agreed(first, 'manager');
const requester = { kind: 'person', person: 'owner', name: 'owner', via: 'slack' } as const;

const roles = {
  ...{ zoe: noPowers, manager: noPowers, owner: { ...noPowers, approver: true }, dana: noPowers, eve: noPowers },
  ...{ olga: { ...noPowers, auditor: true }, ada: { ...noPowers, admin: true, approver: true } },
} satisfies Record<string, Powers>;
type Role = keyof typeof roles;
const names = Object.keys(roles) as Role[];
const principals = (role: Role): string[] => (role === 'dana' ? ['owner'] : []);
const beholder = (approval: Approval, person: Role): Beholder => ({
  ...{ person, powers: roles[person], standsIn: principals(person).some((id) => approval.circle.includes(id)) },
});

type Row = { approval: Approval; decide: string; ask: string; see: string; at?: number };
/** Those who read all, and whom it is about, see every request; admins ask about every one. */
const readers = 'zoe owner olga ada';
const table: Readonly<Record<string, Row>> = {
  gathering: { approval: gathering, decide: '', ask: 'manager ada', see: `${readers} manager` },
  'its first step': { approval: first, decide: 'manager', ask: 'manager ada', see: `${readers} manager` },
  'its second step': {
    approval: second,
    ...{ decide: 'owner dana', ask: 'manager owner dana ada', see: `${readers} manager dana` },
  },
  'asked for by its owner': {
    approval: { ...second, requester },
    ...{ decide: '', ask: 'manager owner dana ada', see: `${readers} manager dana` },
  },
  'at its very end': {
    approval: second,
    ...{ decide: '', ask: 'manager owner dana ada', see: `${readers} manager dana`, at: noon + 1 + hour },
  },
  approved: {
    approval: agreed(second, 'dana', 'owner'),
    ...{ decide: '', ask: 'manager owner dana ada', see: `${readers} manager dana` },
  },
  rejected: {
    approval: end(first, 'rejected', 'no', robot, noon + 1),
    ...{ decide: '', ask: 'manager ada', see: `${readers} manager` },
  },
  expired: {
    approval: end(second, 'expired', null, robot, noon + hour),
    ...{ decide: '', ask: 'manager owner dana ada', see: `${readers} manager dana` },
  },
  withdrawn: {
    approval: end(second, 'closed', null, robot, noon + 1),
    ...{ decide: '', ask: 'manager owner dana ada', see: `${readers} manager dana` },
  },
  'back in its first step': {
    approval: withoutVotes(second, new Set(['manager']), robot, noon + 2),
    ...{ decide: 'manager', ask: 'manager ada', see: `${readers} manager` },
  },
};

const sorted = (words: string | readonly string[]): string[] =>
  (typeof words === 'string' ? words.split(' ').filter(Boolean) : [...words]).sort();

describe('who may what about a request', () => {
  it.each(Object.keys(table))('%s', (name) => {
    const { approval, decide, ask, see, at = noon + 2 } = table[name] as Row;
    const deciding = names.filter((role) => refusal(approval, role, null, at, principals(role)) === null);
    const asking = names.filter((role) => mayQuestion(approval, beholder(approval, role)));
    const seeing = names.filter((role) => maySee(approval, beholder(approval, role)));
    expect({ decide: deciding.sort(), ask: asking.sort(), see: seeing.sort() }).toEqual({
      ...{ decide: sorted(decide), ask: sorted(ask), see: sorted(see) },
    });
    if (deciding.length > 0) expect(isOpenAt(approval, at)).toBe(true);
  });

  const acts = fc.array(
    fc.record({ by: fc.constantFrom(...names), act: fc.constantFrom('approve', 'reject', 'gone', 'expire', 'close') }),
    { maxLength: 8 },
  );

  it('holds whatever happened before: whoever decides may ask, whoever asks may see, and nobody decides what is over', () => {
    fc.assert(
      fc.property(acts, fc.integer({ min: noon, max: noon + 2 * hour }), (done, at) => {
        const approval = done.reduce(after, first);
        for (const role of names) {
          const [seer, why] = [beholder(approval, role), refusal(approval, role, null, at, principals(role))];
          if (why === null)
            expect([role, mayQuestion(approval, seer), isOpenAt(approval, at)]).toEqual([role, true, true]);
          if (mayQuestion(approval, seer)) expect([role, maySee(approval, seer)]).toEqual([role, true]);
        }
        // Neither whom it is about, nor whoever reads all, decides for that.
        for (const role of ['zoe', 'olga', 'ada', 'eve'] as const)
          expect(refusal(approval, role, null, at, principals(role))).not.toBeNull();
        for (const given of approval.votes)
          expect(maySee(approval, beholder(approval, given.person as Role))).toBe(true);
      }),
    );
  });

  it('tells nobody of a step to come, and nobody who was never asked', () => {
    const eve = beholder(first, 'eve');
    expect([maySee(first, eve), maySee(second, eve), maySee(first, beholder(first, 'dana'))]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

type Done = { by: Role; act: string };
/** As the use case does it: refused where it is not theirs. */
function after(approval: Approval, { by, act }: Done): Approval {
  if (approval.state !== 'open') return approval;
  if (act === 'expire') return end(approval, 'expired', null, robot, noon + hour);
  if (act === 'close') return end(approval, 'closed', null, robot, noon + 1);
  if (act === 'gone') return withoutVotes(approval, new Set([by]), robot, noon + 1);
  if (refusal(approval, by, null, noon + 1, principals(by)) !== null) return approval;
  if (act === 'reject') return end(approval, 'rejected', 'no', robot, noon + 1);
  return agreed(approval, by, by === 'dana' ? 'owner' : null);
}
