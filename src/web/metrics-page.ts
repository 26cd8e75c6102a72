import { Gauge } from 'prom-client';
import type { Watched } from '../engine/meter-figures.ts';
import type { Clock } from '../engine/ports.ts';
import type { Metrics } from './metrics.ts';
import { censusGauges } from './metrics-census.ts';
import { standingGauges } from './metrics-standing.ts';

export type PageDeps = {
  metrics: Metrics;
  watched: Watched;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  /** How often Slack asked for a pause in the last hour. */
  slackWaits?(): number;
};

/** Of the questions to the store; Prometheus waits ten seconds by default. Milliseconds. */
const patience = 5_000;

/** Prometheus text of everything. It never fails: what the store does not say is left out, and that it does not is said. */
export function metricsPage({ metrics, watched, clock, slackWaits = () => 0 }: PageDeps): () => Promise<string> {
  const { registry } = metrics;
  const standing = standingGauges(metrics);
  const census = censusGauges({ watched, clock, registry });
  const own = ownGauges(metrics);
  let asking: Promise<void> | null = null;

  async function ask(): Promise<void> {
    try {
      const [figures] = await withinPatience(Promise.all([watched.figures(), census()]));
      standing.show(figures, clock.now());
      own.storeUp.set(1);
    } catch {
      standing.clear();
      own.storeUp.set(0);
    }
    own.leases.reset();
    for (const name of watched.leases()) own.leases.inc({ work: workOf(name) });
    own.slackWaits.set(slackWaits());
  }

  return async () => {
    // However many ask at once, the store is asked for all of them together.
    asking ??= ask().finally(() => {
      asking = null;
    });
    await asking;
    return registry.metrics();
  };
}

async function withinPatience<T>(answer: Promise<T>): Promise<T> {
  const over = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the store does not answer')), patience).unref();
  });
  answer.catch(() => undefined);
  return Promise.race([answer, over]);
}

const ownGauges = ({ registry }: Metrics) => {
  const registers = [registry];
  return {
    storeUp: new Gauge({ name: 'rollcall_store_up', help: 'Whether the store answered this scrape', registers }),
    leases: new Gauge({
      ...{ name: 'rollcall_leases_held', help: 'Leases of this process, by what they are for' },
      ...{ labelNames: ['work'], registers },
    }),
    slackWaits: new Gauge({
      ...{
        name: 'rollcall_slack_waits_last_hour',
        help: 'How often Slack asked for a pause in the last hour',
        registers,
      },
    }),
  };
};

/** `directory:hr` is one of `directory`; an app's partition, `crm:0`, one of `worker`. */
function workOf(lease: string): string {
  const [first = '', second = ''] = lease.split(':');
  return /^\d+$/.test(second) ? 'worker' : first;
}
