import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, holdsAll } from '../../src/core/condition.ts';
import type { Condition, SimpleCondition } from '../../src/core/condition-schema.ts';
import type { Attributes, Value } from '../../src/core/model.ts';
import { shortfallOf } from '../../src/core/shortfall.ts';
import * as any from './arbitraries.ts';

const zoe: Attributes = { department: 'Marketing', title: 'Clerk', level: 4, memberOf: ['CN=VPN', 'CN=Mail'] };
type Operator = SimpleCondition['operator'];

describe('what a condition lacks', () => {
  it.each<[string, Operator, Value | Value[] | undefined, string, string, Value | null]>([
    ['department', '=', 'Sales', 'Marketing', 'Sales', 'Sales'],
    ['department', 'in', ['Ops', 'Marketting', 'Sales'], 'Marketing', 'Marketting', 'Marketting'],
    ['location', 'in', ['Berlin', 'Oslo'], 'nothing', 'Berlin', 'Berlin'],
    ['title', 'contains', 'Manager', 'Clerk', 'a value containing Manager', 'Manager'],
    ['title', 'starts-with', ['Head', 'Clark'], 'Clerk', 'a value starting with Clark', 'Clark'],
    ['memberOf', 'ends-with', '=Crm', 'CN=VPN, CN=Mail', 'a value ending with =Crm', '=Crm'],
    ['department', '!=', 'marketing', 'Marketing', 'anything but marketing', null],
    ['department', 'not-in', ['Marketing', 'Ops'], 'Marketing', 'anything but Marketing or Ops', null],
    ['level', '>', 5, '4', 'a value above 5', null],
    ['level', '<', 3, '4', 'a value below 3', null],
    ['title', 'matches', '^Head', 'Clerk', 'a value matching ^Head', null],
    ['phone', 'exists', undefined, 'nothing', 'any value', null],
    ['title', 'exists', false, 'Clerk', 'no value', null],
    ['title', '=', ' ', 'Clerk', 'nothing: the condition names no value to compare with', null],
  ])('%s %s %j', (attribute, operator, value, has, wants, suggestion) => {
    const condition: SimpleCondition = value === undefined ? { attribute, operator } : { attribute, operator, value };
    const [only, ...more] = shortfallOf({ match: 'all', conditions: [condition] }, zoe);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ condition, has, wants, suggestion });
  });

  it('takes the nearest alternative, however deep, and every condition of an all', () => {
    const department: Condition = { attribute: 'department', operator: '=', value: 'Sales' };
    const level: Condition = { attribute: 'level', operator: '>', value: 5 };
    const both: Condition = { match: 'all', conditions: [department, level] };
    const held: Condition = { attribute: 'title', operator: '=', value: 'Clerk' };
    const lacking = (conditions: Condition[], match: 'all' | 'any') =>
      shortfallOf({ match, conditions }, zoe).map(({ words }) => words);
    expect(lacking([both, held], 'all')).toEqual(['department is Sales', 'level is above 5']);
    expect(lacking([both, { match: 'any', conditions: [both, level] }], 'any')).toEqual(['level is above 5']);
    expect(lacking([both, held], 'any')).toEqual([]);
    expect(lacking([], 'any')).toEqual([]);
  });

  it(
    'is nothing exactly when the group holds',
    () => {
      fc.assert(
        fc.property(any.group, any.attributes, (group, attributes) => {
          expect(shortfallOf(group, attributes).length === 0).toBe(holdsAll(group, attributes));
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'suggests values that make the condition hold',
    () => {
      let suggested = 0;
      fc.assert(
        fc.property(any.group, any.attributes, (group, attributes) => {
          for (const { condition, suggestion } of shortfallOf(group, attributes)) {
            if (suggestion === null) continue;
            suggested += 1;
            expect(holds(condition, { ...attributes, [condition.attribute]: suggestion })).toBe(true);
          }
        }),
        any.runs,
      );
      expect(suggested).toBeGreaterThan(500);
    },
    any.patience,
  );

  it(
    'names conditions that fail, and never more than an all of them would',
    () => {
      fc.assert(
        fc.property(any.group, any.attributes, (group, attributes) => {
          const lacking = shortfallOf(group, attributes);
          for (const { condition } of lacking) expect(holds(condition, attributes)).toBe(false);
          expect(lacking.length).toBeLessThanOrEqual(failing(group.conditions, attributes));
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

/** Every simple condition that fails, wherever it stands. */
const failing = (conditions: readonly Condition[], attributes: Attributes): number =>
  conditions.reduce(
    (sum, one) => sum + ('conditions' in one ? failing(one.conditions, attributes) : holds(one, attributes) ? 0 : 1),
    0,
  );
