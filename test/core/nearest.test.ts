import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, nearest } from '../../src/core/nearest.ts';
import * as any from './arbitraries.ts';

describe('nearest', () => {
  const words = ['userName', 'email', 'title', 'groups'];

  it.each([
    ['username', 'userName'],
    ['userNam', 'userName'],
    ['emial', 'email'],
    ['group', 'groups'],
    ['titel', 'title'],
    ['phone', null],
    ['', null],
  ])('%j: %j', (word, meant) => {
    expect(nearest(word, words)).toBe(meant);
  });

  it('takes the first of equally near ones', () => {
    expect(nearest('crn', ['crm', 'crt'])).toBe('crm');
  });
});

describe('distance', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });

  it('counts edits, a swap of neighbours as one', () => {
    expect([distance('', 'abc'), distance('abc', 'acb'), distance('abc', 'abd'), distance('ca', 'abc')]).toEqual([
      3, 1, 1, 3,
    ]);
  });

  it('is nothing only between equals, the same both ways, and never more than the longer text', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const edits = distance(a, b);
        return (edits === 0) === (a === b) && edits === distance(b, a) && edits <= Math.max(a.length, b.length);
      }),
      any.runs,
    );
  });
});
