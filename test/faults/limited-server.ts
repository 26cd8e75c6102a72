import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createScimApp } from '../fakes/scim-app.ts';
import { seeded } from './random.ts';

/** One request as it arrived here. `over`: more than the app takes. */
export type Reached = { at: number; method: string; path: string; answer: 'done' | 'slow down' | 'over' };

/** What is said to the process. */
export type Said = { port: number } | { reached: Reached[] };

const [perSecond, share] = [10, 0.01];

/**
 * A SCIM app in a process of its own, so that nobody else's work delays its clock: it takes ten requests in any second, answers more
 * with 429, and some with 429 whatever their number. Retry-After is now seconds, now a date.
 */
const app = createScimApp();
const random = seeded(11);
const reached: Reached[] = [];

/** A date names whole seconds: the next one. */
const retryAfter = (): string =>
  reached.length % 2 === 0 ? '2' : new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 1_000).toUTCString();

function answerOf(at: number): Reached['answer'] {
  if (reached.filter((one) => at - one.at < 1_000).length >= perSecond) return 'over';
  return random.chance(share) ? 'slow down' : 'done';
}

const server = createServer(async (request, response) => {
  const at = performance.timeOrigin + performance.now();
  const url = new URL(request.url ?? '/', 'http://app.test');
  const method = request.method ?? 'GET';
  const answer = answerOf(at);
  reached.push({ at, method, path: url.pathname, answer });
  const sent = await text(request);
  if (answer !== 'done') return send(response, 429, undefined, { 'Retry-After': retryAfter() });
  const path = url.pathname.split('/').slice(2).map(decodeURIComponent);
  const body: unknown = sent === '' ? undefined : JSON.parse(sent);
  const { status, body: shown, headers } = app.handle({ method, path, query: url.searchParams, body });
  send(response, status, shown, headers);
});

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/scim+json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

const say = (said: Said): void => void process.send?.(said);
process.on('message', () => say({ reached }));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => say({ port: (server.address() as AddressInfo).port }));
