import { Timestamp } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identicalValues } from '../../../src/embedded-mongo/query/compare.ts';
import { SUPPORTED } from '../../../src/embedded-mongo/query/supported.ts';
import { applyUpdate, type UpdateOptions } from '../../../src/embedded-mongo/query/update.ts';
import { type Document, documentOf, field } from '../../../src/embedded-mongo/query/value.ts';
import {
  bson,
  DAY,
  decimal,
  document,
  double,
  expectRefusal,
  fieldName,
  ID,
  int,
  KINDS,
  long,
  path,
  value,
} from './samples.ts';

const LATER = new Date('2026-11-25T00:00:00.000Z');
const LONG_MAX = 2n ** 63n - 1n;
const NUMBERS = ['int', 'long', 'double', 'decimal', 'half', 'nan'];
const kind = (name: string): unknown => KINDS[name]?.v;

/** One operator with one operand, over every kind of stored value: what is stored after, or the code of the refusal. */
interface Row {
  readonly update: Document;
  /** The value after; `undefined`: the field is gone. Kinds not named get `rest`. */
  readonly after: Record<string, unknown>;
  readonly rest: { readonly becomes?: unknown; readonly stays?: true; readonly code?: number };
}

const TABLE: Row[] = [
  { update: { $set: { v: long(7) } }, after: {}, rest: { becomes: long(7) } },
  { update: { $set: { v: null } }, after: {}, rest: { becomes: null } },
  { update: { $unset: { v: '' } }, after: {}, rest: { becomes: undefined } },
  { update: { $setOnInsert: { v: 1 } }, after: {}, rest: { stays: true } },
  {
    update: { $inc: { v: int(2) } },
    after: {
      int: int(7),
      long: long(7),
      double: double(7),
      decimal: decimal('7'),
      half: double(7.5),
      nan: double(Number.NaN),
      missing: int(2),
    },
    rest: { code: 14 },
  },
  {
    update: { $inc: { v: long(2) } },
    after: {
      int: long(7),
      long: long(7),
      double: double(7),
      decimal: decimal('7'),
      half: double(7.5),
      nan: double(Number.NaN),
      missing: long(2),
    },
    rest: { code: 14 },
  },
  {
    update: { $inc: { v: double(0.5) } },
    after: {
      int: double(5.5),
      long: double(5.5),
      double: double(5.5),
      decimal: decimal('5.500000000000000'),
      half: double(6),
      nan: double(Number.NaN),
      missing: double(0.5),
    },
    rest: { code: 14 },
  },
  {
    update: { $mul: { v: int(2) } },
    after: {
      int: int(10),
      long: long(10),
      double: double(10),
      decimal: decimal('10'),
      half: double(11),
      nan: double(Number.NaN),
      missing: int(0),
    },
    rest: { code: 14 },
  },
  {
    update: { $mul: { v: decimal('1.5') } },
    after: {
      int: decimal('7.5'),
      long: decimal('7.5'),
      double: decimal('7.500000000000000'),
      decimal: decimal('7.5'),
      half: decimal('8.250000000000000'),
      nan: decimal('NaN'),
      missing: decimal('0.0'),
    },
    rest: { code: 14 },
  },
  {
    update: { $min: { v: int(5) } },
    after: {
      least: kind('least'),
      null: null,
      nan: kind('nan'),
      int: int(5),
      long: long(5),
      double: double(5),
      decimal: decimal('5'),
    },
    rest: { becomes: int(5) },
  },
  {
    update: { $max: { v: 'm' } },
    after: Object.fromEntries(['least', 'null', 'missing', ...NUMBERS, 'text', 'blank'].map((name) => [name, 'm'])),
    rest: { stays: true },
  },
  { update: { $currentDate: { v: true } }, after: {}, rest: { becomes: LATER } },
  { update: { $currentDate: { v: { $type: 'date' } } }, after: {}, rest: { becomes: LATER } },
  {
    update: { $currentDate: { v: { $type: 'timestamp' } } },
    after: {},
    rest: { becomes: new Timestamp({ t: LATER.getTime() / 1_000, i: 1 }) },
  },
  { update: { $rename: { v: 'w' } }, after: {}, rest: { becomes: undefined } },
  {
    update: { $bit: { v: { or: int(2) } } },
    after: { int: int(7), long: long(7), missing: int(2) },
    rest: { code: 2 },
  },
  {
    update: { $bit: { v: { and: long(4), xor: int(1) } } },
    after: { int: long(5), long: long(5), missing: long(1) },
    rest: { code: 2 },
  },
  {
    update: { $push: { v: int(5) } },
    after: { list: [int(5), int(6), int(5)], nested: [[int(5)], int(5)], empty: [int(5)], missing: [int(5)] },
    rest: { code: 2 },
  },
  {
    update: { $push: { v: { $each: [int(9), int(1)], $position: int(0), $sort: int(1), $slice: int(3) } } },
    after: {
      list: [int(1), int(5), int(6)],
      nested: [int(1), int(9), [int(5)]],
      empty: [int(1), int(9)],
      missing: [int(1), int(9)],
    },
    rest: { code: 2 },
  },
  {
    update: { $addToSet: { v: double(5) } },
    after: { list: kind('list'), nested: [[int(5)], double(5)], empty: [double(5)], missing: [double(5)] },
    rest: { code: 2 },
  },
  {
    update: { $addToSet: { v: { $each: [int(7), int(7), long(5)] } } },
    after: {
      list: [int(5), int(6), int(7)],
      nested: [[int(5)], int(7), long(5)],
      empty: [int(7), long(5)],
      missing: [int(7), long(5)],
    },
    rest: { code: 2 },
  },
  {
    update: { $pull: { v: long(5) } },
    after: { list: [int(6)], nested: kind('nested'), empty: [], missing: undefined },
    rest: { code: 2 },
  },
  {
    update: { $pull: { v: { $gte: int(5) } } },
    after: { list: [], nested: [], empty: [], missing: undefined },
    rest: { code: 2 },
  },
  {
    update: { $pullAll: { v: [decimal('6'), [int(5)]] } },
    after: { list: [int(5)], nested: [], empty: [], missing: undefined },
    rest: { code: 2 },
  },
  {
    update: { $pop: { v: int(1) } },
    after: { list: [int(5)], nested: [], empty: [], missing: undefined },
    rest: { code: 14 },
  },
  {
    update: { $pop: { v: double(-1) } },
    after: { list: [int(6)], nested: [], empty: [], missing: undefined },
    rest: { code: 14 },
  },
];

