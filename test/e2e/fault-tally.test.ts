import { describe, expect, it } from 'vitest';
import { sumOf, whyIdle } from './fault-tally.ts';

describe('what went wrong on purpose in a run', () => {
  const all = { duplicate: 20, delay: 20, 'drop-ack': 20, disconnect: 20 };

  it('is the sum over its bots', () => {
    const lines = ['{"faults":{"duplicate":2,"delay":1}}', '{"faults":{"delay":3,"drop-ack":1,"cut":9}}'];
    expect(sumOf(lines)).toEqual({ duplicate: 2, delay: 4, 'drop-ack': 1, disconnect: 0 });
  });

  it('has to be something, and of every kind once there was much', () => {
    expect(whyIdle(sumOf([]))).toContain('no delivery went wrong');
    expect(whyIdle(all)).toBeNull();
    expect(whyIdle({ ...all, disconnect: 0 })).toBe('among 60 faults there was no disconnect');
    expect(whyIdle({ duplicate: 1, delay: 0, 'drop-ack': 0, disconnect: 0 })).toBeNull();
  });
});
