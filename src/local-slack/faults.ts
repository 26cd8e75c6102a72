import { drawFaults, type Ending, type FaultPlan } from './fault-plan.ts';

/** What can go wrong between the bot and Slack, on purpose. `times` is how often, once when absent. */
export type CallFault = { method: string; times?: number } & (
  | { error: string }
  /** HTTP 429 with this many seconds in Retry-After. */
  | { retryAfter: number }
  /** The answer comes this many milliseconds late. */
  | { delay: number }
  /** The call is done but the connection is cut before the answer. */
  | { lostReply: true }
  /** HTTP 500 without doing the call. */
  | { outage: true }
);

export type DeliveryKind =
  | 'event'
  | 'command'
  | 'block_actions'
  | 'block_suggestion'
  | 'view_submission'
  | 'view_closed'
  | 'shortcut'
  | 'message_action';

export type DeliveryFault = { delivery: DeliveryKind; times?: number } & (
  | {
      /**
       * `duplicate`: sent twice at once, over Socket Mode in one and the same envelope. `drop-ack`: the bot got it, but its
       * acknowledgement is lost. `cut`: the bot got it, and the connection breaks before it can answer.
       */
      effect: 'duplicate' | 'drop-ack' | 'cut';
    }
  /** On its way for this long. */
  | { effect: 'delay'; milliseconds: number }
  /**
   * Socket Mode: every connection is ended first, and what is delivered waits for the next one; where that cannot be yet, ahead of
   * a later one of the kind. Nothing over HTTP.
   */
  | { effect: 'disconnect'; ending: Ending }
);

/** Faults to come, for tests. Each is used up by the next call or delivery it names. */
export type FaultInjection = {
  add(fault: CallFault | DeliveryFault): void;
  clear(): void;
  /** How often each thing has happened to a delivery. */
  tally(): Readonly<Partial<Record<DeliveryFault['effect'], number>>>;
};

/** The taking side of `FaultInjection`. */
export type Faults = FaultInjection & {
  ofCall(method: string): CallFault | undefined;
  ofDelivery(kind: DeliveryKind): DeliveryFault | undefined;
  /** Counts one that came about: what was drawn may find nothing to go wrong. */
  happened(effect: DeliveryFault['effect']): void;
};

/** What was added comes first, then what the plan has. */
export const createFaults = (plan?: FaultPlan): Faults => {
  const draw: Faults['ofDelivery'] = plan === undefined ? () => undefined : drawFaults(plan);
  const tally: Partial<Record<DeliveryFault['effect'], number>> = {};
  let calls: CallFault[] = [];
  let deliveries: DeliveryFault[] = [];
  return {
    add(fault) {
      if ('method' in fault) calls.push({ ...fault });
      else deliveries.push({ ...fault });
    },
    clear() {
      calls = [];
      deliveries = [];
    },
    tally: () => tally,
    ofCall: (method) => take(calls, (fault) => fault.method === method || fault.method === '*'),
    ofDelivery: (kind) => take(deliveries, (fault) => fault.delivery === kind) ?? draw(kind),
    happened(effect) {
      tally[effect] = (tally[effect] ?? 0) + 1;
    },
  };
};

function take<F extends { times?: number }>(faults: F[], matches: (fault: F) => boolean): F | undefined {
  const index = faults.findIndex(matches);
  const fault = faults[index];
  if (!fault) return undefined;
  fault.times = (fault.times ?? 1) - 1;
  if (fault.times <= 0) faults.splice(index, 1);
  return fault;
}
