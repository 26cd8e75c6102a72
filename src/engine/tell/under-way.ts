import type { AppConfig } from '../../core/app-schema.ts';
import type { Rate } from '../../core/connector.ts';
import type { OperationState, Time } from '../../core/model.ts';
import { type Calls, durationText, noCalls, sumOf, timeFor } from '../../core/pace.ts';
import type { HoldUp } from '../../core/pausing.ts';
import type { AppHealth, Deps } from '../ports.ts';

type UnderWayDeps = Pick<Deps, 'store' | 'clock' | 'connections'>;

/** How far the approved changes of an app are from done at the rate it documents. `until`: when they are, as far as is known. */
export type UnderWay = { count: number; until: Time; text: string };

/** Looked at of each partition to know what a change takes; the rest is taken to be alike. */
const sample = 50;
/** Changes due later than this wait for something of their own. Milliseconds. */
const soon = 60 * 60_000;

type Standing = { count: number; health: AppHealth | null; heldUp: HoldUp };

/** How long the changes under way take still. Null: there are none, nothing limits them, or something holds them up. */
export async function underWay(deps: UnderWayDeps, app: AppConfig, standing: Standing): Promise<UnderWay | null> {
  const { count, health, heldUp } = standing;
  const isHeldUp = heldUp.pause !== null || heldUp.window?.open === false || health?.quarantine != null;
  const rate = rateOf(deps, app.name);
  if (count === 0 || isHeldUp || rate === undefined || !app.provisioning.enabled) return null;
  const now = deps.clock.now();
  const calls = await callsOf(deps, app, count);
  const slowness = deps.connections.slowness(app.name);
  const text = durationText(calls, rate, slowness);
  if (text === null) return null;
  return { count, until: Math.max(now, health?.pausedUntil ?? now) + timeFor(calls, rate) * slowness, text };
}

function rateOf({ connections }: UnderWayDeps, app: string): Rate | undefined {
  try {
    return connections.connector(app).rate;
  } catch {
    // Its connector is gone: the configuration says so.
    return undefined;
  }
}

/** So many changes like those that are next. */
async function callsOf({ store, clock, connections }: UnderWayDeps, app: AppConfig, count: number): Promise<Calls> {
  const shards = Array.from({ length: app.provisioning.shards }, (_, shard) => `${app.name}:${shard}`);
  const due = await Promise.all(shards.map((partition) => store.logins.due(partition, clock.now() + soon, sample)));
  const seen = due
    .flat()
    .flatMap(({ operation }) => (operation === null ? [] : connections.callsFor(app.name, operation)));
  if (seen.length === 0) return noCalls;
  const { reads, writes } = sumOf(seen);
  return { reads: (reads / seen.length) * count, writes: (writes / seen.length) * count };
}

const states: ReadonlySet<OperationState | null> = new Set<OperationState>(['approved', 'applying']);

/** Of the counts of logins: how many changes of an app wait for nobody. */
export const waitingFor = (
  app: string,
  counts: readonly { app: string; state: OperationState | null; count: number }[],
): number => counts.reduce((sum, one) => (one.app === app && states.has(one.state) ? sum + one.count : sum), 0);
