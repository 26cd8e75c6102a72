import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeAll, holds, holdsAll, describe as inWords } from '../../src/core/condition.ts';
import type { SimpleCondition } from '../../src/core/condition-schema.ts';
import type { Attributes } from '../../src/core/model.ts';
import * as any from './arbitraries.ts';

const zoe: Attributes = {
  department: ' Sales ',
  title: 'Senior Manager',
  level: 7,
  contractor: false,
  startDate: '2026-03-15',
  memberOf: ['CN=VPN', 'CN=Sales'],
  manager: 'Ada@acme.test',
  endDate: '2026-12-31T18:00Z',
  years: [1, 12],
  badge: '007',
  blank: '  ',
};

type Operand = NonNullable<SimpleCondition['value']>;
const check = (attribute: string, operator: SimpleCondition['operator'], value?: Operand) =>
  holds(value === undefined ? { attribute, operator } : { attribute, operator, value }, zoe);

describe('a condition holds', () => {
  it.each<[string, SimpleCondition['operator'], Operand | undefined]>([
    ['department', '=', 'sales'],
    ['department', '!=', 'Ops'],
    ['level', '=', '7.0'],
    ['contractor', '=', 'False'],
    ['title', 'contains', 'MANAGER'],
    ['title', 'starts-with', 'senior'],
    ['title', 'ends-with', 'manager'],
    ['department', 'in', ['Ops', 'Sales']],
    ['department', 'not-in', ['Ops', 'Legal']],
    ['level', '>', 6],
    ['level', '<', '10'],
    ['startDate', '>', '2026-03-14T23:59Z'],
    ['startDate', '<', '2026-03-16'],
    ['title', 'matches', '^senior\\b'],
    ['title', 'exists', undefined],
    ['title', 'exists', true],
    ['memberOf', '=', 'cn=sales'],
    ['memberOf', 'starts-with', 'CN=V'],
    ['memberOf', 'not-in', ['CN=Ops']],
    ['memberOf', '!=', 'CN=Ops'],
    ['memberOf', 'contains', 'sal'],
    ['memberOf', 'ends-with', '=vpn'],
    ['memberOf', 'in', ['CN=Ops', 'cn=vpn']],
    ['memberOf', 'matches', '^CN=S'],
    ['memberOf', 'exists', undefined],
    ['years', '>', 10],
    ['years', '<', 2],
    ['manager', '=', 'ada@ACME.test'],
    ['manager', 'ends-with', '@acme.test'],
    ['manager', 'in', ['bea@acme.test', 'ada@acme.test']],
    ['manager', 'exists', undefined],
    ['startDate', '=', '2026-03-15'],
    ['startDate', 'starts-with', '2026-'],
    ['endDate', '>', '2026-12-31'],
    ['endDate', '<', '2027-01-01T00:00+02:00'],
    ['endDate', 'matches', '^2026-12'],
    ['missing', '!=', 'x'],
    ['missing', 'not-in', ['x']],
    ['missing', 'exists', false],
    ['blank', 'exists', 'false'],
  ])('%s %s %j', (attribute, operator, value) => {
    expect(check(attribute, operator, value)).toBe(true);
  });
});

describe('a condition does not hold', () => {
  it.each<[string, SimpleCondition['operator'], Operand | undefined]>([
    ['department', '!=', 'SALES'],
    ['badge', '=', '7'],
    ['level', '>', 'six'],
    ['title', '>', 'Manager'],
    ['level', '<', 7],
    ['memberOf', '!=', 'CN=VPN'],
    ['memberOf', 'in', ['CN=Ops']],
    ['memberOf', '>', 1],
    ['years', '>', 12],
    ['manager', 'not-in', ['ada@acme.test']],
    ['manager', '>', '2026-01-01'],
    ['startDate', '>', '2026-03-15'],
    ['endDate', '<', '31.12.2027'],
    ['memberOf', 'not-in', ['x', 'CN=VPN']],
    ['title', 'matches', '('],
    ['title', 'matches', '(a+)+$'],
    ['missing', '=', ''],
    ['missing', 'contains', ''],
    ['missing', 'exists', undefined],
    ['title', 'exists', false],
    ['constructor', 'exists', true],
    ['title', '=', undefined],
  ])('%s %s %j', (attribute, operator, value) => {
    expect(check(attribute, operator, value)).toBe(false);
  });
});

it('long numbers are compared as text, so that no digit is lost', () => {
  const attributes = { id: '12345678901234567890' };
  expect(holds({ attribute: 'id', operator: '=', value: '12345678901234567891' }, attributes)).toBe(false);
});

describe('a group', () => {
  it('without conditions holds for everybody', () => {
    expect(holdsAll({ match: 'any', conditions: [] }, {})).toBe(true);
    expect(holdsAll({ match: 'all', conditions: [] }, {})).toBe(true);
  });

  it('nests', () => {
    const sales = { attribute: 'department', operator: '=', value: 'Sales' } as const;
    const ops = { attribute: 'department', operator: '=', value: 'Ops' } as const;
    const either = { match: 'any', conditions: [sales, ops] } as const;
    expect(holdsAll({ match: 'all', conditions: [{ match: 'any', conditions: [sales, ops] }, sales] }, zoe)).toBe(true);
    expect(describeAll({ match: 'all', conditions: [{ match: 'any', conditions: [...either.conditions] }, ops] })).toBe(
      '(department is Sales or department is Ops) and department is Ops',
    );
  });
});

it('says itself in words', () => {
  expect(inWords({ attribute: 'department', operator: 'not-in', value: ['Ops', 'IT'] })).toBe(
    'department is none of Ops, IT',
  );
  expect(inWords({ attribute: 'manager', operator: 'exists', value: false })).toBe('manager has no value');
  expect(describeAll({ match: 'all', conditions: [] })).toBe('everybody');
});

describe('for every condition and person', () => {
  it(
    'there is an answer and a sentence',
    () => {
      fc.assert(
        fc.property(any.condition, any.attributes, (condition, attributes) => {
          expect(typeof holds(condition, attributes)).toBe('boolean');
          expect(inWords(condition)).not.toBe('');
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'there is one even for texts nobody would write',
    () => {
      const wild = fc.record({
        attribute: fc.string(),
        operator: fc.constantFrom('matches' as const, '>' as const),
        value: fc.string(),
      });
      fc.assert(
        fc.property(wild, fc.dictionary(fc.string(), fc.string()), (condition, attributes) => {
          expect(typeof holds(condition, attributes)).toBe('boolean');
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    '!= and not-in say the opposite of = and in',
    () => {
      fc.assert(
        fc.property(any.personName, any.values, any.attributes, (attribute, value, attributes) => {
          const test = (operator: SimpleCondition['operator']) => holds({ attribute, operator, value }, attributes);
          expect(test('!=')).toBe(!test('='));
          expect(test('not-in')).toBe(!test('in'));
          expect(test('>') && test('<') && !Array.isArray(value) && !Array.isArray(attributes[attribute])).toBe(false);
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'the order of conditions and outer space do not matter',
    () => {
      fc.assert(
        fc.property(any.group, any.attributes, (group, attributes) => {
          const answer = holdsAll(group, attributes);
          expect(holdsAll({ ...group, conditions: [...group.conditions].reverse() }, attributes)).toBe(answer);
          const spaced = Object.entries(attributes).map(([name, value]) => [
            name,
            typeof value === 'string' ? ` ${value} ` : value,
          ]);
          expect(holdsAll(group, Object.fromEntries(spaced))).toBe(answer);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
