import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalValues, valueKey } from '../../../src/embedded-mongo/query/compare.ts';
import { runPipeline } from '../../../src/embedded-mongo/query/pipeline.ts';
import { SUPPORTED } from '../../../src/embedded-mongo/query/supported.ts';
import { type Document, field } from '../../../src/embedded-mongo/query/value.ts';
import { bson, DAY, decimal, document, double, expectRefusal, int, KINDS, long } from './samples.ts';

async function* stream(documents: readonly Document[]): AsyncGenerator<Document> {
  yield* documents;
}

const nothing = () => stream([]);

async function collect(source: AsyncIterable<Document>): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const each of source) documents.push(each);
  return documents;
}

const run = (
  pipeline: Document[],
  documents: Document[],
  lookup: (name: string) => AsyncIterable<Document> = nothing,
) => collect(runPipeline(pipeline.map(bson), stream(documents), lookup));

const jobs = [
  { _id: 1, name: 'sync', n: 1, tags: ['a', 'b'] },
  { _id: 2, name: 'digest', n: 2, tags: [] },
  { _id: 3, name: 'sync', n: 2.5, tags: ['b'] },
  { _id: 4, name: 'sync', n: null },
].map(bson);

/** Stages over `jobs` → the documents that come out. */
const TABLE: [name: string, pipeline: Document[], expected: Document[]][] = [
  ['nothing', [], jobs],
  ['$match', [{ $match: { name: 'sync', n: { $gt: 1 } } }], jobs.slice(2, 3)],
  [
    '$sort',
    [{ $sort: { name: 1, n: -1 } }, { $project: { _id: 1 } }],
    [{ _id: 2 }, { _id: 3 }, { _id: 1 }, { _id: 4 }],
  ],
  ['$sort then $limit', [{ $sort: { _id: -1 } }, { $limit: 2 }, { $project: { _id: 1 } }], [{ _id: 4 }, { _id: 3 }]],
  ['$skip and $limit', [{ $skip: 1 }, { $limit: 2 }, { $project: { _id: 1 } }], [{ _id: 2 }, { _id: 3 }]],
  ['$count', [{ $match: { name: 'sync' } }, { $count: 'total' }], [{ total: 3 }]],
  ['$count of nothing', [{ $match: { name: 'x' } }, { $count: 'total' }], []],
  ['$addFields', [{ $limit: 1 }, { $addFields: { twice: { $multiply: ['$n', 2] } } }], [{ ...jobs[0], twice: 2 }]],
  [
    '$set and $unset',
    [{ $limit: 1 }, { $set: { x: '$name' } }, { $unset: ['tags', 'n'] }],
    [{ _id: 1, name: 'sync', x: 'sync' }],
  ],
  ['$project', [{ $limit: 1 }, { $project: { _id: 0, label: { $concat: ['$name', '!'] } } }], [{ label: 'sync!' }]],
  ['$replaceRoot', [{ $limit: 1 }, { $replaceRoot: { newRoot: { id: '$_id' } } }], [{ id: 1 }]],
  ['$replaceWith', [{ $limit: 1 }, { $replaceWith: { $mergeObjects: [{ z: 1 }, { id: '$_id' }] } }], [{ z: 1, id: 1 }]],
  [
    '$unwind',
    [{ $unwind: '$tags' }, { $project: { tags: 1 } }],
    [
      { _id: 1, tags: 'a' },
      { _id: 1, tags: 'b' },
      { _id: 3, tags: 'b' },
    ],
  ],
  [
    '$unwind keeping the empty, with places',
    [
      { $unwind: { path: '$tags', includeArrayIndex: 'at', preserveNullAndEmptyArrays: true } },
      { $project: { tags: 1, at: 1 } },
    ],
    [
      { _id: 1, tags: 'a', at: long(0) },
      { _id: 1, tags: 'b', at: long(1) },
      { _id: 2, at: null },
      { _id: 3, tags: 'b', at: long(0) },
      { _id: 4, at: null },
    ],
  ],
  ['$unwind of a value', [{ $unwind: '$name' }, { $count: 'n' }], [{ n: 4 }]],
  [
    '$sortByCount',
    [{ $sortByCount: '$name' }],
    [
      { _id: 'sync', count: 3 },
      { _id: 'digest', count: 1 },
    ],
  ],
  ['$group of all', [{ $group: { _id: null, n: { $sum: 1 } } }], [{ _id: null, n: 4 }]],
  [
    '$group by a field',
    [{ $group: { _id: '$name', last: { $last: '$_id' } } }],
    [
      { _id: 'sync', last: 4 },
      { _id: 'digest', last: 2 },
    ],
  ],
  ['$group by a document', [{ $group: { _id: { n: '$name' } } }], [{ _id: { n: 'sync' } }, { _id: { n: 'digest' } }]],
  ['the driver counting', [{ $match: {} }, { $group: { _id: 1, n: { $sum: 1 } } }], [{ _id: 1, n: 4 }]],
  [
    '$facet',
    [{ $facet: { all: [{ $count: 'n' }], first: [{ $limit: 1 }, { $project: { _id: 1 } }] } }],
    [{ all: [{ n: 4 }], first: [{ _id: 1 }] }],
  ],
];

