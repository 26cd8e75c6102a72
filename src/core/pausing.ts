import type { Login } from './login-model.ts';
import type { Actor, Time, Trouble, Versioned } from './model.ts';
import { isRemoval } from './policy.ts';
import { momentWord } from './quarantine.ts';
import { calledBy } from './stop.ts';
import type { ChangeWindow } from './time-schema.ts';
import { nextOpening, openingWord } from './window.ts';

/** Changes of an app, a person, or a person in an app, held up until a moment. One document for each of them, kept when it ends. */
export type StoredPause = Versioned & {
  app: string | null;
  person: string | null;
  /** Null: until somebody resumes it. */
  until: Time | null;
  reason: string | null;
  by: Actor;
  at: Time;
  ended: boolean;
};

/** The id of the one pause of an app, a person, or a person in an app. */
export const pauseId = (app: string | null, person: string | null): string =>
  [app === null ? [] : `app:${app}`, person === null ? [] : `person:${person}`].flat().join(' ');

export const isOn = ({ ended, until }: StoredPause, now: Time): boolean => !ended && (until === null || until > now);

const concerns = (pause: StoredPause, login: Pick<Login, 'app' | 'person'>): boolean =>
  (pause.app ?? login.app) === login.app && (pause.person ?? login.person) === login.person;

/** What changes of one app wait for now. */
export type Waits = { pauses: readonly StoredPause[]; window: ChangeWindow | null };

/** How long a login waits for a pause without an end, or a window that never opens, before it is looked at again. */
const lookAgain = 6 * 3_600_000;

/**
 * Why an approved operation does not go yet, and when it is looked at again; null: it may go. Leaving never waits. It stays approved and says so in its
 * trouble, of kind `paused` or `window`: both end by themselves, so that a restart, or a worker that was away, changes nothing.
 */
export function waitOf(login: Login, waits: Waits, now: Time): Wait | null {
  const { operation } = login;
  return operation?.state !== 'approved' || isRemoval(operation) ? null : heldBack(login, waits, now);
}

export type Wait = { until: Time; trouble: Trouble };

/** What any change of this account that is no removal waits for. */
export function heldBack(login: Pick<Login, 'app' | 'person'>, { pauses, window }: Waits, now: Time): Wait | null {
  const longest = longestOf(pauses.filter((pause) => isOn(pause, now) && concerns(pause, login)));
  if (longest !== null) {
    return { until: longest.until ?? now + lookAgain, trouble: pausedTrouble(longest, now) };
  }
  if (window === null) return null;
  const opens = nextOpening(window, now);
  if (opens === now) return null;
  return { until: opens ?? now + lookAgain, trouble: windowTrouble(window, opens, login.app, now) };
}

/** Waits for a pause or a window alone. */
export const isWaiting = ({ operation }: Pick<Login, 'operation'>, kind?: 'paused' | 'window'): boolean => {
  if (operation?.state !== 'approved') return false;
  const found = operation.trouble?.kind;
  return kind === undefined ? found === 'paused' || found === 'window' : found === kind;
};

function longestOf(pauses: readonly StoredPause[]): StoredPause | null {
  const length = ({ until }: StoredPause) => until ?? Number.POSITIVE_INFINITY;
  return pauses.reduce<StoredPause | null>(
    (longest, pause) => (longest === null || length(pause) > length(longest) ? pause : longest),
    null,
  );
}

/** `crm is paused until 2026-12-31 23:00 UTC by Ada: the vendor migrates` */
export function pauseText({ app, person, until, reason, by }: StoredPause, subject = subjectWord(app, person)): string {
  const end = until === null ? '' : ` until ${momentWord(until)}`;
  return `${subject} is paused${end} by ${calledBy(by)}${reason === null || reason === '' ? '' : `: ${reason}`}`;
}

function subjectWord(app: string | null, person: string | null): string {
  if (person === null) return app ?? 'everything';
  return app === null ? 'this person' : `this person in ${app}`;
}

const pausedTrouble = (pause: StoredPause, at: Time): Trouble => ({
  kind: 'paused',
  message: pauseText(pause),
  remedy:
    pause.until === null
      ? 'It goes on once somebody resumes it; leaving goes on meanwhile.'
      : 'It goes on by itself then, or once somebody resumes it; leaving goes on meanwhile.',
  at,
});

const windowTrouble = (window: ChangeWindow, opens: Time | null, app: string, at: Time): Trouble => ({
  kind: 'window',
  message:
    opens === null
      ? `the change window of ${app} never opens`
      : `waits for the change window of ${app}, which opens ${openingWord(window, opens)}`,
  remedy: opens === null ? 'Correct the window of the app.' : 'It goes on by itself then; leaving never waits.',
  at,
});

/** What holds changes of an app up at a moment, as people are told. */
export type HoldUp = {
  /** The pause of the whole app. */
  pause: { until: Time | null; by: string; reason: string | null } | null;
  /** People whose changes in it are paused, here alone or everywhere. */
  people: number;
  /** Its change window, and when it next opens: now, if it is open; null: never. Null for an app without one. */
  window: { open: boolean; opens: Time | null } | null;
};

/** What holds changes of the app up: pauses that are over hold nothing. Leaving is held up by none of it. */
export function holdUpOf(app: string, { pauses, window }: Waits, now: Time): HoldUp {
  const on = pauses.filter((pause) => isOn(pause, now) && (pause.app ?? app) === app);
  const whole = longestOf(on.filter(({ person }) => person === null));
  const opens = window === null ? null : nextOpening(window, now);
  return {
    pause: whole === null ? null : { until: whole.until, by: calledBy(whole.by), reason: whole.reason },
    people: new Set(on.flatMap(({ person }) => person ?? [])).size,
    window: window === null ? null : { open: opens === now, opens },
  };
}
