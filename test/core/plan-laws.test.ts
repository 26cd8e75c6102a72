import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Login } from '../../src/core/login-model.ts';
import type { AccountView, Wish } from '../../src/core/model.ts';
import { changeOf, type Draft, planAdoption, planLogin } from '../../src/core/plan.ts';
import * as any from './arbitraries.ts';
import { noon } from './samples.ts';

const plan = (before: Login, wanted: Wish): Draft | null => planLogin(before, wanted);

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
          const draft = planAdoption(wanted, found);
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