describe('runPipeline', () => {
  it.each(TABLE)('%s', async (_name, pipeline, expected) => {
    expect(await run(pipeline, jobs)).toStrictEqual(expected.map(bson));
  });

  it('has a row for every supported stage', () => {
    const used = JSON.stringify(TABLE.map(([, pipeline]) => pipeline)) + JSON.stringify({ $lookup: 1 });
    expect(SUPPORTED.stage.here.filter((name) => !used.includes(`"${name}"`))).toEqual([]);
  });

  it('stops reading when it has enough', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Document> {
      for (;;) yield { n: read++ };
    }
    const found = await collect(runPipeline([{ $match: { n: { $gte: 2 } } }, { $limit: 2 }], endless(), nothing));
    expect(found).toEqual([{ n: 2 }, { n: 3 }]);
    expect(read).toBeLessThan(6);
  });

  it('gives the same with $sort and $limit held short as with all', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({ _id: index, key: (index * 7_919) % 1_000 }));
    const all = await run([{ $sort: { key: 1, _id: 1 } }], many);
    expect(await run([{ $sort: { key: 1, _id: 1 } }, { $limit: 20 }], many)).toEqual(all.slice(0, 20));
  });
});

describe('accumulators over every kind of value', () => {
  const accumulate = async (accumulator: Document, values: readonly Document[]) => {
    const [group] = await collect(runPipeline([{ $group: { _id: null, r: accumulator } }], stream(values), nothing));
    return field(group ?? {}, 'r');
  };
  const of = (...names: string[]) => names.map((name) => KINDS[name] ?? {});
  const everything = Object.values(KINDS);

  const ROWS: [Document, Document[], unknown][] = [
    [{ $sum: 1 }, everything, everything.length],
    [{ $sum: '$v' }, of('int', 'text', 'missing', 'null', 'list', 'date', 'object'), int(5)],
    [{ $sum: '$v' }, of('int', 'long'), long(10)],
    [{ $sum: '$v' }, of('int', 'half'), double(10.5)],
    [{ $sum: '$v' }, of('int', 'long', 'decimal'), decimal('15')],
    [{ $sum: '$v' }, of('half', 'decimal'), decimal('10.50000000000000')],
    [{ $sum: '$v' }, of('text'), int(0)],
    [{ $sum: '$v' }, of('nan', 'int'), double(Number.NaN)],
    [{ $sum: '$v' }, [{ v: int(2_147_483_647) }, { v: int(1) }], long(2_147_483_648)],
    [{ $sum: '$v' }, [{ v: long(2n ** 63n - 1n) }, { v: int(1) }], double(2 ** 63)],
    [{ $sum: '$v' }, [{ v: long(2n ** 53n) }, { v: long(1) }], long(2n ** 53n + 1n)],
    [{ $sum: '$v' }, Array.from({ length: 10 }, () => ({ v: double(0.1) })), double(1)],
    [{ $avg: '$v' }, of('int', 'half', 'text'), double(5.25)],
    [{ $avg: '$v' }, of('decimal', 'int'), decimal('5')],
    [{ $avg: '$v' }, of('text', 'missing'), null],
    [{ $min: '$v' }, of('null', 'missing', 'half', 'long', 'text'), long(5)],
    [{ $min: '$v' }, of('null', 'missing'), null],
    [{ $max: '$v' }, of('int', 'date', 'no', 'list'), DAY],
    [{ $first: '$v' }, of('missing', 'int'), null],
    [{ $first: '$v' }, of('decimal', 'int'), decimal('5')],
    [{ $last: '$v' }, of('int', 'swapped'), { y: int(2), x: int(1) }],
    [{ $push: '$v' }, of('int', 'null', 'missing', 'list'), [int(5), null, [int(5), int(6)]]],
    [
      { $addToSet: '$v' },
      of('int', 'double', 'object', 'swapped', 'object', 'missing'),
      [int(5), { x: int(1), y: int(2) }, { y: int(2), x: int(1) }],
    ],
    [{ $count: {} }, everything, int(everything.length)],
  ];

  it.each(ROWS)('%o', async (accumulator, values, expected) => {
    const found = await accumulate(accumulator, values);
    expect(found).toStrictEqual(typeof expected === 'number' ? int(expected) : expected);
  });

  it('has a row for every supported accumulator', () => {
    const used = new Set(ROWS.flatMap(([accumulator]) => Object.keys(accumulator)));
    expect(SUPPORTED.accumulator.here.filter((name) => !used.has(name))).toEqual([]);
  });

  it('groups every kind of value with its equals only', async () => {
    const groups = await collect(runPipeline([{ $group: { _id: '$v', n: { $sum: 1 } } }], stream(everything), nothing));
    expect(groups).toHaveLength(new Set(everything.map(({ v }) => valueKey(v ?? null))).size);
    const fives = groups.find(({ _id }) => equalValues(_id, 5));
    expect(fives).toEqual({ _id: int(5), n: int(4) });
  });
});

