import { milliseconds } from '../../core/time-schema.ts';
import type { Clock } from '../../engine/ports.ts';
import type { Lease } from '../../engine/store-ports.ts';
import type { Stored } from './document-text.ts';
import type { Reading, Source } from './source.ts';

type Row = Stored & Omit<Lease, 'name'>;
type Look = { leases: readonly Row[]; lease: number };

/** The default of `settings.timings.lease`, where there is no configuration yet. */
const usual = 10_000;

async function lookInto({ documents }: Reading): Promise<Look> {
  const leases: Row[] = [];
  for await (const row of documents('leases')) leases.push(row as Row);
  let lease = usual;
  for await (const { config } of documents('config'))
    lease = Math.max(lease, milliseconds(config?.settings?.timings?.lease ?? ''));
  return { leases, lease };
}

async function look(source: Source): Promise<Look> {
  const reading = await source.read();
  return lookInto(reading).finally(() => reading.close());
}

/** All leases as one text: whoever works with a store, a bot or a command, changes it. */
export async function traces(reading: Reading): Promise<string> {
  const { leases } = await lookInto(reading);
  return JSON.stringify(leases);
}

/**
 * Is a Rollcall process at work on the store? Whoever is holds leases and renews them. A process that ended gave them back; one that
 * was killed leaves them behind, and it takes a whole lease to see that they stand still.
 */
export async function isAtWork(source: Source, clock: Pick<Clock, 'monotonic' | 'sleep'>): Promise<boolean> {
  if (!(await source.isShared())) return false;
  const { leases, lease } = await look(source);
  const held = (rows: readonly Row[]) => JSON.stringify(rows.filter(({ owner }) => owner !== ''));
  const first = held(leases);
  const until = clock.monotonic() + lease;
  while (first !== '[]' && clock.monotonic() < until) {
    await clock.sleep(Math.min(500, lease / 10));
    if (held((await look(source)).leases) !== first) return true;
  }
  return false;
}
