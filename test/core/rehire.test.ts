import { describe, expect, it } from 'vitest';
import { newLogin, succeed } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import { planLogin } from '../../src/core/plan.ts';
import { droppedAfter, formerNote, formerWith, withDropped } from '../../src/core/rehire.ts';
import { account, managed, noon, operation, robot, wish } from './samples.ts';

const groups = ['Book club', 'Old team', 'Sales'];
const owned = [
  { target: 'groups', value: 'Sales', provenance: 'created' },
  { target: 'groups', value: 'Old team', provenance: 'adopted' },
] as const;
const before = { active: true, attributes: {}, entitlements: { groups } };
const suspension = operation({ kind: 'suspend', before, after: { ...before, active: false }, remoteId: 'r-1' });
const working = (change: Partial<Login> = {}): Login =>
  managed(before, { owned, operation: { ...suspension, state: 'applying' }, ...change });
const emptied = account({ active: false, entitlements: { groups: [] } });

describe('what an app drops on suspension', () => {
  it('is remembered, but for what we had given ourselves', () => {
    expect(droppedAfter(working(), suspension, emptied)).toEqual([
      { target: 'groups', value: 'Book club' },
      { target: 'groups', value: 'Old team' },
    ]);
    const kept = account({ active: false, entitlements: { groups } });
    expect(droppedAfter(working(), suspension, kept)).toEqual([]);
  });

  it('is forgotten once the account is in use again, or gone', () => {
    const login = working({ dropped: [{ target: 'groups', value: 'A' }] });
    expect(droppedAfter(login, operation({ kind: 'reactivate' }), account())).toEqual([]);
    expect(droppedAfter(login, operation({ kind: 'delete' }), null)).toEqual([]);
  });

  it('is wished again with the reactivation, with its reason, and only where entitlements are wished at all', () => {
    const login = { ...working(), account: 'suspended', dropped: [{ target: 'groups', value: 'Book club' }] } as Login;
    const wanted = wish({ entitlements: { groups: ['Sales'] } });
    expect(withDropped(wanted, login)).toMatchObject({
      entitlements: { groups: ['Book club', 'Sales'] },
      reasons: [{ kind: 'default', because: 'Book club was there before the suspension' }],
    });
    expect(withDropped(wish({ entitlements: {} }), login).entitlements).toEqual({});
    expect(withDropped(wanted, { ...login, account: 'active' })).toBe(wanted);
    expect(withDropped(wish({ state: 'suspended' }), login).entitlements).toEqual({ groups: [] });
  });

  it('comes back whole and stays what it was: ours is ours, the rest is not', () => {
    const gone = succeed(working(), emptied, robot, noon);
    expect(gone).toMatchObject({ account: 'suspended', owned: [] });
    const wanted = withDropped(wish({ entitlements: { groups: ['Sales'] } }), gone);
    const draft = planLogin(gone, wanted);
    expect(draft).toMatchObject({ kind: 'reactivate', after: { entitlements: { groups } } });
    if (draft === null) return;
    const back = succeed(
      { ...gone, operation: operation({ ...draft, state: 'applying' }) },
      account({ entitlements: { groups } }),
      robot,
      noon,
    );
    expect(back.owned).toEqual([{ target: 'groups', value: 'Sales', provenance: 'created' }]);
    expect(back.dropped).toEqual([]);
  });
});

describe('earlier accounts', () => {
  it('are kept by id, once each', () => {
    expect(formerWith({ former: [], remoteId: 'r-1' })).toEqual(['r-1']);
    expect(formerWith({ former: ['r-1'], remoteId: 'r-1' })).toEqual(['r-1']);
    expect(formerWith({ former: ['r-1'], remoteId: null })).toEqual(['r-1']);
  });

  it('are remembered by a deletion, and told by the creation after it', () => {
    const deletion = operation({ kind: 'delete', after: null, state: 'applying', remoteId: 'r-1' });
    const gone = succeed(working({ operation: deletion }), null, robot, noon);
    expect(gone).toMatchObject({ account: 'deleted', remoteId: null, former: ['r-1'] });
    const created = succeed({ ...gone, operation: operation({ state: 'applying' }) }, account(), robot, noon);
    expect(created.former).toEqual(['r-1']);
    expect(created.outbox.at(-1)?.message).toBe('create done: had account r-1 before');
    expect(formerNote(newLogin('p-zoe', 'crm', 1))).toBe('');
  });
});
