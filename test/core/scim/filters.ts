import fc from 'fast-check';
import type { AttributePath, Filter, Operand, Operator } from '../../../src/core/scim/filter.ts';

const names = fc.constantFrom('title', 'userName', 'active', 'emails', 'x-1', '$ref', 'not', 'and', 'urn');
const subs = fc.option(fc.constantFrom('value', 'type', 'familyName', '$ref'));
const urns = fc.option(fc.constantFrom('urn:ietf:params:scim:schemas:core:2.0:User', 'urn:acme:2.0:User'));
const paths: fc.Arbitrary<AttributePath> = fc.record({ urn: urns, name: names, sub: subs });
const operators = fc.constantFrom<Operator>('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const operands: fc.Arbitrary<Operand> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

/** Filters as the parser answers them: nothing of a kind stands directly within its own kind. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ kind: fc.constant('present' as const), path: paths }),
    fc.record({ kind: fc.constant('compare' as const), path: paths, operator: operators, value: operands }),
    fc.record({ kind: fc.constant('not' as const), part: tie('filter') }),
    fc.record({ kind: fc.constant('within' as const), path: paths, filter: tie('filter') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).filter;

const spelled = ({ urn, name, sub }: AttributePath) =>
  `${urn === null ? '' : `${urn}:`}${name}${sub === null ? '' : `.${sub}`}`;

/** The filter as RFC 7644 section 3.4.2.2 writes it, with parentheses wherever they may stand. */
export function written(filter: Filter): string {
  switch (filter.kind) {
    case 'present':
      return `${spelled(filter.path)} pr`;
    case 'compare':
      return `${spelled(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case 'not':
      return `not (${written(filter.part)})`;
    case 'within':
      return `${spelled(filter.path)}[${written(filter.filter)}]`;
    default:
      return filter.parts
        .map((part) => (part.kind === 'and' || part.kind === 'or' ? `(${written(part)})` : written(part)))
        .join(` ${filter.kind} `);
  }
}
