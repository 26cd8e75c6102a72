import { describe, expect, it } from 'vitest';
import type { Login } from '../../src/core/login-model.ts';
import type { Wish } from '../../src/core/model.ts';
import { changeOf, type Draft, planAdoption, planLogin } from '../../src/core/plan.ts';
import { account, login, managed, wish } from './samples.ts';

const plan = (before: Login, wanted: Wish): Draft | null => planLogin(before, wanted);

describe('creating', () => {
  it('names all wished values, and no empty ones', () => {
    const wanted = wish({ attributes: { userName: 'zoe', title: [] }, entitlements: { groups: ['A'], licences: [] } });
    expect(plan(login(), wanted)).toEqual({
      kind: 'create',
      before: null,
      after: { active: true, attributes: { userName: 'zoe' }, entitlements: { groups: ['A'] } },
      remoteId: null,
    });
  });

  it.each(['none', 'deleted', 'missing'] as const)('follows on %s', (state) => {
    expect(plan(login({ account: state, remoteId: 'r-9', provenance: 'created' }), wish())).toMatchObject({
      kind: 'create',
      remoteId: null,
    });
  });
});

it('nothing is planned while somebody has to say which account it is, nor for what was unlinked by hand', () => {
  expect(plan(login({ candidates: ['r-1', 'r-2'] }), wish())).toBeNull();
  expect(plan(managed({}, { disassociated: true }), wish({ state: 'deleted' }))).toBeNull();
});

describe('updating', () => {
  it('names only the part the wish is about, so that other changes in the app do not void an approval', () => {
    const owned = [{ target: 'groups', value: 'Old', provenance: 'created' as const }];
    const before = managed(
      {
        attributes: { userName: 'zoe', title: 'Clerk', phone: '1' },
        entitlements: { groups: ['Old', 'Foreign'], licences: ['L'] },
      },
      { owned },
    );
    const draft = plan(
      before,
      wish({ attributes: { userName: 'zoe', title: 'Boss' }, entitlements: { groups: ['New'] } }),
    );
    expect(draft).toEqual({
      kind: 'update',
      before: { active: true, attributes: { userName: 'zoe', title: 'Clerk' }, entitlements: { groups: ['Old'] } },
      after: { active: true, attributes: { userName: 'zoe', title: 'Boss' }, entitlements: { groups: ['New'] } },
      remoteId: 'r-1',
    });
  });

  it('is nothing when all is as wished', () => {
    expect(plan(managed({ attributes: { userName: 'zoe', phone: '1' } }), wish())).toBeNull();
  });

  it('does not take what somebody else gave, wished or no longer wished', () => {
    const before = managed({ attributes: { userName: 'zoe' }, entitlements: { groups: ['Theirs'] } });
    expect(plan(before, wish({ entitlements: { groups: ['Theirs'] } }))).toBeNull();
    expect(plan(before, wish({ entitlements: { groups: [] } }))).toBeNull();
  });

  it('empties what we gave', () => {
    const draft = plan(
      managed({ attributes: { userName: 'zoe', title: 'Clerk' } }),
      wish({ attributes: { userName: 'zoe', title: [] } }),
    );
    expect(draft && changeOf(draft)).toEqual({ set: {}, clear: ['title'], entitlements: {} });
  });

  it('assumes only our own entitlements of an account never seen', () => {
    const owned = [{ target: 'groups', value: 'Old', provenance: 'created' as const }];
    const draft = plan(managed({}, { observed: null, owned }), wish());
    expect(draft && changeOf(draft)).toEqual({
      set: { userName: 'zoe' },
      clear: [],
      entitlements: { groups: { add: [], remove: ['Old'] } },
    });
  });
});

describe('suspending, reactivating, deleting', () => {
  const seen = { attributes: { userName: 'zoe', phone: '1' }, entitlements: { groups: ['A'] } };
  const whole = { active: true, ...seen };

  it('keep the whole account for an undo', () => {
    expect(plan(managed(seen), wish({ state: 'suspended' }))).toEqual({
      kind: 'suspend',
      before: whole,
      after: { ...whole, active: false },
      remoteId: 'r-1',
    });
    expect(plan(managed(seen), wish({ state: 'deleted' }))).toEqual({
      kind: 'delete',
      before: whole,
      after: null,
      remoteId: 'r-1',
    });
    expect(plan(managed({ ...seen, active: false }), wish({ state: 'deleted' }))?.before?.active).toBe(false);
  });

  it('bring the attributes up to date when the person is back', () => {
    const draft = plan(managed({ ...seen, active: false }), wish({ attributes: { userName: 'zoe', title: 'Boss' } }));
    expect(draft).toMatchObject({
      kind: 'reactivate',
      before: { active: false },
      after: { active: true, attributes: { title: 'Boss' } },
    });
    expect(plan(managed({ ...seen, active: false }), wish({ attributes: {} }))?.kind).toBe('reactivate');
  });

  it('are not done twice, nor to what is not there', () => {
    expect(plan(managed({ active: false }), wish({ state: 'suspended' }))).toBeNull();
    for (const state of ['none', 'deleted', 'missing'] as const) {
      for (const wished of ['suspended', 'deleted'] as const) {
        expect(plan(login({ account: state, provenance: 'created' }), wish({ state: wished }))).toBeNull();
      }
    }
  });
});

describe('adopting', () => {
  it('shows the account as it is and what would be overwritten; nothing is taken away', () => {
    const found = account({
      remoteId: 'r-7',
      attributes: { userName: 'zoe', title: 'Old', phone: '1' },
      entitlements: { groups: ['A'] },
    });
    const draft = planAdoption(
      wish({ attributes: { userName: 'zoe', title: 'New' }, entitlements: { groups: ['B'] } }),
      found,
    );
    expect(draft).toEqual({
      kind: 'adopt',
      before: {
        active: true,
        attributes: { userName: 'zoe', title: 'Old', phone: '1' },
        entitlements: { groups: ['A'] },
      },
      after: {
        active: true,
        attributes: { userName: 'zoe', title: 'New', phone: '1' },
        entitlements: { groups: ['A', 'B'] },
      },
      remoteId: 'r-7',
    });
    expect(changeOf(draft)).toEqual({
      set: { title: 'New' },
      clear: [],
      entitlements: { groups: { add: ['B'], remove: [] } },
    });
  });

  it('takes nothing away that the account has already', () => {
    const draft = planAdoption(wish(), account({ entitlements: { groups: ['A'] } }));
    expect(draft.after?.entitlements).toEqual({ groups: ['A'] });
  });

  it('says that a suspended account would be active again', () => {
    expect(planAdoption(wish(), account({ active: false }))).toMatchObject({
      before: { active: false },
      after: { active: true },
    });
  });
});
