import { type Connectors, createConnections } from './connect/connect.ts';
import { createEngine, type Engine, type EngineOptions } from './engine.ts';
import type { Check } from './examine/examine.ts';
import { createExclusive } from './exclusive.ts';
import { createPushBell } from './inbound/push-bell.ts';
import { pushedSources } from './inbound/source.ts';
import type { Meter } from './meter.ts';
import { createOwnership } from './ownership.ts';
import type { Clock, Connections, Log, Random } from './ports.ts';
import { createKeptSecrets, type KeptSecrets } from './secret/kept-secrets.ts';
import { createSecretBook } from './secret/secret-book.ts';
import type { KeyRing, Sealer } from './secret/secret-ports.ts';
import type { Documents } from './sign-on/documents-port.ts';
import type { Saml } from './sign-on/saml-port.ts';
import type { Store } from './store-ports.ts';
import { startTimings } from './timings.ts';

/** What a process stands on. */
export type Ground = {
  store: Store;
  connectors: Connectors;
  /** Of the environment. */
  secret(name: string): string | undefined;
  /** Told of values that must never be logged. */
  learn?(value: string): void;
  clock: Clock;
  random: Random;
  log: Log;
  sealer: Sealer;
  keys: KeyRing;
  /** What stands at addresses of others; left out: nothing is read there. */
  documents?: Documents;
  /** Left out: this process signs nobody on. */
  saml?: Saml;
  /** Where people reach this process, if it serves any. */
  publicUrl?: string;
  /** What `doctor` looks at beside the engine's own. */
  checks?: readonly Check[];
  /** Hears what is worth counting. */
  meter?: Meter;
};

type Shown = Pick<EngineOptions, 'team' | 'isMember' | 'showCard' | 'outbox' | 'subscribers'>;

/** The engine on this ground; `slack` is left out by commands that show nothing there. */
export async function buildEngine(
  ground: Ground,
  slack: Shown = unshown,
): Promise<Engine & { connections: Connections; secret: Ground['secret'] }> {
  const stored = await ground.store.config.read();
  const book = createSecretBook({ ...ground, environment: ground.secret });
  await book.follow();
  const owner = ground.random.id('process');
  const timings = startTimings(stored?.config ?? null);
  const kept = keptSecrets(ground, owner, timings.lease);
  const pushBell = createPushBell();
  const pushed = pushedSources({ ...ground, pushBell });
  const { connectors, clock, learn } = ground;
  const { secret, edition } = book;
  const connections = createConnections(connectors, secret, clock.now, edition, kept, pushed, undefined, learn);
  if (stored !== null) connections.use(stored.config);
  const engine = createEngine({
    ...ground,
    ...slack,
    connections,
    pushBell,
    book,
    owner,
    timings,
  });
  return { ...engine, connections, secret: book.secret };
}

/** Among processes one at a time, whether they have an engine that works or only look. */
function keptSecrets(ground: Ground, owner: string, lease: number): KeptSecrets {
  const { store, clock } = ground;
  const ownership = createOwnership({ leases: store.leases, clock, owner, lease });
  const exclusive = createExclusive({ ownership, clock, lease });
  return createKeptSecrets({ ...ground, environment: ground.secret, exclusive });
}

const unshown: Shown = { team: () => null, showCard: async () => undefined, outbox: () => undefined };