describe('operators over every kind of value', () => {
  const cases = TABLE.flatMap((row) => Object.keys(KINDS).map((name) => [row.update, name, row] as const));
  it.each(cases)('%o on %s', (update, name, { after, rest }) => {
    const stored = { _id: 1, ...KINDS[name] };
    const run = () => applyUpdate(stored, update, { now: LATER });
    const before = structuredClone(Object.keys(stored));
    if (!Object.hasOwn(after, name) && rest.code !== undefined) expectRefusal(run, rest.code);
    else {
      const expected = Object.hasOwn(after, name) ? after[name] : rest.stays ? kind(name) : rest.becomes;
      expect(field(run(), 'v')).toStrictEqual(expected);
    }
    expect(Object.keys(stored)).toEqual(before);
    expect(field(stored, 'v')).toBe(kind(name));
  });

  it('has a row for every supported operator', () => {
    const used = new Set(TABLE.flatMap(({ update }) => Object.keys(update)));
    expect(SUPPORTED['update operator'].here.filter((name) => !used.has(name))).toEqual([]);
  });
});

const base = bson({
  _id: 1,
  n: 1,
  s: 'x',
  sub: { a: 1, b: { c: 2 } },
  list: [3, 1, 2],
  rows: [{ k: 1, v: 'a' }, { k: 2, v: 'b' }, { k: 3 }],
  none: null,
});

const updated = (update: Document | Document[], options: UpdateOptions = {}) =>
  applyUpdate(base, Array.isArray(update) ? update.map(bson) : bson(update), options);

