import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Meter } from '../engine/meter.ts';

/** When this process last read a directory, and when last completely or found it unchanged; zero: never. */
export type Reads = { attempt: number; complete: number };
export type Metrics = { registry: Registry; meter: Meter; reads: ReadonlyMap<string, Reads> };

/** A call to an app may be a whole list of it; one to the store, one row. Seconds. */
const callBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300];
const storeBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
/** Slack gives a press three seconds. */
const decisionBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30];

/**
 * What this process counts as it happens, as Prometheus reads it. Labels are apps, directories and fixed words, so that there are no
 * more series than the configuration makes; a person is in none of them.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'rollcall_' });
  const reads = new Map<string, Reads>();
  return {
    registry,
    reads,
    meter: { ...appMeter(registry), ...directoryMeter(registry, reads), ...ownMeter(registry) },
  };
}

function appMeter(registry: Registry): Pick<Meter, 'called' | 'paced'> {
  const registers = [registry];
  const calls = new Counter({
    ...{ name: 'rollcall_app_calls_total', help: 'Calls to an app by what they were for and what they came to' },
    ...{ labelNames: ['app', 'purpose', 'outcome'], registers },
  });
  const unknown = new Counter({
    ...{ name: 'rollcall_app_calls_unknown_total', help: 'Failed calls that may have changed the app all the same' },
    ...{ labelNames: ['app'], registers },
  });
  const took = new Histogram({
    ...{ name: 'rollcall_app_call_seconds', help: 'How long calls to an app took; a list of all of it is one' },
    ...{ labelNames: ['app', 'purpose'], buckets: callBuckets, registers },
  });
  const waited = new Counter({
    ...{
      name: 'rollcall_app_pace_wait_seconds_total',
      help: 'Seconds that calls waited for the documented rate of an app',
    },
    ...{ labelNames: ['app'], registers },
  });
  return {
    called({ app, purpose, outcome, isUnknown, seconds }) {
      calls.inc({ app, purpose, outcome });
      if (isUnknown) unknown.inc({ app });
      took.observe({ app, purpose }, seconds);
    },
    paced: (app, seconds) => waited.inc({ app }, seconds),
  };
}

function directoryMeter(registry: Registry, reads: Map<string, Reads>): Pick<Meter, 'read'> {
  const counted = new Counter({
    ...{ name: 'rollcall_directory_reads_total', help: 'Reads of a directory by their result' },
    ...{ labelNames: ['directory', 'result'], registers: [registry] },
  });
  return {
    read(directory, result, at) {
      counted.inc({ directory, result });
      const isComplete = result === 'read' || result === 'unchanged';
      reads.set(directory, { attempt: at, complete: isComplete ? at : (reads.get(directory)?.complete ?? 0) });
    },
  };
}

function ownMeter(registry: Registry): Pick<Meter, 'decided' | 'stored'> {
  const registers = [registry];
  const decisions = new Histogram({
    ...{
      name: 'rollcall_decision_seconds',
      help: 'From a stored press to the kept decision, and to the card that shows it',
    },
    ...{ labelNames: ['step'], buckets: decisionBuckets, registers },
  });
  const took = new Histogram({
    ...{ name: 'rollcall_store_call_seconds', help: 'How long calls to the store took, by what they were about' },
    ...{ labelNames: ['port'], buckets: storeBuckets, registers },
  });
  const failed = new Counter({
    ...{ name: 'rollcall_store_failures_total', help: 'Calls to the store that failed, by what they were about' },
    ...{ labelNames: ['port'], registers },
  });
  return {
    decided: (step, seconds) => decisions.observe({ step }, seconds),
    stored(port, seconds, ok) {
      took.observe({ port }, seconds);
      if (!ok) failed.inc({ port });
    },
  };
}
