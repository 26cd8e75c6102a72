import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Fault, spoilAnswer } from './fault-server.ts';

/** One request as it passed. */
export type Passed = { method: string; url: string; body: string };
type Plan = { at: (passed: Passed, index: number) => boolean; fault: Fault; hit: () => void };
type Answered = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/**
 * Stands between a connector and any HTTP server on a loopback port, passes everything on, and makes one answer go wrong where
 * it is told to. Addresses of the server in its answers become its own, so that links to the next page lead through it too.
 */
export async function startFaultProxy(upstream: string) {
  let log: Passed[] = [];
  let plan: Plan | null = null;
  let late: (() => Promise<unknown>)[] = [];
  const timers = new Set<NodeJS.Timeout>();

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const passed = { method: incoming.method ?? 'GET', url: incoming.url ?? '/', body: body.toString('latin1') };
    log.push(passed);
    const forward = () => pass(upstream, incoming, body);
    if (plan?.at(passed, log.length - 1) !== true) return relay(response, await forward(), upstream, address());
    const { fault, hit } = plan;
    plan = null;
    if (fault.kind === 'late') late.push(forward);
    const { status } = fault.effect === true ? await forward() : { status: 200 };
    hit();
    spoilAnswer(response, fault, { status }, timers);
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    /** The same settings, leading through here. */
    through: <Settings>(settings: Settings): Settings =>
      JSON.parse(JSON.stringify(settings).replaceAll(upstream, address())) as Settings,
    /** Forgets what passed; the first request that fits `at` goes wrong, once, and `hit` is called. */
    begin: (next: Partial<Plan> & { fault?: Fault } = {}): void => {
      log = [];
      plan = next.fault === undefined ? null : { at: () => true, hit: () => {}, ...next, fault: next.fault };
    },
    passed: (): readonly Passed[] => log,
    /** What came late has its effect now. */
    catchUp: async (): Promise<void> => {
      const held = late;
      late = [];
      for (const forward of held) await forward();
    },
    stop: async (): Promise<void> => {
      for (const timer of timers) clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type FaultProxy = Awaited<ReturnType<typeof startFaultProxy>>;

function pass(upstream: string, incoming: IncomingMessage, body: Buffer): Promise<Answered> {
  const { host: _host, connection: _connection, 'accept-encoding': _encoding, ...headers } = incoming.headers;
  return new Promise((resolve, reject) => {
    const asked = request(new URL(incoming.url ?? '/', upstream), { method: incoming.method, headers }, (answer) => {
      buffer(answer).then(
        (content) => resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: content }),
        reject,
      );
    });
    asked.on('error', reject).end(body);
  });
}

function relay(response: ServerResponse, { status, headers, body }: Answered, upstream: string, own: string): void {
  const { connection: _connection, 'transfer-encoding': _transfer, 'content-length': _length, ...kept } = headers;
  for (const [name, value] of Object.entries(kept))
    if (value !== undefined)
      response.setHeader(name, typeof value === 'string' ? value.replaceAll(upstream, own) : value);
  const isText = /json|text|xml/.test(headers['content-type'] ?? '');
  response.statusCode = status;
  if (status === 204 || status === 304) response.end();
  else response.end(isText ? body.toString('utf8').replaceAll(upstream, own) : body);
}
