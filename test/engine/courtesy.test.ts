import { describe, expect, it } from 'vitest';
import { createCourtesy } from '../../src/engine/courtesy.ts';

/** A clock whose sleepers wake when they are told to. */
function sleepers() {
  const wakes: (() => void)[] = [];
  const sleep = (_milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      wakes.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  return { wakes, clock: { sleep } };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function pending() {
  let finish: () => void = () => undefined;
  const work = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { work: () => work, finish };
}

async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await turn();
  return done;
}

describe('people first', () => {
  it('holds bulk work up while somebody is attended to, until the last of them is done', async () => {
    const { clock } = sleepers();
    const courtesy = createCourtesy(clock);
    const [first, second] = [pending(), pending()];
    const attended = [courtesy.attend(first.work), courtesy.attend(second.work)];
    const step = courtesy.calm();
    first.finish();
    expect(await isDone(step)).toBe(false);
    second.finish();
    expect(await isDone(step)).toBe(true);
    await Promise.all(attended);
    expect(await isDone(courtesy.calm())).toBe(true);
  });

  it('lets bulk work go on after its patience, though people never stop', async () => {
    const { clock, wakes } = sleepers();
    const courtesy = createCourtesy(clock);
    const { work, finish } = pending();
    const attended = courtesy.attend(work);
    const step = courtesy.calm();
    expect(await isDone(step)).toBe(false);
    const [, patience] = wakes;
    patience?.();
    expect(await isDone(step)).toBe(true);
    expect(await isDone(courtesy.calm())).toBe(false);
    finish();
    await attended;
  });

  it('attends to nobody for long: what takes its time is bulk work itself', async () => {
    const { clock, wakes } = sleepers();
    const courtesy = createCourtesy(clock);
    const { work, finish } = pending();
    const attended = courtesy.attend(work);
    const step = courtesy.calm();
    const [attention] = wakes;
    attention?.();
    expect(await isDone(step)).toBe(true);
    expect(await isDone(courtesy.calm())).toBe(true);
    finish();
    await attended;
  });

  it('is over when the work fails, and the failure is told', async () => {
    const { clock } = sleepers();
    const courtesy = createCourtesy(clock);
    const failing = courtesy.attend(async () => {
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(await isDone(courtesy.calm())).toBe(true);
  });
});
