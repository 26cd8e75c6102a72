import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../../src/embedded-mongo/codec.ts';
import { omit, pick } from '../../../src/embedded-mongo/elements.ts';
import { identicalValues } from '../../../src/embedded-mongo/query/compare.ts';
import {
  compileAddFields,
  compileProjection,
  type ProjectionOptions,
  wholeFields,
} from '../../../src/embedded-mongo/query/projection.ts';
import { type Document, documentOf, field } from '../../../src/embedded-mongo/query/value.ts';
import { bson, document, expectRefusal, fieldName } from './samples.ts';

const stored = bson({
  _id: 1,
  n: 5,
  s: 'x',
  sub: { a: 1, b: { c: 2, d: 3 } },
  list: [1, 2, 3, 4],
  rows: [{ k: 1, v: 'a' }, 7, { k: 2, v: 'b' }, [{ k: 9, v: 'z' }]],
  none: null,
});

const project = (specification: Document, options: ProjectionOptions = {}) =>
  compileProjection(bson(specification), options)(stored);

describe('inclusion', () => {
  it.each<[Document, Document]>([
    [{ n: 1 }, { _id: 1, n: 5 }],
    [
      { s: true, n: 1 },
      { _id: 1, n: 5, s: 'x' },
    ],
    [{ n: 1, _id: 0 }, { n: 5 }],
    [{ _id: 1 }, { _id: 1 }],
    [
      { none: 1, zzz: 1 },
      { _id: 1, none: null },
    ],
    [{ 'sub.a': 1 }, { _id: 1, sub: { a: 1 } }],
    [{ sub: { b: { c: 1 } } }, { _id: 1, sub: { b: { c: 2 } } }],
    [{ 'sub.zzz': 1 }, { _id: 1, sub: {} }],
    [{ 'n.x': 1 }, { _id: 1 }],
    [{ 'none.x': 1 }, { _id: 1 }],
    [{ 'rows.k': 1 }, { _id: 1, rows: [{ k: 1 }, { k: 2 }, [{ k: 9 }]] }],
    [{ 'list.0': 1 }, { _id: 1, list: [] }],
    [{ n: 0.5 }, { _id: 1, n: 5 }],
    [{ __proto__x: 1, 'constructor.name': 1, toString: 1 }, { _id: 1 }],
  ])('%o', (specification, expected) => {
    expect(project(specification)).toStrictEqual(bson(expected));
  });
});

describe('exclusion', () => {
  const without = (...names: string[]) => documentOf(Object.entries(stored).filter(([name]) => !names.includes(name)));
  it.each<[Document, Document]>([
    [{}, stored],
    [{ n: 0, s: false }, without('n', 's')],
    [{ _id: 0 }, without('_id')],
    [{ _id: 0, n: 0 }, without('_id', 'n')],
    [{ n: 0, _id: 1 }, without('n')],
    [{ 'sub.b.c': 0 }, { ...stored, sub: bson({ a: 1, b: { d: 3 } }) }],
    [{ 'n.x': 0, 'zzz.y': 0 }, stored],
    [{ 'rows.v': 0 }, { ...stored, ...bson({ rows: [{ k: 1 }, 7, { k: 2 }, [{ k: 9 }]] }) }],
  ])('%o', (specification, expected) => {
    expect(project(specification)).toStrictEqual(expected);
  });
});

describe('arrays and computed fields', () => {
  it.each<[string, Document, Document, ProjectionOptions?]>([
    ['$slice from the start', { list: { $slice: 2 }, _id: 1, n: 1 }, { _id: 1, n: 5, list: [1, 2] }],
    ['$slice from the end', { n: 1, list: { $slice: -1 } }, { _id: 1, n: 5, list: [4] }],
    ['$slice with skip', { n: 1, list: { $slice: [1, 2] } }, { _id: 1, n: 5, list: [2, 3] }],
    ['$slice with skip from the end', { n: 1, list: { $slice: [-2, 9] } }, { _id: 1, n: 5, list: [3, 4] }],
    ['$slice of no array', { n: { $slice: 1 }, s: 1 }, { _id: 1, n: 5, s: 'x' }],
    ['$slice as an expression', { l: { $slice: ['$list', 1, 2] } }, { _id: 1, l: [2, 3] }],
    ['$elemMatch', { rows: { $elemMatch: { k: 2 } } }, { _id: 1, rows: [{ k: 2, v: 'b' }] }],
    [
      '$elemMatch of values, with others, last',
      { list: { $elemMatch: { $gt: 2 } }, s: 1 },
      { _id: 1, s: 'x', list: [3] },
    ],
    ['$elemMatch without a match', { rows: { $elemMatch: { k: 77 } } }, { _id: 1 }],
    ['positional', { 'list.$': 1 }, { _id: 1, list: [3] }, { filter: { list: { $gt: 2 } } }],
    [
      'positional of documents',
      { 'rows.$': 1, n: 1 },
      { _id: 1, n: 5, rows: [{ k: 2, v: 'b' }] },
      { filter: { 'rows.k': 2 } },
    ],
    ['computed', { total: { $add: ['$n', 1] }, n: 1 }, { _id: 1, n: 5, total: 6 }],
    ['another field', { copy: '$sub.b.c', _id: 0 }, { copy: 2 }],
    ['computed within', { 'sub.x': '$n', 'sub.a': 1, 'new.y': '$s' }, { _id: 1, sub: { a: 1, x: 5 }, new: { y: 'x' } }],
    ['missing', { m: '$zzz', n: 1 }, { _id: 1, n: 5 }],
    ['literal', { one: { $literal: 1 }, t: 'text' }, { _id: 1, one: 1, t: 'text' }],
  ])('%s', (_name, specification, expected, options) => {
    expect(project(specification, options)).toStrictEqual(bson(expected));
    expect(Object.keys(project(specification, options))).toEqual(Object.keys(expected));
  });

  it('$slice alone keeps the other fields', () => {
    expect(project({ list: { $slice: 1 } })).toStrictEqual({ ...stored, ...bson({ list: [1] }) });
    expect(project({ list: { $slice: 1 }, n: 0 })).toStrictEqual(
      documentOf(Object.entries({ ...stored, ...bson({ list: [1] }), n: undefined })),
    );
  });

  it('$addFields goes into arrays and replaces in place', () => {
    const add = compileAddFields(
      bson({ n: '$s', 'rows.w': 1, 'new.x': '$n', sub: { a: { $literal: 9 } }, none: '$$REMOVE' }),
    );
    expect(add(stored)).toStrictEqual(
      bson({
        _id: 1,
        n: 'x',
        s: 'x',
        sub: { a: 9, b: { c: 2, d: 3 } },
        list: [1, 2, 3, 4],
        rows: [{ k: 1, v: 'a', w: 1 }, { w: 1 }, { k: 2, v: 'b', w: 1 }, [{ k: 9, v: 'z', w: 1 }]],
        new: { x: 5 },
      }),
    );
  });
});

