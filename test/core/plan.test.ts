import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountView, Login, Wish } from '../../src/core/model.ts';
import { changeOf, type Draft, planAdoption, planLogin } from '../../src/core/plan.ts';
import * as any from './arbitraries.ts';
import { account, login, managed, noon, wish } from './samples.ts';

const plan = (before: Login, wanted: Wish): Draft | null => planLogin(before, wanted, noon);

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
      login(),
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

  it('says that a suspended account would be active again', () => {
    expect(planAdoption(login(), wish(), account({ active: false }))).toMatchObject({
      before: { active: false },
      after: { active: true },
    });
  });
});

/** What the app shows after the change, and what the ledger then calls ours. */
function applied(before: Login, draft: Draft): Login {
  if (draft.after === null)
    return { ...before, account: 'deleted', observed: null, owned: [], remoteId: null, provenance: null };
  const change = changeOf(draft);
  const old: AccountView =
    draft.kind === 'create'
      ? { active: true, attributes: {}, entitlements: {} }
      : (before.observed ?? draft.before ?? { active: true, attributes: {}, entitlements: {} });
  const attributes = Object.fromEntries(
    Object.entries({ ...old.attributes, ...change.set }).filter(([name]) => !change.clear.includes(name)),
  );
  const entitlements = { ...old.entitlements };
  let owned = draft.kind === 'create' ? [] : [...before.owned];
  for (const [target, { add, remove }] of Object.entries(change.entitlements)) {
    entitlements[target] = [...(entitlements[target] ?? []).filter((value) => !remove.includes(value)), ...add];
    owned = owned.filter((own) => own.target !== target || !remove.includes(own.value));
    owned.push(...add.map((value) => ({ target, value, provenance: 'created' as const })));
  }
  const observed = { active: draft.after.active, attributes, entitlements, at: noon };
  const state = observed.active ? ('active' as const) : ('suspended' as const);
  return { ...before, account: state, observed, owned, remoteId: 'r-1', provenance: before.provenance ?? 'created' };
}

describe('for every login and wish', () => {
  it(
    'a plan carried out leaves nothing to plan',
    () => {
      fc.assert(
        fc.property(any.login, any.wish, (before, wanted) => {
          const draft = plan(before, wanted);
          if (draft === null) return true;
          return plan(applied(before, draft), wanted) === null;
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'what is not ours is never touched',
    () => {
      fc.assert(
        fc.property(any.login, any.wish, (before, wanted) => {
          const draft = plan(before, wanted);
          const exists = before.account === 'active' || before.account === 'suspended';
          if (before.provenance === 'unmanaged' || before.disassociated || (exists && before.provenance === null))
            return draft === null;
          return true;
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'entitlements that are not ours are never removed, and only wished ones are given',
    () => {
      fc.assert(
        fc.property(any.login, any.wish, (before, wanted) => {
          const draft = plan(before, wanted);
          if (draft === null) return true;
          return Object.entries(changeOf(draft).entitlements).every(([target, { add, remove }]) => {
            const ours = before.owned.filter((own) => own.target === target).map((own) => own.value);
            return (
              remove.every((value) => ours.includes(value)) &&
              add.every((value) => wanted.entitlements[target]?.includes(value) === true)
            );
          });
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'attributes the wish does not name are never written',
    () => {
      fc.assert(
        fc.property(any.login, any.wish, (before, wanted) => {
          const draft = plan(before, wanted);
          if (draft === null) return true;
          const change = changeOf(draft);
          return [...Object.keys(change.set), ...change.clear].every((name) => Object.hasOwn(wanted.attributes, name));
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'only a wish for an account makes one, only a wish to remove removes',
    () => {
      const allowed = {
        active: ['create', 'update', 'reactivate'],
        suspended: ['suspend'],
        deleted: ['delete'],
        kept: [],
        none: [],
      };
      fc.assert(
        fc.property(any.login, any.wish, (before, wanted) => {
          const draft = plan(before, wanted);
          return draft === null || allowed[wanted.state].some((kind) => kind === draft.kind);
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'an adoption removes nothing and clears only what the wish empties',
    () => {
      fc.assert(
        fc.property(any.listed, any.wish, (found, wanted) => {
          const draft = planAdoption(login(), wanted, found);
          const change = changeOf(draft);
          const emptied = change.clear.every(
            (name) => Array.isArray(wanted.attributes[name]) || wanted.attributes[name] === '',
          );
          return (
            draft.kind === 'adopt' &&
            draft.remoteId === found.remoteId &&
            emptied &&
            Object.values(change.entitlements).every(({ remove }) => remove.length === 0)
          );
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
