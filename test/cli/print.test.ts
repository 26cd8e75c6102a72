import { describe, expect, it } from 'vitest';
import { tableLines } from '../../src/cli/print.ts';

describe('a table', () => {
  it('has columns as wide as their widest cell, and nothing at the ends of lines', () => {
    expect(tableLines([['name', 'count'], ['Zoë', '7'], ['Maximilian']])).toEqual([
      'name        count',
      'Zoë         7',
      'Maximilian',
    ]);
    expect(tableLines([])).toEqual([]);
  });

  it('lets nobody’s text break a line or steer the terminal', () => {
    expect(tableLines([['a\nb', '\u001b[2Jc']])).toEqual(['a b   [2Jc']);
  });
});
