import { expect, it } from 'vitest';
import { findingLines } from '../../src/cli/doctor.ts';
import { note, right, wrong } from '../../src/engine/examine/finding.ts';

it('prints the word, the sentence and what to do, and at the end how many are wrong', () => {
  expect(
    findingLines([right('the store answers'), note('few', 'Add one.'), wrong('no channel', 'Create it.')]),
  ).toEqual([
    'right the store answers',
    'note  few',
    '      Add one.',
    'wrong no channel',
    '      Create it.',
    '1 thing is wrong.',
  ]);
  expect(findingLines([right('all')]).at(-1)).toBe('Nothing stops Rollcall from working.');
});
