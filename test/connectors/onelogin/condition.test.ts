import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionOf, conditionsOf } from '../../../connectors/onelogin/condition.ts';
import { OneLoginConfig } from '../../../connectors/onelogin/config.ts';
import type { TenantCondition, TenantRule } from '../../../connectors/onelogin/tenant.ts';
import { recordOf, User } from '../../../connectors/onelogin/user.ts';
import type { Words } from '../../../connectors/onelogin/words.ts';
import { holdsAll } from '../../../src/core/condition.ts';
import { checkConditions } from '../../../src/core/config-condition.ts';

const config = OneLoginConfig.parse({ url: 'https://acme.onelogin.com', clientId: 'id', clientSecret: 'secret' });
const roles = ['sales', 'staff', 'board'].map((name, index) => ({ id: String(index + 1), name, apps: null }));
const operators = new Map([['title', new Map([['op-7', 'Begins with']])]]);
const words: Words = { config, tenant: { roles, custom: new Set(['costcentre', 'level']), operators } };

/** Letters that mean something in a pattern among them; the case of letters, and spaces around, are never minded here. */
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'ö', '.', '*', '(', ')', '[', '\\', '^', '$', '+', '?', '|', '-', '/'),
  minLength: 1,
  maxLength: 4,
});
const maybe = fc.option(text, { nil: null });
const number = fc.integer({ min: 0, max: 12 }).map(String);
const person = fc.record({
  ...{ department: maybe, title: maybe, costcentre: maybe, level: fc.option(number, { nil: null }) },
  groups: fc.uniqueArray(text, { maxLength: 3 }),
  roles: fc.subarray(['1', '2', '3']),
});
type Person = typeof person extends fc.Arbitrary<infer P> ? P : never;

const plain = ['=', '!=', '~', '!~', 'bw', 'ew'];
const condition: fc.Arbitrary<TenantCondition> = fc.oneof(
  fc.record({
    source: fc.constantFrom('department', 'title', 'custom_attribute_costcentre'),
    operator: fc.constantFrom(...plain),
    value: text,
  }),
  fc.record({
    source: fc.constantFrom('department', 'costcentre'),
    operator: fc.constantFrom('=', '!='),
    value: fc.constantFrom('', null),
  }),
  fc.record({ source: fc.constant('title'), operator: fc.constant('op-7'), value: text }),
  fc.record({
    source: fc.constant('custom_attribute_level'),
    operator: fc.constantFrom('=', '!=', '>', '<'),
    value: number,
  }),
  fc.record({ source: fc.constant('member_of'), operator: fc.constantFrom('=', '!=', '~', 'bw', 'ew'), value: text }),
  fc.record({
    source: fc.constant('has_role'),
    operator: fc.constantFrom('ri', '=', '!='),
    value: fc.constantFrom('1', '2', '3'),
  }),
);

/** The values OneLogin has under a condition's source. */
function valuesIn(one: Person, source: string): readonly string[] {
  if (source === 'has_role') return one.roles;
  if (source === 'member_of') return one.groups;
  const field = source.replace('custom_attribute_', '') as 'department' | 'title' | 'costcentre' | 'level';
  return one[field] === null ? [] : [one[field]];
}

/** What OneLogin's operators mean, said a second time and in another way than the connector does. */
function isMet(one: Person, { source, operator, value }: TenantCondition): boolean {
  const values = valuesIn(one, source);
  const sought = value ?? '';
  if (sought === '') return operator === '=' ? values.length === 0 : values.length > 0;
  switch (operator) {
    case '=':
    case 'ri':
      return values.includes(sought);
    case '!=':
      return !values.includes(sought);
    case '~':
      return values.some((each) => each.includes(sought));
    case '!~':
      return !values.some((each) => each.includes(sought));
    case 'bw':
    case 'op-7':
      return values.some((each) => each.startsWith(sought));
    case 'ew':
      return values.some((each) => each.endsWith(sought));
    case '>':
      return values.some((each) => Number(each) > Number(sought));
    default:
      return values.some((each) => Number(each) < Number(sought));
  }
}

const attributesOf = (one: Person) => {
  const user = User.parse({
    ...{ id: 1, status: 1, state: 1, department: one.department, title: one.title, member_of: one.groups.join(';') },
    custom_attributes: { costcentre: one.costcentre, level: one.level },
  });
  const named = one.roles.map((id) => roles.find((role) => role.id === id)?.name ?? '');
  return recordOf(user, config, { roles: named, manager: null })?.attributes ?? {};
};
const ruleOf = (match: 'all' | 'any', conditions: TenantCondition[]): TenantRule => ({
  ...{ id: '1', name: 'A mapping', match, enabled: true, position: 1, conditions, actions: [] },
});

describe('conditions of OneLogin', () => {
  it('hold here for exactly the people they hold for there', () => {
    const rule = fc.tuple(fc.constantFrom('all', 'any'), fc.array(condition, { maxLength: 4 }));
    let held = 0;
    fc.assert(
      fc.property(rule, fc.array(person, { minLength: 1, maxLength: 6 }), ([match, conditions], people) => {
        const moved = conditionsOf(ruleOf(match as 'all' | 'any', conditions), words);
        if ('why' in moved) throw new Error(moved.why);
        expect(checkConditions(moved.said.conditions, ['conditions'])).toEqual([]);
        for (const one of people) {
          const each = conditions.map((asked) => isMet(one, asked));
          const there = each.length === 0 || (match === 'any' ? each.includes(true) : !each.includes(false));
          held += there ? 1 : 0;
          expect(holdsAll(moved.said, attributesOf(one)), JSON.stringify({ one, conditions })).toBe(there);
        }
      }),
      { numRuns: 500 },
    );
    expect(held).toBeGreaterThan(100);
  });

  it('that cannot be said here say why, and take their whole rule with them', () => {
    const unsaid: TenantCondition[] = [
      { source: 'last_login', operator: '>', value: '90' },
      { source: 'status', operator: '=', value: '1' },
      { source: 'constructor', operator: '=', value: 'x' },
      { source: 'department', operator: 'toString', value: 'x' },
      { source: 'title', operator: '??', value: 'x' },
      { source: 'title', operator: '~', value: ' ' },
      { source: 'title', operator: '>', value: 'high' },
      { source: 'member_of', operator: '!~', value: 'x' },
      { source: 'has_role', operator: 'ri', value: '99' },
    ];
    for (const one of unsaid) {
      const said = conditionOf(one, words);
      expect('why' in said ? said.why : JSON.stringify(said)).toMatch(/^its condition .{10,}/);
      const rule = conditionsOf(ruleOf('any', [{ source: 'title', operator: '=', value: 'CEO' }, one]), words);
      expect(rule).toHaveProperty('why');
    }
  });
});
