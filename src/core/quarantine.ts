import { type ConnectorError, type FailureKind, failureWords } from './errors.ts';
import { messageOf } from './failure.ts';
import type { Time, Versioned } from './model.ts';

/**
 * Quarantine of an app whose calls keep failing: Entra's semantics (*Application provisioning in quarantine status*), scaled to
 * the app's size. Entra judges from 5,000 failures on, at more than 40 % failing, at once for bad credentials and a broken
 * contract; it retries at growing distance up to a day, and any success ends it.
 */
export const limits = {
  /** Failures below which nothing is judged, and the most that are waited for in a large app (Entra: 5,000 for all). */
  floor: { least: 5, most: 500 },
  /** One failure in so many accounts is the floor between the two. */
  accountsPerFailure: 100,
  /** Share of the calls of late that fail (Entra: 40 %). */
  share: 0.4,
  /** Calls that broke the connector’s contract, if as large a share. */
  bugs: 3,
  /** Calls remembered, in floors: what an app did long ago says nothing of now. */
  remembered: 4,
  /** First try after so many of the first retry, the longest distance in longest retries: 2 minutes, and 24 hours. */
  first: 24,
  longest: 24,
} as const;

export type Quarantine = {
  since: Time;
  kind: FailureKind;
  /** In words, the latest: `Invalid authentication: crm answered 401.` */
  reason: string;
  /** When one call is tried again. */
  nextTry: Time;
  /** Tries so far; each doubles the distance to the next. */
  tries: number;
};

/** The calls of late, from the first failing one on. Halved when they are many or old, so that the latest count most. */
export type Window = { since: Time; floor: number; calls: number; broken: number; refused: number; bugs: number };

/** What is known of an app’s calls. */
export type Condition = {
  /** Failed calls since the app was last well. */
  failures: number;
  window: Window | null;
  quarantine: Quarantine | null;
  /** The last quarantine that ended: one that follows at once goes on where it stopped. */
  lifted: { at: Time; tries: number } | null;
};

/** Health of an app, shared by all workers of its partitions. */
export type AppHealth = Versioned &
  Condition & {
    /** The app asked us to call no sooner. */
    pausedUntil: Time | null;
    /** Why it is paused. */
    reason: string | null;
  };

/** What one call came to. `confirmed`: a call that changes nothing was refused for the credentials too. */
export type Outcome = {
  begunAt: Time;
  error: Pick<ConnectorError, 'kind' | 'message'> | null;
  confirmed?: boolean;
};

/** Milliseconds. */
export type Pace = { first: number; longest: number; recent: number };
export const paceOf = ({ retry, retryMax }: { retry: number; retryMax: number }): Pace => ({
  first: retry * limits.first,
  longest: retryMax * limits.longest,
  recent: retryMax,
});

export const well: Condition = { failures: 0, window: null, quarantine: null, lifted: null };
export const newHealth = (app: string): AppHealth => ({
  ...{ id: app, version: 0, outbox: [], pausedUntil: null, reason: null },
  ...well,
});

/** Failures of an app with so many accounts before it is judged. */
export const floorOf = (accounts: number): number =>
  Math.min(limits.floor.most, Math.max(limits.floor.least, Math.ceil(accounts / limits.accountsPerFailure)));

/** How long after the so-manieth try the next one comes. */
export const distance = (tries: number, { first, longest }: Pace): number => Math.min(longest, first * 2 ** tries);

type Weight = 'broken' | 'refused' | 'nothing';
/**
 * Refused values are mostly one record’s fault and weigh half; what is missing or taken in the app is about what records refer to
 * and weighs nothing, like Entra’s reference failures; asked to slow down is no failure.
 */
const weights = {
  auth: 'broken',
  unavailable: 'broken',
  bug: 'broken',
  rejected: 'refused',
  missing: 'nothing',
  conflict: 'nothing',
  throttled: 'nothing',
} as const satisfies Record<FailureKind, Weight>;

export const counts = ({ error }: Outcome): boolean => error === null || weights[error.kind] !== 'nothing';
const failed = (outcome: Outcome): boolean => outcome.error !== null && counts(outcome);

export type Observing = {
  now: Time;
  pace: Pace;
  /** Of `floorOf`; asked only where a window begins. */
  floor: number;
};

/** The condition after some calls, in the order they ended. The same one if they say nothing new. */
export function observe(condition: Condition, outcomes: readonly Outcome[], observing: Observing): Condition {
  let next = condition;
  for (const outcome of outcomes) if (counts(outcome)) next = after(next, outcome, observing);
  return next;
}

function after(condition: Condition, outcome: Outcome, observing: Observing): Condition {
  if (condition.quarantine !== null) return inQuarantine(condition, condition.quarantine, outcome, observing);
  const window = recent(condition.window, observing);
  if (!failed(outcome) && window === null)
    return condition.window === null ? condition : { ...well, lifted: condition.lifted };
  const counted = count(window ?? emptyWindow(observing), outcome);
  const failures = condition.failures + (failed(outcome) ? 1 : 0);
  const next: Condition = { ...condition, failures, window: counted };
  const { error } = outcome;
  if (error === null || !isTooMuch(counted, outcome)) return next;
  return { ...next, quarantine: entered(condition, error, observing) };
}

