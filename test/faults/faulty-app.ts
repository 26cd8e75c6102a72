import { ConnectorError, type ListedAccount, type Target, type TargetConnector } from '../../src/core/connector.ts';
import type { Clock } from '../../src/engine/ports.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { Crash, type Life } from './faulty-store.ts';
import type { Seeded } from './random.ts';

export type AppOdds = {
  fault: number;
  /** Share of faults in which the change was made all the same. */
  effect: number;
  /** Longest time after which a lost call still takes effect, milliseconds. */
  lateBy: number;
  /** Searches and reads may show the app as it was so long ago. */
  lag: number;
  uniqueKey: boolean;
  /** Share of calls whose process stands still between the last look at its lease and the sending, and for how long, milliseconds. */
  freeze: number;
  frozenFor: number;
};

/** One app in the world, shared by all processes; each process calls it through its own unreliable line. */
export function faultyApp(random: Seeded, clock: Clock, odds: AppOdds) {
  const app = memoryApp({ uniqueKey: odds.uniqueKey });
  const past: { at: number; accounts: Map<string, ListedAccount> }[] = [{ at: clock.now(), accounts: new Map() }];
  const remember = () => past.push({ at: clock.now(), accounts: structuredClone(app.accounts) });

  function seenNow(): Map<string, ListedAccount> {
    if (odds.lag === 0) return app.accounts;
    const asOf = clock.now() - random.between(0, odds.lag);
    return past.findLast((moment) => moment.at <= asOf)?.accounts ?? app.accounts;
  }

  function line(life: Life): TargetConnector {
    const alive = () => {
      if (life.dead) throw new Crash();
    };

    async function write<T>(signal: AbortSignal, effect: () => Promise<T>): Promise<T> {
      alive();
      await clock.sleep(random.chance(odds.freeze) ? odds.frozenFor : random.between(1, 40));
      alive();
      if (random.chance(odds.fault)) return broken(signal, effect);
      const answer = await effect();
      remember();
      await clock.sleep(random.between(1, 40));
      alive();
      return answer;
    }

    async function broken<T>(signal: AbortSignal, effect: () => Promise<T>): Promise<T> {
      if (!random.chance(odds.effect)) throw random.pick(harmless)();
      const late = random.between(0, odds.lateBy);
      void clock.sleep(late).then(async () => {
        await effect().catch(() => undefined);
        remember();
      });
      if (random.chance(0.5)) await clock.sleep(60_000, signal);
      alive();
      throw new ConnectorError('unavailable', 'unknown', 'no answer in time');
    }

    async function read<T>(look: () => T): Promise<T> {
      alive();
      await clock.sleep(random.between(1, 20));
      alive();
      if (random.chance(odds.fault / 2)) throw new ConnectorError('unavailable', 'none', 'no answer');
      return structuredClone(look());
    }

    const { target } = app;
    const unreliable: Target = {
      test: async () => {},
      async *list() {
        yield await read(() => [...seenNow().values()]);
      },
      get: (remoteId) => read(() => seenNow().get(remoteId) ?? null),
      find: ({ externalId, userName }) =>
        read(() =>
          [...seenNow().values()].filter((account) =>
            externalId === undefined ? account.userName === userName?.toLowerCase() : account.externalId === externalId,
          ),
        ),
      create: (account, signal) => write(signal, () => target.create(account, signal)),
      update: (id, change, signal) => write(signal, () => target.update(id, change, signal)),
      suspend: (id, signal) => write(signal, () => target.suspend(id, signal)),
      reactivate: (id, change, signal) => write(signal, () => target.reactivate(id, change, signal)),
      delete: (id, signal) => write(signal, () => target.delete(id, signal)),
      entitlements: (signal) => target.entitlements(signal),
    };
    return { ...app.connector, connect: () => unreliable };
  }

  return { line, accounts: app.accounts };
}

const harmless = [
  () => new ConnectorError('throttled', 'none', '429', { retryAfter: 300 }),
  () => new ConnectorError('unavailable', 'none', 'connection refused'),
  () => new ConnectorError('unavailable', 'unknown', 'reset before anything arrived'),
];
