import { expect, it } from 'vitest';
import { ConnectorError } from '../../src/core/errors.ts';
import { claimTry, observerOf, slowDown, tryNow } from '../../src/engine/apply/app-health.ts';
import { startTimings } from '../../src/engine/timings.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';

const down = new ConnectorError('unavailable', 'none', 'no answer');
const ops = { kind: 'operator', name: 'ops', via: 'cli' } as const;
const processes = Array.from({ length: 20 }, (_, index) => index);

function world() {
  const store = memoryStore();
  const time = virtualClock();
  return { store, time, deps: { store, clock: time.clock, timings: startTimings(null) } };
}
const failure = (begunAt: number) => ({ begunAt, error: down });

it('failures of many processes add up, and one quarantine with one event comes of them', async () => {
  const { store, deps, time } = world();
  await Promise.all(processes.slice(0, 4).map(() => observerOf(deps, 'crm', null).hear(failure(time.clock.now()))));
  expect(await store.health.get('crm')).toMatchObject({ failures: 4, quarantine: null });
  await Promise.all(processes.map(() => observerOf(deps, 'crm', null).hear(failure(time.clock.now()))));
  const health = await store.health.get('crm');
  expect(health).toMatchObject({ failures: 24, quarantine: { kind: 'unavailable' } });
  expect(health?.outbox.map(({ type }) => type)).toEqual(['app.quarantined']);
});

it('a try is taken by one process alone, and only when its time has come', async () => {
  const { deps, time } = world();
  expect(await claimTry(deps, 'crm')).toBe(false);
  await Promise.all(processes.map(() => observerOf(deps, 'crm', null).hear(failure(time.clock.now()))));
  expect(await claimTry(deps, 'crm')).toBe(false);
  await time.advance(120_000);
  expect((await Promise.all(processes.map(() => claimTry(deps, 'crm')))).filter(Boolean)).toHaveLength(1);
  expect(await tryNow(deps, 'crm', ops)).toBe(true);
  expect((await Promise.all(processes.map(() => claimTry(deps, 'crm')))).filter(Boolean)).toHaveLength(1);
  expect(await tryNow(deps, 'erp', ops)).toBe(false);
});

it('one batch hears many failures and successes and loses none, writing successes only where something is to be made good', async () => {
  const { store, deps, time } = world();
  const observer = observerOf(deps, 'crm', null);
  await Promise.all(processes.map(() => observer.hear({ begunAt: time.clock.now(), error: null })));
  await observer.close();
  expect(await store.health.get('crm')).toBeNull();
  await Promise.all(processes.map((n) => observer.hear({ begunAt: time.clock.now(), error: n < 4 ? down : null })));
  await observer.close();
  expect(await store.health.get('crm')).toMatchObject({
    failures: 4,
    quarantine: null,
    window: { calls: 20, broken: 4 },
  });
});

it('the longest pause an app asked for counts, and is no failure', async () => {
  const { store, deps } = world();
  await Promise.all(processes.map((n) => slowDown(deps, 'crm', 1_000 + n)));
  await slowDown(deps, 'crm', 5);
  expect(await store.health.get('crm')).toMatchObject({ pausedUntil: 1_019, failures: 0, window: null });
});
