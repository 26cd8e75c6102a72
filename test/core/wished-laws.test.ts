import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action, AppConfig, Rule } from '../../src/core/app-schema.ts';
import type { Config, Mapping } from '../../src/core/config.ts';
import type { TargetAttribute } from '../../src/core/connector.ts';
import { sameWish, wishFor } from '../../src/core/desired.ts';
import { newLogin, step, succeed } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Account, Person, Wish } from '../../src/core/model.ts';
import { makeOperation } from '../../src/core/operation.ts';
import { changeOf, planLogin } from '../../src/core/plan.ts';
import { rolesOf } from '../../src/core/role.ts';
import * as any from './arbitraries.ts';
import { app, attributes, config, noon, person, robot } from './samples.ts';

const phones: TargetAttribute = { name: 'phones', kind: 'value', type: 'string', many: true };
const declared = [...attributes, phones];

/** What the app shows once it was told what a draft says, by the ledger's own step. */
function carriedOut(before: Login, draft: NonNullable<ReturnType<typeof planLogin>>): Login {
  const change = changeOf(draft);
  const old = before.observed ?? { active: true, attributes: {}, entitlements: {} };
  const kept = Object.entries(old.attributes).filter(([name]) => !change.clear.includes(name));
  const entitlements = { ...old.entitlements };
  for (const [target, { add, remove }] of Object.entries(change.entitlements))
    entitlements[target] = [...(entitlements[target] ?? []).filter((one) => !remove.includes(one)), ...add];
  const shown: Account = {
    remoteId: 'r-1',
    active: draft.after?.active ?? false,
    attributes: { ...Object.fromEntries(kept), ...change.set },
    entitlements,
  };
  const operation = makeOperation(
    {
      ...{ id: 'o-1', person: 'p-zoe', app: 'crm', remoteId: draft.remoteId, kind: draft.kind },
      ...{ before: draft.before, after: draft.after, revision: before.revision, cause: 'role' as const },
      ...{ explicit: true, requester: null, reasons: [], foundBy: null },
    },
    noon,
  );
  const started = step(step({ ...before, operation }, 'waive', robot, noon), 'start', robot, noon);
  return succeed(started, shown, robot, noon);
}

/** Parsed once: every run changes a part of it that is whole already. */
const [parsed, parsedApp] = [config(), app()];

