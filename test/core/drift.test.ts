import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differencesFrom, stillAccepted, withoutAccepted } from '../../src/core/accepted.ts';
import { withWished } from '../../src/core/change.ts';
import { type DriftMode, driftOf, withDrift, withSeen } from '../../src/core/drift.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Account, Wish } from '../../src/core/model.ts';
import { changeOf, planLogin } from '../../src/core/plan.ts';
import * as any from './arbitraries.ts';
import { account, login, managed, noon, robot, wish } from './samples.ts';

const sighting = (mode: DriftMode, at = noon + 1) => ({ at, mode, actor: robot, id: `e-${at}`, by: at + 5 });
const mode = fc.constantFrom<DriftMode[]>('re-assert', 'accept', 'ask');

/** A managed login as wished: nothing is to be done. */
function settled(wanted: Wish): Login {
  const attributes = withWished({}, wanted.attributes);
  const owned = Object.entries(wanted.entitlements).flatMap(([target, values]) =>
    values.map((value) => ({ target, value, provenance: 'created' as const })),
  );
  const active = wanted.state === 'active';
  return managed({ active, attributes, entitlements: wanted.entitlements }, { wish: wanted, owned });
}

const someWish = any.wish.map(
  (one): Wish => (one.state === 'active' ? one : { ...one, state: 'suspended', attributes: {}, entitlements: {} }),
);
const found: fc.Arbitrary<Account> = any.listed.map((one) => ({ ...one, remoteId: 'r-1' }));

describe('drift', () => {
  const rep = wish({ attributes: { title: 'Rep' }, entitlements: { groups: ['A'] } });
  const one = (change: Partial<Login> = {}): Login => ({ ...settled(rep), ...change });
  const shows = (change: Partial<Account>): Account =>
    account({ attributes: { title: 'Rep' }, entitlements: { groups: ['A'] }, ...change });

  it('is about what we wish and own, and the account’s state', () => {
    expect(driftOf(one(), shows({}))).toBeNull();
    expect(driftOf(one(), shows({ attributes: { title: 'Rep', lastLogin: 'today' } }))).toBeNull();
    expect(driftOf(one(), shows({ entitlements: { groups: ['A', 'Z'], licences: ['Gold'] } }))).toBeNull();
    expect(driftOf(one(), shows({ attributes: { title: 'Boss' } }))).toMatchObject({
      before: { attributes: { title: 'Rep' } },
      after: { attributes: { title: 'Boss' } },
    });
    expect(driftOf(one(), shows({ active: false }))).toMatchObject({
      before: { active: true },
      after: { active: false },
    });
    expect(driftOf(one(), shows({ entitlements: { groups: [] } }))).not.toBeNull();
  });

  it('takes memberships the answer does not speak of for unchanged', () => {
    expect(driftOf(one(), shows({ entitlements: {} }))).toBeNull();
    expect(withSeen(one(), shows({ entitlements: {} }), noon + 1)).toBeNull();
  });

  it('is nobody’s in accounts that are not ours, or of another login', () => {
    const other = shows({ attributes: { title: 'Boss' } });
    for (const change of [
      { provenance: 'unmanaged' },
      { provenance: null },
      { disassociated: true },
      { remoteId: 'r-9' },
    ] as const)
      expect(withDrift(one(change), other, sighting('re-assert'))).toBeNull();
  });

  it('accepts a membership value by value, and only until it is wished no more', () => {
    const lost = withDrift(one(), shows({ entitlements: { groups: [] } }), sighting('accept'));
    const accepted = lost?.accepted ?? [];
    expect(accepted).toEqual([{ target: 'groups', wished: 'A', found: null, at: noon + 1 }]);
    const more = wish({ attributes: { title: 'Rep' }, entitlements: { groups: ['A', 'B'] } });
    expect(withoutAccepted(more, accepted).entitlements).toEqual({ groups: ['B'] });
    expect(stillAccepted(accepted, more)).toBe(accepted);
    expect(stillAccepted(accepted, wish({ entitlements: { groups: ['B'] } }))).toEqual([]);
  });

  it('leaves what waits for other reasons out of what it accepts', () => {
    const pending = { ...one(), wish: { ...rep, attributes: { title: 'Rep', userName: 'zoe' } } };
    const after = withDrift(pending, shows({ attributes: { title: 'Boss' } }), sighting('accept'));
    expect(after?.accepted.map(({ target }) => target)).toEqual(['title']);
    expect(planLogin(after ?? login(), pending.wish)).toMatchObject({ after: { attributes: { userName: 'zoe' } } });
  });

  it('forgets what was accepted when it is changed again and may not stay', () => {
    const accepted = withDrift(one(), shows({ attributes: { title: 'Boss' } }), sighting('accept')) ?? login();
    const again = withDrift(accepted, shows({ attributes: { title: 'King' } }), sighting('re-assert', noon + 2));
    expect(again?.accepted).toEqual([]);
    expect(again?.observed?.byHand).toBe(true);
  });
});

describe('for every wish and whatever the app shows', () => {
  const law = (name: string, holds: (before: Login, wanted: Wish, shown: Account, how: DriftMode) => void) =>
    it(
      name,
      () => {
        const every = fc.property(someWish, found, mode, (wanted, shown, how) => {
          holds(settled(wanted), wanted, shown, how);
        });
        fc.assert(every, any.runs);
      },
      any.patience,
    );

  law('what was seen once is no drift the second time, and one event tells of it', (before, _, shown, how) => {
    const after = withDrift(before, shown, sighting(how));
    if (after === null) return expect(driftOf(before, shown)).toBeNull();
    expect(driftOf(after, shown)).toBeNull();
    expect(withSeen(after, shown, noon + 2)).toBeNull();
    expect([after.version, after.outbox.length]).toEqual([before.version + 1, before.outbox.length + 1]);
  });

  law('what is accepted is not planned away, unless the person leaves', (before, wanted, shown) => {
    const after = withDrift(before, shown, sighting('accept'));
    if (after === null) return;
    const draft = planLogin(after, wanted);
    if (wanted.state === 'active') expect(draft).toBeNull();
    else expect(draft?.kind ?? null).toBe(shown.active ? 'suspend' : null);
  });

  law('what may not stay is planned away, and only that is called changed by hand', (before, wanted, shown) => {
    const after = withDrift(before, shown, sighting('re-assert'));
    if (after === null) return;
    const draft = planLogin(after, wanted);
    expect(after.observed?.byHand === true).toBe(draft !== null);
    expect(after.nextAt).toBe(draft === null ? null : noon + 6);
  });

  law(
    'what is gone stops being ours, nothing becomes so, and nothing else is ever taken',
    (before, wanted, shown, how) => {
      const after = withDrift(before, shown, sighting(how)) ?? withSeen(before, shown, noon + 1) ?? before;
      for (const owned of after.owned) expect(before.owned).toContainEqual(owned);
      const draft = planLogin(after, wanted);
      const changes = draft === null ? [] : Object.values(changeOf(draft).entitlements);
      expect(changes.flatMap(({ remove }) => remove)).toEqual([]);
    },
  );

  law('every difference accepted is one from the wish', (before, wanted, shown) => {
    const all = differencesFrom(wanted, shown, noon + 1);
    for (const one of withDrift(before, shown, sighting('accept'))?.accepted ?? []) {
      expect(all.map(({ target, wished }) => [target, wished])).toContainEqual([one.target, one.wished]);
    }
  });
});