describe('paths', () => {
  it.each<[string, Document, Document]>([
    ['into documents', { $set: { 'sub.b.c': 9 } }, { sub: { a: 1, b: { c: 9 } } }],
    ['making documents', { $set: { 'x.y.z': 1 } }, { x: { y: { z: 1 } } }],
    ['making a document for a number', { $set: { 'x.0': 1 } }, { x: { '0': 1 } }],
    ['into arrays', { $set: { 'list.1': 9 } }, { list: [3, 9, 2] }],
    ['past the end of arrays', { $set: { 'list.4': 9 } }, { list: [3, 1, 2, null, 9] }],
    ['into documents in arrays', { $inc: { 'rows.1.k': 5 } }, { rows: [{ k: 1, v: 'a' }, { k: 7, v: 'b' }, { k: 3 }] }],
    ['making documents in arrays', { $set: { 'list.3.x': 1 } }, { list: [3, 1, 2, { x: 1 }] }],
    ['unset in arrays leaves null', { $unset: { 'list.0': 1 } }, { list: [null, 1, 2] }],
    ['unset in documents', { $unset: { 'sub.b': 1, 'sub.zz.y': 1, 'n.x': 1, 'list.x': 1 } }, { sub: { a: 1 } }],
    ['rename across documents', { $rename: { 'sub.b.c': 'moved.to' } }, { sub: { a: 1, b: {} }, moved: { to: 2 } }],
    ['rename over a field', { $rename: { n: 's' } }, { n: undefined, s: 1 }],
    ['rename of nothing', { $rename: { zzz: 's', 'sub.zzz.y': 'x' } }, {}],
    [
      'several operators',
      { $set: { n: 5 }, $unset: { s: 1 }, $push: { list: 4 } },
      { n: 5, s: undefined, list: [3, 1, 2, 4] },
    ],
  ])('%s', (_name, update, changes) => {
    expect(updated(update)).toStrictEqual(bson(documentOf(Object.entries({ ...base, ...changes }))));
  });

  it('stores a field named __proto__ as any other', () => {
    const after = updated({ $set: { 'sub.__proto__.x': 1 }, $unset: { 'constructor.name': 1 } });
    const sub = field(after, 'sub') as Document;
    expect(Object.keys(sub)).toEqual(['a', 'b', '__proto__']);
    expect(field(sub, '__proto__')).toStrictEqual(bson({ x: 1 }));
    expect(Object.getPrototypeOf(sub)).toBe(Object.prototype);
  });

  it('adds new fields in the order of their names, numbers by value', () => {
    expect(Object.keys(updated({ $set: { z: 1, b: 1, a: 1 }, $inc: { c: 1 } })).slice(-4)).toEqual([
      'a',
      'b',
      'c',
      'z',
    ]);
    expect(updated({ $set: { 'list.10': 1, 'list.9': 1 } }).list).toHaveLength(11);
  });

  it('gives the same reference when nothing changed', () => {
    for (const update of [
      { $set: { n: 1, 'sub.a': 1, 'list.0': 3 } },
      { $unset: { zzz: 1 } },
      { $inc: { n: 0 } },
      { $min: { n: 5 } },
      { $max: { n: 0 } },
      { $addToSet: { list: 3 } },
      { $pull: { list: 99 } },
      { $pullAll: { list: [] } },
      { $push: { list: { $each: [] } } },
      { $pull: { zzz: 1 } },
      { $pop: { zzz: 1 } },
      { $rename: { zzz: 'y' } },
      { $setOnInsert: { n: 9 } },
      { $set: {} },
      { ...base },
    ]) {
      expect(updated(update)).toBe(base);
    }
    expect(updated([{ $set: { n: '$n' } }])).toBe(base);
    expect(applyUpdate(base, { $set: { n: long(1) } })).not.toBe(base);
  });
});

