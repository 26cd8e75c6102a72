import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TargetAttribute } from '../../src/core/connector.ts';
import type { Contribution } from '../../src/core/contribution.ts';
import { wishFor } from '../../src/core/desired.ts';
import { newLogin } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Person } from '../../src/core/model.ts';
import { changeOf, planAdoption, planLogin } from '../../src/core/plan.ts';
import { fold } from '../../src/core/text.ts';
import { attributesFrom, entitled } from '../../src/core/wished.ts';
import * as any from './arbitraries.ts';
import { account, app, attributes, config, noon, person, sales, wishOf } from './samples.ts';

const phones: TargetAttribute = { name: 'phones', kind: 'value', type: 'string', many: true };
const declared = [...attributes, phones];

const without = (...names: string[]): Person =>
  person({
    attributes: Object.fromEntries(Object.entries(person().attributes).filter(([name]) => !names.includes(name))),
  });

const told = (parameters: object[], rules: object[] = []) =>
  app({ parameters: [{ target: 'userName', from: 'email' }, ...parameters], rules });

describe('a value that is written only when the account is made', () => {
  const once = told([{ target: 'title', from: 'title', createOnly: true }]);

  it('is in a create, and in no update, adoption or clearing after it', () => {
    const wish = wishOf(person(), { app: once });
    expect(wish).toMatchObject({ attributes: { userName: 'zoe@acme.test' }, first: { title: 'Clerk' } });
    expect(wish.attributes).not.toHaveProperty('title');
    const create = planLogin(newLogin('p-zoe', 'crm', 1), wish);
    expect(create?.after?.attributes).toEqual({ userName: 'zoe@acme.test', title: 'Clerk' });
    const found = account({ attributes: { userName: 'zoe@acme.test', title: 'Boss' } });
    expect(changeOf(planAdoption(wish, found))).toEqual({ set: {}, clear: [], entitlements: {} });
    const gone = wishOf(without('title'), { app: once, previous: wish });
    expect(gone).not.toHaveProperty('first');
    expect(gone.attributes).toEqual({ userName: 'zoe@acme.test' });
  });

  it('says so in its reason', () => {
    expect(wishOf(person(), { app: once }).reasons.at(-1)?.because).toBe('from title, only when the account is made');
  });

  it('gives way to a rule, which holds for good', () => {
    const ruled = told(
      [{ target: 'title', value: 'New', createOnly: true }],
      [{ name: 'Sales', conditions: sales, actions: [{ target: 'title', set: 'Seller' }] }],
    );
    const wish = wishOf(person(), { app: ruled });
    expect(wish.attributes.title).toBe('Seller');
    expect(wish).not.toHaveProperty('first');
  });

  it('is enough for an attribute the app requires', () => {
    const name = app({ parameters: [{ target: 'userName', from: 'email', createOnly: true }] });
    expect(wishOf(person(), { app: name })).toMatchObject({ attributes: {}, first: { userName: 'zoe@acme.test' } });
  });
});

describe('an attribute that is cleared when empty', () => {
  const clearing = told([{ target: 'title', from: 'title', clearWhenEmpty: true }]);

  it('is emptied even if Rollcall never filled it', () => {
    expect(wishOf(without('title'), { app: clearing }).attributes.title).toEqual([]);
    expect(wishOf(person(), { app: clearing }).attributes.title).toBe('Clerk');
  });

  it('is left alone when its value cannot be translated', () => {
    const translating = told([{ target: 'title', from: 'title', translate: { Boss: 'B' }, clearWhenEmpty: true }]);
    expect(wishOf(person(), { app: translating }).attributes).not.toHaveProperty('title');
  });
});

