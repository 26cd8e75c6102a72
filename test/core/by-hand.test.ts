import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountAfter, handOver, settleTask } from '../../src/core/by-hand.ts';
import { changeOf, isEmptyChange } from '../../src/core/change.ts';
import { newLogin } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { AccountView, Operation } from '../../src/core/model.ts';
import { wordOf } from '../../src/core/status.ts';
import { noon, operation, robot } from './samples.ts';

const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const approved = (change: Partial<Operation> = {}, login: Partial<Login> = {}): Login => ({
  ...newLogin('p-zoe', 'badges', 1),
  nextAt: noon,
  ...login,
  operation: operation({ app: 'badges', state: 'approved', ask: { approval: 'a-1', hash: 'old' }, ...change }),
});

describe('handing over', () => {
  it('tells it in the request it was approved in, and binds the operation to the task by its hash', () => {
    const before = approved();
    const handed = handOver(before, 't-1', robot, noon);
    const hash = before.operation?.hash;
    expect(handed).toMatchObject({ version: before.version + 1, nextAt: null, intent: null });
    expect(handed.operation).toMatchObject({ state: 'handed', hash, ask: { approval: 't-1', hash } });
    expect(handed.outbox.at(-1)).toMatchObject({ type: 'operation.hand', approval: 'a-1', status: 'to do' });
    expect(wordOf(handed)).toBe('to do');
  });
});

describe('what came of a task', () => {
  const told = { by: ada, at: noon + 9, reason: null };

  it('done: the account is as wished, ours, and by whose hand stands in the event', () => {
    const handed = handOver(approved({ id: 'o-7' }), 't-1', robot, noon);
    const done = settleTask(handed, 'done', told);
    expect(done).toMatchObject({ account: 'active', provenance: 'created', remoteId: 'o-7' });
    expect(done.observed).toMatchObject({ attributes: handed.operation?.after?.attributes, at: noon + 9 });
    expect(done.operation?.state).toBe('applied');
    expect(done.outbox.at(-1)).toMatchObject({ actor: ada, message: 'create done: made by hand', approval: 't-1' });
  });

  it('cannot: failed with the reason, and nothing is known to have changed', () => {
    const handed = handOver(approved(), 't-1', robot, noon);
    const failed = settleTask(handed, 'cannot', { ...told, reason: 'no licence left' });
    expect(failed.operation).toMatchObject({
      state: 'failed',
      trouble: { kind: 'by-hand', message: 'Ada cannot do it: no licence left.' },
    });
    expect(failed).toMatchObject({ account: 'none', observed: null, nextAt: null });
  });

  it('nothing where the operation is not with people any more', () => {
    const login = approved();
    expect(settleTask(login, 'done', told)).toBe(login);
  });
});

describe('the account after', () => {
  const names = fc.constantFrom('userName', 'title', 'desk');
  const attributes = fc.dictionary(
    names,
    fc.string({ minLength: 1, maxLength: 4 }).filter((text) => text.trim() === text && text !== ''),
  );
  const entitlements = fc.dictionary(fc.constantFrom('rooms', 'keys'), fc.uniqueArray(fc.constantFrom('A', 'B', 'C')));
  const view: fc.Arbitrary<AccountView> = fc.record({ active: fc.boolean(), attributes, entitlements });

  it('leaves nothing to be done, and touches what the operation does not name as little as an app would', () => {
    fc.assert(
      fc.property(view, view, fc.constantFrom('update', 'reactivate'), (before, after, kind) => {
        const observed = { ...before, attributes: { ...before.attributes, badge: '17' }, at: noon };
        const made = accountAfter({ observed, remoteId: 'r-1' }, operation({ kind, before, after }));
        if (made === null) throw new Error('there is an account');
        expect(made).toMatchObject({ remoteId: 'r-1', active: after.active, attributes: { badge: '17' } });
        const { badge: _, ...named } = made.attributes;
        expect(isEmptyChange(changeOf({ before: { ...made, attributes: named }, after }))).toBe(true);
      }),
    );
  });

  it('is none after a deletion, and keeps everything when it is switched off', () => {
    const observed = { active: true, attributes: { userName: 'zoe' }, entitlements: { rooms: ['Lab'] }, at: noon };
    const { at: _, ...before } = observed;
    expect(accountAfter({ observed, remoteId: 'r-1' }, operation({ kind: 'delete', before, after: null }))).toBeNull();
    const suspend = operation({ kind: 'suspend', before, after: { ...before, active: false } });
    expect(accountAfter({ observed, remoteId: 'r-1' }, suspend)).toEqual({ remoteId: 'r-1', ...before, active: false });
  });
});
