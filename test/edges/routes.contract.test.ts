import { readFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signInCalls } from '../../connectors/_sign-in.ts';
import { buildApp } from '../../src/app.ts';
import { loadConnectors } from '../../src/connectors.ts';
import { systemClock, systemRandom } from '../../src/engine/system-clock.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { silent } from '../engine/company.ts';
import { testSealing } from '../fakes/sealing.ts';

/**
 * The front as a process has it, started by nobody: what strangers send comes to nothing anyway. Its clock stands still, so that no
 * turn comes back while a slow machine sends.
 */
let server: Server;
let url: string;
beforeAll(async () => {
  const app = await buildApp({
    ...{ store: memoryStore(), connectors: await loadConnectors(), secret: () => undefined, log: silent },
    ...{
      clock: { ...systemClock, now: () => 1_700_000_000_000 },
      random: systemRandom,
      ...testSealing(),
      publicUrl: 'https://rollcall.acme.test',
      signInCalls: signInCalls({ now: Date.now }),
    },
    slack: { botToken: 'xoxb-1', signingSecret: 'x', apiUrl: 'http://127.0.0.1:9/api/', manifest: {} },
    connection: {} as Parameters<typeof buildApp>[0]['connection'],
  });
  const front = express().disable('x-powered-by');
  front.use(app.router);
  server = createServer(front);
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

/** Every place the front listens at, as the code says it: a new one is tested from its first day. */
const wiring = readFileSync('src/app.ts', 'utf8');
const health = readFileSync('src/web/health.ts', 'utf8');
const mounts = [...wiring.matchAll(/router\.use\('(\/[^']*)'/g)].map(([, path = '']) => path);
const pages = [...health.matchAll(/router\.get\('(\/[^']*)'/g)].map(([, path = '']) => path);

type Sent = { method: string; path: string; body?: Buffer; headers?: Record<string, string> };

/** The status, and how much of the body the server took; it may end the connection before it has all. */
function send({ method, path, body, headers = {} }: Sent): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const sending = request(`${url}${path}`, { method, agent: false, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

/** A path that a stranger may try below a mount. */
const below = (mount: string): string =>
  mount === '/slack/events' ? mount : `${mount}/made-up-by-a-stranger-0123456789`;
const strangers: Sent[] = [
  ...mounts.flatMap((mount) => [
    ...(mount === '/slack/events' ? [] : [{ method: 'GET', path: below(mount) }]),
    { method: 'POST', path: below(mount) },
  ]),
  ...pages.map((path) => ({ method: 'GET', path })),
];

/** More than a thousand, which Slack may send at once; the others take far fewer. */
const flood = 1_500;

describe('every place the front listens at', () => {
  it('is known', () => {
    for (const place of ['/slack/events', '/once', '/once/secrets', '/oauth', '/hooks', '/scim/v2', '/step-up'])
      expect(mounts).toContain(place);
    expect(pages.sort()).toEqual(['/healthz', '/metrics', '/readyz']);
  });

  it('tells metrics to nobody behind a proxy', async () => {
    const headers = { 'x-forwarded-for': '127.0.0.1' };
    expect((await send({ method: 'GET', path: '/metrics', headers })).status).toBe(403);
    expect((await send({ method: 'GET', path: '/metrics' })).status).toBe(200);
  });

  it.each(mounts)('%s takes no body larger than any source has reason to send', async (mount) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://rollcall.acme.test' };
    const body = Buffer.alloc(6 * 1024 * 1024, 'x');
    const { status } = await send({ method: 'POST', path: below(mount), body, headers }).catch(() => ({ status: 413 }));
    expect([401, 403, 404, 405, 413, 429, 503]).toContain(status);
  });

  it.each(strangers)('$method $path slows whoever floods it, and says for how long', async (stranger) => {
    for (let sent = 0; sent < flood; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => send(stranger)));
      for (const { status } of answers) expect(status).not.toBe(500);
      const slowed = answers.find(({ status }) => status === 429);
      if (slowed === undefined) continue;
      expect(Number(slowed.retryAfter)).toBeGreaterThan(0);
      return;
    }
    throw new Error(`nobody slows ${stranger.method} ${stranger.path} down`);
  });

  it('ends headers that never end', async () => {
    const headers = { 'x-long': 'x'.repeat(20_000) };
    const { status } = await send({ method: 'GET', path: '/healthz', headers }).catch(() => ({ status: 431 }));
    expect(status).toBe(431);
  });
});