describe('a template', () => {
  it('without an attribute it needs is no value, and a failing one leaves what is there', () => {
    const from = (template: string) => told([{ target: 'title', template }]);
    const before = wishOf(person(), { app: from('{{ title }}!') });
    expect(before.attributes.title).toBe('Clerk!');
    const missing = wishOf(without('title'), { app: from('{{ title }}!'), previous: before });
    expect(missing.attributes.title).toEqual([]);
    expect(missing.reasons.at(-1)?.because).toBe('no value: title is empty');
    const failing = wishOf(person(), { app: from('{{ title | nonsense }}'), previous: before });
    expect(failing.attributes.title).toBe('Clerk!');
    expect(failing.reasons.at(-1)?.because).toBe('no value: the template failed (undefined filter: nonsense)');
  });

  it('is converted and translated like any value', () => {
    const found = wishOf(person(), {
      app: told([
        { target: 'seats', template: '{{ employeeId | plus: 1 }}' },
        { target: 'title', template: '{{ department | downcase }}', translate: { sales: 'Seller' } },
        { target: 'groups', template: '{{ department }}' },
      ]),
    });
    expect(found).toMatchObject({ attributes: { seats: 1002, title: 'Seller' }, entitlements: { groups: ['Sales'] } });
  });
});

describe('an attribute of many values', () => {
  const wished = (parameters: object[], rules: object[] = [], who = caller) =>
    wishFor(who, told(parameters, rules), { config: config(), attributes: declared, now: noon, hasAccount: true });
  const caller = person({ attributes: { ...person().attributes, phone: ['1', '2', '1'], mobile: '3' } });

  it('takes all of them, each once; every other attribute the first', () => {
    const found = wished([
      { target: 'phones', from: 'phone' },
      { target: 'phones', from: 'mobile' },
      { target: 'title', from: 'phone' },
    ]);
    expect(found.attributes).toMatchObject({ phones: ['1', '2', '3'], title: '1' });
  });

  it('is added to, set and taken from by rules', () => {
    const rule = (action: object) => [{ name: 'r', conditions: sales, actions: [{ target: 'phones', ...action }] }];
    const parameters = [{ target: 'phones', from: 'phone' }];
    expect(wished(parameters, rule({ add: ['9'] })).attributes.phones).toEqual(['1', '2', '9']);
    expect(wished(parameters, rule({ set: ['9'] })).attributes.phones).toEqual(['9']);
    expect(wished(parameters, rule({ remove: ['1'] })).attributes.phones).toEqual(['2']);
    expect(wished(parameters, rule({ remove: true })).attributes).not.toHaveProperty('phones');
  });

  it('is not written again because the app answers in another order', () => {
    const wish = wished([{ target: 'phones', from: 'phone' }]);
    const observed = { active: true, attributes: { userName: 'ZOE@acme.test', phones: ['2', '1'] }, entitlements: {} };
    const login: Login = {
      ...newLogin('p-zoe', 'crm', 1),
      ...{ account: 'active', remoteId: 'r-1', provenance: 'created', observed: { ...observed, at: noon } },
    };
    expect(planLogin(login, wish)).toBeNull();
  });
});

describe('for every list of contributions', () => {
  const value = fc.constantFrom('A', 'B', 'b', ' C', 'D');
  const part: fc.Arbitrary<Contribution> = fc.record({
    target: fc.constantFrom('groups', 'title', 'phones'),
    act: fc.constantFrom('set', 'add', 'remove'),
    values: fc.array(value, { maxLength: 3 }),
    all: fc.boolean(),
    unusable: fc.boolean(),
    createOnly: fc.constant(false),
    clears: fc.boolean(),
    reasons: fc.constant([]),
  });
  const parts = fc.array(part, { maxLength: 6 });
  const targets = declared.filter(({ kind }) => kind === 'value');

  it(
    'a rule that removes never gives a value nobody gave',
    () => {
      fc.assert(
        fc.property(parts, (all) => {
          const given = new Set(all.filter(({ act }) => act !== 'remove').flatMap(({ values }) => values.map(fold)));
          const wished = attributesFrom(targets, all, {});
          for (const held of [entitled('groups', all), ...Object.values(wished)].flat())
            expect(given).toContain(fold(held));
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'what the last one removes is not there, and removing everything leaves nothing',
    () => {
      fc.assert(
        fc.property(parts, fc.array(value), (all, taken) => {
          const remove = { ...blank, act: 'remove' as const, target: 'groups' };
          const left = entitled('groups', [...all, { ...remove, values: taken }]).map(fold);
          for (const one of taken) expect(left).not.toContain(fold(one));
          expect(entitled('groups', [...all, { ...remove, all: true }])).toEqual([]);
        }),
        any.runs,
      );
    },
    any.patience,
  );
  const blank = { values: [], all: false, unusable: false, createOnly: false, clears: false, reasons: [] };
});
