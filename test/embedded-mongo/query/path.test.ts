import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexValues, valuesAt } from '../../../src/embedded-mongo/query/compare.ts';
import { document, path } from './samples.ts';

const none = undefined;

/** Expected by MongoDB's own rules for B-tree keys (multikey index, manual *Multikey Indexes*). */
describe('indexValues', () => {
  it.each<[string, Record<string, unknown>, string, unknown[], boolean, boolean]>([
    ['a value', { a: 1 }, 'a', [1], false, false],
    ['null', { a: null }, 'a', [null], false, false],
    ['missing', {}, 'a', [null], true, false],
    ['missing below a document', { a: {} }, 'a.b', [null], true, false],
    ['missing below a value', { a: 1 }, 'a.b', [null], true, false],
    ['an inherited name', {}, '__proto__', [null], true, false],
    ['each element', { a: [1, 2] }, 'a', [1, 2], false, true],
    ['an empty array', { a: [] }, 'a', [none], false, true],
    ['below an empty array', { a: [] }, 'a.b', [null], true, true],
    ['a nested array as one key', { a: [[1, 2]] }, 'a', [[1, 2]], false, true],
    ['documents in an array', { a: [{ b: 1 }, { b: 2 }, {}] }, 'a.b', [1, 2, null], false, true],
    ['values where documents are wanted', { a: [1, 2] }, 'a.b', [null, null], true, true],
    ['arrays in documents in an array', { a: [{ b: [1, 2] }, { b: [] }] }, 'a.b', [1, 2, none], false, true],
    ['a position', { a: [5, 6] }, 'a.1', [6], false, true],
    ['a position past the end', { a: [5] }, 'a.1', [null], true, true],
    ['a position and a path', { a: [{ b: 1 }, { b: 2 }] }, 'a.1.b', [2], false, true],
    ['a position and a field of that name', { a: [5, { 0: 7 }] }, 'a.0', [5, 7], false, true],
  ])('%s', (_name, stored, at, values, missing, multikey) => {
    expect(indexValues(stored, at)).toStrictEqual({ values, missing, multikey });
  });

  it('always gives a key', () => {
    fc.assert(
      fc.property(document, path, (stored, at) => {
        expect(indexValues(stored, at).values.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('valuesAt', () => {
  it.each<[string, Record<string, unknown>, string, unknown[], boolean, boolean]>([
    ['a value', { a: 1 }, 'a', [1], false, false],
    ['missing', {}, 'a', [], true, false],
    ['elements and the array', { a: [1, 2] }, 'a', [1, 2, [1, 2]], false, true],
    ['an empty array', { a: [] }, 'a', [[]], false, true],
    ['documents in an array', { a: [{ b: 1 }, {}, 3] }, 'a.b', [1], true, true],
    ['nothing below values', { a: [1] }, 'a.b', [], false, false],
  ])('%s', (_name, stored, at, values, missing, multikey) => {
    expect(valuesAt(stored, at)).toStrictEqual({ values, missing, multikey });
  });
});
