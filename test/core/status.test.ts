import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Login } from '../../src/core/login-model.ts';
import type { OperationKind, OperationState } from '../../src/core/model.ts';
import { transitions } from '../../src/core/operation.ts';
import { explain, type StatusWord, statusWords, wordOf } from '../../src/core/status.ts';
import * as any from './arbitraries.ts';
import { login, managed, noon, operation, wish } from './samples.ts';

const states = Object.keys(transitions) as OperationState[];
const kinds: OperationKind[] = ['create', 'update', 'suspend', 'reactivate', 'delete', 'adopt'];
const doing = (state: OperationState, kind: OperationKind = 'create') =>
  login({ operation: operation({ state, kind }) });

const several = { kind: 'match', message: '2 accounts could be this person’s', remedy: 'Rematch.', at: noon };
const matching = login({ operation: operation({ state: 'held', trouble: several }), candidates: ['a', 'b'] });

describe('the word', () => {
  it.each<[string, Login, StatusWord]>([
    ['asked', doing('awaiting'), 'pending approval'],
    ['asked whether to take over', doing('awaiting', 'adopt'), 'needs match'],
    ['held', doing('held'), 'held'],
    ['held until somebody says which account it is', matching, 'needs match'],
    ['failed', doing('failed'), 'failed'],
    ['about to be made', doing('planned'), 'provisioning'],
    ['being made', doing('applying'), 'provisioning'],
    ['being taken over', doing('approved', 'adopt'), 'provisioning'],
    ['being changed', doing('applying', 'update'), 'modifying'],
    ['coming back', doing('approved', 'reactivate'), 'modifying'],
    ['being suspended', doing('applying', 'suspend'), 'suspending'],
    ['being deleted', doing('approved', 'delete'), 'deleting'],
    ['there', managed({}), 'provisioned'],
    ['there, the last change done', { ...managed({}), operation: operation({ state: 'applied' }) }, 'provisioned'],
    ['suspended', managed({ active: false }), 'suspended'],
    ['deleted', login({ account: 'deleted' }), 'deleted'],
    ['vanished', managed({}, { account: 'missing' }), 'missing'],
    ['made by the first sign-on', managed({}, { provenance: 'unmanaged' }), 'provisioned by sign-on'],
    ['rejected', { ...doing('rejected'), revision: 1 }, 'rejected'],
    [
      'rejected, but the wish has changed since',
      { ...managed({}), operation: operation({ state: 'rejected' }), revision: 2 },
      'provisioned',
    ],
    ['several candidates', login({ candidates: ['a', 'b'] }), 'needs match'],
    ['unlinked by hand, whatever else', { ...doing('failed'), disassociated: true }, 'disassociated'],
    ['wished and not begun', login({ wish: wish() }), 'provisioning'],
    ['nothing there and nothing wished', login(), 'deleted'],
  ])('%s: %s', (_, of, word) => {
    expect(wordOf(of)).toBe(word);
  });

  it(
    'and a sentence are there for every combination',
    () => {
      const trouble = { kind: 'auth', message: 'Invalid authentication', remedy: 'Renew the connection', at: noon };
      const change = fc.record({
        state: fc.constantFrom(...states),
        kind: fc.constantFrom(...kinds),
        trouble: fc.constantFrom(trouble, null),
        revision: fc.constantFrom(0, 1),
      });
      fc.assert(
        fc.property(any.login, fc.oneof(change, fc.constant(null)), (base, made) => {
          const one: Login = { ...base, operation: made === null ? null : operation(made) };
          return statusWords.includes(wordOf(one)) && /[.!?]$/.test(explain(one));
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it('says that the account is suspended while its deletion waits', () => {
    const waiting = { ...managed({ active: false }), operation: operation({ kind: 'delete', state: 'awaiting' }) };
    expect(explain(waiting)).toBe('The account is suspended; somebody has to decide about its deletion.');
    expect(explain({ ...waiting, account: 'active' })).toBe('Somebody has to approve this first.');
  });

  it('every word can be reached', () => {
    const seen = new Set<StatusWord>();
    const accounts = ['none', 'active', 'suspended', 'deleted', 'missing'] as const;
    for (const state of states) for (const kind of kinds) seen.add(wordOf(doing(state, kind)));
    for (const account of accounts)
      for (const provenance of ['created', 'unmanaged'] as const) seen.add(wordOf(login({ account, provenance })));
    for (const disassociated of [true, false]) seen.add(wordOf(login({ disassociated, candidates: ['a'] })));
    seen.add(wordOf({ ...doing('rejected'), revision: 1 }));
    expect([...seen].sort()).toEqual([...statusWords].sort());
  });
});

describe('the sentence', () => {
  const trouble = {
    kind: 'auth',
    message: 'Invalid authentication',
    remedy: 'Renew the API connection of the app.',
    at: noon,
  };

  it('gives the reason and the remedy of what failed or is held', () => {
    const failed = login({ operation: operation({ state: 'failed', trouble }) });
    expect(explain(failed)).toBe('Invalid authentication. Renew the API connection of the app.');
    expect(explain(login({ operation: operation({ state: 'held', trouble }) }))).toContain('Renew');
  });

  it('forgets trouble that is over', () => {
    expect(explain({ ...managed({}), operation: operation({ state: 'applied', trouble }) })).toBe(
      'The account is as it should be.',
    );
  });

  it('counts candidates', () => {
    expect(explain(login({ candidates: ['a', 'b', 'c'] }))).toMatch(/^3 accounts in crm/);
  });
});
