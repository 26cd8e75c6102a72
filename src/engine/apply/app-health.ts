import { ConnectorError } from '../../core/errors.ts';
import { makeEvent, system } from '../../core/event.ts';
import type { Actor, RollcallEvent, Time } from '../../core/model.ts';
import {
  type AppHealth,
  counts,
  floorOf,
  momentWord,
  newHealth,
  type Outcome,
  observe,
  paceOf,
  tried,
  triedNow,
  turn,
} from '../../core/quarantine.ts';
import type { Deps } from '../ports.ts';

export type HealthDeps = Pick<Deps, 'store' | 'clock' | 'timings'>;

const worker = system('worker');

/**
 * Applies a pure change to the newest health of an app, with its event in the same write; several processes lose nothing of each
 * other’s. `change` answers the health it was given where there is nothing to write.
 */
async function changeHealth(
  deps: HealthDeps,
  app: string,
  change: (health: AppHealth) => AppHealth,
  told: (before: AppHealth, after: AppHealth) => RollcallEvent | null = () => null,
): Promise<{ before: AppHealth; after: AppHealth }> {
  const { health } = deps.store;
  for (;;) {
    const stored = await health.get(app);
    const before = stored ?? newHealth(app);
    const next = change(before);
    if (next === before) return { before, after: before };
    const event = told(before, next);
    const outbox = event === null ? before.outbox : [...before.outbox, event];
    const after = { ...next, outbox, version: stored === null ? 0 : before.version + 1 };
    const won = stored === null ? await health.insert([after]) : await health.swap([{ before, after }]);
    if (won.has(app)) return { before, after };
  }
}

/** The app asked us to slow down: no failure, and the longest pause counts. */
export async function slowDown(deps: HealthDeps, app: string, until: Time): Promise<void> {
  await changeHealth(deps, app, (health) =>
    health.pausedUntil !== null && health.pausedUntil >= until
      ? health
      : { ...health, pausedUntil: until, reason: 'the app asked us to slow down' },
  );
}

/** The pause the app asked for is over. */
export async function atSpeed(deps: HealthDeps, app: string): Promise<void> {
  const now = deps.clock.now();
  await changeHealth(deps, app, (health) =>
    health.pausedUntil === null || health.pausedUntil > now ? health : { ...health, pausedUntil: null, reason: null },
  );
}

/** What calls came to is taken into the app’s health; it may begin or end a quarantine, with an event that says why. */
async function report(deps: HealthDeps, app: string, outcomes: readonly Outcome[], floor: number): Promise<AppHealth> {
  const now = deps.clock.now();
  const observing = { now, pace: paceOf(deps.timings), floor };
  const { after } = await changeHealth(
    deps,
    app,
    (health) => {
      const { failures, window, quarantine, lifted } = observe(health, outcomes, observing);
      const same = window === health.window && quarantine === health.quarantine && failures === health.failures;
      return same ? health : { ...health, failures, window, quarantine, lifted };
    },
    (before, next) => turned(before, next, now),
  );
  return after;
}

function turned(before: AppHealth, after: AppHealth, now: Time): RollcallEvent | null {
  const what = turn(before, after);
  if (what === null) return null;
  const app = after.id;
  const message =
    what === 'quarantined'
      ? `${app} is in quarantine: ${after.quarantine?.reason} One call is tried at ${momentWord(after.quarantine?.nextTry ?? now)}`
      : `${app} is out of quarantine: a call succeeded`;
  return makeEvent({ type: `app.${what}`, message, actor: worker, app }, `health:${app}:${before.version + 1}`, now);
}

/** Takes the next try for this worker alone; false where another was faster, or there is none. */
export async function claimTry(deps: HealthDeps, app: string): Promise<boolean> {
  const now = deps.clock.now();
  const { before, after } = await changeHealth(deps, app, (health) =>
    health.quarantine === null || health.quarantine.nextTry > now
      ? health
      : { ...health, ...tried(health, now, paceOf(deps.timings)) },
  );
  return after !== before;
}

/** Somebody wants one call tried now. Answers whether the app was in quarantine at all. */
export async function tryNow(deps: HealthDeps, app: string, actor: Actor): Promise<boolean> {
  const now = deps.clock.now();
  const { before, after } = await changeHealth(
    deps,
    app,
    (health) => (health.quarantine === null ? health : { ...health, ...triedNow(health, now) }),
    (health) => {
      const message = `${app} is tried again before its time`;
      return makeEvent({ type: 'app.retried', message, actor, app }, `health:${app}:${health.version + 1}`, now);
    },
  );
  return after !== before;
}

/**
 * A read of the whole app, outside any batch, taken into its health: credentials refused there are refused anywhere, and one that
 * succeeds ends a quarantine. Throws what the read threw.
 */
export async function heeded<T>(deps: HealthDeps, app: string, read: () => Promise<T>): Promise<T> {
  const begunAt = deps.clock.now();
  try {
    const answer = await read();
    if ((await deps.store.health.get(app))?.quarantine) await report(deps, app, [{ begunAt, error: null }], floorOf(0));
    return answer;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind === 'throttled') throw error;
    const outcome = { begunAt, error, confirmed: error.kind === 'auth' };
    await report(deps, app, [outcome], await floorFor(deps, app));
    throw error;
  }
}

async function floorFor(deps: HealthDeps, app: string): Promise<number> {
  return floorOf((await deps.store.logins.removals(app, deps.clock.now())).managed);
}

export type Observer = ReturnType<typeof observerOf>;

/**
 * Hears what the calls of one batch come to and knows at any moment whether the app is in quarantine. A failure is written at
 * once; successes only where there is something to be made good.
 */
export function observerOf(deps: HealthDeps, app: string, stored: AppHealth | null) {
  let health = stored ?? newHealth(app);
  let heard: Outcome[] = [];
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    const some = heard;
    heard = [];
    const begins = health.window === null && some.some(({ error }) => error !== null);
    health = await report(deps, app, some, begins ? await floorFor(deps, app) : floorOf(0));
  }

  /** One write at a time; what is heard meanwhile goes into the next. */
  async function written(): Promise<void> {
    while (heard.length > 0) {
      writing ??= write().finally(() => {
        writing = null;
      });
      await writing;
    }
  }

  return {
    quarantine: () => health.quarantine,
    async hear(outcome: Outcome): Promise<void> {
      if (!counts(outcome)) return;
      heard.push(outcome);
      if (outcome.error !== null || health.quarantine !== null) await written();
    },
    /** At the end of the batch. */
    async close(): Promise<void> {
      if (health.window === null) heard = [];
      await written();
    },
  };
}
