import { describe, expect, it } from 'vitest';
import { makeTurns } from '../../src/web/turns.ts';

describe('turns', () => {
  it('lets an address through in bursts, and then as fast as it may in the long run', () => {
    let now = 0;
    const turns = makeTurns(() => now);
    const passed = () => Array.from({ length: 500 }, () => turns('a')).filter(Boolean).length;
    expect(passed()).toBe(120);
    now += 1_000;
    expect(passed()).toBe(10);
    now += 3_600_000;
    expect(passed()).toBe(120);
  });

  it('holds no address up for another, however many there are', () => {
    const turns = makeTurns(() => 0);
    for (let count = 0; count < 200; count += 1) turns('busy');
    for (let count = 0; count < 5_000; count += 1) expect(turns(`address ${count}`)).toBe(true);
  });

  it('remembers who is busy while few are', () => {
    const turns = makeTurns(() => 0);
    for (let count = 0; count < 120; count += 1) turns('busy');
    for (let count = 0; count < 900; count += 1) turns(`address ${count}`);
    expect(turns('busy')).toBe(false);
  });
});
