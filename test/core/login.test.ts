import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../src/core/errors.ts';
import * as steps from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Account, OperationKind } from '../../src/core/model.ts';
import { isFinal } from '../../src/core/operation.ts';
import { changeOf, planLogin } from '../../src/core/plan.ts';
import * as any from './arbitraries.ts';
import { account, login, managed, noon, operation, robot, wish } from './samples.ts';

const trouble = { kind: 'auth', message: 'Invalid authentication', remedy: 'Renew the connection.', at: noon };
const planned = (kind: OperationKind = 'create') => login({ operation: operation({ kind }) });
const approved = (kind: OperationKind = 'create') => steps.waive(planned(kind), robot, noon);
const begin = (before: Login) =>
  steps.begin(before, { attempt: 'x', epoch: 3, at: noon, lookAgainAt: noon + 60 }, robot);

describe('a login', () => {
  it('is new with nothing in it, in a partition for life', () => {
    expect(steps.newLogin('p-zoe', 'crm', 4)).toMatchObject({
      id: 'p-zoe:crm',
      version: 0,
      account: 'none',
      wish: null,
      nextAt: null,
    });
    expect(steps.newLogin('p-zoe', 'crm', 4).partition).toBe(steps.newLogin('p-zoe', 'crm', 4).partition);
  });

  it('goes ahead unasked: leaving first, then what somebody waits for, then bulk', () => {
    expect(approved()).toMatchObject({ lane: 2, nextAt: noon, removedAt: null, operation: { state: 'approved' } });
    expect(approved('suspend')).toMatchObject({ lane: 0, removedAt: noon });
    expect(steps.laneOf(operation({ ask: { approval: 'a-1', hash: 'x' } }))).toBe(1);
  });

  it('writes its intent before the call, and counts it', () => {
    const begun = begin(approved());
    expect(begun).toMatchObject({ attempts: 1, nextAt: noon + 60, operation: { state: 'applying' } });
    expect(begun.intent).toEqual({ attempt: 'x', epoch: 3, at: noon, outcome: 'pending' });
    expect([approved(), begun, planned()].map(steps.attention)).toEqual(['call', 'recover', 'replan']);
  });

  it('that could not be changed is put back; being throttled is no failed attempt', () => {
    const back = (counted: boolean) =>
      steps.putBack(begin(approved()), { at: noon, nextAt: noon + 9, trouble, counted }, robot);
    expect(back(true)).toMatchObject({
      attempts: 1,
      intent: null,
      nextAt: noon + 9,
      operation: { state: 'approved', trouble },
    });
    expect(back(false).attempts).toBe(0);
  });

  it('of unknown outcome keeps its intent until the app was searched', () => {
    const unknown = steps.leaveUnknown(begin(approved()), noon, 500, trouble);
    expect(unknown).toMatchObject({
      intent: { outcome: 'unknown' },
      nextAt: noon + 500,
      operation: { state: 'applying', trouble },
    });
    expect(steps.leaveUnknown(approved(), noon, 500)).toEqual(approved());
  });

  it('needs a person when it is given up or held', () => {
    expect(steps.giveUp(begin(approved()), trouble, robot)).toMatchObject({
      nextAt: null,
      intent: null,
      operation: { state: 'failed', trouble },
    });
    expect(steps.hold(planned(), trouble, robot, { candidates: ['a'] })).toMatchObject({
      candidates: ['a'],
      operation: { state: 'held' },
    });
  });
});

describe('a newer operation', () => {
  it('supersedes an open one, and waits for one that is being applied', () => {
    const newer = operation({ id: 'o-2', revision: 2 });
    const replaced = steps.replaceOperation({ ...planned(), attempts: 4 }, newer, robot, noon);
    expect(replaced).toMatchObject({ operation: { id: 'o-2' }, attempts: 0, version: 1 });
    expect(replaced.outbox.map(({ type, operation: of }) => [type, of])).toEqual([['operation.supersede', 'o-1']]);
    expect(steps.replaceOperation(begin(approved()), newer, robot, noon).operation?.id).toBe('o-1');
    expect(steps.replaceOperation(login(), newer, robot, noon).outbox).toEqual([]);
  });
});

