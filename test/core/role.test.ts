import { describe, expect, it } from 'vitest';
import { rolesOf } from '../../src/core/role.ts';
import { config, noon, person } from './samples.ts';

const sales = { attribute: 'department', operator: '=', value: 'Sales' };

describe('roles', () => {
  it('come by mappings and by hand, with every reason, in the order of their names', () => {
    const both = config({
      roles: [
        { name: 'Sales' },
        { name: 'Everybody' },
        { name: 'Board', members: [' ZOE@acme.test '] },
        { name: 'Ops' },
      ],
      mappings: [
        { name: 'b', roles: ['Sales', 'Everybody'], conditions: [sales] },
        { name: 'a', roles: ['Everybody'] },
        { name: 'c', roles: ['Ops'], conditions: [{ ...sales, operator: '!=' }] },
      ],
    });
    expect(rolesOf(person(), both, noon).map(({ role, reasons }) => [role.name, reasons])).toEqual([
      ['Board', [{ kind: 'member', name: 'Board', because: 'zoe@acme.test is a member by hand' }]],
      [
        'Everybody',
        [
          { kind: 'mapping', name: 'a', because: 'everybody' },
          { kind: 'mapping', name: 'b', because: 'department is Sales' },
        ],
      ],
      ['Sales', [{ kind: 'mapping', name: 'b', because: 'department is Sales' }]],
    ]);
  });

  it('stay by hand while one of several addresses is a member still, in whatever order they come', () => {
    const over = { email: 'zoe@acme.test', until: '2026-03-01' };
    const later = { email: 'z.lee@acme.test', until: '2026-04-30' };
    const board = (...members: unknown[]) => config({ roles: [{ name: 'Board', members }], mappings: [] });
    const names = ['zoe@acme.test', 'z.lee@acme.test', 'z@acme.test'];
    for (const email of [names, [...names].reverse()]) {
      const why = (...members: unknown[]) =>
        rolesOf(person({ attributes: { email } }), board(...members), noon).flatMap(({ reasons }) => reasons);
      expect(why(over, later)).toMatchObject([{ because: 'z.lee@acme.test is a member by hand until 2026-04-30' }]);
      expect(why(over, later, 'z@acme.test')).toMatchObject([{ because: 'z@acme.test is a member by hand' }]);
      expect(why(over)).toEqual([]);
    }
  });

  it('are worked out anew for another configuration or a changed person', () => {
    const zoe = person();
    expect(rolesOf(zoe, config(), noon)).toHaveLength(1);
    expect(rolesOf(zoe, config({ mappings: [] }), noon)).toHaveLength(0);
    expect(rolesOf({ ...zoe, attributes: {} }, config(), noon)).toHaveLength(0);
  });
});
