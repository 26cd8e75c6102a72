import { describe, expect, it } from 'vitest';
import { mappedOf } from '../../src/core/mapping.ts';
import { rolesOf } from '../../src/core/role.ts';
import { app, config, noon, person, sales, wishOf } from './samples.ts';

const set = (attribute: string, value: unknown) => ({ attribute, value });
const costed = { name: 'Cost centres', conditions: sales, set: [set('costCenter', 4711)] };
const byCost = [{ attribute: 'costCenter', operator: '=', value: 4711 }];

describe('a mapping that sets an attribute', () => {
  it('is seen by later mappings, not by earlier ones', () => {
    const late = { name: 'Spenders', conditions: byCost, roles: ['Sales'] };
    const inOrder = (mappings: object[]) => rolesOf(person(), config({ mappings }), noon).map(({ role }) => role.name);
    expect(inOrder([costed, late])).toEqual(['Sales']);
    expect(inOrder([late, costed])).toEqual([]);
  });

  it('leaves the person as they are', () => {
    const zoe = person();
    const before = structuredClone(zoe.attributes);
    expect(mappedOf(zoe, config({ mappings: [costed] })).attributes).toEqual({ ...before, costCenter: 4711 });
    expect(zoe.attributes).toEqual(before);
  });

  it.each<[string, unknown, object]>([
    ['a constant', 'Head Office', { title: 'Head Office' }],
    ['a template', '{givenName} of {department}', { title: 'Zoe of Sales' }],
    ['a Liquid template', '{{ department | upcase }}', { title: 'SALES' }],
    ['several values', ['A', '{department}'], { title: ['A', 'Sales'] }],
    ['nothing to take a value from, and the attribute stays', '{missing}', { title: 'Clerk' }],
    ['a failing template, and the attribute stays', '{{ department | nonsense }}', { title: 'Clerk' }],
    ['a blank value, and the attribute is taken away', '', {}],
  ])('sets %s', (_, value, expected) => {
    const { title: _title, ...rest } = person().attributes;
    const found = mappedOf(person(), config({ mappings: [{ name: 'M', set: [set('title', value)] }] }));
    expect(found.attributes).toEqual({ ...rest, ...expected });
  });

  it('sees what it set itself just before', () => {
    const mapping = { name: 'M', set: [set('a', '{department}'), set('b', '{a}!')] };
    expect(mappedOf(person(), config({ mappings: [mapping] })).attributes).toMatchObject({ a: 'Sales', b: 'Sales!' });
  });

  it('is named in the reason of every role, parameter and rule that follows from it', () => {
    const settings = config({
      mappings: [costed, { name: 'Spenders', conditions: byCost, roles: ['Sales'] }],
    });
    const rules = [{ name: 'Costly', conditions: byCost, actions: [{ target: 'groups', add: ['Costly'] }] }];
    const parameters = [
      { target: 'userName', from: 'email' },
      { target: 'seats', from: 'costCenter' },
      { target: 'title', template: 'CC {{ costCenter }}' },
    ];
    const found = wishOf(person(), { config: settings, app: app({ parameters, rules }) });
    expect(found).toMatchObject({
      attributes: { seats: 4711, title: 'CC 4711' },
      entitlements: { groups: ['Costly'] },
    });
    const link = { kind: 'mapping', name: 'Cost centres', because: 'department is Sales: sets costCenter' };
    expect(found.reasons.slice(1, 4)).toEqual([
      link,
      { kind: 'mapping', name: 'Spenders', because: 'costCenter is 4711' },
      { kind: 'role', name: 'Sales', because: 'Sales has crm' },
    ]);
    for (const target of ['seats', 'title', 'groups'])
      expect(found.reasons.find((reason) => reason.target === target)).toEqual({ ...link, target });
    expect(found.reasons.find(({ target }) => target === 'userName')?.kind).toBe('parameter');
  });

  it('never makes somebody a member by hand of what they are not', () => {
    const settings = config({
      roles: [{ name: 'Board', members: ['boss@acme.test'] }],
      mappings: [{ name: 'M', set: [set('email', 'boss@acme.test')] }],
    });
    expect(rolesOf(person(), settings, noon)).toEqual([]);
  });
});
