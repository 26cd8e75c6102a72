import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../../src/core/condition.ts';
import { wishFor } from '../../src/core/desired.ts';
import { type Explained, explanationOf, type Subject } from '../../src/core/explanation.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Person } from '../../src/core/model.ts';
import { pinnedWish, pinReason } from '../../src/core/pin.ts';
import { shortfallOf } from '../../src/core/shortfall.ts';
import * as any from './arbitraries.ts';
import { app, attributes, config, login, managed, noon, operation, person, robot, sales, wish } from './samples.ts';

function subject(change: Partial<Subject> = {}): Subject {
  const given = {
    ...{ person: person(), app: app({ title: 'CRM' }), attributes, config: config(), login: null, now: noon },
    ...{ pauses: [], rejection: null },
    ...change,
  };
  const hasAccount = given.login?.account === 'active' || given.login?.account === 'suspended';
  const context = { ...given, hasAccount, previous: given.login?.wish ?? null };
  return { wish: pinnedWish(wishFor(given.person, given.app, context), given.login), ...given };
}
const explain = (change: Partial<Subject> = {}): Explained => explanationOf(subject(change));
const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const marketing = person({ attributes: { email: 'max@acme.test', displayName: 'Max', department: 'Marketing' } });
const zoe = managed({});

describe('why somebody has an account', () => {
  it('goes from the person over the mapping to the role', () => {
    const { chain, text, wished, word } = explain({ login: zoe });
    expect(chain.map(({ kind, name }) => [kind, name])).toEqual([
      ['status', 'hr'],
      ['mapping', 'Sales people'],
      ['role', 'Sales'],
    ]);
    expect({ wished, word }).toEqual({ wished: 'active', word: 'provisioned' });
    expect(text).toBe('Zoe has an account in CRM through the role Sales: department is Sales (mapping Sales people).');
  });

  it('tells of each value which parameter or rule gives it, and why another has none', () => {
    const crm = app({
      parameters: [
        { target: 'userName', from: 'email' },
        { target: 'title', from: 'title' },
        { target: 'seats', from: 'level' },
        { target: 'groups', from: 'department', translate: { Sales: 'Sales and Marketing' } },
        { target: 'groups', value: 'Everybody' },
      ],
      rules: [
        {
          name: 'Clerks',
          conditions: [{ attribute: 'title', operator: '=', value: 'Clerk' }],
          actions: [
            { target: 'groups', add: ['Clerks', 'Everybody'] },
            { target: 'title', set: 'Chief Clerk' },
          ],
        },
        { name: 'Sales', conditions: sales, actions: [{ target: 'groups', add: ['Sellers'] }] },
      ],
    });
    const chains = explain({ app: crm, login: zoe }).targets.map(({ target, value, chain }) => [
      `${target}=${value}`,
      chain.map(({ kind, name, because }) => `${kind} ${name}: ${because}`),
    ]);
    expect(Object.fromEntries(chains)).toEqual({
      'userName=zoe@acme.test': ['parameter userName: from email'],
      'title=Chief Clerk': ['rule Clerks: title is Clerk'],
      'groups=Clerks': ['rule Clerks: title is Clerk'],
      'groups=Everybody': ['parameter groups: from a constant', 'rule Clerks: title is Clerk'],
      'groups=Sales and Marketing': ['parameter groups: department Sales, translated'],
      'groups=Sellers': ['rule Sales: department is Sales'],
      'seats=': ['parameter seats: no value: level is empty'],
    });
  });

  it('says what still keeps it from being done', () => {
    const open = (change: object): Login => login({ wish: wish(), operation: operation(change) });
    const trouble = {
      kind: 'threshold',
      message: '30 of 40 accounts would be suspended',
      remedy: 'An admin decides.',
      at: noon,
    };
    expect(explain({ login: open({ state: 'awaiting', changedAt: noon }) }).text).toMatch(
      /^Zoe is to have an account in CRM through .*; the create waits for approval since 2026-03-15\.$/,
    );
    expect(explain({ login: open({ state: 'held', kind: 'suspend', trouble }) }).text).toBe(
      'Zoe’s account in CRM: the suspend is held: 30 of 40 accounts would be suspended. An admin decides.',
    );
    const rejected = explain({
      login: { ...open({ state: 'rejected', changedAt: noon, decidedBy: [ada], revision: 0 }) },
      rejection: 'not before May',
    });
    expect(rejected).toMatchObject({
      word: 'rejected',
      text: 'Zoe’s account in CRM: Ada rejected the create on 2026-03-15 (not before May); it is not asked again until the wish changes.',
    });
    expect(explain({ login: managed({}, { disassociated: true }) })).toMatchObject({
      word: 'disassociated',
      text: 'Zoe’s account in CRM was unlinked by hand and is left alone until it is rematched.',
    });
  });

  it('names a pin and who set it, and pauses with their end', () => {
    const reasons = [pinReason(ada)];
    const pin = { wish: wish({ state: 'suspended', reasons }), by: ada, at: noon, undoes: null };
    const pinned = explain({ login: managed({ active: false }, { pin }) });
    expect(pinned.text).toBe(
      'Zoe’s account in CRM is suspended because Ada decided so on 2026-03-15, until that is released.',
    );
    expect(pinned).toMatchObject({ wished: 'suspended', chain: reasons });
    const pauses = [
      { until: noon, reason: 'audit', by: ada },
      { until: null, reason: null, by: robot },
    ];
    expect(explain({ login: zoe, pauses }).text).toMatch(
      /; Ada paused changes other than leaving until 2026-03-15 \(audit\); test paused changes other than leaving until somebody resumes them\.$/,
    );
  });
});

