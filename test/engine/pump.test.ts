import { describe, expect, it } from 'vitest';
import { createPump } from '../../src/engine/apply/pump.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';
import { silent } from './company.ts';

const hour = 60 * 60_000;

describe('a pump', () => {
  it('asks less and less often while what it stands on is away for hours, says so, and goes on by itself', async () => {
    const { clock, advance } = virtualClock();
    const lines: string[] = [];
    const log = { ...silent, error: () => lines.push('failed'), info: () => lines.push('again') };
    let isAway = true;
    let rounds = 0;
    const pump = createPump({ clock, log }, 'test', async () => {
      rounds += 1;
      if (isAway) throw new Error('away');
      return 1_000;
    });
    pump.start();
    await advance(3_000);
    expect(rounds).toBe(3);
    await advance(2 * hour);
    expect(rounds).toBeLessThan(500);
    expect(lines).toEqual(Array.from({ length: rounds }, () => 'failed'));
    isAway = false;
    const before = rounds;
    await advance(15_000);
    expect(rounds).toBeGreaterThan(before);
    expect(lines.at(-1)).toBe('again');
    isAway = true;
    await advance(1_500);
    const failed = rounds;
    await advance(3_000);
    expect(rounds, 'the distances begin anew').toBeGreaterThan(failed);
    const stopping = pump.stop();
    await advance(0);
    await stopping;
  });
});
