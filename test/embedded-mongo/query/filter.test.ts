import { BSONRegExp, MaxKey, MinKey, Timestamp } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../src/embedded-mongo/query/filter.ts';
import { SUPPORTED } from '../../../src/embedded-mongo/query/supported.ts';
import type { Document } from '../../../src/embedded-mongo/query/value.ts';
import { bson, DAY, decimal, document, double, expectRefusal, ID, int, KINDS, long, path, value } from './samples.ts';

const ALL = Object.keys(KINDS);
const FIVES = 'int long double decimal list';
const but = (names: string) => ALL.filter((name) => !names.split(' ').includes(name)).join(' ');

/** Condition on `v` → the kinds that match, by the manual's rules of type bracketing, arrays and null. */
const TABLE: [condition: unknown, matching: string][] = [
  [int(5), FIVES],
  [long(5), FIVES],
  [double(5), FIVES],
  [decimal('5.00'), FIVES],
  [5, FIVES],
  [double(Number.NaN), 'nan'],
  ['five', 'text'],
  ['', 'blank'],
  [true, 'yes'],
  [DAY, 'date'],
  [ID, 'id'],
  [new Timestamp({ t: 5, i: 1 }), 'time'],
  [null, 'null missing'],
  [{ x: int(1), y: int(2) }, 'object'],
  [{ y: 2, x: 1 }, 'swapped'],
  [{}, ''],
  [[int(5), int(6)], 'list'],
  [[int(5)], 'nested'],
  [[[int(5)]], 'nested'],
  [[], 'empty'],
  [new MinKey(), 'least'],
  [/^FIVE/i, 'text'],
  [new BSONRegExp('five', 'i'), 'text pattern'],
  [{ $eq: int(5) }, FIVES],
  [{ $eq: null }, 'null missing'],
  [{ $eq: new BSONRegExp('five', 'i') }, 'pattern'],
  [{ $ne: int(5) }, but(FIVES)],
  [{ $ne: null }, but('null missing')],
  [{ $gt: int(5) }, 'half list'],
  [{ $gt: decimal('5.4') }, 'half list'],
  [{ $gte: long(5) }, 'int long double decimal half list'],
  [{ $lt: double(6) }, 'int long double decimal half list'],
  [{ $lte: int(5) }, FIVES],
  [{ $gte: double(Number.NaN) }, 'nan'],
  [{ $gt: double(Number.NaN) }, ''],
  [{ $lt: double(Infinity) }, 'int long double decimal half list'],
  [{ $gt: '' }, 'text'],
  [{ $gte: '' }, 'text blank'],
  [{ $lt: true }, 'no'],
  [{ $gt: new Date(0) }, 'date'],
  [{ $lte: null }, 'null missing'],
  [{ $gte: null }, 'null missing'],
  [{ $lt: null }, ''],
  [{ $gt: null }, ''],
  [{ $gt: { x: int(1) } }, 'object swapped'],
  [{ $gt: [int(5)] }, 'list nested'],
  [{ $lt: [int(6)] }, 'list nested empty'],
  [{ $gt: new MinKey() }, but('least')],
  [{ $lt: new MaxKey() }, but('most')],
  [{ $gte: new MaxKey() }, 'most'],
  [{ $in: [int(5), 'five', null] }, `${FIVES} text null missing`],
  [{ $in: [/^fi/] }, 'text'],
  [{ $in: [] }, ''],
  [{ $in: [1, 2, 3, 4, decimal('5.0'), null] }, `${FIVES} null missing`],
  [{ $in: [[int(5)]] }, 'nested'],
  [{ $nin: [int(5), 'five', null] }, but(`${FIVES} text null missing`)],
  [{ $nin: [] }, but('')],
  [{ $exists: true }, but('missing')],
  [{ $exists: int(1) }, but('missing')],
  [{ $exists: false }, 'missing'],
  [{ $exists: double(0) }, 'missing'],
  [{ $type: 'int' }, 'int list'],
  [{ $type: int(18) }, 'long'],
  [{ $type: 'double' }, 'double half nan'],
  [{ $type: 'number' }, 'int long double decimal half nan list'],
  [{ $type: 'null' }, 'null'],
  [{ $type: 'array' }, 'list nested empty'],
  [{ $type: ['string', 'objectId'] }, 'text blank id'],
  [{ $type: 'object' }, 'object swapped'],
  [{ $type: 'date' }, 'date'],
  [{ $type: 'bool' }, 'yes no'],
  [{ $type: 'binData' }, 'bytes'],
  [{ $type: 'timestamp' }, 'time'],
  [{ $type: 'regex' }, 'pattern'],
  [{ $type: int(-1) }, 'least'],
  [{ $not: { $gt: int(5) } }, but('half list')],
  [{ $not: { $gte: int(5), $lt: double(5.5) } }, but(FIVES)],
  [{ $not: /^fi/ }, but('text')],
  [{ $not: { $exists: true } }, 'missing'],
  [{ $all: [int(5)] }, FIVES],
  [{ $all: [long(5), int(6)] }, 'list'],
  [{ $all: [[int(5)]] }, 'nested'],
  [{ $all: [null] }, 'null missing'],
  [{ $all: [/^fi/] }, 'text'],
  [{ $all: [{ $elemMatch: { $gt: 4, $lt: 6 } }, { $elemMatch: { $gt: 5 } }] }, 'list'],
  [{ $all: [] }, ''],
  [{ $elemMatch: { $gte: int(6) } }, 'list'],
  [{ $elemMatch: { $in: [int(5)] } }, 'list'],
  [{ $elemMatch: { $elemMatch: { $eq: int(5) } } }, 'nested'],
  [{ $elemMatch: { $not: { $eq: int(5) } } }, 'list nested'],
  [{ $elemMatch: { $size: int(1) } }, 'nested'],
  [{ $elemMatch: { '0': int(5) } }, 'nested'],
  [{ $size: int(2) }, 'list'],
  [{ $size: long(1) }, 'nested'],
  [{ $size: double(0) }, 'empty'],
  [{ $mod: [int(5), int(0)] }, 'int long double decimal half list'],
  [{ $mod: [long(4), double(1)] }, 'int long double decimal half list'],
  [{ $mod: [int(4), int(2)] }, 'list'],
  [{ $regex: '^fi' }, 'text'],
  [{ $regex: 'FIVE', $options: 'i' }, 'text'],
  [{ $options: 'i', $regex: 'FIVE' }, 'text'],
  [{ $regex: /^F/i }, 'text'],
  [{ $regex: 'five', $options: 'i' }, 'text pattern'],
];

