import type { Clock } from './ports.ts';
import type { Lease, LeaseStore } from './store-ports.ts';

/** A lease this process holds. */
export type Held = {
  name: string;
  epoch: number;
  /** Milliseconds it surely still holds, counted from before the last renewal on our own monotonic clock. */
  remaining(): number;
};

type Watch = { beat: number; epoch: number; owner: string; since: number };

/**
 * Holds leases by heartbeat. Nobody's wall clock matters: a lease is taken over only after its heartbeat stood still for
 * a whole lease on the observer's monotonic clock, and the owner counts its own from before the renewal was sent.
 * A new epoch fences the old owner's writes.
 */
export function createOwnership(deps: { leases: LeaseStore; clock: Clock; owner: string; lease: number }) {
  const held = new Map<string, { lease: Lease; renewedAt: number }>();
  const watched = new Map<string, Watch>();

  /** Takes or renews the lease; null while somebody else holds it. */
  async function acquire(name: string): Promise<Held | null> {
    const started = deps.clock.monotonic();
    const seen = await deps.leases.read(name);
    const next = nextLease(name, seen, started);
    if (next === null || !(await deps.leases.replace(seen, next))) {
      if (next !== null) watched.delete(name);
      held.delete(name);
      return null;
    }
    held.set(name, { lease: next, renewedAt: started });
    watched.delete(name);
    return handle(name, next.epoch);
  }

  function nextLease(name: string, seen: Lease | null, now: number): Lease | null {
    if (seen === null) return { name, owner: deps.owner, epoch: 1, beat: 0 };
    const mine = held.get(name)?.lease;
    if (mine !== undefined && seen.owner === deps.owner && seen.epoch === mine.epoch)
      return { ...seen, beat: seen.beat + 1 };
    if (seen.owner === '' || stoodStill(name, seen, now)) {
      return { name, owner: deps.owner, epoch: seen.epoch + 1, beat: 0 };
    }
    return null;
  }

  function stoodStill(name: string, seen: Lease, now: number): boolean {
    const watch = watched.get(name);
    if (watch?.beat === seen.beat && watch.epoch === seen.epoch && watch.owner === seen.owner) {
      return now - watch.since >= deps.lease;
    }
    watched.set(name, { beat: seen.beat, epoch: seen.epoch, owner: seen.owner, since: now });
    return false;
  }

  const handle = (name: string, epoch: number): Held => ({
    name,
    epoch,
    remaining() {
      const mine = held.get(name);
      if (mine === undefined || mine.lease.epoch !== epoch) return 0;
      return Math.max(0, deps.lease - (deps.clock.monotonic() - mine.renewedAt));
    },
  });

  /**
   * Does the store say that nobody took it over since? Asked between reading a document and its compare-and-set: whoever took over
   * and changed it before the question is seen by it, and whoever does so after it makes the write lose.
   */
  async function holds({ name, epoch }: Pick<Held, 'name' | 'epoch'>): Promise<boolean> {
    const seen = await deps.leases.read(name);
    return seen?.owner === deps.owner && seen.epoch === epoch;
  }

  /** Gives the lease back, so that the next owner need not wait. */
  async function release(name: string): Promise<void> {
    const mine = held.get(name);
    if (mine === undefined) return;
    held.delete(name);
    await deps.leases.replace(mine.lease, { ...mine.lease, owner: '' });
  }

  async function releaseAll(): Promise<void> {
    for (const name of [...held.keys()]) await release(name);
  }

  return {
    acquire,
    holds,
    release,
    releaseAll,
    /** Names of the leases this process took and has not given back; one may have run out meanwhile. */
    names: (): readonly string[] => [...held.keys()],
  };
}

export type Ownership = ReturnType<typeof createOwnership>;