describe('why not', () => {
  it('names for each role the mapping nearest to holding, what is there and what it wants', () => {
    const twoRoles = config({
      roles: [
        { name: 'Staff', apps: ['crm'] },
        { name: 'Sales', apps: ['crm'] },
        { name: 'Other', apps: ['erp'] },
      ],
      mappings: [
        { name: 'Far', roles: ['Sales'], conditions: [...sales, { attribute: 'title', operator: 'exists' }] },
        {
          name: 'Near',
          roles: ['Sales'],
          conditions: [
            { attribute: 'email', operator: 'exists' },
            {
              match: 'any',
              conditions: [
                { match: 'all', conditions: [...sales, ...sales] },
                { attribute: 'department', operator: 'in', value: ['Legal', 'Market', 'Sales'] },
              ],
            },
          ],
        },
      ],
    });
    const { near, text, wished } = explain({ person: marketing, config: twoRoles });
    expect(wished).toBe('none');
    expect(near).toEqual([
      {
        role: 'Sales',
        mapping: 'Near',
        condition: 'department is one of Legal, Market, Sales',
        has: 'Marketing',
        wants: 'Market',
      },
      {
        role: 'Staff',
        mapping: '',
        condition: 'member of Staff by hand',
        has: 'not a member',
        wants: 'max@acme.test as a member',
      },
    ]);
    expect(text).toBe(
      'Max has no account in CRM because no role gives one; the nearest is Sales, by Near, if department is one of Legal, Market, Sales: there is Marketing instead of Market.',
    );
  });

  it('says who is leaving, and does not look for roles that somebody is in', () => {
    const gone: Person = {
      ...person(),
      status: 'left',
      records: [
        { ...person().records[0], directory: 'hr', externalId: '1', status: 'left', said: 'explicit', attributes: {} },
      ],
    };
    expect(explain({ person: gone, login: zoe })).toMatchObject({
      wished: 'suspended',
      near: [],
      text: 'Zoe’s account in CRM is to be suspended because left in hr.',
    });
  });

  it('says so when no role has the app', () => {
    const { near, text, word } = explain({ config: config({ roles: [{ name: 'Sales' }] }) });
    expect({ near, text, word }).toEqual({
      near: [],
      text: 'Zoe has no account in CRM because no role has crm.',
      word: 'no account',
    });
  });

  it(
    'suggests what would bring the person in: with every value in its place a single condition holds',
    () => {
      const condition = fc.tuple(any.group, any.attributes);
      let brought = 0;
      fc.assert(
        fc.property(condition, ([group, found]) => {
          const lacking = shortfallOf(group, found);
          const [only] = lacking;
          if (lacking.length !== 1 || only?.suggestion == null) return;
          const given = config({ mappings: [{ name: 'One', roles: ['Sales'], ...group }] });
          const before = { ...person(), attributes: found };
          const after = { ...before, attributes: { ...found, [only.condition.attribute]: only.suggestion } };
          expect(explain({ person: before, config: given }).near).toMatchObject([
            { mapping: 'One', wants: only.wants },
          ]);
          expect(holds(only.condition, after.attributes)).toBe(true);
          brought += 1;
        }),
        any.runs,
      );
      expect(brought).toBeGreaterThan(100);
    },
    any.patience,
  );

  it(
    'explains every value wished and nothing else, for anybody',
    () => {
      fc.assert(
        fc.property(any.attributes, any.group, (found, group) => {
          const who = { ...person(), attributes: found };
          const crm = app({ rules: [{ name: 'R', ...group, actions: [{ target: 'groups', add: ['A', 'B'] }] }] });
          const context = { config: config({ mappings: [{ name: 'All', roles: ['Sales'] }] }), attributes, now: noon };
          const wished = wishFor(who, crm, { ...context, hasAccount: false });
          const told = explain({ ...context, person: who, app: crm }).targets.filter(({ value }) => value !== '');
          const granted = Object.values(wished.entitlements).flat().length;
          expect(told).toHaveLength(Object.keys(wished.attributes).length + granted);
          for (const { chain } of told) expect(chain.length).toBeGreaterThan(0);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
