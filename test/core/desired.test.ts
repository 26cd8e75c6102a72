import { describe, expect, it } from 'vitest';
import { missingRequired, sameWish } from '../../src/core/desired.ts';
import type { Person, Wish } from '../../src/core/model.ts';
import { app, attributes, config, person, sales, wishOf } from './samples.ts';

const withTitle = (title: string) => person({ attributes: { ...person().attributes, title } });

describe('a person in a role that has the app', () => {
  it('should have an account with mapped attributes, and why', () => {
    expect(wishOf(person())).toEqual({
      state: 'active',
      cause: 'role',
      attributes: { userName: 'zoe@acme.test', title: 'Clerk' },
      entitlements: { groups: [], licences: [] },
      reasons: [
        { kind: 'status', name: 'hr', because: 'active in hr' },
        { kind: 'mapping', name: 'Sales people', because: 'department is Sales' },
        { kind: 'role', name: 'Sales', because: 'Sales has crm' },
        { kind: 'parameter', name: 'userName', because: 'from email', target: 'userName' },
        { kind: 'parameter', name: 'title', because: 'from title', target: 'title' },
      ],
    });
  });

  it('gets entitlements from parameters and rules, each once, sorted', () => {
    const rules = [
      {
        name: 'Clerks',
        conditions: [{ attribute: 'title', operator: '=', value: 'Clerk' }],
        actions: [{ target: 'groups', add: ['Z', 'Sales and Marketing'] }],
      },
      {
        name: 'Bosses',
        conditions: [{ attribute: 'title', operator: '=', value: 'Boss' }],
        actions: [{ target: 'groups', add: ['Bosses'] }],
      },
    ];
    const parameters = [{ target: 'groups', from: 'department', translate: { Sales: 'Sales and Marketing' } }];
    const found = wishOf(person(), { app: app({ parameters, rules }) });
    expect(found.entitlements.groups).toEqual(['Sales and Marketing', 'Z']);
    expect(found.reasons.filter(({ target }) => target === 'groups').map(({ name }) => name)).toEqual([
      'groups',
      'Clerks',
    ]);
  });

  it('is given what rules set last, and a set entitlement replaces what was said before', () => {
    const rules = [
      {
        name: 'one',
        conditions: sales,
        actions: [
          { target: 'title', set: 'One' },
          { target: 'groups', add: ['A'] },
        ],
      },
      {
        name: 'two',
        conditions: sales,
        actions: [
          { target: 'title', set: 'Two' },
          { target: 'groups', set: ['B'] },
        ],
      },
      { name: 'three', conditions: sales, actions: [{ target: 'groups', add: ['C'] }] },
    ];
    const found = wishOf(person(), { app: app({ rules }) });
    expect(found).toMatchObject({ attributes: { title: 'Two' }, entitlements: { groups: ['B', 'C'] } });
  });

  it('gets no entitlements while they are switched off', () => {
    const off = app({
      provisioning: { enabled: true, entitlements: false },
      parameters: [{ target: 'groups', value: 'A' }],
    });
    expect(wishOf(person(), { app: off }).entitlements).toEqual({});
  });
});

describe('a value that is no longer there', () => {
  const before = wishOf(person());

  it('is emptied if we gave it, and stays emptied', () => {
    const after = wishOf(withTitle(''), { previous: before });
    expect(after.attributes).toEqual({ userName: 'zoe@acme.test', title: [] });
    expect(wishOf(withTitle(''), { previous: after }).attributes).toEqual(after.attributes);
    expect(wishOf(withTitle('Boss'), { previous: after }).attributes.title).toBe('Boss');
  });

  it('is left alone if we never gave it', () => {
    expect(wishOf(withTitle('')).attributes).toEqual({ userName: 'zoe@acme.test' });
  });

  it('is left alone when the app is no longer told about the attribute', () => {
    const without = app({ parameters: [{ target: 'userName', from: 'email' }] });
    expect(wishOf(person(), { app: without, previous: before }).attributes).toEqual({ userName: 'zoe@acme.test' });
  });

  it('is kept when the new one cannot be translated', () => {
    const translating = app({
      parameters: [
        { target: 'userName', from: 'email' },
        { target: 'title', from: 'title', translate: { Clerk: 'C' } },
      ],
    });
    const first = wishOf(person(), { app: translating });
    expect(first.attributes.title).toBe('C');
    expect(wishOf(withTitle('Boss'), { app: translating, previous: first }).attributes.title).toBe('C');
  });

  it('is taken back when the rule that set it no longer holds', () => {
    const rules = [
      {
        name: 'Clerks',
        conditions: [{ attribute: 'title', operator: '=', value: 'Clerk' }],
        actions: [{ target: 'seats', set: 2 }],
      },
    ];
    const first = wishOf(person(), { app: app({ rules }) });
    expect(first.attributes.seats).toBe(2);
    expect(wishOf(withTitle('Boss'), { app: app({ rules }), previous: first }).attributes.seats).toEqual([]);
  });
});

