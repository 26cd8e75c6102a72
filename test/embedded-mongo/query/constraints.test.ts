import { BSONRegExp, MaxKey, MinKey } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues, equalValues, indexValues, valuesAt } from '../../../src/embedded-mongo/query/compare.ts';
import {
  type Constraint,
  compileFilter,
  constraints,
  filterImplies,
} from '../../../src/embedded-mongo/query/filter.ts';
import type { Document } from '../../../src/embedded-mongo/query/value.ts';
import { document, double, fieldName, int, long, value } from './samples.ts';

describe('constraints', () => {
  it.each<[string, Document, Record<string, Constraint>]>([
    ['equality', { a: 1, 'b.c': { $eq: 'x' } }, { a: { eq: 1 }, 'b.c': { eq: 'x' } }],
    ['a range', { a: { $gte: 1, $lt: 5 } }, { a: { gte: 1, lt: 5 } }],
    ['a list', { a: { $in: [1, null] } }, { a: { in: [1, null] } }],
    ['null, which counts missing values in', { a: null }, { a: { eq: null } }],
    ['presence', { a: { $exists: true } }, { a: { exists: true } }],
    ['both sides of $and', { $and: [{ a: 1 }, { b: { $gt: 2 } }], c: 3 }, { a: { eq: 1 }, b: { gt: 2 }, c: { eq: 3 } }],
    ['the first of two', { $and: [{ a: { $gt: 1 } }, { a: { $gt: 2 } }, { a: { $lt: 9 } }] }, { a: { gt: 1, lt: 9 } }],
    ['a document', { a: { b: 1 } }, { a: { eq: { b: 1 } } }],
    [
      'nothing of $or, $nor, negations',
      { $or: [{ a: 1 }], $nor: [{ b: 1 }], c: { $ne: 1 }, d: { $nin: [1] }, e: { $not: { $gt: 1 } } },
      {},
    ],
    ['nothing of arrays', { a: [1], b: { $eq: [] }, c: { $in: [1, [2]] }, d: { $gt: [1] } }, {}],
    ['nothing of patterns', { a: /x/, b: { $in: [new BSONRegExp('x')] }, c: { $regex: 'x' } }, {}],
    [
      'no ranges over types',
      { a: { $gt: new MinKey() }, b: { $lt: new MaxKey() }, c: { $gte: null }, d: { $lt: double(Number.NaN) } },
      {},
    ],
    ['no absence', { a: { $exists: false } }, {}],
    [
      'nothing of conditions on elements',
      { a: { $elemMatch: { $eq: 1 } }, b: { $size: 1 }, c: { $all: [1] }, d: { $type: 'int' } },
      {},
    ],
  ])('%s', (_name, filter, expected) => {
    expect(Object.fromEntries(constraints(filter))).toEqual(expected);
  });

  it('hold for every document that matches', () => {
    fc.assert(
      fc.property(document, matchingFilter, (stored, filterOf) => {
        const filter = filterOf(stored);
        if (!compileFilter(filter)(stored)) return;
        for (const [at, constraint] of constraints(filter)) {
          for (const [name, operand] of Object.entries(constraint)) {
            const { values, missing } = indexValues(stored, at);
            expect(name === 'exists' ? !missing : values.some((key) => meets(key, name, operand))).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

const nearValue = fc.oneof(
  fc.integer({ min: 0, max: 3 }).map(int),
  fc.constantFrom<unknown>('a', 'b', null, long(1), double(2)),
);
const nearDocument: fc.Arbitrary<Document> = fc.record(
  { a: fc.oneof(nearValue, fc.array(nearValue, { maxLength: 3 })), b: nearValue },
  { requiredKeys: [] },
);

/** Few fields and operators, so that one filter often implies another. */
const nearFilter = filtersOn(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 2 }, nearValue);

/** Filters made of the document's own values as well as of others, so that many match. */
const matchingFilter = filtersOn(
  fc.array(fieldName, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('.')),
  { minLength: 1, maxLength: 3 },
);

function filtersOn(names: fc.Arbitrary<string>, size: fc.ArrayConstraints, values = value) {
  return fc
    .array(
      fc.record({
        name: names,
        operator: fc.constantFrom('$eq', '$in', '$gt', '$gte', '$lt', '$lte', '$exists', 'implicit'),
        other: values.filter((operand) => !(operand instanceof BSONRegExp)),
        own: fc.boolean(),
        nested: fc.boolean(),
      }),
      size,
    )
    .map(
      (clauses) =>
        (stored: Document): Document => ({
          $and: clauses.map(({ name, operator, other, own, nested }) => {
            const [first] = own ? valuesAt(stored, name).values.filter((found) => !(found instanceof BSONRegExp)) : [];
            const operand = first === undefined ? other : first;
            const condition =
              operator === 'implicit'
                ? operand
                : { [operator]: operator === '$in' ? [operand] : operator === '$exists' ? true : operand };
            return nested ? { $and: [field(name, condition)] } : field(name, condition);
          }),
        }),
    );
}

const field = (name: string, condition: unknown): Document => {
  const filter: Document = {};
  Object.defineProperty(filter, name, { value: condition, enumerable: true });
  return filter;
};

function meets(key: unknown, name: string, operand: unknown): boolean {
  if (name === 'eq') return equalValues(key, operand);
  if (name === 'in') return (operand as unknown[]).some((member) => equalValues(key, member));
  const order = compareValues(key, operand);
  return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[name] ?? false;
}

describe('filterImplies', () => {
  it.each<[Document, Document, boolean]>([
    [{ a: 1 }, {}, true],
    [{ a: 1 }, { a: 1 }, true],
    [{ a: int(1) }, { a: long(1) }, true],
    [{ a: 1, b: 2 }, { b: 2 }, true],
    [{ $and: [{ a: 1 }] }, { $and: [{ a: 1 }] }, true],
    [{ a: 'x' }, { a: { $exists: true } }, true],
    [{ a: null }, { a: { $exists: true } }, false],
    [{ a: { $gt: 5 } }, { a: { $exists: true } }, true],
    [{ a: { $gt: 5 } }, { a: { $gt: 5 } }, true],
    [{ a: { $gt: 5 } }, { a: { $gt: 4 } }, true],
    [{ a: { $gte: 5 } }, { a: { $gt: 5 } }, false],
    [{ a: { $gt: 5 } }, { a: { $gte: 5 } }, true],
    [{ a: { $lt: 5 } }, { a: { $lte: 6 } }, true],
    [{ a: { $lt: 5 } }, { a: { $gt: 1 } }, false],
    [{ a: { $gt: 'x' } }, { a: { $gt: 1 } }, false],
    [{ a: 7 }, { a: { $gt: 5 } }, true],
    [{ a: 3 }, { a: { $gt: 5 } }, false],
    [{ a: { $in: [6, 7] } }, { a: { $gt: 5 } }, true],
    [{ a: { $in: [3, 7] } }, { a: { $gt: 5 } }, false],
    [{ a: { $in: [1, 2] } }, { a: { $in: [1, 2, 3] } }, true],
    [{ a: { $type: 'int' } }, { a: { $type: 'int' } }, true],
    [{ a: int(1) }, { a: { $type: 'int' } }, false],
    [{ a: [1] }, { a: { $exists: true } }, false],
    [{ $or: [{ a: 1 }] }, { a: 1 }, false],
    [{ b: 1 }, { a: 1 }, false],
    [{ a: { $ne: 1 } }, { a: { $ne: 1 } }, true],
    [{ a: { $ne: 1 } }, { a: { $ne: 2 } }, false],
    [{ a: /x/ }, { a: /x/ }, false],
    [{ a: 1 }, { $or: [{ a: 1 }] }, false],
  ])('%o implies %o: %s', (filter, partial, expected) => {
    expect(filterImplies(filter, partial)).toBe(expected);
  });

  it('is never wrong', () => {
    let implied = 0;
    fc.assert(
      fc.property(nearDocument, nearFilter, nearFilter, (stored, one, other) => {
        const [filter, partial] = [one(stored), other(stored)];
        if (!filterImplies(filter, partial)) return;
        implied += 1;
        if (compileFilter(filter)(stored)) expect(compileFilter(partial)(stored)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    expect(implied).toBeGreaterThan(50);
  });
});
