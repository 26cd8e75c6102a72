import { EJSON } from 'bson';
import fc from 'fast-check';
import { aggregate, find, update as mingoUpdate } from 'mingo';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../src/embedded-mongo/query/filter.ts';
import { runPipeline } from '../../../src/embedded-mongo/query/pipeline.ts';
import { compileProjection } from '../../../src/embedded-mongo/query/projection.ts';
import { applyUpdate } from '../../../src/embedded-mongo/query/update.ts';
import type { Document } from '../../../src/embedded-mongo/query/value.ts';
import { bson } from './samples.ts';

/**
 * A second opinion from mingo, where it is right: native numbers, strings, booleans; documents of one field (it ignores the order
 * of fields); no null in arrays; below an array of documents comparisons only, and no further arrays; sets without doubles.
 */
const scalar = fc.oneof(fc.integer({ min: -2, max: 4 }), fc.constantFrom('a', 'b', 'ab'), fc.boolean());
const list = fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 });
const inner = fc.record({ x: scalar, l: list }, { requiredKeys: [] });
const plain = fc.record(
  { a: scalar, b: fc.oneof(scalar, list), c: inner, d: fc.array(inner, { minLength: 1, maxLength: 3 }) },
  { requiredKeys: [] },
);
const at = fc.constantFrom('a', 'b', 'c.x', 'c.l', 'b.0', 'd.0.x', 'd.1.x', 'zz');

const comparison = fc.oneof(
  scalar,
  fc
    .tuple(fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte'), scalar)
    .map(([name, operand]) => ({ [name]: operand })),
  fc
    .tuple(fc.constantFrom('$in', '$nin'), fc.array(scalar, { maxLength: 3 }))
    .map(([name, operand]) => ({ [name]: operand })),
  fc.boolean().map((operand) => ({ $exists: operand })),
);
const condition = fc.oneof(
  comparison,
  fc.integer({ min: 1, max: 3 }).map((operand) => ({ $size: operand })),
  fc.integer({ min: 0, max: 3 }).map((operand) => ({ $elemMatch: { $gte: operand } })),
  scalar.map((operand) => ({ $not: { $gt: operand } })),
  fc.constantFrom('^a', 'b$').map((operand) => ({ $regex: operand })),
);
const clause = fc
  .oneof(fc.tuple(at, condition), fc.tuple(fc.constant('d.x'), comparison))
  .map(([name, wanted]) => ({ [name]: wanted }));
const filter = fc.oneof(
  clause,
  fc
    .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(clause, { minLength: 1, maxLength: 3 }))
    .map(([name, branches]) => ({ [name]: branches })),
);

const relaxed = (value: unknown): unknown => JSON.parse(EJSON.stringify(value as Document, { relaxed: true }));

async function* stream(documents: readonly Document[]): AsyncGenerator<Document> {
  yield* documents;
}

async function ours(pipeline: Document[], documents: Document[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const each of runPipeline(pipeline.map(bson), stream(documents.map(bson)), () => stream([])))
    found.push(relaxed(each));
  return found;
}

describe('the same as mingo', () => {
  it('filters', () => {
    fc.assert(
      fc.property(plain, filter, (stored, wanted) => {
        expect(compileFilter(bson(wanted))(bson(stored))).toBe(find([stored], wanted).all().length === 1);
      }),
      { numRuns: 200 },
    );
  });

  it('updates', () => {
    const change = fc.oneof(
      fc
        .tuple(fc.constantFrom('a', 'c.x', 'zz', 'y.z'), scalar)
        .map(([name, operand]) => ({ $set: { [name]: operand } })),
      fc.constantFrom('a', 'b', 'c.x', 'zz').map((name) => ({ $unset: { [name]: 1 } })),
      fc.integer({ min: -2, max: 2 }).map((operand) => ({ $inc: { n: operand } })),
      fc.integer({ min: -2, max: 2 }).map((operand) => ({ $mul: { n: operand } })),
      fc.integer({ min: -2, max: 9 }).map((operand) => ({ $max: { n: operand }, $min: { m: operand } })),
      fc
        .array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 })
        .map((each) => ({ $push: { l: { $each: each, $slice: -3 } } })),
      fc.integer({ min: 0, max: 3 }).map((operand) => ({ $pull: { l: operand } })),
      fc.integer({ min: 0, max: 5 }).map((operand) => ({ $addToSet: { l: operand } })),
      fc.constantFrom(1, -1).map((operand) => ({ $pop: { l: operand } })),
      fc.constant({ $rename: { a: 'renamed' } }),
    );
    fc.assert(
      fc.property(plain, list, change, (stored, l, wanted) => {
        const before = { ...stored, n: 3, m: 4, l };
        const theirs: Document = structuredClone(before);
        mingoUpdate(theirs, wanted as Parameters<typeof mingoUpdate>[1]);
        expect(relaxed(applyUpdate(bson(before), bson(wanted)))).toEqual(theirs);
      }),
      { numRuns: 200 },
    );
  });

  it('projections', () => {
    const flags = fc.tuple(
      fc.uniqueArray(fc.constantFrom('a', 'b', 'c.x', 'd.x', 'zz'), { minLength: 1 }),
      fc.constantFrom(0, 1),
    );
    fc.assert(
      fc.property(plain, flags, (stored, [names, flag]) => {
        const specification = Object.fromEntries(names.map((name) => [name, flag]));
        const [theirs] = find([stored], {}, specification).all();
        expect(relaxed(compileProjection(bson(specification))(bson(stored)))).toEqual(theirs);
      }),
      { numRuns: 200 },
    );
  });

  it('pipelines', async () => {
    const rows = fc.array(
      fc.record({
        k: fc.constantFrom('x', 'y'),
        n: fc.integer({ min: 0, max: 5 }),
        l: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
      }),
      { maxLength: 6 },
    );
    const stage = fc.constantFrom<Document>(
      { $match: { n: { $gt: 1 } } },
      { $sort: { n: 1, k: -1 } },
      { $limit: 3 },
      { $skip: 1 },
      { $unwind: '$l' },
      { $addFields: { sum: { $add: ['$n', 1] } } },
      { $project: { n: 1, k: 1, l: 1, big: { $cond: [{ $gte: ['$n', 3] }, 'yes', 'no'] } } },
    );
    const last = fc.constantFrom<Document>(
      {
        $group: {
          _id: '$k',
          total: { $sum: '$n' },
          mean: { $avg: '$n' },
          least: { $min: '$n' },
          most: { $max: '$n' },
          all: { $push: '$n' },
          first: { $first: '$n' },
          last: { $last: '$n' },
        },
      },
      { $group: { _id: null, count: { $count: {} } } },
      { $match: {} },
    );
    await fc.assert(
      fc.asyncProperty(rows, fc.array(stage, { maxLength: 4 }), last, async (documents, stages, end) => {
        const pipeline = [...stages, end];
        expect(await ours(pipeline, documents)).toEqual(
          aggregate(structuredClone(documents), structuredClone(pipeline)),
        );
      }),
      { numRuns: 100 },
    );
  });
});
