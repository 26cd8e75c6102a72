import { expect } from 'vitest';
import { ConnectorError } from '../../src/core/connector.ts';
import type { Fault } from '../fakes/fault-server.ts';

/** What a fault means. `unsure`: unknown where the request could have changed something, else none. */
export type Verdict = { kind: ConnectorError['kind']; effect: 'none' | 'unsure'; retryAfter?: number };
/** `endless`: nothing ends it but the caller's patience. `once`: too heavy for every request; one is enough. */
export type Case = { fault: Fault; verdict: Verdict; endless?: true; once?: true };

const unavailable: Verdict = { kind: 'unavailable', effect: 'unsure' };
const auth: Verdict = { kind: 'auth', effect: 'none' };
const throttled: Verdict = { kind: 'throttled', effect: 'none' };

/** Everything that goes wrong with an answer over HTTP, and what a connector has to make of it. */
export const faults: Readonly<Record<string, Case>> = {
  'credentials refused (401)': { fault: { kind: 'status', status: 401 }, verdict: auth },
  'access refused (403)': { fault: { kind: 'status', status: 403 }, verdict: auth },
  'too many calls, with a Retry-After (429)': {
    fault: { kind: 'status', status: 429, headers: { 'Retry-After': '7' } },
    verdict: { ...throttled, retryAfter: 7_000 },
  },
  'too many calls, without one (429)': { fault: { kind: 'status', status: 429 }, verdict: throttled },
  'request timeout (408)': { fault: { kind: 'status', status: 408 }, verdict: unavailable },
  'server error (500)': { fault: { kind: 'status', status: 500 }, verdict: unavailable },
  'server error after the effect (502)': {
    fault: { kind: 'status', status: 502, effect: true },
    verdict: unavailable,
  },
  'maintenance (503)': {
    fault: { kind: 'status', status: 503, headers: { 'Retry-After': '30' } },
    verdict: { ...unavailable, retryAfter: 30_000 },
  },
  'no answer, before the effect': { fault: { kind: 'silence' }, verdict: unavailable, endless: true },
  'no answer, after the effect': { fault: { kind: 'silence', effect: true }, verdict: unavailable, endless: true },
  'a byte now and then': { fault: { kind: 'drip', effect: true }, verdict: unavailable, endless: true },
  'connection reset before the effect': { fault: { kind: 'reset' }, verdict: unavailable },
  'connection reset after the effect': { fault: { kind: 'reset', effect: true }, verdict: unavailable },
  'half an answer': { fault: { kind: 'truncated', effect: true }, verdict: unavailable },
  'an answer that is no JSON': { fault: { kind: 'bad-json', effect: true }, verdict: unavailable },
  'plain text': { fault: { kind: 'plain-text', effect: true }, verdict: unavailable },
  'a web page': { fault: { kind: 'html', status: 200, effect: true }, verdict: unavailable },
  'a web page for a 404': {
    fault: { kind: 'html', status: 404 },
    verdict: { kind: 'unavailable', effect: 'none' },
  },
  'nothing in the answer': { fault: { kind: 'empty', effect: true }, verdict: unavailable },
  'a redirect elsewhere': {
    fault: { kind: 'redirect', status: 307, to: 'http://127.0.0.1:1/' },
    verdict: { kind: 'rejected', effect: 'none' },
  },
  'too large an answer': {
    fault: { kind: 'huge', bytes: 34_000_000, effect: true },
    verdict: unavailable,
    once: true,
  },
  'a small answer that unpacks to too large a one': {
    fault: { kind: 'gzip-bomb', bytes: 60_000_000, effect: true },
    verdict: unavailable,
    once: true,
  },
};

export type Outcome = { ok: true; value: unknown } | { ok: false; error: ConnectorError };

/** How a call ended. Anything thrown that is no ConnectorError breaks the contract, and the test. */
export const outcomeOf = (call: Promise<unknown>): Promise<Outcome> =>
  call.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => {
      if (!(error instanceof ConnectorError)) throw error;
      return { ok: false, error };
    },
  );

/** No secret of the connection shows anywhere in an error, and a person can read it. */
export function expectDiscreet(error: ConnectorError, secrets: readonly string[], what: string): void {
  const shown = [error.message, error.remedy, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
  for (const secret of secrets) expect(shown.includes(secret), `${what} shows a secret`).toBe(false);
  expect(error.message.length, what).toBeLessThan(400);
}

/** A deadline for a call that never ends by itself: over shortly after the fault was met. */
export function patience(endless: boolean): { signal: AbortSignal; hit: () => void } {
  const over = new AbortController();
  const hit = () => {
    if (endless) setTimeout(() => over.abort(), 30);
  };
  return { signal: AbortSignal.any([over.signal, AbortSignal.timeout(20_000)]), hit };
}
