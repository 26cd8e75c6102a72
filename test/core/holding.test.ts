import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventDraft, makeEvent } from '../../src/core/event.ts';
import { emptyLedger, follow, type Held } from '../../src/core/holding.ts';
import type { AccountView, RollcallEvent } from '../../src/core/model.ts';
import * as any from './arbitraries.ts';
import { robot } from './samples.ts';

const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const view = (active: boolean, groups: string[] = []): AccountView => ({
  ...{ active, attributes: {}, entitlements: groups.length === 0 ? {} : { groups } },
});
let count = 0;
const event = (at: number, draft: Partial<EventDraft> & { type: string }): RollcallEvent =>
  makeEvent({ message: draft.type, actor: robot, person: 'p-zoe', app: 'crm', ...draft }, `e-${++count}`, at);
const held = (events: readonly RollcallEvent[]): Held | null => events.reduce(follow, emptyLedger).held;

const because = [
  { kind: 'status', name: 'hr', because: 'active in hr' },
  { kind: 'mapping', name: 'Sales people', because: 'department is Sales' },
  { kind: 'role', name: 'Sales', because: 'Sales has crm' },
] as const;
const planned = (at: number, operation: string, change: Partial<EventDraft> = {}) =>
  event(at, {
    type: 'operation.ask',
    operation,
    approval: 'a-1',
    reasons: because,
    status: 'pending approval',
    ...change,
  });
const approved = (at: number, operation: string) =>
  event(at, { type: 'operation.approve', operation, approval: 'a-1', actor: ada, status: 'provisioning' });
const succeeded = (at: number, operation: string, change: Partial<EventDraft>) =>
  event(at, { type: 'operation.succeed', operation, ...change });
const created = [
  planned(1, 'o-1'),
  approved(2, 'o-1'),
  succeeded(3, 'o-1', { kind: 'create', after: view(true, ['A', 'B']), status: 'provisioned' }),
];

describe('what somebody holds', () => {
  it('is the account made, with why and who agreed', () => {
    expect(held(created.slice(0, 2))).toBeNull();
    expect(held(created)).toEqual({
      ...{ state: 'active', since: 3, changedAt: 3, entitlements: { groups: ['A', 'B'] }, unlinkedAt: null },
      reason: 'role Sales: department is Sales (mapping Sales people)',
      consents: [{ name: 'Ada', approval: 'a-1', at: 2 }],
    });
  });

  it('follows an update in the part it names, and keeps the consent it rests on', () => {
    const update = succeeded(5, 'o-2', { kind: 'update', before: view(true, ['A']), after: view(true, ['C']) });
    expect(held([...created, update])).toMatchObject({
      ...{ since: 3, changedAt: 5, entitlements: { groups: ['B', 'C'] }, consents: [{ name: 'Ada' }] },
      reason: 'role Sales: department is Sales (mapping Sales people)',
    });
  });

  it('knows a suspension, a way back with a consent of its own, and the end', () => {
    const suspended = [
      ...created,
      succeeded(5, 'o-2', { kind: 'suspend', before: view(true, ['B']), after: view(false, ['B']) }),
    ];
    expect(held(suspended)).toMatchObject({ state: 'suspended', since: 5, entitlements: { groups: ['B'] } });
    const back = [...suspended, succeeded(7, 'o-3', { kind: 'reactivate', before: view(false), after: view(true) })];
    expect(held(back)).toMatchObject({ state: 'active', since: 7, entitlements: { groups: ['B'] }, consents: [] });
    expect(held([...back, succeeded(9, 'o-4', { kind: 'delete', before: view(true, ['B']) })])).toBeNull();
    expect(held([...back, event(9, { type: 'account.missing', status: 'missing', before: view(true) })])).toBeNull();
  });

  it('counts letting go what was held as a consent, and Rollcall’s own going ahead as none', () => {
    const by = (actor: EventDraft['actor']) => [
      event(1, { type: 'operation.hold', operation: 'o-1' }),
      event(2, { type: 'operation.release', operation: 'o-1', actor }),
      event(2, { type: 'operation.waive', operation: 'o-1', actor }),
      succeeded(3, 'o-1', { kind: 'create', after: view(true) }),
    ];
    expect(held(by(ada))?.consents.map(({ name }) => name)).toEqual(['Ada', 'Ada']);
    expect(held(by(robot))?.consents).toEqual([]);
  });

  it('sees a change by hand, and keeps an unlinked account on the list with the moment it was unlinked', () => {
    const drifted = event(6, {
      type: 'account.drifted',
      before: view(true, ['B']),
      after: view(false, ['Z']),
      status: 'suspended',
    });
    expect(held([...created, drifted])).toMatchObject({
      state: 'suspended',
      since: 6,
      entitlements: { groups: ['A', 'Z'] },
    });
    const unlinked = event(8, { type: 'login.disassociated', status: 'disassociated' });
    expect(held([...created, unlinked])).toMatchObject({ state: 'active', since: 3, unlinkedAt: 8 });
    expect(held([unlinked])).toBeNull();
  });

  it('forgets what was said about an operation that never came to be', () => {
    const other = [
      planned(1, 'o-0', { reasons: [{ kind: 'member', name: 'Other', because: 'by hand' }] }),
      approved(1, 'o-0'),
    ];
    expect(held([...other, event(2, { type: 'operation.supersede', operation: 'o-0' }), ...created])).toEqual(
      held(created),
    );
  });
});

