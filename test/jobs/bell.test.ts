import { describe, expect, it } from 'vitest';
import { makeBell } from '../../src/jobs/bell.ts';

/** An alarm whose runs end when the test says so. */
function stubborn() {
  const ends: (() => void)[] = [];
  let [inside, most] = [0, 0];
  const run = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise<void>((resolve) => ends.push(resolve));
    inside -= 1;
  };
  return { run, ends, runs: () => ends.length, most: () => most };
}
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('bell', () => {
  it('answers many rings during a run by one more run after it', async () => {
    const alarm = stubborn();
    const bell = makeBell({ name: 'a', every: 1, run: alarm.run }, new AbortController().signal);
    const first = bell.ring();
    const others = Promise.all([bell.ring(), bell.ring(), bell.ring()]);
    await turns();
    expect(alarm.runs()).toBe(1);
    alarm.ends[0]?.();
    await first;
    await turns();
    expect(alarm.runs()).toBe(2);
    alarm.ends[1]?.();
    await others;
    expect([alarm.runs(), alarm.most()]).toEqual([2, 1]);
  });

  it('never runs beside itself, even when rung the moment a run ends', async () => {
    const alarm = stubborn();
    const bell = makeBell({ name: 'a', every: 1, run: alarm.run }, new AbortController().signal);
    const first = bell.ring();
    const second = bell.ring();
    const third = first.then(() => bell.ring());
    await turns();
    for (let ended = 0; ended < alarm.runs(); ended += 1) {
      alarm.ends[ended]?.();
      await turns();
    }
    await Promise.all([first, second, third]);
    expect(alarm.most()).toBe(1);
    expect(alarm.runs()).toBe(3);
  });

  it('tells whoever rang that the run failed, and runs again', async () => {
    let runs = 0;
    const run = async (): Promise<void> => {
      runs += 1;
      if (runs === 1) throw new Error('no');
    };
    const bell = makeBell({ name: 'a', every: 1, run }, new AbortController().signal);
    const [first, second] = [bell.ring(), bell.ring()];
    await expect(first).rejects.toThrow('no');
    await second;
    expect(runs).toBe(2);
    await bell.quiet();
  });

  it('runs no more once it is stopped, and is quiet when the last run ended', async () => {
    const alarm = stubborn();
    const stopping = new AbortController();
    const bell = makeBell({ name: 'a', every: 1, run: alarm.run }, stopping.signal);
    const [first, second] = [bell.ring(), bell.ring()];
    stopping.abort();
    let quiet = false;
    const waiting = bell.quiet().then(() => {
      quiet = true;
    });
    await turns();
    expect(quiet).toBe(false);
    alarm.ends[0]?.();
    await Promise.all([first, second, waiting]);
    expect(alarm.runs()).toBe(1);
  });
});
