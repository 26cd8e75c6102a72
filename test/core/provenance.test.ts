import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withDrift, withSeen } from '../../src/core/drift.ts';
import { succeed } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Account } from '../../src/core/model.ts';
import { makeOperation } from '../../src/core/operation.ts';
import { changeOf, type Draft, planAdoption, planLogin } from '../../src/core/plan.ts';
import * as any from './arbitraries.ts';
import { account as listed, login as newLogin, noon, robot, wish } from './samples.ts';

const groups = ['A', 'B', 'C', 'D'];
const some = fc.subarray(groups);
const mode = fc.constantFrom('re-assert' as const, 'accept' as const, 'ask' as const);

/** A wish that names these groups; somebody in the app who sets these; a verify sweep; what is planned is carried out. */
type Step =
  | { act: 'wish'; groups: string[] }
  | { act: 'hand'; groups: string[] }
  | { act: 'sweep'; mode: 're-assert' | 'accept' | 'ask' };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ act: fc.constant('wish' as const), groups: some }),
  fc.record({ act: fc.constant('hand' as const), groups: some }),
  fc.record({ act: fc.constant('sweep' as const), mode }),
);
const start = fc.record({ adopted: fc.boolean(), present: some, wished: some });

/** One account in an app, the login that stands for it, and what we really gave. */
function life(begin: { adopted: boolean; present: string[]; wished: string[] }) {
  let at = noon;
  let app: Account = { remoteId: 'r-1', active: true, attributes: {}, entitlements: { groups: begin.present } };
  let login: Login = newLogin({ wish: wish({ attributes: {}, entitlements: { groups: begin.wished } }), revision: 1 });
  const given = new Set<string>();
  const ours = new Set<string>();
  const removed: { value: string; given: boolean; ours: boolean }[] = [];

  function carryOut(draft: Draft): void {
    const { add = [], remove = [] } = changeOf(draft).entitlements.groups ?? {};
    const before = draft.kind === 'create' ? [] : (app.entitlements.groups ?? []);
    for (const value of remove) removed.push({ value, given: given.has(value), ours: ours.has(value) });
    for (const value of add) {
      given.add(value);
      if (!before.includes(value)) ours.add(value);
    }
    for (const value of remove) ours.delete(value);
    const now = new Set([...before.filter((value) => !remove.includes(value)), ...add]);
    app = { ...app, active: true, entitlements: { groups: [...now].sort() } };
    at += 1;
    const operation = makeOperation(
      { ...draft, id: `o-${at}`, person: 'p-zoe', app: 'crm', revision: 1, cause: 'role', ...rest },
      at,
    );
    login = succeed({ ...login, operation: { ...operation, state: 'applying' } }, app, robot, at);
  }

  function work(): void {
    const draft = login.wish === null ? null : planLogin(login, login.wish);
    if (draft !== null) carryOut(draft);
  }

  if (begin.adopted) carryOut(planAdoption(login.wish ?? wish(), listed({ ...app, attributes: {} })));
  else work();

  return {
    removed,
    wish(names: string[]): void {
      login = { ...login, wish: wish({ attributes: {}, entitlements: { groups: names } }) };
    },
    hand(names: string[]): void {
      for (const value of [...ours]) if (!names.includes(value)) ours.delete(value);
      app = { ...app, entitlements: { groups: names } };
    },
    sweep(how: 're-assert' | 'accept' | 'ask'): void {
      at += 1;
      const sighting = { at, mode: how, actor: robot, id: `e-${at}`, by: at };
      login = withDrift(login, app, sighting) ?? withSeen(login, app, at) ?? login;
    },
    work,
  };
}
const rest = { explicit: false, requester: null, reasons: [] };

describe('provenance of entitlements', () => {
  it(
    'a value Rollcall never gave is never taken away, whatever is wished, adopted and changed by hand',
    () => {
      fc.assert(
        fc.property(start, fc.array(step, { maxLength: 12 }), (begin, steps) => {
          const one = life(begin);
          for (const next of steps) {
            if (next.act === 'wish') one.wish(next.groups);
            if (next.act === 'hand') one.hand(next.groups);
            if (next.act === 'sweep') one.sweep(next.mode);
            one.work();
          }
          return one.removed.every(({ given }) => given);
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'what was there before us, or was given by hand since, stays when our reason ends, once a sweep has seen it',
    () => {
      fc.assert(
        fc.property(start, fc.array(fc.tuple(step, mode), { maxLength: 12 }), (begin, steps) => {
          const one = life(begin);
          for (const [next, how] of steps) {
            if (next.act === 'wish') one.wish(next.groups);
            if (next.act === 'hand') one.hand(next.groups);
            if (next.act !== 'wish') one.sweep(how);
            one.work();
          }
          return one.removed.every(({ ours }) => ours);
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'a wish fulfilled and withdrawn leaves the account as it was found',
    () => {
      fc.assert(
        fc.property(some, some, (present, wished) => {
          const one = life({ adopted: true, present, wished });
          one.wish([]);
          one.work();
          const taken = one.removed.map(({ value }) => value).sort();
          expect(taken).toEqual(wished.filter((value) => !present.includes(value)).sort());
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