describe('array operators', () => {
  const rows = { _id: 1, a: [{ k: 3, t: 'x' }, { k: 1 }, { k: 2, t: 'x' }, 5, [1]] };
  it.each<[string, Document, unknown]>([
    [
      '$push at a place',
      { $push: { a: { $each: [8, 9], $position: 1 } } },
      [{ k: 3, t: 'x' }, 8, 9, { k: 1 }, { k: 2, t: 'x' }, 5, [1]],
    ],
    [
      '$push at a place from the end',
      { $push: { a: { $each: [8], $position: -1 } } },
      [{ k: 3, t: 'x' }, { k: 1 }, { k: 2, t: 'x' }, 5, 8, [1]],
    ],
    ['$push with a slice from the end', { $push: { a: { $each: [8], $slice: -2 } } }, [[1], 8]],
    ['$push with a slice to nothing', { $push: { a: { $each: [8], $slice: 0 } } }, []],
    [
      '$push sorting documents',
      { $push: { a: { $each: [], $sort: { k: -1 }, $slice: 3 } } },
      [{ k: 3, t: 'x' }, { k: 2, t: 'x' }, { k: 1 }],
    ],
    ['$push of a document', { $push: { a: { k: 9 } } }, [...rows.a, { k: 9 }]],
    ['$pull by fields', { $pull: { a: { t: 'x', k: { $lt: 3 } } } }, [{ k: 3, t: 'x' }, { k: 1 }, 5, [1]]],
    ['$pull by $or', { $pull: { a: { $or: [{ k: 1 }, { k: 2 }] } } }, [{ k: 3, t: 'x' }, 5, [1]]],
    ['$pull by any of a list', { $pull: { a: { $in: [5, { k: 1 }] } } }, [{ k: 3, t: 'x' }, { k: 2, t: 'x' }, [1]]],
    ['$pull of an array', { $pull: { a: [1] } }, rows.a.slice(0, 4)],
    ['$pullAll', { $pullAll: { a: [{ k: 1 }, 5] } }, [{ k: 3, t: 'x' }, { k: 2, t: 'x' }, [1]]],
    ['$addToSet of an array is one value', { $addToSet: { a: [1, 2] } }, [...rows.a, [1, 2]]],
    ['$addToSet minds the order of fields', { $addToSet: { a: { t: 'x', k: 3 } } }, [...rows.a, { t: 'x', k: 3 }]],
  ])('%s', (_name, update, expected) => {
    expect(applyUpdate(bson(rows), bson(update))).toStrictEqual(bson({ _id: 1, a: expected }));
  });

  it('$pull by pattern', () => {
    expect(applyUpdate({ a: ['ab', 'cd', 1] }, { $pull: { a: /^a/ } })).toEqual({ a: ['cd', 1] });
  });
});

describe('positional paths', () => {
  it.each<[string, Document, UpdateOptions, Document]>([
    ['$ by equality', { $set: { 'list.$': 9 } }, { filter: { list: 1 } }, { list: [3, 9, 2] }],
    [
      '$ by a field of documents',
      { $set: { 'rows.$.v': 'z' } },
      { filter: { 'rows.k': 2 } },
      { rows: [{ k: 1, v: 'a' }, { k: 2, v: 'z' }, { k: 3 }] },
    ],
    [
      '$ by $elemMatch, two fields',
      { $set: { 'rows.$.v': 'z', 'rows.$.w': 'y' } },
      { filter: { rows: { $elemMatch: { k: { $gt: 2 } } } } },
      {
        rows: [
          { k: 1, v: 'a' },
          { k: 2, v: 'b' },
          { k: 3, v: 'z', w: 'y' },
        ],
      },
    ],
    ['$[]', { $inc: { 'list.$[]': 10 } }, {}, { list: [13, 11, 12] }],
    [
      '$[] in documents',
      { $set: { 'rows.$[].w': 1 } },
      {},
      {
        rows: [
          { k: 1, v: 'a', w: 1 },
          { k: 2, v: 'b', w: 1 },
          { k: 3, w: 1 },
        ],
      },
    ],
    ['$[id] of values', { $set: { 'list.$[e]': 0 } }, { arrayFilters: [{ e: { $gte: 2 } }] }, { list: [0, 1, 0] }],
    [
      '$[id] of documents',
      { $unset: { 'rows.$[r].v': 1 } },
      { arrayFilters: [{ 'r.k': 1, 'r.v': 'a' }] },
      { rows: [{ k: 1 }, { k: 2, v: 'b' }, { k: 3 }] },
    ],
    [
      '$[id] with $or',
      { $set: { 'rows.$[r].k': 0 } },
      { arrayFilters: [{ $or: [{ 'r.k': 1 }, { 'r.k': 3 }] }] },
      { rows: [{ k: 0, v: 'a' }, { k: 2, v: 'b' }, { k: 0 }] },
    ],
    ['$[id] matching nothing', { $set: { 'list.$[e]': 0 } }, { arrayFilters: [{ e: 77 }] }, {}],
    [
      'two identifiers',
      { $set: { 'list.$[a]': 0, 'rows.$[b].k': 9 } },
      { arrayFilters: [{ a: 1 }, { 'b.k': 2 }] },
      { list: [3, 0, 2], rows: [{ k: 1, v: 'a' }, { k: 9, v: 'b' }, { k: 3 }] },
    ],
  ])('%s', (_name, update, options, changes) => {
    expect(updated(update, options)).toStrictEqual(bson({ ...base, ...changes }));
  });

  it('walks nested arrays', () => {
    const grid = { g: [{ h: [1, 2] }, { h: [3, 4] }] };
    expect(applyUpdate(grid, { $set: { 'g.$[].h.$[x]': 0 } }, { arrayFilters: [{ x: { $gt: 2 } }] })).toEqual({
      g: [{ h: [1, 2] }, { h: [0, 0] }],
    });
  });
});