describe('$lookup', () => {
  const people = [{ _id: 1, role: 'x', boss: 9 }, { _id: 2, role: ['x', 'y'] }, { _id: 3 }, { _id: 4, role: null }].map(
    bson,
  );
  const roles = [
    { _id: 'x', alias: ['x', 'ex'] },
    { _id: 'y', alias: 'why' },
    { _id: 'z', alias: null },
    { _id: 'w' },
  ].map(bson);
  const asked: string[] = [];
  const lookup = (name: string) => {
    asked.push(name);
    return stream(roles);
  };
  const joined = async (localField: string, foreignField: string) => {
    const found = await run([{ $lookup: { from: 'roles', localField, foreignField, as: 'found' } }], people, lookup);
    return found.map(({ found: list }) => (list as Document[]).map(({ _id }) => _id));
  };

  it('joins by value, by each element, and null with missing', async () => {
    expect(await joined('role', '_id')).toEqual([['x'], ['x', 'y'], [], []]);
    expect(await joined('role', 'alias')).toEqual([['x'], ['x'], ['z', 'w'], ['z', 'w']]);
    expect(asked).toEqual(['roles', 'roles']);
  });

  it('numbers of all types meet', async () => {
    const found = await run(
      [{ $lookup: { from: 'n', localField: 'k', foreignField: 'k', as: 'f.list' } }],
      [{ k: int(5) }],
      () => stream([{ k: decimal('5.0') }, { k: long(6) }]),
    );
    expect(found).toEqual([{ k: int(5), f: { list: [{ k: decimal('5.0') }] } }]);
  });

  it.each<[string, unknown, number, string]>([
    ['a pipeline', { from: 'x', as: 'y', pipeline: [] }, 115, '$lookup with a pipeline'],
    [
      'another argument',
      { from: 'x', localField: 'a', foreignField: 'b', as: 'c', foo: 1 },
      9,
      'unknown argument to $lookup: foo',
    ],
    ['no collection', { localField: 'a', foreignField: 'b', as: 'c' }, 9, "'from' must be a string"],
  ])('refuses %s', (_name, operand, code, text) => {
    expectRefusal(() => runPipeline([{ $lookup: operand }], stream([]), nothing), code, text);
  });
});

