import type { Rate } from '../core/connector.ts';
import type { Login } from '../core/login-model.ts';
import type { Time } from '../core/model.ts';
import { callsFor, fullPurse, type Purse, pay } from '../core/pace.ts';

/** How fast an app may be called by this process. */
export type Pace = {
  /** Pays for these calls in their order, as far as the app's documented rate goes; the next one may be begun after `wait`. */
  afford(calls: readonly Login[], now: Time): { begun: readonly Login[]; wait: number };
};

export function createPace(rate: Rate | undefined, now: Time): Pace {
  let purse: Purse = fullPurse(rate, now);
  return {
    afford(calls, at) {
      for (const [index, { operation }] of calls.entries()) {
        if (operation === null) continue;
        const paid = pay(purse, callsFor(operation), rate, at);
        purse = paid.purse;
        if (paid.wait > 0) return { begun: calls.slice(0, index), wait: paid.wait };
      }
      return { begun: calls, wait: 0 };
    },
  };
}
