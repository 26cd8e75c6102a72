import { expect, it } from 'vitest';
import { storeClock } from '../../src/store/store-clock.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';

/** A store that is so far ahead of the machine, and takes so long to answer. */
function world() {
  const { clock, leap, putOn } = virtualClock();
  const state = { ahead: 0, took: 0, away: false };
  const command = async () => {
    if (state.away) throw new Error('away');
    leap(state.took);
    return { localTime: new Date(clock.now() + state.ahead) };
  };
  const warnings: unknown[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (about: unknown) => void warnings.push(about) };
  const connection = { db: { admin: () => ({ command }) } } as never;
  return { state, clock, leap, putOn, warnings, open: () => storeClock(connection, clock, log) };
}

it.each([600_000, -600_000])(
  'goes by the store’s clock where the two are %i ms apart, and says so once',
  async (ahead) => {
    const { state, clock, warnings, open } = world();
    state.ahead = ahead;
    const shared = await open();
    await shared.look();
    expect(shared.now() - clock.now()).toBe(ahead);
    expect(warnings).toEqual([{ seconds: ahead / 1_000 }]);
    shared.stop();
  },
);

it('is the machine’s clock where the two differ no more than clocks do', async () => {
  const { state, clock, warnings, open } = world();
  state.ahead = 1_500;
  const shared = await open();
  expect(shared.now()).toBe(clock.now());
  expect(warnings).toEqual([]);
  shared.stop();
});

it('follows when one of the two is put right, and keeps what it knows from a store that is slow or away', async () => {
  const { state, clock, open } = world();
  state.ahead = 600_000;
  const shared = await open();
  Object.assign(state, { ahead: 0, took: 30_000 });
  await shared.look();
  expect(shared.now() - clock.now()).toBe(600_000);
  Object.assign(state, { took: 0, away: true });
  await shared.look();
  expect(shared.now() - clock.now()).toBe(600_000);
  Object.assign(state, { away: false });
  await shared.look();
  expect(shared.now()).toBe(clock.now());
  shared.stop();
});

it.each([366 * 86_400_000, -3_600_000])('does not jump with the machine’s clock by %i ms', async (jump) => {
  const { state, clock, leap, putOn, open } = world();
  const shared = await open();
  const begun = shared.now();
  putOn(jump);
  leap(9_000);
  expect(shared.now() - begun).toBe(9_000);
  state.away = true;
  await shared.look();
  expect(shared.now() - begun).toBe(9_000);
  Object.assign(state, { away: false, ahead: -jump });
  await shared.look();
  leap(1_000);
  expect(shared.now() - begun).toBe(10_000);
  Object.assign(state, { ahead: 0 });
  await shared.look();
  expect(shared.now()).toBe(clock.now());
  shared.stop();
});
