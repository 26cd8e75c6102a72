import { Gauge, type Registry } from 'prom-client';
import type { Watched } from '../engine/meter-figures.ts';
import type { Clock } from '../engine/ports.ts';

/** At most one part in so many of the time goes into counting. */
const share = 100;
/** Milliseconds: not sooner again, however quick it was; and how long a scrape waits for the first count of all. */
const least = 15_000;
const patience = 2_000;

type CensusDeps = { watched: Pick<Watched, 'census'>; clock: Pick<Clock, 'now' | 'monotonic'>; registry: Registry };

/**
 * Logins and operations by app, which only counting them all can tell. It is counted when somebody asks, but never in more than one
 * part in a hundred of the time: where a count takes two seconds, the next one begins after more than three minutes, and until then
 * the last one is told, with its time.
 */
export function censusGauges({ watched, clock, registry }: CensusDeps): () => Promise<void> {
  const gauges = gaugesOf(registry);
  let nextAt = Number.NEGATIVE_INFINITY;
  let counting: Promise<void> | null = null;
  let isCounted = false;

  async function count(): Promise<void> {
    const begun = clock.monotonic();
    try {
      show(gauges, await watched.census(), clock.now());
      isCounted = true;
    } catch {
      // Whether the store answers is told elsewhere; the last count stands, with its time.
    } finally {
      nextAt = clock.monotonic() + Math.max(least, (clock.monotonic() - begun) * share);
      counting = null;
    }
  }

  return async () => {
    if (counting === null && clock.monotonic() >= nextAt) counting = count();
    if (!isCounted && counting !== null)
      await Promise.race([counting, new Promise((resolve) => setTimeout(resolve, patience).unref())]);
  };
}

function gaugesOf(registry: Registry) {
  const registers = [registry];
  return {
    logins: new Gauge({
      ...{ name: 'rollcall_logins', help: 'Logins by app and how their account stands' },
      ...{ labelNames: ['app', 'account'], registers },
    }),
    operations: new Gauge({
      ...{ name: 'rollcall_operations', help: 'Newest operations of the logins, by app and state' },
      ...{ labelNames: ['app', 'state'], registers },
    }),
    countedAt: new Gauge({
      name: 'rollcall_census_timestamp_seconds',
      help: 'When logins and operations were last counted',
      registers,
    }),
  };
}

function show(
  { logins, operations, countedAt }: ReturnType<typeof gaugesOf>,
  census: Awaited<ReturnType<Watched['census']>>,
  now: number,
): void {
  logins.reset();
  operations.reset();
  for (const { app, account, state, count } of census) {
    logins.inc({ app, account }, count);
    if (state !== null) operations.inc({ app, state }, count);
  }
  countedAt.set(now / 1_000);
}
