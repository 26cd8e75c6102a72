import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Answer, type Asked, createScimApp, type Quirks, type ScimApp } from './scim-app.ts';
import { asVendor, type Vendor } from './scim-rules.ts';

/** What goes wrong with one request. `effect: true`: only after the app did what was asked. */
export type Fault = { effect?: boolean } & (
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** The effect comes this many milliseconds after a 503; at the fault proxy, when it is told to catch up. */
  | { kind: 'late'; delay: number }
  /** No answer at all. */
  | { kind: 'silence' }
  /** The connection is reset. */
  | { kind: 'reset' }
  /** Half an answer, then the connection is reset. */
  | { kind: 'truncated' }
  /** A byte now and then. */
  | { kind: 'drip' }
  | { kind: 'huge'; bytes: number }
  | { kind: 'gzip-bomb'; bytes: number }
  | { kind: 'bad-json' }
  | { kind: 'html'; status: number }
  | { kind: 'plain-text' }
  | { kind: 'redirect'; to: string; status: number }
  | { kind: 'empty' }
);

/** One request as it came in; for assertions. */
export type Logged = { method: string; url: string; headers: IncomingMessage['headers']; body: unknown };

type Planned = { fault: Fault; method: string | undefined; path: RegExp; hit: () => void };

/** A strict SCIM app on a loopback port, whose next answers can be made to go wrong. */
export async function startFaultServer(options: {
  token: string;
  /** Which access tokens are taken, in the place of the one token. */
  accepts?: (token: string) => boolean;
  quirks?: Partial<Quirks>;
  /** Whose server it is like. */
  vendor?: Vendor;
}) {
  const accepts = options.accepts ?? ((token) => token === options.token);
  const { vendor = {} } = options;
  const app = asVendor(createScimApp({ ...vendor.quirks, ...options.quirks }), vendor);
  const log: Logged[] = [];
  const planned: Planned[] = [];
  const timers = new Set<NodeJS.Timeout>();

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://app.test');
    const sent = await text(request);
    const body: unknown = sent === '' ? undefined : JSON.parse(sent);
    const method = request.method ?? 'GET';
    log.push({ method, url: url.pathname + url.search, headers: request.headers, body });
    if (!accepts(/^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''))
      return send(response, { status: 401, body: { detail: `bad token ${request.headers.authorization}` } });
    const path = url.pathname.split('/').slice(2).map(decodeURIComponent);
    const asked: Asked = { method, path, query: url.searchParams, ifMatch: request.headers['if-match'], body };
    const index = planned.findIndex((plan) => (plan.method ?? method) === method && plan.path.test(url.pathname));
    const [plan] = index < 0 ? [] : planned.splice(index, 1);
    if (plan === undefined) return send(response, app.handle(asked));
    plan.hit();
    const answer = plan.fault.effect === true ? app.handle(asked) : { status: 200, body: {} };
    if (plan.fault.kind === 'late') later(plan.fault.delay, app, asked);
    spoilAnswer(response, plan.fault, answer, timers);
  }

  const later = (delay: number, target: ScimApp, asked: Asked) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      target.handle(asked);
    }, delay);
    timers.add(timer);
  };

  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    app,
    log,
    baseUrl: `http://127.0.0.1:${port}/scim`,
    /** The next matching request goes wrong, once; `hit` is called when it comes. */
    fail: (fault: Fault, on: { method?: string; path?: RegExp; hit?: () => void } = {}) => {
      planned.push({ fault, method: on.method, path: on.path ?? /^/, hit: on.hit ?? (() => {}) });
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type FaultServer = Awaited<ReturnType<typeof startFaultServer>>;

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const content = body === undefined ? {} : { 'Content-Type': 'application/scim+json' };
  response.writeHead(status, { ...content, ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function raw(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'Content-Type': type });
  response.end(body);
}

/** Answers as the fault has it. `timers`: where what goes on is kept, so that the server can end it. */
export function spoilAnswer(
  response: ServerResponse,
  fault: Fault,
  { status }: Answer,
  timers: Set<NodeJS.Timeout>,
): void {
  switch (fault.kind) {
    case 'status':
      send(response, { body: { detail: `fault ${fault.status}` }, ...fault });
      break;
    case 'late':
      send(response, { status: 503, body: { detail: 'later' } });
      break;
    case 'silence':
      break;
    case 'reset':
      response.socket?.resetAndDestroy();
      break;
    case 'truncated':
      response.writeHead(status === 204 ? 200 : status, {
        'Content-Type': 'application/scim+json',
        'Content-Length': '500',
      });
      response.write('{"id":', () => response.socket?.resetAndDestroy());
      break;
    case 'drip':
      drip(response, timers);
      break;
    case 'huge':
      raw(response, 200, 'application/scim+json', '"'.padEnd(fault.bytes, 'x'));
      break;
    case 'gzip-bomb':
      response.setHeader('Content-Encoding', 'gzip');
      raw(response, 200, 'application/scim+json', gzipSync(Buffer.alloc(fault.bytes, ' ')));
      break;
    case 'bad-json':
      raw(response, 200, 'application/scim+json', '{"id": ');
      break;
    case 'html':
      raw(response, fault.status, 'text/html', '<h1>Please sign in</h1>');
      break;
    case 'plain-text':
      raw(response, 200, 'text/plain', 'OK');
      break;
    case 'redirect':
      send(response, { status: fault.status, headers: { Location: fault.to } });
      break;
    case 'empty':
      send(response, { status });
  }
}

function drip(response: ServerResponse, timers: Set<NodeJS.Timeout>): void {
  response.writeHead(200, { 'Content-Type': 'application/scim+json' });
  const timer = setInterval(() => response.write(' '), 20);
  timers.add(timer);
  response.on('close', () => clearInterval(timer));
}
