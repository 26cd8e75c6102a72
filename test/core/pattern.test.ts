import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, patternProblem } from '../../src/core/pattern.ts';
import { patience } from './arbitraries.ts';

describe('patternProblem', () => {
  it.each([
    '^Sales',
    '(Sales|Ops) Lead',
    '\\d{3}-\\d+',
    '(?:Senior )?Manager',
    '[+*(]+',
    'a{2,5}',
    '\\(x\\)+',
    '(?<year>\\d{4})',
    '\\p{Lu}+',
    'Clerk|Manager|Director|Chief',
    '\\d{1,3}(\\.\\d{1,3}){3}',
    '.*?sales.*?',
    '(?=x)y',
    '[A-Z]{2}(-\\d+)?',
  ])('lets %s pass', (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  });

  it.each([
    ['(', /group/],
    ['[z-a]', /order/],
    ['(a+)+$', /repeat or choose/],
    ['((a+))*b', /repeat or choose/],
    ['(a|aa)+$', /repeat or choose/],
    ['(?:a*){5}', /too often/],
    ['(a{1,9}){1,9}', /too often/],
    ['(?<x>a+)+', /repeat or choose/],
    ['a?'.repeat(30) + 'a'.repeat(30), /too often/],
    ['(a|a)'.repeat(30), /too often/],
    ['(a|a){9}(a|a){9}(a|a){9}', /too often/],
    ['a{0,200}'.repeat(4), /too often/],
    ['(a|b|c){9}(a|b|c){7}', /too often/],
    ['(a?){30}', /repeat or choose/],
    ['(?:(?:a|b)?c)*', /repeat or choose/],
    ['(a)\\1', /back references/],
    ['(?<x>a)\\k<x>', /back references/],
    ['.*a.*b.*c.*d', /too often/],
    ['x'.repeat(201), /longer/],
  ])('refuses %s', (pattern, why) => {
    expect(patternProblem(pattern)).toMatch(why);
  });

  it(
    'never throws, and what it lets pass compiles',
    () => {
      const piece = fc.constantFrom(
        'a',
        'b',
        '(',
        ')',
        '|',
        '+',
        '*',
        '{2,}',
        '\\',
        '[',
        ']',
        '?',
        '^',
        '.',
        '\\d',
        '(?:',
        'k',
      );
      fc.assert(
        fc.property(fc.string({ unit: piece, maxLength: 12 }), (pattern) => {
          const compiled = compilePattern(pattern);
          expect(compiled === null).toBe(patternProblem(pattern) !== null);
          compiled?.test('a'.repeat(40));
        }),
        { numRuns: 5_000 },
      );
    },
    patience,
  );
});

it('case does not matter, and nothing is anchored', () => {
  expect(compilePattern('MANAGER')?.test('a manager of things')).toBe(true);
});
