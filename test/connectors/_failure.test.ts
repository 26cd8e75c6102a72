import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Call,
  failureOfAnswer,
  failureOfError,
  hostRefused,
  retryAfter,
  scrubber,
  shortDetail,
} from '../../connectors/_failure.ts';
import { restAfter } from '../../src/core/errors.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const call = (writes: boolean): Call => ({ name: 'crm', writes, now: () => now, scrub: scrubber(['canary-secret']) });
const answer = (status: number, headers: Record<string, string> = {}, text = '') => ({
  ...{ status, headers: new Headers(headers), text, detail: text === '' ? undefined : text },
});

describe('answers as failures', () => {
  const rows: [number, string, 'none' | 'unknown'][] = [
    [302, 'rejected', 'none'],
    [303, 'rejected', 'unknown'],
    [400, 'rejected', 'none'],
    [401, 'auth', 'none'],
    [403, 'auth', 'none'],
    [404, 'missing', 'none'],
    [405, 'rejected', 'none'],
    [408, 'unavailable', 'unknown'],
    [409, 'conflict', 'none'],
    [412, 'unavailable', 'none'],
    [413, 'rejected', 'none'],
    [422, 'rejected', 'none'],
    [429, 'throttled', 'none'],
    [500, 'unavailable', 'unknown'],
    [501, 'rejected', 'none'],
    [502, 'unavailable', 'unknown'],
    [503, 'unavailable', 'unknown'],
    [599, 'unavailable', 'unknown'],
  ];
  for (const [status, kind, effect] of rows)
    it(`takes ${status} after a write for ${kind}, effect ${effect}`, () => {
      expect(failureOfAnswer(answer(status), call(true))).toMatchObject({ kind, effect });
      expect(failureOfAnswer(answer(status), call(false))).toMatchObject({ kind, effect: 'none' });
    });

  it('has a kind, a remedy and a short message for every status, and never a secret', () => {
    const text = fc.oneof(fc.string({ maxLength: 2_000 }), fc.constant('Bearer canary-secret'));
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), text, fc.boolean(), (status, said, writes) => {
        const failure = failureOfAnswer(answer(status, {}, said), call(writes));
        expect(failure.message).toContain('crm');
        expect(failure.message.length).toBeLessThan(300);
        expect(failure.message).not.toContain('canary-secret');
        expect(failure.remedy).not.toBe('');
      }),
    );
  });

  it('keeps Retry-After of 429 and 503', () => {
    for (const status of [429, 503])
      expect(failureOfAnswer(answer(status, { 'retry-after': '3' }), call(true)).retryAfter).toBe(3_000);
  });

  it('sees a throttle in a 500', () => {
    for (const text of ['ratelimit', 'Rate limit exceeded', 'rate-limited', 'Too many requests', 'Throttled'])
      expect(failureOfAnswer(answer(500, {}, text), call(true))).toMatchObject({ kind: 'throttled', effect: 'none' });
  });

  it('sees none in a trace that happens to go through something of that name', () => {
    const frames = Array.from({ length: 30 }, (_, at) => `\tat com.crm.users.Service.save${at}(Service.java:${at})`);
    const trace = ['java.lang.IllegalStateException: null', ...frames, '\tat com.crm.RateLimitFilter.doFilter'];
    const text = JSON.stringify({ status: 500, error: 'Internal Server Error', trace: trace.join('\n') });
    const failed = { ...answer(500, {}, text), detail: undefined };
    expect(failureOfAnswer(failed, call(true))).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
  });

  it('does not believe a web page that says 404', () => {
    const page = answer(404, { 'content-type': 'text/html; charset=utf-8' }, '<h1>Not found</h1>');
    expect(failureOfAnswer(page, call(true))).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });
});

