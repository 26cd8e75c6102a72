import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type JsonAsked = {
  method: string;
  /** Its segments, decoded: `/api/agents/a1` is `['api', 'agents', 'a1']`. */
  path: readonly string[];
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
};
export type JsonAnswer = { status: number; body?: unknown; headers?: Record<string, string> };

/** A server on a loopback port that answers JSON as it is told: what a fake is made of. */
export async function startJsonServer(answer: (asked: JsonAsked) => JsonAnswer) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake.test');
    const sent = await text(request);
    const { status, body, headers } = answer({
      ...{ method: request.method ?? 'GET', headers: request.headers, query: url.searchParams },
      path: url.pathname.split('/').slice(1).map(decodeURIComponent),
      body: sent === '' ? {} : JSON.parse(sent),
    });
    response.writeHead(status, { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
