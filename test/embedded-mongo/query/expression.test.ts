import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../src/embedded-mongo/query/expression.ts';
import { SUPPORTED } from '../../../src/embedded-mongo/query/supported.ts';
import { DAY, decimal, double, expectRefusal, ID, int, KINDS, long } from './samples.ts';

const ROOT = {
  ...Object.fromEntries(Object.entries(KINDS).map(([name, document]) => [name, document.v])),
  rows: [{ k: int(1) }, { k: int(2), t: ['x'] }, int(3), [{ k: int(9) }]],
  sub: { a: int(1), b: { c: int(2) } },
  numbers: [int(1), long(2), double(0.5)],
};
delete (ROOT as Record<string, unknown>).missing;

const evaluate = (source: unknown) => compileExpression(source)({ root: ROOT, variables: new Map(), now: DAY });
/** The linter takes an object with `then` for a promise. */
const then = (value: unknown) => Object.fromEntries([['then', value]]);

const LONG_MAX = long(2n ** 63n - 1n);

/** Expression → value, `undefined` for missing; or the code of the refusal. */
const TABLE: [source: unknown, expected: unknown | { code: number }][] = [
  ['$int', int(5)],
  ['$missing', undefined],
  ['$sub.b.c', int(2)],
  ['$rows.k', [int(1), int(2)]],
  ['$rows.t', [['x']]],
  ['$list.0', []],
  ['$int.x', undefined],
  ['$__proto__', undefined],
  ['$constructor.name', undefined],
  ['$$ROOT.sub.a', int(1)],
  ['$$CURRENT.int', int(5)],
  ['$$NOW', DAY],
  ['$$REMOVE', undefined],
  ['text', 'text'],
  [
    [1, '$missing', '$int'],
    [1, null, int(5)],
  ],
  [{ a: '$int', b: '$missing' }, { a: int(5) }],
  [{ $literal: '$int' }, '$int'],
  [{ $literal: { $add: [1] } }, { $add: [1] }],

  [{ $eq: ['$int', '$double'] }, true],
  [{ $eq: ['$object', '$swapped'] }, false],
  [{ $eq: ['$missing', null] }, false],
  [{ $ne: ['$long', '$decimal'] }, false],
  [{ $gt: ['$half', '$int'] }, true],
  [{ $gt: ['$text', '$int'] }, true],
  [{ $gte: ['$date', '$no'] }, true],
  [{ $lt: ['$missing', null] }, true],
  [{ $lte: ['$nan', '$int'] }, true],
  [{ $cmp: ['$int', '$half'] }, int(-1)],
  [{ $cmp: ['$list', '$empty'] }, int(1)],

  [{ $and: ['$yes', '$int', '$blank', '$empty'] }, true],
  [{ $and: ['$yes', '$null'] }, false],
  [{ $and: [] }, true],
  [{ $or: ['$no', '$missing', { $literal: double(0) }] }, false],
  [{ $or: ['$no', '$text'] }, true],
  [{ $not: ['$missing'] }, true],
  [{ $not: '$date' }, false],

  [{ $cond: ['$yes', 'a', 'b'] }, 'a'],
  [{ $cond: { if: '$null', else: '$missing', ...then('a') } }, undefined],
  [{ $ifNull: ['$missing', '$null', '$int'] }, int(5)],
  [{ $ifNull: ['$null', '$missing'] }, undefined],
  [
    {
      $switch: {
        branches: [
          { case: '$no', ...then(1) },
          { case: { $eq: ['$int', 5] }, ...then(2) },
        ],
      },
    },
    2,
  ],
  [{ $switch: { branches: [{ case: '$no', ...then(1) }], default: 3 } }, 3],
  [{ $switch: { branches: [{ case: '$no', ...then(1) }] } }, { code: 40066 }],

  [{ $add: ['$int', '$int'] }, int(10)],
  [{ $add: ['$int', '$long'] }, long(10)],
  [{ $add: ['$int', '$half'] }, double(10.5)],
  [{ $add: ['$int', '$decimal'] }, decimal('10')],
  [{ $add: [LONG_MAX, 1] }, double(2 ** 63)],
  [{ $add: ['$date', '$int'] }, new Date(DAY.getTime() + 5)],
  [{ $add: ['$int', '$null'] }, null],
  [{ $add: ['$int', '$missing'] }, null],
  [{ $add: ['$int', '$text'] }, { code: 14 }],
  [{ $add: ['$int', '$list'] }, { code: 14 }],
  [{ $add: [] }, int(0)],
  [{ $subtract: ['$half', '$int'] }, double(0.5)],
  [{ $subtract: ['$date', '$date'] }, long(0)],
  [{ $subtract: ['$date', '$int'] }, new Date(DAY.getTime() - 5)],
  [{ $subtract: ['$int', '$date'] }, { code: 14 }],
  [{ $subtract: ['$null', '$int'] }, null],
  [{ $multiply: ['$int', '$long'] }, long(25)],
  [{ $multiply: ['$decimal', '$int'] }, decimal('25')],
  [{ $multiply: ['$missing', '$int'] }, null],
  [{ $multiply: ['$date', '$int'] }, { code: 14 }],
  [{ $divide: ['$int', 2] }, double(2.5)],
  [{ $divide: ['$decimal', 2] }, decimal('2.5')],
  [{ $divide: ['$null', 2] }, null],
  [{ $divide: ['$int', 0] }, { code: 2 }],
  [{ $divide: ['$text', 2] }, { code: 14 }],
  [{ $mod: ['$int', 3] }, int(2)],
  [{ $mod: ['$long', 3] }, long(2)],
  [{ $mod: ['$half', 3] }, double(2.5)],
  [{ $mod: ['$decimal', 3] }, { code: 115 }],
  [{ $mod: ['$int', 0] }, { code: 16610 }],
  [{ $mod: ['$null', 3] }, null],
  [{ $abs: -5 }, int(5)],
  [{ $abs: { $literal: double(-1.5) } }, double(1.5)],
  [{ $abs: '$null' }, null],
  [{ $abs: '$text' }, { code: 28765 }],
  [{ $ceil: '$half' }, double(6)],
  [{ $ceil: '$long' }, long(5)],
  [{ $floor: '$half' }, double(5)],
  [{ $floor: '$decimal' }, { code: 115 }],

  [{ $sum: '$numbers' }, double(3.5)],
  [{ $sum: ['$int', '$long', '$text', '$missing'] }, long(10)],
  [{ $sum: ['$decimal', '$int'] }, decimal('10')],
  [{ $avg: '$list' }, double(5.5)],
  [{ $avg: '$text' }, null],
  [{ $min: '$numbers' }, double(0.5)],
  [{ $min: ['$null', '$int', '$text'] }, int(5)],
  [{ $max: ['$int', '$text'] }, 'five'],
  [{ $max: '$empty' }, null],

  [{ $concat: ['a', '$text'] }, 'afive'],
  [{ $concat: ['a', '$null'] }, null],
  [{ $concat: ['a', '$int'] }, { code: 16702 }],
  [{ $toLower: 'ÄB' }, 'Äb'],
  [{ $toUpper: '$text' }, 'FIVE'],
  [{ $toUpper: '$missing' }, ''],
  [{ $strLenCP: '\u{1F600}a' }, int(2)],
  [{ $strLenCP: '$null' }, { code: 34471 }],
  [{ $split: ['a-b', '-'] }, ['a', 'b']],
  [{ $split: ['$null', '-'] }, null],
  [{ $split: ['$int', '-'] }, { code: 40085 }],

  [{ $size: '$list' }, int(2)],
  [{ $size: '$missing' }, { code: 17124 }],
  [{ $isArray: '$nested' }, true],
  [{ $isArray: '$object' }, false],
  [{ $isArray: ['$list'] }, true],
  [{ $arrayElemAt: ['$list', 1] }, int(6)],
  [{ $arrayElemAt: ['$list', -1] }, int(6)],
  [{ $arrayElemAt: ['$list', 9] }, undefined],
  [{ $arrayElemAt: ['$null', 0] }, null],
  [{ $arrayElemAt: ['$int', 0] }, { code: 28689 }],
  [{ $first: '$list' }, int(5)],
  [{ $last: '$list' }, int(6)],
  [{ $first: '$empty' }, undefined],
  [{ $last: '$null' }, null],
  [{ $first: '$int' }, { code: 28689 }],
  [{ $in: ['$double', '$list'] }, true],
  [{ $in: ['$int', '$nested'] }, false],
  [{ $in: ['$int', '$missing'] }, { code: 40081 }],
  [{ $concatArrays: ['$list', '$nested'] }, [int(5), int(6), [int(5)]]],
  [{ $concatArrays: ['$list', '$missing'] }, null],
  [{ $concatArrays: ['$list', '$int'] }, { code: 28664 }],
  [{ $slice: ['$list', 1] }, [int(5)]],
  [{ $slice: ['$list', -1] }, [int(6)]],
  [{ $slice: ['$list', 1, 5] }, [int(6)]],
  [{ $slice: ['$null', 1] }, null],
  [{ $slice: ['$list', 'x'] }, { code: 28725 }],
  [{ $reverseArray: '$list' }, [int(6), int(5)]],
  [{ $reverseArray: '$missing' }, null],
  [{ $filter: { input: '$list', cond: { $gt: ['$$this', 5] } } }, [int(6)]],
  [{ $filter: { input: '$missing', cond: true } }, null],
  [{ $filter: { input: '$int', cond: true } }, { code: 28651 }],
  [{ $map: { input: '$list', as: 'n', in: { $add: ['$$n', '$int'] } } }, [int(10), int(11)]],
  [{ $map: { input: '$rows', in: '$$this.k' } }, [int(1), int(2), null, [int(9)]]],
  [{ $map: { input: '$text', in: 1 } }, { code: 16883 }],
  [{ $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, int(11)],
  [{ $reduce: { input: '$null', initialValue: 0, in: '$$this' } }, null],
  [{ $setUnion: ['$list', [5, 7]] }, [int(5), int(6), 7]],
  [{ $setUnion: ['$list', '$null'] }, null],
  [{ $let: { vars: { x: '$int' }, in: { $add: ['$$x', 1] } } }, int(6)],

  [{ $mergeObjects: ['$sub', { a: 9 }, '$null'] }, { a: 9, b: { c: int(2) } }],
  [{ $mergeObjects: ['$int'] }, { code: 40400 }],
  [
    { $objectToArray: '$swapped' },
    [
      { k: 'y', v: int(2) },
      { k: 'x', v: int(1) },
    ],
  ],
  [{ $objectToArray: '$list' }, { code: 40390 }],
  [{ $arrayToObject: [[{ k: 'a', v: '$int' }]] }, { a: int(5) }],
  [
    {
      $arrayToObject: {
        $literal: [
          ['a', 1],
          ['b', 2],
        ],
      },
    },
    { a: 1, b: 2 },
  ],
  [{ $arrayToObject: '$null' }, null],

  [{ $type: '$long' }, 'long'],
  [{ $type: '$missing' }, 'missing'],
  [{ $type: '$id' }, 'objectId'],
  [{ $isNumber: '$decimal' }, true],
  [{ $isNumber: '$text' }, false],
  [{ $toString: '$id' }, ID.toHexString()],
  [{ $toString: '$date' }, '2026-11-24T10:00:00.000Z'],
  [{ $toString: '$half' }, '5.5'],
  [{ $toString: '$null' }, null],
  [{ $toString: '$list' }, { code: 241 }],

  [{ $dateToString: { date: '$date' } }, '2026-11-24T10:00:00.000Z'],
  [{ $dateToString: { date: '$date', format: '%Y-%m-%d %H:%M:%S.%L%%', timezone: 'UTC' } }, '2026-11-24 10:00:00.000%'],
  [{ $dateToString: { date: '$missing', onNull: 'none' } }, 'none'],
  [{ $dateToString: { date: '$null' } }, null],
  [{ $dateToString: { date: '$text' } }, { code: 16006 }],
  [{ $dateToString: { date: '$date', timezone: 'Europe/Berlin' } }, { code: 115 }],
  [{ $dateToString: { date: '$date', format: '%B' } }, { code: 115 }],
  [{ $year: '$date' }, int(2026)],
  [{ $month: '$date' }, int(11)],
  [{ $dayOfMonth: '$date' }, int(24)],
  [{ $dayOfWeek: '$date' }, int(3)],
  [{ $hour: '$date' }, int(10)],
  [{ $minute: '$date' }, int(0)],
  [{ $second: '$date' }, int(0)],
  [{ $millisecond: '$date' }, int(0)],
  [{ $year: '$null' }, null],
  [{ $year: '$text' }, { code: 16006 }],
];

const refusalOf = (expected: unknown): number | undefined =>
  expected !== null && typeof expected === 'object' && 'code' in expected ? Number(expected.code) : undefined;

describe('compileExpression', () => {
  it.each(TABLE)('%o', (source, expected) => {
    const code = refusalOf(expected);
    if (code !== undefined) expectRefusal(() => evaluate(source), code);
    else expect(evaluate(source)).toStrictEqual(expected);
  });

  it('has a row for every supported operator', () => {
    const used = JSON.stringify(TABLE.map(([source]) => source));
    expect(SUPPORTED.expression.here.filter((name) => !used.includes(`"${name}"`))).toEqual([]);
  });

  it('refuses every operator listed as left out', () => {
    for (const name of SUPPORTED.expression.elsewhere) expectRefusal(() => compileExpression({ [name]: 1 }), 115, name);
  });

  it.each<[unknown, number, string]>([
    [{ $foo: 1 }, 168, "Unrecognized expression '$foo'"],
    [{ $eq: [1] }, 16020, 'Expression $eq takes exactly 2 arguments. 1 were passed in.'],
    [{ $slice: ['$a'] }, 16020, 'at least 2'],
    [{ $cond: [1, 2] }, 16020, '$cond'],
    [{ $cond: { if: 1, ...then(2) } }, 17082, "Missing 'else' parameter to $cond"],
    [{ $cond: { if: 1, else: 3, also: 4, ...then(2) } }, 17083, 'Unrecognized parameter to $cond: also'],
    [{ $eq: [1, 2], $ne: [1, 2] }, 15983, 'must have exactly one field'],
    ['$$nothing', 17276, 'Use of undefined variable: nothing'],
    ['$a..b', 15998, 'may not be empty'],
    ['$a.$b', 16410, "may not start with '$'"],
    [{ $ifNull: ['$a'] }, 1257300, '$ifNull needs at least two arguments'],
    [{ $map: { input: '$a' } }, 16882, "Missing 'in' parameter to $map"],
  ])('refuses %o', (source, code, text) => {
    expectRefusal(() => compileExpression(source), code, text);
  });
});