describe('leaving', () => {
  const deleting = app({
    provisioning: { enabled: true, onSuspend: 'nothing', onDelete: 'delete', onRoleLoss: 'suspend' },
  });
  const until = (endDate: string) => person({ attributes: { ...person().attributes, endDate } });
  const [ended, lastDay] = [until('2026-03-14'), until('2026-03-15')];
  const moved = person({ attributes: { ...person().attributes, department: 'Ops' } });

  it.each<[string, Person, Pick<Wish, 'state' | 'cause'>]>([
    ['suspended', person({ status: 'suspended' }), { state: 'kept', cause: 'suspended' }],
    ['left', person({ status: 'left' }), { state: 'deleted', cause: 'left' }],
    ['the end date has passed', ended, { state: 'deleted', cause: 'left' }],
    ['the end moment has come', until('2026-03-15T12:00Z'), { state: 'deleted', cause: 'left' }],
    ['the last day is still work', lastDay, { state: 'active', cause: 'role' }],
    ['out of the role', moved, { state: 'suspended', cause: 'role-loss' }],
  ])('%s: by the app’s own setting', (_, who, expected) => {
    expect(wishOf(who, { app: deleting })).toMatchObject({
      ...expected,
      ...(expected.state === 'active' ? {} : { attributes: {}, entitlements: {} }),
    });
  });

  it('asks for nothing where there is no account', () => {
    for (const who of [person({ status: 'suspended' }), person({ status: 'left' }), ended, moved]) {
      expect(wishOf(who, { hasAccount: false }).state).toBe('none');
    }
  });

  it('says why, and why not', () => {
    expect(wishOf(ended).reasons).toEqual([
      { kind: 'status', name: 'endDate', because: 'the end date 2026-03-14 has passed' },
    ]);
    expect(wishOf(moved).reasons.at(-1)).toEqual({
      kind: 'role',
      name: 'Sales',
      because: 'not in Sales: no mapping to it holds and not a member by hand',
    });
    expect(wishOf(person(), { config: config({ roles: [], mappings: [] }) }).reasons.at(-1)?.because).toBe(
      'no role has crm',
    );
  });
});

it('who has not started yet gets nothing, and keeps what is there', () => {
  const joiner = person({ attributes: { ...person().attributes, startDate: '2026-03-16' } });
  expect(wishOf(joiner)).toMatchObject({ state: 'none', cause: 'not-started', reasons: [{ name: 'startDate' }] });
  const starter = person({ attributes: { ...person().attributes, startDate: '2026-03-15' } });
  expect(wishOf(starter).state).toBe('active');
});

it('an app that is not enabled keeps whatever is there, leavers too', () => {
  const off = app({ provisioning: { enabled: false } });
  expect(wishOf(person({ status: 'left' }), { app: off })).toMatchObject({ state: 'kept', reasons: [{ name: 'crm' }] });
});

describe('missingRequired', () => {
  it('names required attributes without a value, of active wishes only', () => {
    const nobody = wishOf(person({ attributes: { department: 'Sales' } }));
    expect(missingRequired(nobody, attributes)).toEqual(['userName']);
    expect(missingRequired({ ...nobody, attributes: { userName: [] } }, attributes)).toEqual(['userName']);
    expect(missingRequired({ ...nobody, state: 'suspended' }, attributes)).toEqual([]);
    expect(missingRequired(wishOf(person()), attributes)).toEqual([]);
  });
});

it('two wishes are the same whatever their reasons', () => {
  const found = wishOf(person());
  expect(sameWish(found, { ...found, reasons: [] })).toBe(true);
  expect(sameWish(found, { ...found, state: 'kept' })).toBe(false);
  expect(sameWish(found, null)).toBe(false);
  expect(sameWish(null, null)).toBe(true);
});