describe('replacement', () => {
  it('keeps _id, first', () => {
    expect(updated({ b: 1, _id: 1 })).toStrictEqual(bson({ _id: 1, b: 1 }));
    expect(updated({ b: 1 })).toStrictEqual(bson({ _id: 1, b: 1 }));
    expect(Object.keys(updated({ b: 1, _id: 1 }))).toEqual(['_id', 'b']);
    expect(updated({})).toStrictEqual(bson({ _id: 1 }));
  });
});

describe('pipeline updates', () => {
  it.each<[string, Document[], Document]>([
    ['$set from fields', [{ $set: { n: { $add: ['$n', 1] }, copy: '$sub.b.c' } }], { n: 2, copy: 2 }],
    ['stages in turn', [{ $set: { t: '$n' } }, { $set: { u: '$t' } }, { $unset: 't' }], { u: 1 }],
    ['conditions', [{ $addFields: { n: { $cond: [{ $gt: ['$n', 5] }, 0, 7] } } }], { n: 7 }],
    ['values stay literal documents', [{ $set: { sub: { $literal: { $x: 1 } } } }], { sub: { $x: 1 } }],
    ['merging a document', [{ $set: { sub: { z: 1 } } }], { sub: { a: 1, b: { c: 2 }, z: 1 } }],
    ['$unset of several', [{ $unset: ['n', 'sub.a'] }], { n: undefined, sub: { b: { c: 2 } } }],
  ])('%s', (_name, update, changes) => {
    expect(updated(update)).toStrictEqual(bson(documentOf(Object.entries({ ...base, ...changes }))));
  });

  it('$replaceWith, $replaceRoot and $project keep _id', () => {
    expect(updated([{ $replaceWith: '$sub' }])).toStrictEqual(bson({ _id: 1, a: 1, b: { c: 2 } }));
    expect(updated([{ $replaceRoot: { newRoot: { x: '$n' } } }])).toStrictEqual(bson({ _id: 1, x: 1 }));
    expect(updated([{ $project: { n: 1 } }])).toStrictEqual(bson({ _id: 1, n: 1 }));
    expect(applyUpdate(base, [{ $set: { at: '$$NOW' } }], { now: DAY }).at).toEqual(DAY);
  });
});

