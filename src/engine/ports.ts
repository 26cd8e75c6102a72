import type { Config } from '../core/config.ts';
import type { Connectors, checkConfig } from '../core/config-check.ts';
import type { Directory, Target, TargetConnector } from '../core/connector.ts';
import type { Time } from '../core/model.ts';
import type { Calls, Change } from '../core/pace.ts';
import type { AppHealth } from '../core/quarantine.ts';
import type { Courtesy } from './courtesy.ts';
import type { Pace } from './pace.ts';
import type { Sealer } from './secret/secret-ports.ts';
import type { Store } from './store-ports.ts';

/** Time, randomness and sleep are injected, so that the fault simulation owns them. */
export type Clock = {
  /** Wall clock, milliseconds since the epoch. */
  now(): Time;
  /** Never goes back; milliseconds from an arbitrary start. */
  monotonic(): number;
  /** Ends early, without an error, when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts after so many milliseconds. */
  deadline(milliseconds: number): AbortSignal;
};
export type Random = {
  /** An opaque, unique id: `p-…`, `o-…`. */
  id(prefix: string): string;
  /** 0 ≤ x < 1. */
  fraction(): number;
  /** So many bytes nobody could guess. */
  bytes(count: number): Uint8Array;
};
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type { AppHealth };
/** The connected apps and directories of the present configuration. */
export type Connections = {
  /** Makes this the present configuration; cheap when nothing changed, and open connections of unchanged apps stay. */
  use(config: Config): void;
  /** Tells which partitions this process works off: it calls an app as fast as its share of the app's partitions allows. */
  share(partitions: () => readonly string[]): void;
  /** `pace`: how fast it may be called. */
  target(app: string): { target: Target; connector: TargetConnector; pace: Pace };
  /** About how many calls a change of an app takes, as far as this process has seen. */
  callsFor(app: string, change: Change): Calls;
  /** How many times as long as at its documented rate an app has taken of late, in this process. */
  slowness(app: string): number;
  directory(name: string): Directory;
  /** Everything that can be connected, by name. */
  readonly connectors: Connectors;
  /** The connector of an app, without connecting to it. */
  connector(app: string): TargetConnector;
  /** Connections of their own under another configuration: for looking at it while the present one goes on. */
  aside(config: Config): Connections;
  /** Everything that is wrong with a configuration, or itself with its defaults. */
  check(config: unknown): ReturnType<typeof checkConfig>;
};

/** Wakes whoever waits, in this process; Agenda and the due-time index are the safety net. */
export type Bell = {
  ring(what: 'worker' | 'outbox' | 'publisher' | 'reconcile' | 'passwords'): void;
};

/** How long things take; all settings, so that tests are fast. Milliseconds. */
export type Timings = {
  /** A partition is taken over after its heartbeat stood still this long. */
  lease: number;
  /** Whole deadline of one connector call; well inside the lease. */
  deadline: number;
  /** After an unknown outcome, before the app is searched: longer than its latest late effect. */
  settle: number;
  /** First retry; doubles each time up to `retryMax`. */
  retry: number;
  retryMax: number;
  /** Calls started before an operation is held for a person. */
  attempts: number;
};

/** What use cases take, each naming only what it needs: `Pick<Deps, 'store' | 'clock'>`. */
export type Deps = {
  store: Store;
  clock: Clock;
  random: Random;
  log: Log;
  connections: Connections;
  sealer: Sealer;
  bell: Bell;
  courtesy: Courtesy;
  timings: Timings;
};
