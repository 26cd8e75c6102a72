import { describe, expect, it } from 'vitest';
import { skipProblems } from '../contracts/skips.ts';

const titles = new Set(['deletes, and deletes again', 'passwords']);

describe('what a kit leaves out', () => {
  it('is taken with a reason in words, by the title of a test or of a group', () => {
    const reason = 'the app deletes nothing';
    expect(skipProblems([], titles)).toEqual([]);
    expect(skipProblems([{ test: 'deletes, and deletes again', reason }], titles)).toEqual([]);
    expect(skipProblems([{ test: 'passwords', reason: 'it has none' }], titles)).toEqual([]);
  });

  it('is refused without a reason, of a test that does not exist, and twice', () => {
    for (const reason of ['', '  ', 'no', '...'])
      expect(skipProblems([{ test: 'passwords', reason }], titles)).toEqual([
        expect.stringContaining('without a reason'),
      ]);
    expect(skipProblems([{ test: 'password', reason: 'it has none' }], titles)).toEqual([
      expect.stringContaining('no such test or group'),
    ]);
    const same = { test: 'passwords', reason: 'it has none' };
    expect(skipProblems([same, same], titles)).toEqual([
      '"passwords" is left out twice',
      '"passwords" is left out twice',
    ]);
  });
});
