import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf } from '../../src/core/change.ts';
import { differenceOf } from '../../src/core/difference.ts';
import { begin, changed, replaceOperation, succeed, waive } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Account, AccountView, Wish } from '../../src/core/model.ts';
import { makeOperation } from '../../src/core/operation.ts';
import { pinnedWish, pinReason, unlinked } from '../../src/core/pin.ts';
import { type Draft, planAdoption, planLogin } from '../../src/core/plan.ts';
import { explain, wordOf } from '../../src/core/status.ts';
import { listOf } from '../../src/core/text.ts';
import { compensationOf, type Done, irreversible, type UndoTerms } from '../../src/core/undo.ts';
import * as any from './arbitraries.ts';
import { login, managed, noon, robot, wish } from './samples.ts';

const terms: UndoTerms = {
  onRoleLoss: 'suspend',
  attributes: [
    { name: 'userName', kind: 'value', type: 'string', required: true },
    { name: 'title', kind: 'value', type: 'string' },
    { name: 'seats', kind: 'value', type: 'number' },
    { name: 'groups', kind: 'entitlement', type: 'string' },
    { name: 'licences', kind: 'entitlement', type: 'string' },
  ],
};
const ada = { kind: 'operator', name: 'Ada', via: 'cli' } as const;

/** The app: writes the difference of the two views into the account, and nothing else. */
function inApp(account: Account, draft: Draft): Account | null {
  if (draft.kind === 'delete') return null;
  const { set, clear, entitlements } = changeOf(draft);
  const attributes = Object.fromEntries(
    Object.entries({ ...account.attributes, ...set }).filter(([name]) => !clear.includes(name)),
  );
  const memberships = new Map(Object.entries(account.entitlements));
  for (const [target, { add, remove }] of Object.entries(entitlements)) {
    const kept = (memberships.get(target) ?? []).filter((value) => !remove.includes(value));
    memberships.set(target, [...new Set([...kept, ...add])]);
  }
  return {
    remoteId: account.remoteId,
    active: draft.after?.active ?? account.active,
    attributes,
    entitlements: Object.fromEntries(memberships),
  };
}

let count = 0;
/** The whole way of one change: planned, let go, called, read back. */
function carriedOut(
  before: Login,
  account: Account,
  draft: Draft,
): { after: Login; account: Account | null; done: Done } {
  const operation = makeOperation(
    {
      ...{ id: `o-${++count}`, person: before.person, app: before.app, remoteId: draft.remoteId, kind: draft.kind },
      ...{ before: draft.before, after: draft.after, revision: before.revision, cause: 'role', explicit: false },
      ...{ requester: null, reasons: [], foundBy: null },
    },
    noon,
  );
  const approved = waive(replaceOperation({ ...before, candidates: [] }, operation, robot, noon), robot, noon);
  const calling = begin(approved, { attempt: 't', epoch: 1, at: noon, lookAgainAt: noon }, robot);
  const left = inApp(account, draft);
  return { after: succeed(calling, left, robot, noon), account: left, done: operation };
}

/** What an account is, whatever order its values are told in. */
const shape = ({ active, attributes, entitlements }: AccountView) => ({
  active,
  attributes: Object.entries(attributes)
    .filter(([, value]) => listOf(value).length > 0)
    .sort(),
  entitlements: Object.entries(entitlements)
    .filter(([, values]) => values.length > 0)
    .map(([target, values]) => [target, [...values].sort()])
    .sort(),
});
const owned = ({ owned: all }: Login) => [...new Set(all.map(({ target, value }) => `${target}=${value}`))].sort();

/** An account that is ours, as the app shows it: what we own is there. */
const ours = fc
  .tuple(any.login, any.entitlements, any.accountAttributes, fc.boolean())
  .map(([one, entitlements, attributes, active]) => {
    const has = one.owned.filter(({ target, value }) => entitlements[target]?.some((there) => there === value));
    const observed = { active, attributes: { userName: 'zoe', ...attributes }, entitlements, at: noon };
    const state = active ? ('active' as const) : ('suspended' as const);
    return changed(one, {
      ...{ account: state, observed, owned: has, provenance: 'created', disassociated: false, candidates: [] },
    });
  });