const matching = (filter: Document) => {
  const test = compileFilter(filter);
  return ALL.filter((name) => test(KINDS[name] ?? {}));
};

describe('compileFilter over every kind of value', () => {
  it.each(TABLE)('%o', (condition, expected) => {
    expect(matching({ v: condition }).join(' ')).toBe(
      ALL.filter((name) => expected.split(' ').includes(name)).join(' '),
    );
  });

  it('has a row for every supported operator', () => {
    const used = new Set(TABLE.flatMap(([condition]) => Object.keys(Object(condition))));
    expect(SUPPORTED['query operator'].here.filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('top-level operators', () => {
  it.each<[Document, string]>([
    [{}, but('')],
    [{ $comment: 'why' }, but('')],
    [{ $and: [{ v: int(5) }, { v: { $type: 'long' } }] }, 'long'],
    [{ $or: [{ v: null }, { v: 'five' }] }, 'null missing text'],
    [{ $nor: [{ v: { $exists: true } }] }, 'missing'],
    [{ $expr: { $eq: ['$v', 5] } }, 'int long double decimal'],
    [{ v: { $gt: int(4) }, $or: [{ v: { $lt: int(6) } }] }, 'int long double decimal half list'],
  ])('%o', (filter, expected) => {
    expect(matching(filter).join(' ')).toBe(ALL.filter((name) => expected.split(' ').includes(name)).join(' '));
  });
});

const tree = bson({
  a: { b: 1, list: [1, 2] },
  items: [{ n: 1, tags: ['x', 'y'] }, { n: 2 }, 7, [8, { n: 9 }]],
  grid: [
    [1, 2],
    [3, { z: 4 }],
  ],
  numbered: { '0': 'zero' },
  rows: [{ '0': 'key' }, { n: null }],
  none: null,
  hole: [],
});

describe('dotted paths', () => {
  it.each<[Document, boolean]>([
    [{ 'a.b': 1 }, true],
    [{ 'a.list': 2 }, true],
    [{ 'a.list': [1, 2] }, true],
    [{ 'a.list.1': 2 }, true],
    [{ 'a.list.0': 2 }, false],
    [{ 'a.list.5': null }, false],
    [{ 'a.list.5': { $exists: false } }, true],
    [{ 'a.b.c': null }, true],
    [{ 'none.x': null }, true],
    [{ 'a.x': { $exists: false } }, true],
    [{ 'items.n': 2 }, true],
    [{ 'items.n': 9 }, false],
    [{ 'items.3.n': 9 }, true],
    [{ 'items.3.0': 8 }, true],
    [{ 'items.3': 8 }, false],
    [{ 'items.2': 7 }, true],
    [{ 'items.0.n': 1 }, true],
    [{ 'items.1.n': 1 }, false],
    [{ 'items.tags': 'y' }, true],
    [{ 'items.tags.1': 'y' }, true],
    [{ 'items.tags': null }, true],
    [{ 'items.n': null }, false],
    [{ 'items.tags': { $size: 2 } }, true],
    [{ items: { $elemMatch: { n: 1, tags: 'x' } } }, true],
    [{ items: { $elemMatch: { n: 2, tags: 'x' } } }, false],
    [{ 'items.n': { $gt: 1, $lt: 2 } }, true],
    [{ items: { $elemMatch: { n: { $gt: 1, $lt: 2 } } } }, false],
    [{ items: { $elemMatch: { $or: [{ n: 5 }, { n: 2 }] } } }, true],
    [{ 'grid.0': 1 }, false],
    [{ 'grid.0.1': 2 }, true],
    [{ 'grid.1.1.z': 4 }, true],
    [{ 'grid.1.z': 4 }, true],
    [{ 'grid.z': 4 }, false],
    [{ 'grid.0': [1, 2] }, true],
    [{ 'numbered.0': 'zero' }, true],
    [{ 'rows.0': 'key' }, true],
    [{ 'rows.0.0': 'key' }, true],
    [{ 'rows.n': null }, true],
    [{ 'hole.x': null }, false],
    [{ 'hole.x': { $ne: 1 } }, true],
    [{ 'items.n': { $ne: 2 } }, false],
    [{ 'items.n': { $nin: [5, 6] } }, true],
  ])('%o: %s', (filter, expected) => {
    expect(compileFilter(bson(filter))(tree)).toBe(expected);
  });

  it.each(['__proto__', 'constructor', 'toString', '__proto__.toString', 'a.__proto__', 'constructor.name'])(
    'reads no inherited field at %s',
    (name) => {
      expect(compileFilter({ [name]: { $exists: true } })(tree)).toBe(false);
      expect(compileFilter({ [name]: null })(tree)).toBe(true);
    },
  );

  it('takes a stored reference for a document', () => {
    const stored = bson({ ref: { $ref: 'people', $id: ID, $db: 'x' } });
    expect(compileFilter(bson({ 'ref.$id': ID }))(stored)).toBe(true);
    expect(compileFilter(bson({ ref: { $ref: 'people', $id: ID, $db: 'x' } }))(stored)).toBe(true);
    expect(compileFilter(bson({ ref: { $ref: 'people', $id: ID } }))(stored)).toBe(false);
    expect(compileFilter({ refs: { $elemMatch: { $id: ID } } })({ refs: [stored.ref] })).toBe(true);
    expect(compileFilter({ refs: { $elemMatch: { $ref: 'x', $id: ID } } })({ refs: [stored.ref] })).toBe(false);
  });

  it('takes a field named like a BSON class for data', () => {
    const stored = { _bsontype: 'Int32' };
    expect(compileFilter({ 'v._bsontype': 'Int32' })({ v: stored })).toBe(true);
    expect(compileFilter({ v: { $type: 'int' } })({ v: stored })).toBe(false);
  });
});

describe('refusals', () => {
  it.each<[Document, number, string]>([
    [{ v: { $foo: 1 } }, 2, 'unknown operator: $foo'],
    [{ v: { $gt: 1, x: 2 } }, 2, 'unknown operator: x'],
    [{ $foo: 1 }, 2, 'unknown top level operator: $foo'],
    [{ $eq: 1 }, 2, 'unknown top level operator: $eq'],
    [{ $where: 'true' }, 115, '$where'],
    [{ $text: { $search: 'x' } }, 115, '$text'],
    [{ v: { $near: [1, 2] } }, 115, '$near'],
    [{ v: { $bitsAllSet: 1 } }, 115, '$bitsAllSet'],
    [{ v: { $id: 1 } }, 2, 'unknown operator: $id'],
    [{ v: { $elemMatch: { $expr: true } } }, 2, '$expr can only be applied to the top-level document'],
    [{ v: { $elemMatch: { $or: [{ $expr: true }] } } }, 2, '$expr can only be applied'],
    [{ v: { $elemMatch: { $where: '1' } } }, 115, '$where'],
    [{ v: { $in: 1 } }, 2, '$in needs an array'],
    [{ v: { $nin: 1 } }, 2, '$nin needs an array'],
    [{ v: { $in: [{ $gt: 1 }] } }, 2, 'cannot nest $ under $in'],
    [{ $and: {} }, 2, '$and must be an array'],
    [{ $or: [] }, 2, 'must be a nonempty array'],
    [{ $nor: [1] }, 2, 'entries need to be full objects'],
    [{ v: { $all: 1 } }, 2, '$all needs an array'],
    [{ v: { $all: [{ $gt: 1 }] } }, 2, 'no $ expressions in $all'],
    [{ v: { $all: [1, { $elemMatch: {} }] } }, 2, ''],
    [{ v: { $elemMatch: 1 } }, 2, '$elemMatch needs an Object'],
    [{ v: { $size: 'x' } }, 2, 'Failed to parse $size'],
    [{ v: { $size: -1 } }, 2, 'Failed to parse $size'],
    [{ v: { $size: 1.5 } }, 2, 'Failed to parse $size'],
    [{ v: { $mod: 1 } }, 2, 'malformed mod, needs to be an array'],
    [{ v: { $mod: [1] } }, 2, 'malformed mod, not enough elements'],
    [{ v: { $mod: [1, 2, 3] } }, 2, 'malformed mod, too many elements'],
    [{ v: { $mod: [0, 1] } }, 2, 'divisor cannot be 0'],
    [{ v: { $mod: ['x', 1] } }, 2, 'malformed mod, divisor not a number'],
    [{ v: { $type: 'text' } }, 2, 'Unknown type name alias: text'],
    [{ v: { $type: 99 } }, 2, 'Invalid numerical type code: 99'],
    [{ v: { $type: [] } }, 9, 'must match at least one type'],
    [{ v: { $type: true } }, 14, 'type must be represented as a number or a string'],
    [{ v: { $not: 1 } }, 2, '$not needs a regex or a document'],
    [{ v: { $not: {} } }, 2, '$not cannot be empty'],
    [{ v: { $not: { x: 1 } } }, 2, 'unknown operator: x'],
    [{ v: { $regex: 1 } }, 2, '$regex has to be a string'],
    [{ v: { $regex: 'a', $options: 1 } }, 2, '$options has to be a string'],
    [{ v: { $regex: 'a', $options: 'z' } }, 51108, 'invalid flag in regex options: z'],
    [{ v: { $regex: '(' } }, 51091, 'Regular expression is invalid'],
    [{ v: { $regex: 'a\0' } }, 2, 'embedded null byte'],
    [{ v: { $regex: 'a'.repeat(2_000) } }, 115, 'longer than'],
    [{ v: { $regex: 'a', $options: 'x' } }, 115, 'option x'],
    [{ v: { $regex: /a/i, $options: 'm' } }, 51075, 'options set in both'],
    [{ v: { $options: 'i' } }, 2, '$options needs a $regex'],
    [{ v: { $gt: /a/ } }, 2, "Can't have RegEx as arg to predicate over field 'v'"],
    [{ v: { $ne: /a/ } }, 2, "Can't have regex as arg to $ne"],
    [{ v: undefined }, 2, 'cannot compare to undefined'],
  ])('%o: %i %s', (filter, code, text) => {
    expectRefusal(() => compileFilter(filter), code, text);
  });

  it('refuses every operator listed as left out', () => {
    for (const name of SUPPORTED['query operator'].elsewhere)
      expectRefusal(() => compileFilter({ v: { [name]: 1 } }), 115, name);
    for (const name of SUPPORTED['top-level query operator'].elsewhere) {
      expectRefusal(() => compileFilter({ [name]: 1 }), 115, name);
    }
  });
});

describe('properties', () => {
  const condition = fc.oneof(
    value.map((operand) => ({ $eq: operand })),
    fc
      .tuple(
        fc.constantFrom('$gt', '$gte', '$lt', '$lte'),
        value.filter((operand) => !isPattern(operand)),
      )
      .map(([name, operand]) => ({ [name]: operand })),
    fc.array(value, { maxLength: 6 }).map((operand) => ({ $in: operand })),
    fc.boolean().map((operand) => ({ $exists: operand })),
  );

  it('$not, $ne, $nin, $nor are the complement', () => {
    fc.assert(
      fc.property(document, path, condition, (stored, at, wanted) => {
        const matches = compileFilter({ [at]: wanted })(stored);
        expect(compileFilter({ [at]: { $not: wanted } })(stored)).toBe(!matches);
        expect(compileFilter({ $nor: [{ [at]: wanted }] })(stored)).toBe(!matches);
        expect(compileFilter({ $and: [{ [at]: wanted }, {}] })(stored)).toBe(matches);
      }),
      { numRuns: 200 },
    );
  });

  it('a document matches each of its own fields', () => {
    fc.assert(
      fc.property(document, (stored) => {
        for (const [name, inner] of Object.entries(stored)) {
          const filter = { [name]: { $eq: inner } };
          if (name !== '__proto__') expect(compileFilter(filter)(stored)).toBe(true);
        }
      }),
    );
  });

  it('lists long and short agree', () => {
    fc.assert(
      fc.property(
        document,
        path,
        fc.array(
          value.filter((member) => !isPattern(member)),
          { minLength: 5, maxLength: 9 },
        ),
        (stored, at, members) => {
          const one = compileFilter({ [at]: { $in: members } })(stored);
          const each = members.some((member) => compileFilter({ [at]: { $eq: member } })(stored));
          expect(one).toBe(each);
        },
      ),
    );
  });
});

const isPattern = (operand: unknown) => operand instanceof BSONRegExp;