describe('refusals', () => {
  it.each<[string, Document, number, string, ProjectionOptions?]>([
    ['exclusion in inclusion', { n: 1, s: 0 }, 31254, 'Cannot do exclusion on field s in inclusion projection'],
    ['inclusion in exclusion', { n: 0, s: 1 }, 31253, 'Cannot do inclusion on field s in exclusion projection'],
    ['an expression in exclusion', { n: 0, x: '$s' }, 31252, ''],
    ['the same path', { sub: 1, 'sub.a': 1 }, 31249, 'Path collision at sub.a remaining portion a'],
    ['a path over a path', { 'sub.a': 1, sub: 1 }, 31250, 'Path collision at sub'],
    ['an empty part', { 'a..b': 1 }, 15998, 'may not be empty'],
    ['a dollar part', { 'a.$b': 1 }, 16410, "may not start with '$'"],
    ['an empty document', { a: {} }, 51270, 'An empty sub-projection is not a valid value'],
    ['an unknown expression', { a: { $foo: 1 } }, 168, "Unrecognized expression '$foo'"],
    ['$meta', { a: { $meta: 'textScore' } }, 115, '$meta'],
    ['$elemMatch of a value', { a: { $elemMatch: 1 } }, 31274, 'elemMatch: Invalid argument'],
    ['$elemMatch below', { 'a.b': { $elemMatch: {} } }, 31275, 'on a nested field'],
    ['$elemMatch in a pipeline', { a: { $elemMatch: {} } }, 168, '$elemMatch', { aggregation: true }],
    ['a slice of nothing', { a: { $slice: [1, 0] } }, 31259, '$slice limit must be positive'],
    ['positional in the middle', { 'a.$.b': 1 }, 31394, 'positional'],
    ['positional exclusion', { 'a.$': 0 }, 31395, 'positional'],
    ['positional in a pipeline', { 'a.$': 1 }, 31324, 'positional', { aggregation: true }],
    ['two positional', { 'a.$': 1, 'b.$': 1 }, 31276, 'more than one positional'],
  ])('%s', (_name, specification, code, text, options) => {
    expectRefusal(() => compileProjection(specification, options), code, text);
  });

  it('positional without a match', () => {
    expectRefusal(() => project({ 'list.$': 1 }, { filter: { n: 5 } }), 51246, "couldn't find a matching element");
  });
});

describe('properties', () => {
  const names = fc.uniqueArray(fieldName, { minLength: 1, maxLength: 4 });
  const flags = (list: string[], flag: number) => documentOf(list.map((name) => [name, flag] as const));

  it('inclusion and exclusion part the document in two', () => {
    fc.assert(
      fc.property(document, names, (source, list) => {
        const kept = compileProjection(documentOf([...Object.entries(flags(list, 1)), ['_id', 0]]))(source);
        const rest = compileProjection(flags(list, 0))(source);
        expect(Object.keys(kept)).toEqual(Object.keys(source).filter((name) => list.includes(name)));
        expect(Object.keys(rest)).toEqual(Object.keys(source).filter((name) => !list.includes(name)));
        for (const name of Object.keys(source))
          expect(identicalValues(field({ ...rest, ...kept }, name), field(source, name))).toBe(true);
        expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
      }),
    );
  });

  it('whole fields are cut out of the bytes as out of the document', () => {
    const flag = fc.constantFrom<number | boolean>(0, 1, true, false);
    const specifications = fc.tuple(names, flag, fc.option(flag, { nil: undefined }));
    fc.assert(
      fc.property(document, specifications, (source, [list, value, id]) => {
        const entries = list.map((name): [string, unknown] => [name, value]);
        const specification = documentOf(id === undefined ? entries : [...entries, ['_id', id]]);
        const raw = encode(documentOf([['_id', 7], ...Object.entries(source)]));
        const whole = wholeFields(specification);
        expect(whole).toBeDefined();
        const cut = (whole?.keeps ? pick : omit)(raw, whole?.names ?? new Set());
        expect(cut.equals(encode(compileProjection(specification)(decode(raw))))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a path', { 'a.b': 1 }],
    ['an expression', { a: '$b' }],
    ['a slice', { a: { $slice: 1 } }],
    ['nothing', {}],
  ])('are not enough for %s', (_name, specification) => {
    expect(wholeFields(specification)).toBeUndefined();
  });
});