const grant = fc.uniqueArray(fc.constantFrom('A', 'B', 'C'), { maxLength: 3 });
const anyView = fc.tuple(fc.boolean(), grant).map(([active, groups]) => view(active, groups));
const step = fc.oneof(
  fc.record({
    type: fc.constant('operation.succeed'),
    operation: fc.constantFrom('o-1', 'o-2'),
    kind: fc.constantFrom('create', 'adopt', 'update', 'suspend', 'reactivate', 'delete'),
    before: anyView,
    after: anyView,
  }),
  fc.record({
    type: fc.constantFrom('operation.approve', 'operation.start', 'operation.fail'),
    operation: fc.constantFrom('o-1', 'o-2'),
    actor: fc.constantFrom(ada, robot),
  }),
  fc.record({ type: fc.constant('account.missing'), status: fc.constant('missing'), before: anyView }),
  fc.record({ type: fc.constant('account.drifted'), before: anyView, after: anyView }),
  fc.record({ type: fc.constant('login.disassociated') }),
);
const history = fc
  .array(step, { maxLength: 14 })
  .map((steps) => steps.map((draft, index) => event(index + 1, draft as Partial<EventDraft> & { type: string })));

/** The same questions asked of the whole history instead of step by step. */
function model(events: readonly RollcallEvent[]) {
  const ends = (one: RollcallEvent) =>
    one.type === 'account.missing' || (one.type === 'operation.succeed' && one.kind === 'delete');
  const life = events.slice(events.findLastIndex(ends) + 1);
  const changes = life.filter(({ type }) => type === 'operation.succeed' || type === 'account.drifted');
  const last = changes.at(-1);
  if (last === undefined) return null;
  const active = last.after?.active === true;
  const runStart = changes.findLastIndex((one) => (one.after?.active === true) !== active);
  const from = changes.findLastIndex(({ kind }) => kind === 'create' || kind === 'adopt' || kind === 'suspend');
  const groups = new Set<string>();
  for (const one of changes.slice(Math.max(0, from))) {
    if (changes.indexOf(one) !== from) for (const value of one.before?.entitlements.groups ?? []) groups.delete(value);
    for (const value of one.after?.entitlements.groups ?? []) groups.add(value);
  }
  const unlinked = life.findLast(({ type }) => type === 'login.disassociated');
  const stillUnlinked = unlinked !== undefined && unlinked.at > last.at;
  return {
    ...{ state: active ? 'active' : 'suspended', since: changes[runStart + 1]?.at },
    ...{ groups: [...groups].sort(), unlinkedAt: stillUnlinked ? unlinked.at : null },
  };
}

describe('the ledger', () => {
  it(
    'comes to the same as a look at the whole history',
    () => {
      let holding = 0;
      fc.assert(
        fc.property(history, (events) => {
          const told = held(events);
          if (told !== null) holding += 1;
          const { state, since, unlinkedAt } = told ?? {};
          const brief = told === null ? null : { state, since, groups: told.entitlements.groups ?? [], unlinkedAt };
          expect(brief).toEqual(model(events));
        }),
        any.runs,
      );
      expect(holding).toBeGreaterThan(500);
    },
    any.patience,
  );

  it(
    'never counts a system, nor a consent to another operation',
    () => {
      fc.assert(
        fc.property(history, (events) => {
          const agreed = new Set(
            events
              .filter(({ type, actor }) => type === 'operation.approve' && actor.kind === 'person')
              .map(({ at }) => at),
          );
          for (const { at } of held(events)?.consents ?? []) expect(agreed.has(at)).toBe(true);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
