import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import { type HttpAnswer, type HttpRequest, httpClient } from '../_http.ts';
import type { Connection } from './config.ts';
import { type Place, placeOf } from './place.ts';
import { detailOf, refusalOf } from './refusal.ts';
import { credentialsOf } from './tokens.ts';

type Request<Body> = Omit<HttpRequest<Body>, 'form' | 'signsIn'>;

/** One page of a list: rows unread, and where to ask for what changes after it; null on every page but the last of a delta query. */
export type Page = { rows: readonly unknown[]; delta: Place | null };

export type Graph = {
  send<Body>(request: Request<Body>): Promise<HttpAnswer<Body>>;
  /** A list, page by page, to its end. Throws rather than ending early; a page may be empty. */
  pages(
    place: Place,
    signal: AbortSignal,
    headers?: Readonly<Record<string, string>>,
  ): AsyncGenerator<Page, void, void>;
  /** The same for a delta query, which ends with a place for the next one. @throws Resync where the place is too old. */
  delta(place: Place, signal: AbortSignal): AsyncGenerator<Page, void, void>;
  /** What names an object in a reference. */
  addressOf(kind: 'directoryObjects' | 'users', id: string): string;
  credentialsEnd(): number | null;
  close(): void;
};

const List = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
});

/** Waits of one call before it is given up. */
const mostWaits = 3;
/** Milliseconds, where Graph asks for patience and does not say how much. */
const usualWait = 10_000;

/**
 * The way to talk to Microsoft Graph. `patience`: how long a read may wait each time Graph asks for it, milliseconds; a change never
 * waits, for its caller knows better when to come again.
 */
export function graphOf(connection: Connection, context: ConnectorContext, patience = 0): Graph {
  const { name, deadline, turn, now } = context;
  const allowHosts = [...context.allowHosts, ...connection.allowHosts];
  const baseUrl = `${connection.graph.replace(/\/+$/, '')}/v1.0`;
  const http = httpClient({
    ...{ name, baseUrl, allowHosts, deadline, turn, now, detail: detailOf, refusal: refusalOf },
    ...credentialsOf(connection, { name, allowHosts, deadline, turn, now }),
  });

  const send: Graph['send'] = async (request) => {
    for (let waits = 0; ; waits += 1) {
      try {
        return await http.send(withType(request));
      } catch (error) {
        const wait = request.method === 'GET' ? waitAfter(error) : null;
        if (wait === null || wait > patience || waits >= mostWaits) throw error;
        await pause(wait, request.signal, name);
      }
    }
  };

  const list = async (place: Place, signal: AbortSignal, headers: Readonly<Record<string, string>>) =>
    (await send({ method: 'GET', ...place, headers, schema: List, patient: true, signal })).body;

  const pages: Graph['pages'] = async function* (start, signal, headers = {}) {
    const used = new Set<string>();
    for (let place = start; ; ) {
      const { value: rows, '@odata.nextLink': next, '@odata.deltaLink': delta } = await list(place, signal, headers);
      yield { rows, delta: delta === undefined ? null : placeOf(delta, baseUrl, name) };
      if (next === undefined) return;
      if (used.has(next)) throw unfinished(name, 'its list goes in a circle');
      used.add(next);
      place = placeOf(next, baseUrl, name);
    }
  };

  return {
    send,
    pages,
    async *delta(place, signal) {
      let ended = false;
      for await (const page of pages(place, signal)) {
        ended = page.delta !== null;
        yield page;
      }
      if (!ended) throw unfinished(name, 'a list of changes ended without saying where the next begins');
    },
    addressOf: (kind, id) => `${baseUrl}/${kind}/${id}`,
    credentialsEnd: http.credentialsEnd,
    close: http.close,
  };
}

const withType = <Body>(request: Request<Body>): Request<Body> =>
  request.json === undefined
    ? request
    : { ...request, headers: { 'Content-Type': 'application/json', ...request.headers } };

/** Null: waiting would not help. */
function waitAfter(error: unknown): number | null {
  if (!(error instanceof ConnectorError)) return null;
  if (error.kind === 'throttled') return error.retryAfter ?? usualWait;
  return error.kind === 'unavailable' ? (error.retryAfter ?? null) : null;
}

const unfinished = (name: string, why: string) =>
  new ConnectorError('unavailable', 'none', `${name} did not list everything: ${why}.`);

/** @throws ConnectorError when the caller's time is over. */
export async function pause(milliseconds: number, signal: AbortSignal, name: string): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new ConnectorError('unavailable', 'none', `${name} was not asked again: no time left.`);
  }
}
