import type { Clock } from '../../src/engine/ports.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import type { Seeded } from './random.ts';

/** Thrown by everything a dead process still tries to do. */
export class Crash extends Error {}
export class StoreUnknown extends Error {}

export type Life = { dead: boolean };
export type Odds = { crash: number; freeze: number; storeUnknown: number; frozenFor: number };

/**
 * The store as one process sees it: slow by a random moment, sometimes losing an answer (the write may or may not have
 * happened), sometimes frozen for longer than the lease, and gone for good once the process crashed.
 */
export function faultyStore(store: Store, life: Life, random: Seeded, clock: Clock, odds: Odds): Store {
  async function through<T>(call: () => Promise<T>): Promise<T> {
    await moment();
    const lost = random.chance(odds.storeUnknown);
    if (lost && random.chance(0.5)) throw new StoreUnknown('lost before');
    const answer = await call();
    await moment();
    if (lost) throw new StoreUnknown('lost after');
    return answer;
  }

  async function moment(): Promise<void> {
    if (life.dead) throw new Crash();
    await clock.sleep(random.chance(odds.freeze) ? odds.frozenFor : random.between(0, 4));
    if (random.chance(odds.crash)) life.dead = true;
    if (life.dead) throw new Crash();
  }

  /** Calls must not run before the process got to them, so arguments are applied inside `through`. */
  const lazily = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name, receiver) {
        const member = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => through(() => member.apply(target, given));
      },
    });

  return {
    ...store,
    people: lazily(store.people),
    logins: lazily(store.logins),
    leases: lazily(store.leases),
    accounts: lazily(store.accounts),
    approvals: lazily(store.approvals),
    health: lazily(store.health),
  };
}