describe('a decision', () => {
  const asked = steps.step(planned(), 'ask', robot, noon, { operation: { ask: { approval: 'a-1', hash: 'x' } } });

  it('sends an approved operation to the worker and ends a rejected one', () => {
    expect(steps.decideOperation(asked, 'approve', robot, noon, '')).toMatchObject({
      nextAt: noon,
      lane: 1,
      operation: { state: 'approved', decidedBy: [robot] },
    });
    expect(steps.decideOperation(asked, 'reject', robot, noon, 'no')).toMatchObject({
      nextAt: null,
      operation: { state: 'rejected' },
    });
    expect(steps.decideOperation(asked, 'expire', robot, noon, '').operation?.state).toBe('rejected');
  });

  it('releases what was held, as one change of the document with both events', () => {
    const held = steps.hold(planned('suspend'), trouble, robot);
    const released = steps.decideOperation(held, 'approve', robot, noon, '');
    expect(released).toMatchObject({
      version: held.version + 1,
      lane: 0,
      operation: { state: 'approved', decidedBy: [robot] },
    });
    expect(released.outbox.slice(-2).map(({ type }) => type)).toEqual(['operation.release', 'operation.waive']);
  });

  it('on what is decided already changes nothing', () => {
    const done = steps.decideOperation(asked, 'reject', robot, noon, '');
    expect(steps.decideOperation(done, 'approve', robot, noon, '')).toBe(done);
    expect(steps.decideOperation(login(), 'approve', robot, noon, '')).toEqual(login());
  });
});

describe('success', () => {
  const succeed = (before: Login, shown: Account | null) =>
    steps.succeed(begin(steps.waive(before, robot, noon)), shown, robot, noon);

  it('makes a created account ours, and what it was given', () => {
    const after = { active: true, attributes: {}, entitlements: { groups: ['A', 'B'] } };
    const shown = account({ entitlements: { groups: ['A', 'Theirs'] } });
    expect(succeed(login({ operation: operation({ after }), revision: 1 }), shown)).toMatchObject({
      ...{ account: 'active', remoteId: 'r-1', provenance: 'created', intent: null, attempts: 0, nextAt: null },
      owned: [{ target: 'groups', value: 'A', provenance: 'created' }],
      operation: { state: 'applied', remoteId: 'r-1' },
    });
  });

  it('of a deletion leaves nothing that is ours', () => {
    const before = managed(
      {},
      {
        operation: operation({ kind: 'delete', after: null }),
        owned: [{ target: 'groups', value: 'A', provenance: 'created' }],
      },
    );
    expect(succeed(before, null)).toMatchObject({
      account: 'deleted',
      remoteId: null,
      observed: null,
      provenance: null,
      owned: [],
    });
  });

  it('is looked at again when the wish has moved on meanwhile', () => {
    expect(succeed(login({ operation: operation(), revision: 2 }), account()).nextAt).toBe(noon);
  });

  it(
    'never makes ours what was there before, and keeps nothing that is gone',
    () => {
      fc.assert(
        fc.property(any.login, any.wish, any.entitlements, (before, wanted, shown) => {
          const draft = planLogin(before, wanted);
          if (draft === null || draft.after === null) return true;
          const ready = { ...before, operation: operation({ ...draft, state: 'planned' }) };
          const after = succeed(ready, account({ entitlements: shown }));
          const given = changeOf(draft).entitlements;
          return after.owned.every(({ target, value }) => {
            const known = before.owned.some((own) => own.target === target && own.value === value);
            const named = (shown as Record<string, string[]>)[target];
            // What the app does not tell of is as it was left.
            const there = named === undefined || named.includes(value);
            return there && (known || given[target]?.add.includes(value) === true);
          });
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

type Step = (before: Login) => Login;
const walk: Record<string, Step> = {
  waive: (before) => steps.waive(before, robot, noon),
  begin,
  succeed: (before) => steps.succeed(before, account(), robot, noon),
  putBack: (before) => steps.putBack(before, { at: noon, nextAt: noon, trouble, counted: true }, robot),
  giveUp: (before) => steps.giveUp(before, trouble, robot),
  hold: (before) => steps.hold(before, trouble, robot),
  approve: (before) => steps.decideOperation(before, 'approve', robot, noon, ''),
  reject: (before) => steps.decideOperation(before, 'reject', robot, noon, ''),
  unknown: (before) => steps.leaveUnknown(before, noon, 5),
  replace: (before) => steps.replaceOperation(before, operation({ id: `o-${before.version}` }), robot, noon),
};

it(
  'whatever happens in whatever order: one version a step, no event twice, an intent only while applying',
  () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(walk)), { maxLength: 25 }), (names) => {
        let one: Login = login({ wish: wish() });
        for (const name of names) {
          const next = attempt(() => walk[name]?.(one) ?? one);
          if (next === null || next === one) continue;
          if (next.version !== one.version + 1) return false;
          one = next;
          if (one.intent !== null && one.operation?.state !== 'applying') return false;
          if (
            one.operation !== null &&
            isFinal(one.operation.state) &&
            one.operation.state === 'applied' &&
            one.account === 'none'
          )
            return false;
        }
        const ids = one.outbox.map(({ id }) => id);
        return new Set(ids).size === ids.length;
      }),
      any.runs,
    );
  },
  any.patience,
);

/** A step the table does not allow is refused, and nothing happened. */
function attempt(act: () => Login): Login | null {
  try {
    return act();
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'operation-transition') return null;
    throw error;
  }
}
