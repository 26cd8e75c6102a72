import type { Config } from '../../core/config.ts';
import type { Exclusive } from '../exclusive.ts';
import type { Ownership } from '../ownership.ts';
import type { Deps } from '../ports.ts';
import { createPump, type Pump } from './pump.ts';
import { type WorkerDeps, workPartition } from './worker.ts';

export type WorkersDeps = WorkerDeps & Pick<Deps, 'store'> & { ownership: Ownership; exclusive: Exclusive };

/** One pump per partition of each enabled app: a slow app never delays another. */
export function createWorkers(deps: WorkersDeps) {
  const pumps = new Map<string, Pump>();
  const heartbeat = (): number => deps.timings.lease / 3;

  function work(partition: string, app: string) {
    return async (signal: AbortSignal): Promise<number> => {
      const lease = await deps.ownership.acquire(partition);
      if (lease === null) return heartbeat();
      const wait = await workPartition(deps, lease, app, signal);
      return Math.min(heartbeat(), wait ?? heartbeat());
    };
  }

  /** Starts what the configuration has, stops what it no longer has. */
  async function follow(config: Config): Promise<void> {
    const wanted = new Map<string, string>();
    for (const app of config.apps) {
      if (!app.provisioning.enabled) continue;
      for (let shard = 0; shard < app.provisioning.shards; shard += 1) wanted.set(`${app.name}:${shard}`, app.name);
    }
    for (const [partition, pump] of pumps) if (!wanted.has(partition)) await retire(partition, pump);
    for (const [partition, app] of wanted) if (!pumps.has(partition)) launch(partition, app);
  }

  async function retire(partition: string, pump: Pump): Promise<void> {
    pumps.delete(partition);
    await pump.stop();
    await deps.ownership.release(partition);
  }

  function launch(partition: string, app: string): void {
    const pump = createPump(deps, `worker ${partition}`, work(partition, app));
    pumps.set(partition, pump);
    pump.start();
  }

  return {
    follow,
    ring(): void {
      for (const pump of pumps.values()) pump.ring();
    },
    /** Lets calls under way finish, then gives the partitions back. */
    async stop(): Promise<void> {
      await Promise.all([...pumps].map(([partition, pump]) => retire(partition, pump)));
    },
  };
}
