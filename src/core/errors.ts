/**
 * What the caller does next: `retry` (later, by itself), `show` (a person must act), `crash` (our bug: stop, do not guess).
 */
export type NextAct = 'retry' | 'show' | 'crash';

/** An error with a stable code, what happened, and what to do about it. Neither sentence ever holds a secret. */
export class RollcallError extends Error {
  readonly code: string;
  readonly next: NextAct;
  readonly remedy: string;

  constructor(code: string, next: NextAct, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RollcallError';
    this.code = code;
    this.next = next;
    this.remedy = remedy;
  }
}

/** Something a person asked for or wrote that cannot be done as it stands. */
export const refused = (code: string, message: string, remedy: string) =>
  new RollcallError(code, 'show', message, remedy);

/** An invariant of ours is broken. */
export const broken = (code: string, message: string) =>
  new RollcallError(code, 'crash', message, 'This is a bug in Rollcall: please report it with the log around it.');

/** Why a connector call failed. The worker acts on `kind` and `effect` only. */
export type FailureKind = 'auth' | 'throttled' | 'conflict' | 'missing' | 'rejected' | 'unavailable' | 'bug';

/** Did the call change the app? `none`: surely not; `unknown`: it may have (timeout, reset, 5xx after the request was sent). */
export type Effect = 'none' | 'unknown';

const [second, hour, day] = [1_000, 3_600_000, 86_400_000];

/** What is longer than a day was meant otherwise: the app is asked again within the hour. What is no time at all is left out. */
function believable(wait: number | undefined): number | undefined {
  if (wait === undefined || Number.isNaN(wait) || wait < 0) return undefined;
  return wait > day ? hour : wait;
}

/**
 * How long an app that had enough is left alone, milliseconds: as it asked for, else `usual`; never so short that it is asked on and on.
 */
export const restAfter = ({ retryAfter }: Pick<ConnectorError, 'retryAfter'>, usual: number): number =>
  Math.max(retryAfter ?? usual, Math.min(usual, second));

/** A failed call to an app or a directory. */
export class ConnectorError extends Error {
  readonly kind: FailureKind;
  readonly effect: Effect;
  readonly remedy: string;
  /** Milliseconds the remote asked us to wait (Retry-After), if it did: a day at most. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: FailureKind,
    effect: Effect,
    message: string,
    options: { remedy?: string; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ConnectorError';
    this.kind = kind;
    this.effect = effect;
    this.remedy = options.remedy ?? failureWords[kind].remedy('the app');
    this.retryAfter = believable(options.retryAfter);
  }
}

/**
 * What each kind of failure is in words, and what a person does about it, unless the connector knows better. The one table.
 */
export const failureWords: Record<FailureKind, { reason: string; remedy(app: string): string }> = {
  auth: {
    reason: 'Invalid authentication',
    remedy: (app) => `Renew the connection of ${app}: its credentials are no longer taken. Then retry.`,
  },
  throttled: {
    reason: 'Too many calls',
    remedy: (app) => `${sentenceStart(app)} asked us to slow down; Rollcall goes on by itself.`,
  },
  conflict: {
    reason: 'Taken by another account',
    remedy: (app) => `Another account in ${app} already uses this name or e-mail: match it, or change one of the two.`,
  },
  missing: {
    reason: 'Gone from the app',
    remedy: (app) => `The account is gone from ${app}: rematch the login, or let it be created anew.`,
  },
  rejected: {
    reason: 'Values refused',
    remedy: (app) =>
      `${sentenceStart(app)} refused the values: correct the attribute or the parameter it names, then retry.`,
  },
  unavailable: {
    reason: 'No answer',
    remedy: (app) => `${sentenceStart(app)} did not answer; Rollcall tries again by itself.`,
  },
  bug: {
    reason: 'Broken contract',
    remedy: () => 'This looks like a bug in the connector: please report it.',
  },
};

const sentenceStart = (app: string): string => (app === 'the app' ? 'The app' : app);
