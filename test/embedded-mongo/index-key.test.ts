import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyTuples } from '../../src/embedded-mongo/index-key.ts';
import type { IndexField } from '../../src/embedded-mongo/index-spec.ts';
import { indexValues } from '../../src/embedded-mongo/query/compare.ts';
import { document, expectRefusal, path } from './query/samples.ts';

const fields = (...paths: string[]): IndexField[] => paths.map((each) => ({ path: each, direction: 1 }));
const tuples = (doc: Record<string, unknown>, ...paths: string[]) => keyTuples(doc, fields(...paths)).tuples;

describe('the keys of a document', () => {
  it('are one tuple where there is no array', () => {
    expect(tuples({ a: 1, b: { c: 'x' } }, 'a', 'b.c')).toEqual([[1, 'x']]);
    expect(tuples({ a: 1 }, 'a', 'b.c')).toEqual([[1, null]]);
  });

  it('are one tuple per element of an array', () => {
    expect(tuples({ a: [1, 2], b: 'x' }, 'a', 'b')).toEqual([
      [1, 'x'],
      [2, 'x'],
    ]);
    expect(tuples({ a: [], b: 'x' }, 'a', 'b')).toEqual([[undefined, 'x']]);
    expect(tuples({ a: [[1, 2]], b: 'x' }, 'a', 'b')).toEqual([[[1, 2], 'x']]);
  });

  it('take fields inside one array from the same element', () => {
    const apps = [{ app: 'crm', state: 'on' }, { app: 'git', state: 'off' }, 'odd'];
    expect(tuples({ apps }, 'apps.app', 'apps.state')).toEqual([
      ['crm', 'on'],
      ['git', 'off'],
      [null, null],
    ]);
    expect(tuples({ apps: [] }, 'apps.app', 'apps.state')).toEqual([[null, null]]);
  });

  it('follow a position in a path', () => {
    expect(tuples({ a: [{ b: 1 }, { b: 2 }], c: [7, 8] }, 'a.0.b', 'c')).toEqual([
      [1, 7],
      [1, 8],
    ]);
  });

  it('are refused for two arrays side by side', () => {
    expectRefusal(() => tuples({ a: [1, 2], b: [3, 4] }, 'a', 'b'), 171, 'cannot index parallel arrays [b] [a]');
    expectRefusal(() => tuples({ a: [{ b: [1, 2], c: [3, 4] }] }, 'a.b', 'a.c'), 171);
  });

  it('of two fields hold every value that each field alone has', () => {
    fc.assert(
      fc.property(document, path, path, (doc, one, other) => {
        let rows: readonly (readonly unknown[])[] = [];
        try {
          rows = tuples(doc, one, other);
        } catch {
          return;
        }
        if ([one, other].some((each) => /\d/.test(each))) return;
        for (const [position, each] of [one, other].entries())
          for (const value of indexValues(doc, each).values)
            expect(rows.map((row) => row[position])).toContainEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});
