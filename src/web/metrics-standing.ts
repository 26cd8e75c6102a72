import { Gauge } from 'prom-client';
import { type Figures, laneNames } from '../engine/meter-figures.ts';
import type { Metrics, Reads } from './metrics.ts';

/** Gauges of how everything stands; each `show` replaces what was there before, so that what is gone is shown no longer. */
export function standingGauges({ registry, reads }: Pick<Metrics, 'registry' | 'reads'>) {
  const all: { one: Gauge; isPlain: boolean }[] = [];
  const gauge = (name: string, help: string, ...labelNames: string[]): Gauge => {
    const made = new Gauge({ name: `rollcall_${name}`, help, labelNames, registers: [registry] });
    all.push({ one: made, isPlain: labelNames.length === 0 });
    return made;
  };
  const of = { ...appGauges(gauge), ...directoryGauges(gauge), ...lagGauges(gauge) };
  return {
    show(figures: Figures, now: number): void {
      for (const { one } of all) one.reset();
      for (const app of figures.apps) showApp(of, app);
      for (const directory of figures.directories) showDirectory(of, directory, reads.get(directory.directory));
      showLag(of, figures, now);
    },
    /** Nothing is known at this moment: no figure is better than an old one. */
    clear(): void {
      for (const { one, isPlain } of all) {
        if (isPlain) one.remove();
        else one.reset();
      }
    },
  };
}

type Make = (name: string, help: string, ...labels: string[]) => Gauge;

const appGauges = (gauge: Make) => ({
  queue: gauge('queue_oldest_due_seconds', 'How long the longest waiting login of a lane is due', 'app', 'lane'),
  leaver: gauge('leaver_waits_seconds', 'How long the oldest suspension or deletion under way has been wanted', 'app'),
  quarantined: gauge('app_quarantined', 'Whether an app is in quarantine', 'app'),
  nextTry: gauge('app_quarantine_next_try_timestamp_seconds', 'When an app in quarantine is tried next', 'app'),
  paused: gauge('app_throttled_seconds', 'How long an app has asked not to be called still', 'app'),
  heldUp: gauge('app_held_up', 'Whether a pause of the app or its change window holds all but leaving up', 'app'),
  rate: gauge('app_rate_per_second', 'Calls a second that the vendor documents', 'app', 'of'),
});

function showApp(of: ReturnType<typeof appGauges>, figures: Figures['apps'][number]): void {
  const { app, queue, leaverWaits, health, pausedFor, isHeldUp, rate } = figures;
  for (const lane of laneNames) of.queue.set({ app, lane }, queue[lane]);
  of.leaver.set({ app }, leaverWaits);
  const quarantine = health?.quarantine ?? null;
  of.quarantined.set({ app }, quarantine === null ? 0 : 1);
  if (quarantine !== null) of.nextTry.set({ app }, quarantine.nextTry / 1_000);
  of.paused.set({ app }, pausedFor);
  of.heldUp.set({ app }, isHeldUp ? 1 : 0);
  for (const [what, perSecond] of Object.entries(rate))
    if (perSecond !== null) of.rate.set({ app, of: what }, perSecond);
}

const directoryGauges = (gauge: Make) => ({
  attempt: gauge('directory_attempt_timestamp_seconds', 'When a directory was last read, well or not', 'directory'),
  complete: gauge(
    ...(['directory_complete_timestamp_seconds', 'When it was last read completely, or found unchanged'] as const),
    'directory',
  ),
  refused: gauge(
    'directory_refused',
    'Whether its last read was refused or failed: absence counts for nothing',
    'directory',
  ),
  problems: gauge('directory_problems', 'Records of a directory that could not be read', 'directory'),
});

/** An unchanged source writes nothing down, so that this process may know of a later read than the store does. */
function showDirectory(
  of: ReturnType<typeof directoryGauges>,
  { directory, lastRead, problems }: Figures['directories'][number],
  { attempt, complete }: Reads = { attempt: 0, complete: 0 },
): void {
  const kept = lastRead?.at ?? 0;
  const isComplete = lastRead?.complete === true;
  of.attempt.set({ directory }, Math.max(attempt, kept) / 1_000);
  of.complete.set({ directory }, Math.max(complete, isComplete ? kept : 0) / 1_000);
  of.refused.set({ directory }, lastRead === null || isComplete ? 0 : 1);
  of.problems.set({ directory }, problems);
}

const lagGauges = (gauge: Make) => ({
  open: gauge('approvals_open', 'Approvals that wait for a decision, a thousand at most'),
  overdue: gauge('approvals_overdue', 'Those that waited too long, or that nobody can decide'),
  oldestApproval: gauge('approval_oldest_seconds', 'How long the oldest open approval waits'),
  events: gauge(
    'events_unpublished',
    'Documents with events that are not in the history yet, a hundred of a kind at most',
  ),
  oldestEvent: gauge('events_oldest_unpublished_seconds', 'How long the oldest of those waits'),
  outbox: gauge('outbox_size', 'Slack messages that do not show the newest state yet'),
  oldestMessage: gauge('outbox_oldest_seconds', 'How long the longest waiting of those waits'),
  inbox: gauge('inbox_size', 'Slack payloads that are stored and not done yet, a hundred at most'),
  oldestPayload: gauge('inbox_oldest_seconds', 'How long the longest waiting of those waits'),
});

function showLag(of: ReturnType<typeof lagGauges>, { approvals, events, outbox, inbox }: Figures, now: number): void {
  const age = (oldest: number | null): number => (oldest === null ? 0 : Math.max(0, now - oldest) / 1_000);
  of.open.set(approvals.open);
  of.overdue.set(approvals.overdue);
  of.oldestApproval.set(approvals.oldest);
  of.events.set(events.size);
  of.oldestEvent.set(age(events.oldest));
  of.outbox.set(outbox.size);
  of.oldestMessage.set(age(outbox.oldest));
  of.inbox.set(inbox.size);
  of.oldestPayload.set(age(inbox.oldest));
}