describe('Retry-After', () => {
  it('reads seconds and dates, and nothing else', () => {
    expect(retryAfter('120', now)).toBe(120_000);
    expect(retryAfter('0', now)).toBe(0);
    expect(retryAfter('Wed, 25 Nov 2026 12:00:30 GMT', now)).toBe(30_000);
    expect(retryAfter('Wed, 25 Nov 2026 11:00:00 GMT', now)).toBe(0);
    expect(retryAfter('Wednesday, 25-Nov-26 12:00:30 GMT', now)).toBe(30_000);
    expect(retryAfter('2026-11-25T12:00:30Z', now)).toBe(30_000);
    expect(retryAfter('1.5', now)).toBe(1_500);
    for (const text of [null, '', 'soon', '-5x', '-5', '1e9', '120s', '7, 8', 'May 5'])
      expect(retryAfter(text, now), String(text)).toBeUndefined();
  });

  it('is bounded, whatever stands there', () => {
    const failure = (header: string) => failureOfAnswer(answer(429, { 'retry-after': header }), call(false));
    expect(failure('86400').retryAfter).toBe(86_400_000);
    for (const absurd of ['86401', '1790000000', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])
      expect(failure(absurd).retryAfter, absurd).toBe(3_600_000);
    expect(failure('-1').retryAfter).toBeUndefined();
    const times = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    fc.assert(
      fc.property(fc.oneof(fc.stringMatching(/^[ -~]*$/), times.map(String)), (header) => {
        const rest = restAfter(failure(header), 5_000);
        expect(rest).toBeGreaterThanOrEqual(1_000);
        expect(rest).toBeLessThanOrEqual(86_400_000);
      }),
    );
    expect(restAfter({ retryAfter: undefined }, 5_000)).toBe(5_000);
    expect(restAfter({ retryAfter: 0 }, 50)).toBe(50);
  });
});

describe('errors as failures', () => {
  const url = new URL('https://crm.test/scim');

  it('says that nothing was sent where that is sure', () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CERT_HAS_EXPIRED', 'EHOSTUNREACH']) {
      const failure = failureOfError(Object.assign(new Error('x'), { code }), call(true), url);
      expect(failure, code).toMatchObject({ kind: 'unavailable', effect: 'none' });
    }
    const refused = Object.assign(new Error('x'), { code: 'ADDRESS_REFUSED' });
    const wrapped = Object.assign(new Error('y'), { cause: refused });
    for (const error of [refused, wrapped])
      expect(failureOfError(error, call(true), url)).toMatchObject({ kind: 'rejected', effect: 'none' });
  });

  it('leaves everything else unknown after a write, and drops the error with all it holds', () => {
    for (const thrown of [
      Object.assign(new Error('canary-secret'), { code: 'ECONNRESET', config: { headers: 'canary-secret' } }),
      new Error('canary-secret'),
      'canary-secret',
      null,
      undefined,
      Object.assign(new Error(), { code: 'canary secret with spaces' }),
    ]) {
      const failure = failureOfError(thrown, call(true), url);
      expect(failure).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
      expect(failure.cause).toBeUndefined();
      expect(failure.message).not.toContain('canary');
    }
  });

  it('says how to allow a host of one’s own', () => {
    const clear = hostRefused(call(true), new URL('http://10.0.0.7:8080/scim'));
    expect(clear.message).toBe('crm was not called: 10.0.0.7 would get its credentials over http, in clear.');
    expect(clear.remedy).toContain('allowHosts: [10.0.0.7]');
    expect(hostRefused(call(true), new URL('https://10.0.0.7/')).message).toContain('private address');
  });
});

describe('scrubbing', () => {
  it('takes out a secret however it is dressed', () => {
    const odd = scrubber(['p@ss word/+', 'dXNlcjpwYXNz']);
    for (const text of ['is p@ss word/+ right?', 'q=p%40ss%20word%2F%2B', 'dXNlcjpwYXNz'])
      expect(odd(text)).not.toMatch(/p@ss|p%40ss|dXNl/);
    const bytes = (before: string) => Buffer.from(`${before}p@ss word/+ and more`);
    for (const before of ['', 'a', 'ab'])
      for (const form of ['base64', 'base64url', 'hex'] as const) {
        const left = odd(`it was ${bytes(before).toString(form)}.`);
        expect(left).toContain('[secret]');
        expect(Buffer.from(left.slice(7, left.indexOf('[')), form).toString()).not.toContain('p@ss');
      }
    const none = scrubber([]);
    expect(none('Authorization: Bearer abcdefgh12345')).toBe('Authorization: Bearer [secret]');
    expect(none('?access_token=abc&x=1, api-key: k')).toBe('?access_token=[secret]&x=1, api-key=[secret]');
  });

  it('leaves plain words alone', () => {
    const text = 'userName zoe@acme.test is already taken by a basic account';
    expect(scrubber(['xyz', 'canary-secret'])(text)).toBe(text);
  });

  it('makes one short line of anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (text) => {
        const line = shortDetail(text, (same) => same);
        expect(line.length).toBeLessThanOrEqual(201);
        expect(line).not.toMatch(/[\p{Cc}\n]/u);
      }),
    );
  });
});