/** One success ends it; only of a call begun since, as many others may still be on their way. */
function inQuarantine(
  condition: Condition,
  quarantine: Quarantine,
  { begunAt, error }: Outcome,
  { now }: Observing,
): Condition {
  if (error !== null) {
    const latest = { ...quarantine, kind: error.kind, reason: reasonOf(error) };
    return { ...condition, failures: condition.failures + 1, quarantine: latest };
  }
  if (begunAt <= quarantine.since) return condition;
  return { ...well, lifted: { at: now, tries: quarantine.tries } };
}

const emptyWindow = ({ now, floor }: Observing): Window => ({
  ...{ since: now, floor, calls: 0, broken: 0, refused: 0, bugs: 0 },
});

/** Old calls fade: halved after a while, forgotten after two. */
function recent(window: Window | null, { now, pace }: Observing): Window | null {
  if (window === null || now - window.since >= 2 * pace.recent) return null;
  if (now - window.since >= pace.recent) return faded({ ...halved(window), since: now });
  return window.calls > limits.remembered * window.floor ? halved(window) : window;
}

const faded = (window: Window): Window | null => (window.broken + window.refused < 1 ? null : window);

const halved = (window: Window): Window => ({
  ...window,
  calls: window.calls / 2,
  broken: window.broken / 2,
  refused: window.refused / 2,
  bugs: window.bugs / 2,
});

function count(window: Window, { error }: Outcome): Window {
  const weight = error === null ? 'nothing' : weights[error.kind];
  return {
    ...window,
    calls: window.calls + 1,
    broken: window.broken + (weight === 'broken' ? 1 : 0),
    refused: window.refused + (weight === 'refused' ? 1 : 0),
    bugs: window.bugs + (error?.kind === 'bug' ? 1 : 0),
  };
}

function isTooMuch({ calls, broken, refused, bugs, floor }: Window, { confirmed }: Outcome): boolean {
  if (confirmed === true) return true;
  if (bugs >= limits.bugs && bugs > calls * limits.share) return true;
  return broken + refused / 2 >= floor && broken + refused > calls * limits.share;
}

function entered({ lifted }: Condition, error: NonNullable<Outcome['error']>, { now, pace }: Observing): Quarantine {
  const relapsed = lifted !== null && now - lifted.at < distance(lifted.tries, pace);
  const tries = relapsed ? lifted.tries + 1 : 0;
  return { since: now, kind: error.kind, reason: reasonOf(error), nextTry: now + distance(tries, pace), tries };
}

function reasonOf(error: NonNullable<Outcome['error']>): string {
  const { reason } = failureWords[error.kind];
  const message = messageOf(error);
  return message.startsWith(reason) ? message : `${reason}: ${message}`;
}

/** One call is about to be tried: the next one comes twice as late, unless it succeeds. */
export function tried(condition: Condition, now: Time, pace: Pace): Condition {
  const { quarantine } = condition;
  if (quarantine === null) return condition;
  const tries = quarantine.tries + 1;
  return { ...condition, quarantine: { ...quarantine, tries, nextTry: now + distance(tries, pace) } };
}

/** Somebody wants it tried now: if that fails, the distances grow anew from the first. */
export function triedNow(condition: Condition, now: Time): Condition {
  const { quarantine } = condition;
  return quarantine === null ? condition : { ...condition, quarantine: { ...quarantine, tries: 0, nextTry: now } };
}

/** How long a leaver’s call rests after it failed in quarantine: at each try, and every hour at least. */
export const leavingRest = ({ tries }: Quarantine, pace: Pace): number => Math.min(pace.recent, distance(tries, pace));

/** What happened to the app between two conditions, if anything people should hear of. */
export function turn(before: Condition, after: Condition): 'quarantined' | 'recovered' | null {
  if (before.quarantine === null && after.quarantine !== null) return 'quarantined';
  return before.quarantine !== null && after.quarantine === null ? 'recovered' : null;
}

/** A moment as people read it, in every channel alike. */
export const momentWord = (time: Time): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Reason, since when, next try, and the way out. `app` is the name that commands take. */
export function quarantineText({ kind, reason, since, nextTry }: Quarantine, app: string): string {
  const told = /[.!?…]$/.test(reason) ? reason : `${reason}.`;
  const state = `${app} is in quarantine since ${momentWord(since)}: ${told}`;
  const next = `Only leaving goes on; one call is tried at ${momentWord(nextTry)}, and the first that succeeds ends it.`;
  return `${state} ${next} ${failureWords[kind].remedy(app)} To try at once: \`/provision retry ${app}\`.`;
}
