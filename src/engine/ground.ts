import { type Connectors, createConnections } from './connect.ts';
import { createEngine, type Engine, type EngineOptions, startTimings } from './engine.ts';
import type { Clock, Connections, Log, Random, Store } from './ports.ts';
import type { KeyRing, Sealer } from './secret-ports.ts';

/** What a process stands on. */
export type Ground = {
  store: Store;
  connectors: Connectors;
  secret(name: string): string | undefined;
  clock: Clock;
  random: Random;
  log: Log;
  sealer: Sealer;
  keys: KeyRing;
  /** Where people reach this process, if it serves any. */
  publicUrl?: string;
};

type Shown = Pick<EngineOptions, 'team' | 'showCard' | 'outbox' | 'subscribers'>;

/** The engine on this ground; `slack` is left out by commands that show nothing there. */
export async function buildEngine(
  ground: Ground,
  slack: Shown = unshown,
): Promise<Engine & { connections: Connections }> {
  const stored = await ground.store.config.read();
  const connections = createConnections(ground.connectors, ground.secret, ground.clock.now);
  if (stored !== null) connections.use(stored.config);
  const owner = ground.random.id('process');
  const engine = createEngine({
    ...ground,
    ...slack,
    connections,
    owner,
    timings: startTimings(stored?.config ?? null),
  });
  return { ...engine, connections };
}

const unshown: Shown = { team: () => null, showCard: async () => undefined, outbox: () => undefined };
