import { type ConnectorContext, ConnectorError, type Rate, type Target } from '../../src/core/connector.ts';
import type { Clock } from '../../src/engine/ports.ts';
import type { memoryApp } from '../fakes/memory-app.ts';

/** What reached the app, when. `calls`: HTTP calls would be as many. */
export type Arrival = { at: number; kind: string; remoteId: string | null; answer: 'done' | '429' | '503' | 'over' };

type Options = {
  app: ReturnType<typeof memoryApp>;
  rate: Rate;
  /** Calls it takes in any second; more are answered 429. */
  perSecond: number;
  /** Between 0 and 1. */
  fraction(): number;
  clock(): Clock;
};

/** Milliseconds a call is on its way, at least, and how unevenly. */
const [way, unevenly] = [20, 80];

/**
 * The memory app behind a limit: each call of a target is one call of an API, on its way for a moment, counted where it arrives. Some are
 * answered 429 or 503 whatever their number.
 */
export function limitedApp({ app, rate, perSecond, fraction, clock }: Options) {
  const arrivals: Arrival[] = [];
  let recent: number[] = [];

  async function reach(context: ConnectorContext, kind: string, remoteId: string | null): Promise<void> {
    const kindOf = ['test', 'list', 'get', 'find'].includes(kind) ? 'reads' : 'writes';
    let turn = context.turn?.(kindOf);
    for (; typeof turn === 'number'; turn = context.turn?.(kindOf)) await clock().sleep(turn);
    await clock().sleep(way + fraction() * unevenly);
    // It is over with its answer, which comes at once.
    turn?.();
    const at = clock().now();
    recent = recent.filter((one) => at - one < 1_000);
    const luck = fraction();
    const answer = recent.length >= perSecond ? 'over' : luck < 0.01 ? '429' : luck < 0.02 ? '503' : 'done';
    recent.push(at);
    arrivals.push({ at, kind, remoteId, answer });
    if (answer === '503') throw new ConnectorError('unavailable', 'none', 'the app answered 503');
    if (answer !== 'done') throw new ConnectorError('throttled', 'none', '429', { retryAfter: 2_000 });
  }

  const limited = (target: Target, context: ConnectorContext): Target => ({
    ...target,
    async test(signal) {
      await reach(context, 'test', null);
      await target.test(signal);
    },
    async get(id, signal) {
      await reach(context, 'get', id);
      return target.get(id, signal);
    },
    async find(match, signal) {
      await reach(context, 'find', null);
      return target.find(match, signal);
    },
    async create(account, signal) {
      await reach(context, 'create', null);
      return target.create(account, signal);
    },
    async update(id, change, signal) {
      await reach(context, 'update', id);
      return target.update(id, change, signal);
    },
    async suspend(id, signal) {
      await reach(context, 'suspend', id);
      return target.suspend(id, signal);
    },
  });

  return {
    arrivals,
    connector: {
      ...app.connector,
      name: 'limited',
      rate,
      connect: (config: Record<string, never>, context: ConnectorContext) =>
        limited(app.connector.connect(config, context), context),
    },
  };
}
