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

/** A failed call to an app or a directory. */
export class ConnectorError extends Error {
  readonly kind: FailureKind;
  readonly effect: Effect;
  readonly remedy: string;
  /** Milliseconds the remote asked us to wait (Retry-After), if it did. */
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
    this.remedy = options.remedy ?? remedies[kind];
    this.retryAfter = options.retryAfter;
  }
}

/** The remedy a person reads beside each kind of failure, unless the connector knows a better one. */
export const remedies: Record<FailureKind, string> = {
  auth: 'Renew the API connection of the app, then retry.',
  throttled: 'The app asked us to slow down; Rollcall goes on by itself.',
  conflict: 'Another account in the app already uses this name or e-mail: match it, or change one of the two.',
  missing: 'The account is gone from the app: rematch the login, or let it be created anew.',
  rejected: 'The app refused the values: correct the attribute or the parameter it names, then retry.',
  unavailable: 'The app did not answer; Rollcall tries again by itself.',
  bug: 'This looks like a bug in the connector: please report it.',
};