describe('for every person and every way of filling attributes', () => {
  const flags = fc.record({ createOnly: fc.boolean(), clearWhenEmpty: fc.boolean() }).map((set) => ({
    ...(set.createOnly && { createOnly: true }),
    ...(set.clearWhenEmpty && !set.createOnly && { clearWhenEmpty: true }),
  }));
  const source = fc.oneof(
    any.personName.map((from) => ({ from })),
    fc
      .constantFrom(
        '{{ title }}',
        '{{ title | default: "D" }}',
        '{{ memberOf }}',
        '{{ department | nope }}',
        '{{ note }}',
      )
      .map((template) => ({ template })),
    fc.constantFrom('{title}', 'Staff').map((text) => ({ value: text })),
  );
  const translate = fc.constantFrom({}, {}, { translate: { Sales: 'S', '7': '8' } }, { default: '3' });
  const parameter = (target: string) =>
    fc.tuple(source, translate, flags).map(([from, how, when]) => ({ target, ...from, ...how, ...when }));
  const plain = fc.tuple(...['title', 'seats', 'external', 'phones'].map(parameter));
  const granting = fc.tuple(source, translate).map(([from, how]) => ({ target: 'groups', ...from, ...how }));
  const target = fc.constantFrom('title', 'groups', 'phones', 'licences');
  const action = fc.oneof(
    fc.tuple(target, any.word).map(([name, set]) => ({ target: name, set })),
    fc
      .tuple(fc.constantFrom('groups', 'phones', 'licences'), fc.array(any.word, { minLength: 1, maxLength: 2 }))
      .map(([name, add]) => ({ target: name, add })),
    fc
      .tuple(target, fc.oneof(fc.constant(true), fc.constant(['Sales', '7'])))
      .map(([name, remove]) => ({ target: name, remove })),
    fc.constantFrom('^(.)', '(\\d)', 'Sales').map((pattern) => ({
      target: 'groups',
      extract: { from: 'memberOf', pattern, value: 'g-$0' },
    })),
  );
  const rules = fc
    .array(fc.tuple(any.group, action), { maxLength: 3 })
    .map((all) => all.map(([group, one], index): Rule => ({ name: `r${index}`, ...group, actions: [one as Action] })));
  const setting = fc.tuple(plain, granting, rules).map(([parameters, groups, ruled]): AppConfig => {
    const userName = { target: 'userName', from: 'email' };
    return { ...parsedApp, parameters: [userName, ...parameters, groups], rules: ruled };
  });
  const mappings = fc
    .array(fc.tuple(any.group, any.personName, fc.oneof(any.values, fc.constantFrom('{title}', '{{ department }}'))), {
      maxLength: 2,
    })
    .map((all) => ({
      ...parsed,
      mappings: [
        ...all.map(([group, attribute, value], index) => ({
          ...{ name: `m${index}`, ...group, roles: [], set: [{ attribute, value }] },
        })),
        { name: 'all', match: 'all' as const, conditions: [], roles: ['Sales'], set: [] },
      ],
    }));
  const someone = any.attributes.map((found) => {
    const { startDate: _start, endDate: _end, ...rest } = found;
    return person({ attributes: { ...rest, email: 'zoe@acme.test' } });
  });
  const wished = (who: Person, one: AppConfig, by: Config, previous: Wish | null, hasAccount: boolean) =>
    wishFor(who, one, { config: by, attributes: declared, now: noon, hasAccount, previous });

  it(
    'the same input gives the same wish, whoever else was asked about',
    () => {
      fc.assert(
        fc.property(someone, someone, setting, mappings, fc.boolean(), (who, other, one, mapping, hasAccount) => {
          const first = wished(who, one, mapping, null, hasAccount);
          wished(other, one, mapping, first, hasAccount);
          expect(wished(structuredClone(who), one, mapping, null, hasAccount)).toEqual(first);
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'a wish that was carried out leaves nothing to plan, when the account is made and after every change',
    () => {
      fc.assert(
        fc.property(someone, someone, setting, mappings, (joined, changed, one, mapping) => {
          let login: Login = newLogin('p-zoe', 'crm', 1);
          for (const who of [joined, changed, joined]) {
            const before = login.account === 'active';
            const wish = wished(who, one, mapping, login.wish, before);
            if (wish.state !== 'active') return;
            const draft = planLogin(login, wish);
            login = { ...login, wish };
            if (draft === null) continue;
            if (before && wish.first !== undefined)
              for (const name of Object.keys(wish.first)) expect(changeOf(draft).set).not.toHaveProperty(name);
            login = carriedOut(login, draft);
            const after = wished(who, one, mapping, login.wish, true);
            expect(sameWish(after, wish)).toBe(true);
            expect(planLogin(login, after)).toBeNull();
          }
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'the order of mappings that do not look at one another never changes anything',
    () => {
      const own = fc.constantFrom('a', 'b', 'c', 'd');
      const apart = fc
        .uniqueArray(fc.tuple(any.group, own, any.values, fc.subarray(['Sales', 'Ops', 'Board'])), {
          maxLength: 4,
          selector: ([, attribute]) => attribute,
        })
        .map((all) =>
          all.map(
            ([group, attribute, value, roles], index): Mapping => ({
              ...{ name: `m${index}`, ...group, roles, set: [{ attribute, value }] },
            }),
          ),
        );
      const roles = ['Sales', 'Ops', 'Board'].map((name) => ({ name, apps: ['crm'], members: [] }));
      fc.assert(
        fc.property(someone, setting, apart, fc.nat(), (who, one, mappings, turn) => {
          const turned = [...mappings.slice(turn % 4), ...mappings.slice(0, turn % 4)].reverse();
          const [straight, other] = [mappings, turned].map((list): Config => ({ ...parsed, roles, mappings: list }));
          if (straight === undefined || other === undefined) return;
          expect(rolesOf(who, other, noon)).toEqual(rolesOf(who, straight, noon));
          expect(wished(who, one, other, null, true)).toEqual(wished(who, one, straight, null, true));
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
