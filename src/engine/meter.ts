import type { Target } from '../core/connector.ts';
import { ConnectorError, type FailureKind } from '../core/errors.ts';
import type { Time } from '../core/model.ts';
import type { Pace } from './pace.ts';
import type { Clock, Connections } from './ports.ts';
import type { Store } from './store-ports.ts';
import type { SyncReport } from './use-cases.ts';

/** What a call to an app was for: changing an account, looking at some, listing all of something, or testing the connection. */
export type CallPurpose = 'change' | 'look' | 'list' | 'test';

/** One call as it ended. `isUnknown`: it failed, and may have changed the app all the same. */
export type MeteredCall = {
  app: string;
  purpose: CallPurpose;
  outcome: 'done' | FailureKind;
  isUnknown: boolean;
  seconds: number;
};

/**
 * Hears what is worth counting as it happens, in this process. Nothing told to it names a person: what it counts by is apps,
 * directories and a few fixed words.
 */
export type Meter = {
  called(call: MeteredCall): void;
  /** The app's documented rate made calls wait. */
  paced(app: string, seconds: number): void;
  read(directory: string, result: SyncReport['result'], at: Time): void;
  /** Since Slack's payload was stored: the decision is kept, the card that was pressed shows it. */
  decided(step: 'kept' | 'shown', seconds: number): void;
  /** One question to the store, or one write. */
  stored(port: string, seconds: number, ok: boolean): void;
};

/** For commands, which nobody watches. */
export const noMeter: Meter = { called() {}, paced() {}, read() {}, decided() {}, stored() {} };

type MeterDeps = { meter: Meter; clock: Pick<Clock, 'monotonic'> };

/** The same connections, each call to an app counted. What is looked at aside is not. */
export function meteredConnections(connections: Connections, deps: MeterDeps): Connections {
  const known = new WeakMap<Target, Target>();
  const meteredOf = (app: string, target: Target): Target => {
    const metered = known.get(target) ?? meteredTarget(app, target, deps);
    known.set(target, metered);
    return metered;
  };
  return {
    ...connections,
    target(app) {
      const { target, connector, pace } = connections.target(app);
      return { target: meteredOf(app, target), connector, pace: meteredPace(app, pace, deps.meter) };
    },
  };
}

const meteredPace = (app: string, pace: Pace, meter: Meter): Pace => ({
  ...pace,
  afford(calls, now) {
    const afforded = pace.afford(calls, now);
    if (afforded.wait > 0) meter.paced(app, afforded.wait / 1_000);
    return afforded;
  },
});

function meteredTarget(app: string, target: Target, { meter, clock }: MeterDeps): Target {
  const end = (purpose: CallPurpose, begun: number, error: unknown) => {
    const seconds = (clock.monotonic() - begun) / 1_000;
    meter.called({ app, purpose, seconds, ...outcomeOf(error) });
  };
  async function timed<T>(purpose: CallPurpose, call: () => Promise<T>): Promise<T> {
    const begun = clock.monotonic();
    try {
      const answer = await call();
      end(purpose, begun, null);
      return answer;
    } catch (error) {
      end(purpose, begun, error);
      throw error;
    }
  }
  /** A list that nobody reads to its end has not failed. */
  async function* paged<T>(pages: () => AsyncIterable<T>): AsyncIterable<T> {
    const begun = clock.monotonic();
    try {
      yield* pages();
    } catch (error) {
      end('list', begun, error);
      throw error;
    }
    end('list', begun, null);
  }
  // What is not a call is the target's own, as it is when it is asked for.
  return Object.assign(Object.create(target) as Target, {
    test: (signal) => timed('test', () => target.test(signal)),
    list: (signal) => paged(() => target.list(signal)),
    entitlements: (signal) => paged(() => target.entitlements(signal)),
    get: (remoteId, signal) => timed('look', () => target.get(remoteId, signal)),
    find: (match, signal) => timed('look', () => target.find(match, signal)),
    create: (account, signal) => timed('change', () => target.create(account, signal)),
    update: (remoteId, change, signal) => timed('change', () => target.update(remoteId, change, signal)),
    suspend: (remoteId, signal) => timed('change', () => target.suspend(remoteId, signal)),
    reactivate: (remoteId, change, signal) => timed('change', () => target.reactivate(remoteId, change, signal)),
    delete: (remoteId, signal) => timed('change', () => target.delete(remoteId, signal)),
  } satisfies Partial<Target>);
}

function outcomeOf(error: unknown): Pick<MeteredCall, 'outcome' | 'isUnknown'> {
  if (error === null) return { outcome: 'done', isUnknown: false };
  if (error instanceof ConnectorError) return { outcome: error.kind, isUnknown: error.effect === 'unknown' };
  return { outcome: 'bug', isUnknown: true };
}

/** The same store, each question to it timed. What it streams is not: whoever reads it decides how long that takes. */
export function meteredStore(store: Store, { meter, clock }: MeterDeps): Store {
  const metered = (name: string, port: object): object =>
    Object.fromEntries(
      Object.entries(port).map(([member, given]) => [member, typeof given === 'function' ? timed(name, given) : given]),
    );
  const timed =
    (port: string, call: (...given: unknown[]) => unknown) =>
    (...given: unknown[]): unknown => {
      const begun = clock.monotonic();
      const tell = (ok: boolean) => meter.stored(port, (clock.monotonic() - begun) / 1_000, ok);
      const answer = call(...given);
      if (answer instanceof Promise) {
        answer.then(
          () => tell(true),
          () => tell(false),
        );
      }
      return answer;
    };
  return Object.fromEntries(Object.entries(store).map(([name, port]) => [name, metered(name, port)])) as Store;
}
