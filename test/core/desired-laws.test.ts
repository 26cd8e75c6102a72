import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameWish } from '../../src/core/desired.ts';
import * as any from './arbitraries.ts';
import { app, attributes, config, person, sales, wishOf } from './samples.ts';

describe('for every person', () => {
  const settings = {
    directories: [{ name: 'hr', connector: 'csv' }],
    roles: [{ name: 'A', apps: ['crm'] }, { name: 'B', apps: ['crm'], members: ['sales'] }, { name: 'C' }],
    mappings: [
      {
        name: 'x',
        match: 'any',
        conditions: [{ attribute: 'title', operator: 'exists' }, ...sales],
        roles: ['A', 'C'],
      },
      { name: 'y', conditions: [{ attribute: 'email', operator: '!=', value: 'Ops' }], roles: ['B', 'A'] },
    ],
  };
  const told = app({
    parameters: [
      { target: 'userName', from: 'email' },
      { target: 'title', value: '{department} {title}' },
      { target: 'seats', from: 'title' },
      { target: 'groups', from: 'memberOf' },
      { target: 'ghost', from: 'email' },
    ],
    rules: [
      {
        name: 'r',
        conditions: sales,
        actions: [
          { target: 'licences', set: ['{department}'] },
          { target: 'ghost', set: 1 },
        ],
      },
    ],
  });
  const status = fc.constantFrom('active' as const, 'suspended' as const, 'left' as const);
  const someone = fc.tuple(any.attributes, status).map(([found, is]) => person({ attributes: found, status: is }));
  const turned = config({
    ...settings,
    roles: [...settings.roles].reverse(),
    mappings: settings.mappings.map((mapping) => ({ ...mapping, roles: [...mapping.roles].reverse() })).reverse(),
  });
  const straight = config(settings);

  it(
    'the order of roles and mappings never changes the wish',
    () => {
      fc.assert(
        fc.property(someone, (who) => {
          expect(wishOf(who, { app: told, config: turned })).toEqual(wishOf(who, { app: told, config: straight }));
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'only declared attributes are wished, typed as declared, and every one has a reason',
    () => {
      const types = new Map(attributes.map((attribute) => [attribute.name, attribute]));
      fc.assert(
        fc.property(someone, (who) => {
          const found = wishOf(who, { app: told, config: straight });
          for (const [name, value] of Object.entries(found.attributes)) {
            expect(types.get(name)).toMatchObject({ kind: 'value', type: typeof value });
            expect(found.reasons.some(({ target }) => target === name)).toBe(true);
          }
          for (const [name, list] of Object.entries(found.entitlements)) {
            expect(types.get(name)?.kind).toBe('entitlement');
            expect(list).toEqual([...new Set(list)].sort());
          }
          expect(found.reasons.length).toBeGreaterThan(0);
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'nobody who leaves is wished an account, and without one nothing is wished to be removed',
    () => {
      fc.assert(
        fc.property(someone, fc.boolean(), (who, hasAccount) => {
          const { state } = wishOf(who, { app: told, config: straight, hasAccount });
          if (who.status !== 'active') expect(state).not.toBe('active');
          if (!hasAccount) expect(['active', 'none']).toContain(state);
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'the wish after itself is the same wish',
    () => {
      fc.assert(
        fc.property(someone, someone, (who, before) => {
          const previous = wishOf(before, { app: told, config: straight });
          const found = wishOf(who, { app: told, config: straight, previous });
          expect(sameWish(wishOf(who, { app: told, config: straight, previous: found }), found)).toBe(true);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
