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

  it('are worked out anew for another configuration or a changed person', () => {
    const zoe = person();
    expect(rolesOf(zoe, config(), noon)).toHaveLength(1);
    expect(rolesOf(zoe, config({ mappings: [] }), noon)).toHaveLength(0);
    expect(rolesOf({ ...zoe, attributes: {} }, config(), noon)).toHaveLength(0);
  });
});
