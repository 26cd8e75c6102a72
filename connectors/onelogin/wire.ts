import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import { type HttpAnswer, type HttpRequest, httpClient } from '../_http.ts';
import type { OneLoginConfig } from './config.ts';
import { detailOf, oneLoginTokens } from './tokens.ts';

export type Query = Readonly<Record<string, string | number>>;
export type Path = readonly string[];

/** A page of a list as it came: rows unread; `total` of all as the server counts them, null where it does not say. */
export type Page = { rows: readonly unknown[]; total: number | null; at: number };

/** How a list ended: `whole` when its last page was read, else why not. */
export type ListEnd = { whole: true } | { whole: false; reason: string };

export type Wire = {
  get<Body>(path: Path, query: Query, schema: z.ZodType<Body>, signal: AbortSignal): Promise<HttpAnswer<Body>>;
  /** A list of the second API, page by page by its cursor. A cursor that is refused or goes in a circle ends it unfinished. */
  list(path: Path, query: Query, signal: AbortSignal): AsyncGenerator<Page, ListEnd, void>;
  close(): void;
};

/** The documented page; the SDK speaks of 100, which older accounts refuse. */
export const pageSize = 50;
/** Waits of one call before it is given up. */
const mostWaits = 3;

const Rows = z.array(z.unknown());
const Limit = z.object({ data: z.object({ 'X-RateLimit-Reset': z.coerce.number().nonnegative() }) });

/** The way to talk to a OneLogin account: reads only, within its limit of calls. */
export function oneLoginWire(config: OneLoginConfig, context: ConnectorContext): Wire {
  const allowHosts = [...context.allowHosts, ...config.allowHosts];
  const patience = config.waitSeconds * 1_000;
  const base = { ...context, baseUrl: config.url, allowHosts, detail: detailOf };
  const tokens = oneLoginTokens(config, base);
  const http = httpClient({
    ...{ name: context.name, baseUrl: config.url, allowHosts, deadline: context.deadline },
    ...{ turn: context.turn, now: context.now },
    ...{ auth: tokens.auth, tokens: tokens.service, detail: detailOf },
    answerHeaders: ['after-cursor', 'total-count', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
  });

  const once = <Body>(request: Omit<HttpRequest<Body>, 'method'>) => http.send<Body>({ method: 'GET', ...request });

  /** Milliseconds until calls are taken again, where the refusal did not say. */
  const untilReset = async (signal: AbortSignal): Promise<number> => {
    const { body } = await once({ path: ['auth', 'rate_limit'], schema: Limit, signal });
    return body.data['X-RateLimit-Reset'] * 1_000;
  };

  const get: Wire['get'] = async (path, query, schema, signal) => {
    for (let waits = 0; ; waits += 1) {
      try {
        const answer = await once({ path, query, schema, signal });
        await keepWithin(answer.headers, patience, signal, context.name);
        return answer;
      } catch (error) {
        if (!(error instanceof ConnectorError && error.kind === 'throttled') || waits >= mostWaits) throw error;
        const wait = error.retryAfter ?? (await untilReset(signal).catch(() => patience + 1));
        if (wait > patience) throw slower(error.message, wait);
        await pause(wait, signal, context.name);
      }
    }
  };

  async function* list(path: Path, query: Query, signal: AbortSignal): AsyncGenerator<Page, ListEnd, void> {
    const used = new Set<string>();
    let cursor: string | null = null;
    for (;;) {
      const asked: Query = { ...query, limit: pageSize, ...(cursor === null ? {} : { cursor }) };
      const answer = await get(path, asked, Rows, signal).catch((error: unknown) => {
        if (cursor !== null && isStale(error)) return null;
        throw cursor === null && isMissing(error) ? noSuchPlace(context.name, path) : error;
      });
      if (answer === null) return { whole: false, reason: 'the place in its list was no longer known' };
      yield { rows: answer.body, ...seenIn(answer.headers, context.now()) };
      const next = answer.headers.get('after-cursor');
      if (next === null || next === '' || answer.body.length === 0) return { whole: true };
      if (used.has(next)) return { whole: false, reason: 'its list goes in a circle' };
      used.add(next);
      cursor = next;
    }
  }

  return { get, list, close: http.close };
}

/** A cursor is refused as a bad request; nothing else of these requests can be. */
const isStale = (error: unknown): boolean =>
  error instanceof ConnectorError && (error.kind === 'rejected' || error.kind === 'missing');

const isMissing = (error: unknown): boolean => error instanceof ConnectorError && error.kind === 'missing';

const noSuchPlace = (name: string, path: Path) =>
  new ConnectorError('rejected', 'none', `${name} has no /${path.join('/')} at its address.`, {
    remedy: 'Write the account’s own address, such as https://acme.onelogin.com, without a path.',
  });

function seenIn(headers: Headers, now: number): { total: number | null; at: number } {
  const total = headers.get('total-count');
  const at = Date.parse(headers.get('date') ?? '');
  return { total: total !== null && /^\d{1,9}$/.test(total) ? Number(total) : null, at: Number.isNaN(at) ? now : at };
}

/** The last call before the limit is followed by a wait, so that the next one is not refused. */
async function keepWithin(headers: Headers, patience: number, signal: AbortSignal, name: string): Promise<void> {
  const reset = headers.get('x-ratelimit-reset');
  if (headers.get('x-ratelimit-remaining') !== '0' || reset === null || !/^\d{1,6}$/.test(reset)) return;
  const wait = Number(reset) * 1_000;
  if (wait <= patience) await pause(wait, signal, name);
}

const slower = (message: string, retryAfter: number) =>
  new ConnectorError('throttled', 'none', message, {
    retryAfter,
    remedy: 'The hourly limit of the OneLogin account is used up; Rollcall goes on by itself.',
  });

async function pause(milliseconds: number, signal: AbortSignal, name: string): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new ConnectorError('unavailable', 'none', `${name} was not read further: no time left.`);
  }
}
