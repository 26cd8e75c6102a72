import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntitlementValue } from '../../src/core/connector.ts';
import { danglingEntitlements, differenceOf, namedEntitlements } from '../../src/core/entitlement-use.ts';
import * as any from './arbitraries.ts';
import { app, attributes } from './samples.ts';

const value = (name: string, target = 'groups'): EntitlementValue => ({ target, value: name, remoteId: `id-${name}` });

describe('what the configuration names', () => {
  it('are values of parameters, rules and the privileged list, with their place', () => {
    const crm = app({
      provisioning: { enabled: true, privileged: { groups: ['Admins'], title: ['Boss'] } },
      parameters: [
        { target: 'groups', from: 'department', translate: { Sales: 'Sales and Marketing' }, default: 'Everybody' },
        { target: 'title', value: 'Clerk' },
      ],
      rules: [
        { name: 'Managers', actions: [{ target: 'groups', add: ['Managers', 'Chess'] }] },
        {
          name: 'Seats',
          actions: [
            { target: 'licences', set: 5 },
            { target: 'groups', remove: ['Old'] },
          ],
        },
      ],
    });
    expect(namedEntitlements(crm, attributes).map(({ target, value: name, place }) => [target, name, place])).toEqual([
      ['groups', 'Sales and Marketing', 'parameter groups'],
      ['groups', 'Everybody', 'parameter groups'],
      ['groups', 'Managers', 'rule Managers'],
      ['groups', 'Chess', 'rule Managers'],
      ['licences', '5', 'rule Seats'],
      ['groups', 'Admins', 'privileged'],
    ]);
  });

  it('dangles where the app does not have it, in any case of letters, and knows its values at all', () => {
    const named = ['Sales', 'ops'].map((name) => ({ target: 'groups', value: name, place: 'rule R' }));
    const licence = { target: 'licences', value: 'Gold', place: 'rule R' };
    expect(danglingEntitlements([...named, licence], [], [value('SALES')])).toEqual([named[1]]);
    expect(danglingEntitlements(named, [value('Sales')], [])).toEqual(named);
    expect(danglingEntitlements([licence], [value('Gold', 'licences')], [])).toEqual([licence]);
  });
});

const list = fc.array(
  fc
    .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('groups', 'licences'))
    .map(([name, to]) => value(name, to)),
  { maxLength: 6 },
);
const keys = (values: readonly EntitlementValue[]) =>
  new Set(values.map(({ target, value: name }) => `${target} ${name}`));

describe('what an import changed', () => {
  it(
    'turns the old list into the new one, and says nothing twice',
    () => {
      fc.assert(
        fc.property(list, list, (before, after) => {
          const { added, gone } = differenceOf(before, after);
          expect([keys(added).size, keys(gone).size]).toEqual([added.length, gone.length]);
          const now = new Set([...keys(before)].filter((key) => !keys(gone).has(key)));
          expect(new Set([...now, ...keys(added)])).toEqual(keys(after));
          for (const key of keys(added)) expect(keys(before)).not.toContain(key);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
