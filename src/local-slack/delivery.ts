import { randomUUID } from 'node:crypto';
import type { Ack, Attempt, Carrier, Parcel } from './carrier.ts';
import type { Clock } from './clock.ts';
import type { Ending } from './fault-plan.ts';
import type { DeliveryFault, DeliveryKind, Faults } from './faults.ts';
import type { Recorder } from './log.ts';
import { present } from './present.ts';
import type { Triggers } from './triggers.ts';

/** Brings things to the bot. Interactions are tried once, events up to four times, as Slack does. */
export type Delivery = {
  command(fields: Record<string, string>): Promise<Ack>;
  interaction(kind: DeliveryKind, payload: Record<string, unknown>): Promise<Ack>;
  event(envelope: Record<string, unknown>): void;
  /** Resolves when no delivery is under way (retries that wait for their time do not count). */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/** @see https://docs.slack.dev/apis/events-api#retries */
const retryWaits = [0, 60_000, 300_000];

type Settings = { carrier: Carrier; clock: Clock; faults: Faults; triggers: Pick<Triggers, 'renew'>; log: Recorder };
type Bound = Omit<Parcel, 'id' | 'cut'>;

export const createDelivery = ({ carrier, clock, faults, triggers, log }: Settings): Delivery => {
  const waiting = new Set<() => void>();
  const work = createWork();
  let stopped = false;
  /** How connections are to be ended, at the next delivery of the kind that allows it. */
  let owed: { ending: Ending; kind: DeliveryKind } | null = null;

  const recorded = async (parcel: Parcel): Promise<Attempt> => {
    const { kind, payload, retry } = parcel;
    const at = clock.now();
    const result = await carrier.carry(parcel);
    const { outcome, status } = result;
    log.delivery(present({ at, kind, payload, attempt: retry?.number ?? 0, outcome, status }));
    return result;
  };

  const deliver = async (bound: Bound): Promise<Attempt> => {
    const fault = faults.ofDelivery(bound.kind);
    await hold(bound, fault);
    const effect = fault?.effect;
    const parcel: Parcel = { ...bound, id: randomUUID(), ...(effect === 'cut' ? { cut: true } : {}) };
    const both = effect === 'duplicate' ? recorded(parcel) : null;
    const result = await recorded(parcel);
    await both;
    return effect === 'drop-ack' ? carrier.late : result;
  };

  /** What keeps a delivery from leaving at once. A trigger loses none of its time by it: that would be our fault, not the app's. */
  const hold = async ({ kind, payload }: Bound, fault: DeliveryFault | undefined): Promise<void> => {
    const since = clock.now();
    if (fault?.effect === 'delay') await later(fault.milliseconds);
    if (fault?.effect === 'disconnect') owed = { ending: fault.ending, kind };
    else if (fault !== undefined) faults.happened(fault.effect);
    if (owed?.kind === kind) endConnections(owed.ending);
    await carrier.ready?.();
    if (clock.now() > since) triggers.renew(payload.trigger_id);
  };

  /** Where it can be: what is on its way beside would lose its acknowledgement, and the person be told so. */
  const endConnections = (ending: Ending): void => {
    if (work.count() > 1 || carrier.interrupt?.(ending) !== true) return;
    faults.happened('disconnect');
    owed = null;
  };

  const later = (ms: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        waiting.delete(done);
        resolve();
      };
      const cancel = clock.after(ms, done);
      waiting.add(done);
    });

  const deliverEvent = async (payload: Record<string, unknown>) => {
    let result = await work.during(() => deliver({ kind: 'event', payload }));
    for (const [index, wait] of retryWaits.entries()) {
      if (result.ack.ok || result.noRetry) return;
      if (wait > 0) await later(wait);
      if (stopped) return;
      const retry = { number: index + 1, reason: result.outcome };
      result = await work.during(() => deliver({ kind: 'event', payload, retry }));
    }
  };

  return {
    command: async (payload) => (await work.during(() => deliver({ kind: 'command', payload }))).ack,
    interaction: async (kind, payload) => (await work.during(() => deliver({ kind, payload }))).ack,
    event: (payload) => void deliverEvent(payload),
    settled: work.settled,
    async stop() {
      stopped = true;
      carrier.stop();
      for (const done of waiting) done();
      await work.settled();
    },
  };
};

/** Counts what is under way. Work that follows at once on other work leaves no gap. */
function createWork() {
  let active = 0;
  const waiting = new Set<() => void>();
  const checkIdle = () => {
    if (active > 0) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  return {
    count: () => active,
    async during<T>(run: () => Promise<T>): Promise<T> {
      active += 1;
      try {
        return await run();
      } finally {
        active -= 1;
        setImmediate(checkIdle);
      }
    },
    settled: () =>
      new Promise<void>((resolve) => {
        waiting.add(resolve);
        setImmediate(checkIdle);
      }),
  };
}