const accountOf = ({ observed, remoteId }: Login): Account => ({
  remoteId: remoteId ?? 'r-1',
  active: observed?.active ?? true,
  attributes: observed?.attributes ?? {},
  entitlements: observed?.entitlements ?? {},
});
const wished = any.wish.map((one): Wish => ({ ...one, attributes: { ...one.attributes, userName: 'zoe' } }));
const inForce = (before: Login, one: Wish): Login => changed(before, { wish: one, revision: before.revision + 1 });

/** Applies what the wish asks for, then what undoes it. */
function thereAndBack(before: Login, one: Wish) {
  const start = inForce(before, one);
  const draft = planLogin(start, one);
  if (draft === null) return null;
  const there = carriedOut(start, accountOf(before), draft);
  const compensation = compensationOf(there.done, there.after, terms);
  if (!compensation.can || there.account === null) return { draft, there, compensation, back: null };
  const pinned = { ...compensation.wish, reasons: [pinReason(ada)] };
  const back = planLogin(there.after, pinned);
  return { draft, there, compensation, back: back && carriedOut(there.after, there.account, back) };
}

describe('undo(apply(x))', () => {
  it(
    'restores what we owned and touches nothing unmanaged, memberships included',
    () => {
      let undone = 0;
      fc.assert(
        fc.property(ours, wished, (before, one) => {
          const way = thereAndBack(before, one);
          if (way === null || way.draft.kind === 'delete') return;
          expect(way.compensation).toMatchObject({ can: true });
          expect(way.back?.account).toBeDefined();
          if (way.back?.account == null) return;
          undone += 1;
          const was = accountOf(before);
          const is = way.back.account;
          if (way.draft.kind === 'reactivate') {
            expect(shape(is)).toEqual(shape({ ...(way.there.account ?? is), active: false }));
            return;
          }
          expect(shape(is)).toEqual(shape(was));
          expect(owned(way.back.after)).toEqual(owned(before));
        }),
        any.runs,
      );
      expect(undone).toBeGreaterThan(500);
    },
    any.patience,
  );

  it(
    'gives an adopted account back as it was, takes what we gave meanwhile, and then writes nothing any more',
    () => {
      fc.assert(
        fc.property(any.listed, wished, fc.boolean(), (account, one, more) => {
          const found = { ...account, active: true, attributes: { userName: 'zoe', ...account.attributes } };
          const active: Wish = { ...one, state: 'active' };
          const start = inForce(login(), active);
          const adopted = carriedOut(start, found, planAdoption(active, found));
          if (adopted.account === null) throw new Error('an adoption deletes nothing');
          const extra: Wish = { ...active, entitlements: { ...active.entitlements, groups: ['A', 'B', 'C'] } };
          const later = inForce(adopted.after, extra);
          const gain = more && active.entitlements.groups === undefined ? planLogin(later, extra) : null;
          const now = gain === null ? adopted : carriedOut(later, adopted.account, gain);
          const compensation = compensationOf(adopted.done, now.after, terms);
          expect(compensation).toMatchObject({ can: true, unlinks: true });
          if (!compensation.can || now.account === null) return;
          const pinned = { ...compensation.wish, reasons: [] };
          const draft = planLogin(now.after, pinned);
          const back = draft === null ? now : carriedOut(now.after, now.account, draft);
          expect(back.account && shape(back.account)).toEqual(shape(found));
          const free = unlinked(back.after, { id: 'e-1', actor: ada, at: noon, message: '' });
          expect(planLogin({ ...free, disassociated: false }, active)).toBeNull();
          expect(free).toMatchObject({ remoteId: null, owned: [], former: [found.remoteId], account: 'active' });
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'never runs over what was changed since',
    () => {
      fc.assert(
        fc.property(ours, wished, wished, (before, one, other) => {
          const way = thereAndBack(before, { ...one, state: 'active' });
          if (way === null || way.there.account === null || way.draft.kind !== 'update') return;
          const newer: Wish = { ...other, state: 'active' };
          const start = inForce(way.there.after, newer);
          const draft = planLogin(start, newer);
          if (draft === null) return;
          const now = carriedOut(start, way.there.account, draft);
          const compensation = compensationOf(way.there.done, now.after, terms);
          const [mine, theirs] = [changeOf(way.there.done), changeOf(draft)];
          const names = (change: typeof mine) => [...Object.keys(change.set), ...change.clear];
          const clashes = names(mine).some((name) => names(theirs).includes(name));
          if (clashes) expect(compensation.can).toBe(false);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

describe('what cannot be undone', () => {
  const done = (kind: Done['kind'], change: Partial<Done> = {}): Done => ({
    ...{ id: 'o-1', kind, before: null, after: null },
    ...change,
  });

  it('is a deletion, and that is known before anybody agrees to it', () => {
    expect(irreversible('delete')).toBe(true);
    expect((['create', 'update', 'suspend', 'reactivate', 'adopt'] as const).some(irreversible)).toBe(false);
    expect(compensationOf(done('delete'), managed({}), terms)).toMatchObject({ can: false });
  });

  it('is a creation in an app that leaves accounts as they are; the app’s own setting decides how it ends', () => {
    const made = managed({ attributes: { userName: 'zoe' } });
    const ends = (onRoleLoss: UndoTerms['onRoleLoss']) =>
      compensationOf(done('create'), made, { ...terms, onRoleLoss });
    expect(ends('suspend')).toMatchObject({ can: true, wish: { state: 'suspended' }, note: null });
    expect(ends('delete')).toMatchObject({ can: true, wish: { state: 'deleted' } });
    expect(ends('delete')).toHaveProperty('note', expect.stringContaining('cannot be undone'));
    expect(ends('nothing')).toMatchObject({ can: false });
  });

  it('is anything of an account that is gone, unlinked or being changed', () => {
    for (const now of [
      login({ account: 'deleted' }),
      managed({}, { account: 'missing' }),
      managed({}, { disassociated: true }),
      managed({}, { provenance: 'unmanaged' }),
    ])
      expect(compensationOf(done('update'), now, terms).can).toBe(false);
  });

  it('is told by name when it was changed since', () => {
    const before = { active: true, attributes: { title: 'Rep' }, entitlements: {} };
    const after = { ...before, attributes: { title: 'Lead' } };
    const now = managed({ attributes: { title: 'Boss' } });
    expect(compensationOf(done('update', { before, after }), now, terms)).toEqual({
      can: false,
      why: 'changed since (title): undo the newer change first',
    });
  });
});

describe('a pin', () => {
  const pin = { wish: wish({ attributes: { title: 'Rep' } }), by: ada, at: noon, undoes: 'o-1' };

  it('holds instead of what the directory asks for, and says so with the status', () => {
    const pinned = managed({}, { pin });
    expect(pinnedWish(wish({ attributes: { title: 'Lead' } }), pinned)).toEqual(pin.wish);
    expect(pinnedWish(wish({ state: 'none', cause: 'role-loss' }), pinned)).toEqual(pin.wish);
    expect(wordOf(pinned)).toBe('provisioned');
    expect(explain(pinned)).toContain('pinned by Ada: not following the directory until released');
  });

  it('never keeps somebody who leaves, nor writes where provisioning is off', () => {
    const pinned = managed({}, { pin });
    for (const cause of ['left', 'suspended'] as const) {
      const leaving = wish({ state: 'suspended', cause });
      expect(pinnedWish(leaving, pinned)).toBe(leaving);
    }
    const off = wish({ state: 'kept', cause: 'role' });
    expect(pinnedWish(off, pinned)).toBe(off);
  });
});

describe('a difference', () => {
  it('tells each value and membership, and no secret', () => {
    const before = {
      active: false,
      attributes: { title: 'Clerk', password: 'old' },
      entitlements: { groups: ['Staff'] },
    };
    const after = {
      active: true,
      attributes: { title: 'Head of Sales', password: 'new', seats: 3 },
      entitlements: { groups: ['Managers'] },
    };
    expect(differenceOf(before, after)).toEqual([
      'account: suspended → active',
      'password: •••••• → ••••••',
      'seats: (empty) → 3',
      'title: Clerk → Head of Sales',
      'groups: + Managers, − Staff',
    ]);
    expect(differenceOf(before, before)).toEqual([]);
  });
});