describe('refusals, before anything is read', () => {
  it.each<[string, unknown, number, string]>([
    ['an unknown stage', { $foo: 1 }, 40324, "Unrecognized pipeline stage name: '$foo'"],
    ['no stage', {}, 40323, 'exactly one field'],
    ['two stages', { $match: {}, $limit: 1 }, 40323, 'exactly one field'],
    ['a value', 5, 40323, 'exactly one field'],
    ['a bad filter', { $match: { a: { $foo: 1 } } }, 2, 'unknown operator: $foo'],
    ['no filter', { $match: 1 }, 15959, 'match filter'],
    ['no sort key', { $sort: {} }, 15976, 'at least one sort key'],
    ['no sort', { $sort: 1 }, 15973, '$sort'],
    ['a limit of nothing', { $limit: 0 }, 15958, 'the limit must be positive'],
    ['a negative limit', { $limit: -1 }, 5107201, 'non-negative'],
    ['a negative skip', { $skip: -1 }, 5107200, 'non-negative'],
    ['an empty count', { $count: '' }, 40156, 'non-empty string'],
    ['a count with a dollar', { $count: '$a' }, 40158, 'count field'],
    ['a count with a dot', { $count: 'a.b' }, 40160, "cannot contain '.'"],
    ['no group', { $group: 1 }, 15947, 'object'],
    ['a group without _id', { $group: { n: { $sum: 1 } } }, 15955, 'must include an _id'],
    ['a group of a path', { $group: { _id: 1, 'a.b': { $sum: 1 } } }, 40235, "cannot contain '.'"],
    ['a group of a value', { $group: { _id: 1, a: 1 } }, 40234, 'must be an accumulator object'],
    ['two accumulators', { $group: { _id: 1, a: { $sum: 1, $min: 1 } } }, 40238, 'must specify one accumulator'],
    ['an unknown accumulator', { $group: { _id: 1, a: { $foo: 1 } } }, 15952, "unknown group operator '$foo'"],
    ['arguments of $count', { $group: { _id: 1, a: { $count: 1 } } }, 9, '$count takes no arguments'],
    ['no unwind path', { $unwind: {} }, 28808, '$unwind'],
    ['an unwind path', { $unwind: 'a' }, 28818, "prefixed with a '$'"],
    ['an unwind option', { $unwind: { path: '$a', foo: 1 } }, 28811, 'foo'],
    ['a $sortByCount', { $sortByCount: 'name' }, 40147, 'sortByCount'],
    ['an empty $addFields', { $addFields: {} }, 40272, 'at least one field'],
    ['an $unset', { $unset: 1 }, 31120, '$unset'],
    ['a $facet', { $facet: { a: 1 } }, 40170, '$facet'],
    ['a $facet in a $facet', { $facet: { a: [{ $facet: {} }] } }, 40600, '$facet'],
    ['a $replaceRoot', { $replaceRoot: {} }, 9, 'newRoot'],
  ])('%s', (_name, stage, code, text) => {
    let read = false;
    async function* source(): AsyncGenerator<Document> {
      read = true;
      yield {};
    }
    expectRefusal(() => runPipeline([stage], source(), nothing), code, text);
    expect(read).toBe(false);
  });

  it('every stage and accumulator listed as left out', () => {
    for (const name of SUPPORTED.stage.elsewhere)
      expectRefusal(() => runPipeline([{ [name]: {} }], stream([]), nothing), 115, name);
    for (const name of SUPPORTED.accumulator.elsewhere) {
      expectRefusal(() => runPipeline([{ $group: { _id: 1, a: { [name]: 1 } } }], stream([]), nothing), 115, name);
    }
  });
});

describe('properties', () => {
  it('$group parts the documents: the counts add up, and no two groups are equal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(document, { maxLength: 8 }), async (documents) => {
        const groups = await collect(
          runPipeline(
            [{ $group: { _id: '$a', n: { $sum: 1 }, all: { $push: '$$ROOT' } } }],
            stream(documents),
            nothing,
          ),
        );
        expect(groups.reduce((total, { n }) => total + Number(n), 0)).toBe(documents.length);
        expect(new Set(groups.map(({ _id }) => valueKey(_id))).size).toBe(groups.length);
        for (const { _id, all } of groups) {
          for (const member of all as Document[]) expect(equalValues(field(member, 'a') ?? null, _id)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