describe('refusals', () => {
  it.each<[string, Document | Document[], number, string, UpdateOptions?]>([
    [
      'unknown operator',
      { $foo: { a: 1 } },
      9,
      'Unknown modifier: $foo. Expected a valid update modifier or pipeline-style update specified as an array',
    ],
    ['a field among operators', { $set: { a: 1 }, b: 1 }, 9, 'Unknown modifier: b'],
    ['an operator among fields', { b: 1, $set: { a: 1 } }, 52, '$set'],
    ['no fields', { $set: 5 }, 9, 'Modifiers operate on fields but we found type int instead'],
    ['no fields for $rename', { $rename: 'x' }, 9, 'Modifiers operate on fields'],
    [
      'the same path twice',
      { $set: { a: 1 }, $inc: { a: 1 } },
      40,
      "Updating the path 'a' would create a conflict at 'a'",
    ],
    ['a path in a path', { $set: { a: 1, 'a.b': 1 } }, 40, "Updating the path 'a.b' would create a conflict at 'a'"],
    ['a path over a path', { $set: { 'a.b': 1, a: 1 } }, 40, "Updating the path 'a' would create a conflict at 'a'"],
    ['conflict with $setOnInsert', { $setOnInsert: { a: 1 }, $set: { a: 1 } }, 40, "conflict at 'a'"],
    ['conflict with $rename', { $rename: { n: 's' }, $set: { s: 1 } }, 40, "conflict at 's'"],
    ['conflict once resolved', { $set: { 'list.1': 1, 'list.$[]': 1 } }, 40, "conflict at 'list.1'"],
    [
      'another _id',
      { $set: { _id: 2 } },
      66,
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    ],
    ['no _id', { $unset: { _id: 1 } }, 66, "'_id'"],
    ['_id renamed', { $rename: { _id: 'x' } }, 66, "'_id'"],
    ['_id replaced', { _id: 2, a: 1 }, 66, "the (immutable) field '_id' was found to have been altered to _id: 2"],
    ['_id by pipeline', [{ $set: { _id: 2 } }], 66, "'_id'"],
    ['an empty path', { $set: { '': 1 } }, 56, ''],
    ['an empty part', { $set: { 'a..b': 1 } }, 56, "The update path 'a..b' contains an empty field name"],
    ['a dollar part', { $set: { 'a.$x': 1 } }, 52, '$x'],
    ['a path through a value', { $set: { 's.x': 1 } }, 28, 'Cannot create field \'x\' in element {s: "x"}'],
    ['a path through null', { $set: { 'none.x': 1 } }, 28, "Cannot create field 'x' in element {none: null}"],
    ['a name in an array', { $set: { 'list.x': 1 } }, 28, "Cannot create field 'x' in element {list: [ 3, 1, 2 ]}"],
    ['a far place', { $set: { 'list.9999999': 1 } }, 2, 'backfill'],
    ['$inc by text', { $inc: { n: 'x' } }, 14, 'Cannot increment with non-numeric argument: {n: "x"}'],
    ['$mul by null', { $mul: { n: null } }, 14, 'Cannot multiply with non-numeric argument: {n: null}'],
    [
      '$inc of text',
      { $inc: { s: 1 } },
      14,
      "Cannot apply $inc to a value of non-numeric type. {_id: 1} has the field 's' of non-numeric type string",
    ],
    [
      '$push to text',
      { $push: { s: 1 } },
      2,
      "The field 's' must be an array but is of type string in document {_id: 1}",
    ],
    ['$push clause', { $push: { list: { $each: [], $foo: 1 } } }, 2, 'Unrecognized clause in $push: $foo'],
    [
      '$push each',
      { $push: { list: { $each: 1 } } },
      2,
      'The argument to $each in $push must be an array but it was of type: int',
    ],
    [
      '$push slice',
      { $push: { list: { $each: [], $slice: 'x' } } },
      2,
      'The value for $slice must be an integer value but was given type: string',
    ],
    [
      '$push position',
      { $push: { list: { $each: [], $position: 1.5 } } },
      2,
      'The value for $position must be an integer value, not of type: double',
    ],
    ['$push sort', { $push: { list: { $each: [], $sort: 2 } } }, 2, 'The $sort element value must be either 1 or -1'],
    ['$push sort by nothing', { $push: { list: { $each: [], $sort: {} } } }, 2, 'The $sort pattern is empty'],
    ['$push sort by text', { $push: { list: { $each: [], $sort: 'x' } } }, 2, 'The $sort is invalid'],
    [
      '$addToSet to text',
      { $addToSet: { s: 1 } },
      2,
      "Cannot apply $addToSet to non-array field. Field named 's' has non-array type string",
    ],
    ['$addToSet each', { $addToSet: { list: { $each: 1 } } }, 2, 'The argument to $each in $addToSet must be an array'],
    [
      '$addToSet more',
      { $addToSet: { list: { $each: [], x: 1 } } },
      2,
      'Found unexpected fields after $each in $addToSet',
    ],
    ['$pull from text', { $pull: { s: 1 } }, 2, 'Cannot apply $pull to a non-array value'],
    ['$pull operator', { $pull: { list: { $foo: 1 } } }, 2, 'unknown operator: $foo'],
    ['$pull by $expr', { $pull: { list: { $expr: true } } }, 2, '$expr can only be applied to the top-level document'],
    [
      'an array filter by $expr',
      { $set: { 'list.$[e]': 1 } },
      2,
      '$expr can only be applied',
      { arrayFilters: [{ e: 1, $expr: true }] },
    ],
    ['an empty document in $set', [{ $set: { a: {} } }], 40180, 'an empty object is not a valid value'],
    ['$pullAll of one', { $pullAll: { list: 1 } }, 2, '$pullAll requires an array argument but was given a int'],
    ['$pop of two', { $pop: { list: 2 } }, 9, '$pop expects 1 or -1, found: 2'],
    ['$pop of text', { $pop: { list: 'x' } }, 9, 'Expected a number'],
    ['$pop from text', { $pop: { s: 1 } }, 14, "Path 's' contains an element of non-array type 'string'"],
    ['$bit of text', { $bit: { n: 'x' } }, 2, 'The $bit modifier is not compatible with a string'],
    ['$bit of nothing', { $bit: { n: {} } }, 2, 'at least one bitwise operation'],
    ['$bit not', { $bit: { n: { not: 1 } } }, 2, "only supports 'and', 'or', and 'xor', not 'not'"],
    ['$bit by double', { $bit: { n: { or: 1.5 } } }, 2, 'must be an Integer(32/64 bit)'],
    ['$currentDate', { $currentDate: { a: 1 } }, 2, 'is not valid type for $currentDate'],
    ['$currentDate type', { $currentDate: { a: { $type: 'x' } } }, 2, "The '$type' string field is required"],
    ['$currentDate option', { $currentDate: { a: { $foo: 1 } } }, 2, 'Unrecognized $currentDate option: $foo'],
    ['$rename to a number', { $rename: { n: 1 } }, 2, "The 'to' field for $rename must be a string"],
    ['$rename to itself', { $rename: { n: 'n' } }, 2, 'must differ'],
    ['$rename into itself', { $rename: { sub: 'sub.x' } }, 2, 'must not be on the same path'],
    ['$rename of $', { $rename: { 'list.$': 'x' } }, 2, 'may not be dynamic'],
    ['$rename to $[]', { $rename: { n: 'list.$[]' } }, 2, 'may not be dynamic'],
    [
      '$rename in an array',
      { $rename: { 'rows.0': 'x' } },
      2,
      "The source field cannot be an array element, 'rows.0' in doc with _id: 1 has an array field called 'rows'",
    ],
    [
      '$rename of a name in an array',
      { $rename: { 'rows.k': 'x' } },
      28,
      'cannot use the part (k of rows.k) to traverse the element',
    ],
    [
      '$rename through a value',
      { $rename: { 'n.x.y': 'z' } },
      28,
      'cannot use the part (x of n.x.y) to traverse the element ({n: 1})',
    ],
    ['$rename to below a value', { $rename: { n: 's.x' } }, 28, 'Cannot create field \'x\' in element {s: "x"}'],
    ['$rename into an array', { $rename: { n: 'rows.k' } }, 2, 'The destination field cannot be an array element'],
    [
      '$ without a match',
      { $set: { 'list.$': 1 } },
      2,
      'The positional operator did not find the match needed from the query.',
      { filter: { n: 1 } },
    ],
    ['$ twice', { $set: { 'a.$.b.$': 1 } }, 2, "Too many positional (i.e. '$') elements"],
    ['$ first', { $set: { '$.a': 1 } }, 2, "element in the first position in path '$.a'"],
    ['$[] first', { $set: { '$[].a': 1 } }, 2, 'element in the first position'],
    [
      '$[] of nothing',
      { $set: { 'zzz.$[]': 1 } },
      2,
      "The path 'zzz' must exist in the document in order to apply array updates.",
    ],
    ['$[] of a value', { $set: { 's.$[]': 1 } }, 2, 'Cannot apply array updates to non-array element s: "x"'],
    ['no filter', { $set: { 'list.$[e]': 1 } }, 2, "No array filter found for identifier 'e' in path 'list.$[e]'"],
    [
      'an unused filter',
      { $set: { n: 1 } },
      9,
      "The array filter for identifier 'e' was not used in the update",
      { arrayFilters: [{ e: 1 }] },
    ],
    [
      'a filter twice',
      { $set: { 'list.$[e]': 1 } },
      9,
      'Found multiple array filters with the same top-level field name e',
      { arrayFilters: [{ e: 1 }, { e: 2 }] },
    ],
    [
      'two names in a filter',
      { $set: { 'list.$[e]': 1 } },
      9,
      "Expected a single top-level field name, found 'e' and 'f'",
      { arrayFilters: [{ e: 1, f: 2 }] },
    ],
    [
      'a bad name of a filter',
      { $set: { 'list.$[E]': 1 } },
      2,
      'must be an alphanumeric string beginning with a lowercase letter',
      { arrayFilters: [{ E: 1 }] },
    ],
    ['an empty filter', { $set: { n: 1 } }, 9, 'without a top-level field name', { arrayFilters: [{}] }],
    ['filters of a replacement', { a: 1 }, 9, 'replacement-style', { arrayFilters: [{ e: 1 }] }],
    ['filters of a pipeline', [{ $set: { a: 1 } }], 9, 'pipeline-style', { arrayFilters: [{ e: 1 }] }],
    ['a stage over many documents', [{ $group: { _id: 1 } }], 72, '$group is not allowed to be used within an update'],
    ['an unknown stage', [{ $foo: 1 }], 40324, "Unrecognized pipeline stage name: '$foo'"],
    ['two stages in one', [{ $set: { a: 1 }, $unset: 'b' }], 40323, 'exactly one field'],
    ['$replaceWith a value', [{ $replaceWith: '$n' }], 40228, 'must evaluate to an object'],
  ])('%s', (_name, update, code, text, options) => {
    expectRefusal(() => updated(update, options), code, text);
  });

  it('a long that overflows', () => {
    expectRefusal(
      () => applyUpdate({ _id: 1, n: long(LONG_MAX) }, { $inc: { n: int(1) } }),
      2,
      'Failed to apply $inc operations to current value ((NumberLong)9223372036854775807) for document {_id: 1}',
    );
  });

  it('checks everything before changing anything', () => {
    expectRefusal(() => updated({ $set: { n: 2 }, $push: { list: { $each: 1 } } }), 2);
    expect(base).toStrictEqual(bson({ ...base }));
  });
});

