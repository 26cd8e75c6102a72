import type { DeliveryKind } from './faults.ts';

/** One call of the bot; `error` is absent when it was answered with `ok`. The token is not recorded. */
type ApiCall = { at: number; method: string; arguments: Record<string, unknown>; error?: string };

/** One attempt to deliver something to the bot; `outcome` is `acknowledged`, or how it failed. */
export type DeliveryRecord = {
  at: number;
  kind: DeliveryKind;
  payload: Record<string, unknown>;
  attempt: number;
  outcome: 'acknowledged' | 'http_timeout' | 'http_error' | 'timeout' | 'connection_failed';
  status?: number;
};

/** What went between the bot and the workspace, newest last; the last thousand of each. */
export type DeliveryLog = {
  calls(method?: string): readonly ApiCall[];
  deliveries(kind?: DeliveryKind): readonly DeliveryRecord[];
  clear(): void;
};

export type Recorder = DeliveryLog & { call(call: ApiCall): void; delivery(record: DeliveryRecord): void };

const kept = 1_000;

export const createLog = (): Recorder => {
  let calls: ApiCall[] = [];
  let deliveries: DeliveryRecord[] = [];
  return {
    calls: (method) => calls.filter((call) => method === undefined || call.method === method),
    deliveries: (kind) => deliveries.filter((record) => kind === undefined || record.kind === kind),
    call(call) {
      calls.push(call);
      if (calls.length > kept) calls = calls.slice(-kept);
    },
    delivery(record) {
      deliveries.push(record);
      if (deliveries.length > kept) deliveries = deliveries.slice(-kept);
    },
    clear() {
      calls = [];
      deliveries = [];
    },
  };
};
