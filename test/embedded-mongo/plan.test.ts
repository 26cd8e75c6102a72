import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Collection } from '../../src/embedded-mongo/catalog.ts';
import { documentKey, entriesOf } from '../../src/embedded-mongo/index-key.ts';
import { type Index, indexFromSpec, parseIndexSpec, primaryIndex } from '../../src/embedded-mongo/index-spec.ts';
import { type Plan, planQuery, type Scan } from '../../src/embedded-mongo/plan.ts';
import { compileFilter } from '../../src/embedded-mongo/query/filter.ts';
import { compileSort } from '../../src/embedded-mongo/query/sort.ts';
import type { Document } from '../../src/embedded-mongo/query/value.ts';
import { double, expectRefusal, int, long } from './query/samples.ts';

const collectionOf = (...specs: Document[]): Collection => {
  const indexes = specs.map((spec, position) => {
    const multikey = Object.keys(spec.key as Document).map(() => false);
    return indexFromSpec(position + 2, parseIndexSpec(spec), { ready: true, multikey, shortened: false });
  });
  return {
    id: 1,
    db: 'd',
    name: 'c',
    ns: 'd.c',
    uuid: undefined,
    indexes: [primaryIndex(1, false), ...indexes],
    count: 0,
  };
};

const chosen = ({ scans, sorted }: Plan) => ({
  names: scans.map(({ index, whole }) => (whole && index.primary ? 'collection' : index.name)),
  sorted,
});

describe('the plan of a query', () => {
  const jobs = collectionOf(
    { key: { name: 1, nextRunAt: 1, priority: -1 }, name: 'poll' },
    { key: { name: 1 }, name: 'name' },
    { key: { lockedAt: 1 }, name: 'locked' },
    { key: { at: -1 }, name: 'at' },
    { key: { mail: 1 }, name: 'mail', sparse: true },
    { key: { app: 1 }, name: 'open', partialFilterExpression: { state: 'open' } },
    { key: { away: 1 }, name: 'away', hidden: true },
  );
  const plan = (filter: Document, sort?: Document, hint?: unknown) => chosen(planQuery(jobs, { filter, sort, hint }));

  it('takes the longest equality prefix, then the range', () => {
    expect(plan({ name: 'x', nextRunAt: { $lte: 5 } })).toEqual({ names: ['poll'], sorted: true });
    expect(plan({ name: 'x', nextRunAt: 5, lockedAt: 1 })).toEqual({ names: ['poll'], sorted: true });
    expect(plan({ _id: 1, name: 'x' }).names).toEqual(['_id_']);
    expect(plan({ other: 1 }).names).toEqual(['collection']);
  });

  it('takes the order from the index, forwards and backwards', () => {
    expect(plan({ name: 'x' }, { nextRunAt: 1, priority: -1 })).toEqual({ names: ['poll'], sorted: true });
    expect(planQuery(jobs, { filter: { name: 'x' }, sort: { nextRunAt: -1, priority: 1 } }).scans[0]?.reverse).toBe(
      true,
    );
    expect(plan({ name: 'x' }, { nextRunAt: 1, priority: 1 }).sorted).toBe(false);
    expect(plan({}, { at: 1 })).toEqual({ names: ['at'], sorted: true });
    expect(plan({ name: { $in: ['x', 'y'] } }, { nextRunAt: 1 }).sorted).toBe(false);
    expect(plan({ name: { $in: ['x', 'y'] } }, { name: 1 }).sorted).toBe(true);
    expect(plan({}, { $natural: -1 })).toEqual({ names: ['collection'], sorted: true });
  });

  it('unites the branches of an $or that all have an index', () => {
    expect(plan({ $or: [{ lockedAt: 1 }, { at: { $gt: 1 } }] }).names).toEqual(['locked', 'at']);
    expect(plan({ $or: [{ lockedAt: 1 }, { other: 1 }] }).names).toEqual(['collection']);
    expect(plan({ name: 'x', $or: [{ lockedAt: 1 }, { other: 1 }] }).names).toEqual(['poll']);
  });

  it('leaves an index alone that may not hold every match', () => {
    expect(plan({ mail: 'x' }).names).toEqual(['mail']);
    expect(plan({ mail: null }).names).toEqual(['collection']);
    expect(plan({ app: 'x', state: 'open' }).names).toEqual(['open']);
    expect(plan({ app: 'x' }).names).toEqual(['collection']);
    expect(plan({ away: 1 }).names).toEqual(['collection']);
  });

  it('does as the hint says, and refuses one that names nothing', () => {
    expect(plan({ name: 'x' }, undefined, 'at').names).toEqual(['at']);
    expect(plan({ name: 'x' }, undefined, { name: int(1) }).names).toEqual(['name']);
    expect(plan({ name: 'x' }, undefined, { $natural: 1 }).names).toEqual(['collection']);
    expectRefusal(() => plan({}, undefined, 'nowhere'), 2, 'hint provided does not correspond');
  });
});