describe('isInsert', () => {
  it('applies $setOnInsert, and lets _id be set', () => {
    expect(applyUpdate({}, { $set: { a: 1 }, $setOnInsert: { _id: ID, b: 2 } }, { isInsert: true })).toEqual({
      _id: ID,
      a: 1,
      b: 2,
    });
  });
});

describe('properties', () => {
  const sets = fc.uniqueArray(fc.tuple(fieldName, value), { minLength: 1, maxLength: 3, selector: ([name]) => name });

  it('$set is idempotent, changes nothing else, and never touches the original', () => {
    fc.assert(
      fc.property(document, sets, (stored, fields) => {
        const before = documentOf(Object.entries(stored));
        const update = { $set: documentOf(fields) };
        const once = applyUpdate(stored, update);
        expect(applyUpdate(once, update)).toBe(once);
        expect(identicalValues(stored, before)).toBe(true);
        for (const [name, inner] of fields) expect(identicalValues(field(once, name), inner)).toBe(true);
        for (const name of Object.keys(stored))
          if (!fields.some(([other]) => other === name)) expect(field(once, name)).toBe(field(stored, name));
      }),
    );
  });

  it('any path with any operator is applied or refused, and never reaches Object.prototype', () => {
    const names = Object.getOwnPropertyNames(Object.prototype).sort();
    const operator = fc.constantFrom(
      '$set',
      '$unset',
      '$inc',
      '$mul',
      '$min',
      '$max',
      '$push',
      '$addToSet',
      '$pull',
      '$pop',
      '$setOnInsert',
    );
    const update = fc.oneof(
      fc.tuple(operator, path, value).map(([name, at, operand]) => ({ [name]: documentOf([[at, operand]]) })),
      fc.tuple(path, path).map(([from, to]) => ({ $rename: documentOf([[from, to]]) })),
      fc.tuple(path, value).map(([at, operand]) => [{ $set: documentOf([[at, { $literal: operand }]]) }]),
      path.map((at) => [{ $unset: at }]),
    );
    let applied = 0;
    fc.assert(
      fc.property(document, update, (stored, change) => {
        const before = documentOf(Object.entries(stored));
        try {
          const after = applyUpdate(stored, change, { isInsert: true });
          expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
          applied += 1;
        } catch (error) {
          expect(error).toHaveProperty('code', expect.any(Number));
        }
        expect(identicalValues(stored, before)).toBe(true);
        expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(names);
        expect(({} as Document).a).toBeUndefined();
      }),
      { numRuns: 500 },
    );
    expect(applied).toBeGreaterThan(100);
  });
});
