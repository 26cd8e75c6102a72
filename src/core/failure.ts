import { ConnectorError, type FailureKind, failureWords } from './errors.ts';
import type { Time, Trouble } from './model.ts';
import { hidden } from './secret-name.ts';

const kinds = new Set<string>(Object.keys(failureWords));

/** Did a call to the app fail so, or is the trouble one of our own: held, paused, several candidates? */
export const isFailureKind = (kind: string): kind is FailureKind => kinds.has(kind);

/** The failure in words, its reason first where that is not plain from what the app said. */
export function messageOf({ kind, message }: Pick<ConnectorError, 'kind' | 'message'>): string {
  const { reason } = failureWords[kind];
  if (kind !== 'auth' || message.startsWith(reason)) return message;
  return `${reason}: ${message}`;
}

/** The same failure without a text that was sent and may be repeated in it, in clear or as it looks in JSON. */
export function withoutText(error: ConnectorError, text: string): ConnectorError {
  const forms = [text, JSON.stringify(text).slice(1, -1)];
  const clean = (sentence: string) => forms.reduce((left, form) => left.replaceAll(form, hidden), sentence);
  const { kind, effect, message, remedy, retryAfter } = error;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return new ConnectorError(kind, effect, clean(message), { remedy: clean(remedy), ...wait });
}

/** What a person reads of a failed call. A remedy the connector knew itself stands; otherwise the table's, with the app's name. */
export function troubleOf(error: ConnectorError, app: string, at: Time): Trouble {
  const { kind, remedy } = error;
  const general = remedy === failureWords[kind].remedy('the app');
  return { kind, message: messageOf(error), remedy: general ? failureWords[kind].remedy(app) : remedy, at };
}