const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    'a',
    'b',
    '',
    true,
    new Date(1),
    { x: int(1) },
    'long'.repeat(600),
    `${'long'.repeat(600)}er`,
  ),
  fc.integer({ min: 0, max: 3 }).map(int),
  fc.integer({ min: 0, max: 3 }).map(long),
  fc.constantFrom(0.5, 2, Number.NaN).map(double),
);
const stored = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ c: scalar }),
  fc.array(fc.record({ c: scalar }), { maxLength: 2 }),
);
const documentArbitrary = fc.record({ a: stored, b: stored }, { requiredKeys: [] });
const pathArbitrary = fc.constantFrom('a', 'b', 'a.c');
const condition = fc.oneof(
  scalar,
  scalar.map((operand) => ({ $eq: operand })),
  fc.array(scalar, { maxLength: 3 }).map((operand) => ({ $in: operand })),
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$ne'), scalar)
    .map(([name, operand]) => ({ [name]: operand })),
  fc
    .tuple(fc.constantFrom('$gt', '$gte'), scalar, fc.constantFrom('$lt', '$lte'), scalar)
    .map(([low, from, high, to]) => ({ [low]: from, [high]: to })),
  fc.boolean().map((operand) => ({ $exists: operand })),
);
const clause = fc.tuple(pathArbitrary, condition).map(([path, operand]): Document => ({ [path]: operand }));
const filterArbitrary = fc.oneof(
  clause,
  fc.array(clause, { minLength: 1, maxLength: 3 }).map((clauses): Document => ({ $and: clauses })),
  fc.array(clause, { minLength: 1, maxLength: 3 }).map((clauses): Document => ({ $or: clauses })),
);
const direction = fc.constantFrom(1, -1);
const keyArbitrary = fc
  .uniqueArray(fc.tuple(pathArbitrary, direction), { minLength: 1, maxLength: 3, selector: ([path]) => path })
  .map((entries) => Object.fromEntries(entries));
const indexArbitrary = fc
  .tuple(
    keyArbitrary,
    fc.constantFrom<Document>(
      {},
      {},
      { sparse: true },
      { unique: true },
      { partialFilterExpression: { b: { $gte: int(1) } } },
    ),
  )
  .map(([key, options]): Document => ({ key, ...options }));

/** What an index holds, as the store would keep it. */
function contents(index: Index, documents: Document[]) {
  const entries = documents.flatMap((document, _id) => {
    const { key } = documentKey({ id: 1 }, int(_id));
    if (index.primary) return [{ key, document }];
    const { entries: own, multikey, shortened } = entriesOf(index, document, key);
    index.multikey = index.multikey.map((was, position) => was || (multikey[position] ?? false));
    index.shortened ||= shortened;
    return own.map((entry) => ({ key: entry.key, document }));
  });
  return entries.sort((a, b) => a.key.compare(b.key));
}

function scanned({ ranges, reverse }: Scan, entries: { key: Buffer; document: Document }[]): Document[] {
  const found = ranges.flatMap(({ start, end }) =>
    entries.filter(({ key }) => key.compare(start) >= 0 && key.compare(end) < 0),
  );
  return (reverse ? found.toReversed() : found).map(({ document }) => document);
}

describe('any plan over any documents', () => {
  it('finds every document that matches, and in the order it promises', () => {
    const documentsArbitrary = fc.array(documentArbitrary, { maxLength: 8 });
    const sortArbitrary = fc.option(keyArbitrary, { nil: undefined });
    fc.assert(
      fc.property(
        documentsArbitrary,
        fc.array(indexArbitrary, { minLength: 1, maxLength: 3 }),
        filterArbitrary,
        sortArbitrary,
        (plain, specs, filter, sort) => {
          const documents = plain.map((document, _id): Document => ({ _id: int(_id), ...document }));
          const collection = collectionOf(...specs.map((spec, position) => ({ ...spec, name: `i${position}` })));
          let held: Map<Index, ReturnType<typeof contents>>;
          try {
            held = new Map(collection.indexes.map((index) => [index, contents(index, documents)]));
          } catch {
            return; // parallel arrays
          }
          const plan = planQuery(collection, { filter, sort });
          const matches = compileFilter(filter);
          const found = plan.scans.flatMap((scan) => scanned(scan, held.get(scan.index) ?? [])).filter(matches);
          expect(new Set(found)).toEqual(new Set(documents.filter(matches)));
          if (plan.sorted && sort) {
            const order = compileSort(sort);
            for (const [at, document] of found.entries())
              expect(order(found[at - 1] ?? document, document)).toBeLessThanOrEqual(0);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
