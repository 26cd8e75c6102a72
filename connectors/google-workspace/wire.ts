import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import { type HttpRequest, httpClient, type Refused } from '../_http.ts';
import type { GoogleTarget } from './config.ts';

type Query = Readonly<Record<string, string | number>>;
type Send = Pick<HttpRequest<unknown>, 'method' | 'path' | 'json' | 'secrets' | 'patient' | 'signal'> & {
  query?: Query;
};

/** A list of Google's: where it is, what it is called in the answer, how many rows are asked for at a time. */
export type List = { path: readonly string[]; rows: 'users' | 'groups' | 'members'; query: Query; size: number };

export type Wire = {
  send<Body>(request: Send, schema: z.ZodType<Body>): Promise<Body>;
  /** Every row of a list, page by page, unread. Throws rather than ending early. */
  pages(list: List, signal: AbortSignal): AsyncGenerator<readonly unknown[], void, void>;
  credentialsEnd(): number | null;
  close(): void;
};

/** What Google says of a failure: a sentence, and a word for it. */
const Failure = z.object({
  error: z.object({
    message: z.string().optional().catch(undefined),
    status: z.string().optional().catch(undefined),
    errors: z
      .array(z.object({ reason: z.string().optional().catch(undefined) }))
      .optional()
      .catch(undefined),
  }),
});

const detailOf = (body: unknown): string | undefined => Failure.safeParse(body).data?.error.message;

/** Said with 403 as well as with 429 (developers.google.com/admin-sdk/directory/v1/limits). */
const throttles = new Set(['userRateLimitExceeded', 'rateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded']);

/**
 * Where Google's word says more than the status: a 403 may be a limit of calls, and a 412 is a thing that is not ready yet, unless
 * the account is full.
 */
const refusalOf =
  (name: string) =>
  ({ status, body }: Refused, usual: ConnectorError): ConnectorError => {
    const { error } = Failure.safeParse(body).data ?? {};
    const reasons = (error?.errors ?? []).flatMap(({ reason }) => reason ?? []);
    const { message, retryAfter } = usual;
    const isThrottle = error?.status === 'RESOURCE_EXHAUSTED' || reasons.some((reason) => throttles.has(reason));
    if (isThrottle)
      return new ConnectorError('throttled', 'none', message, retryAfter === undefined ? {} : { retryAfter });
    if (status !== 412 || error?.message === undefined) return usual;
    const kind = reasons.includes('limitExceeded') ? 'rejected' : 'unavailable';
    return new ConnectorError(kind, 'none', `${name} answered 412: ${error.message.slice(0, 200)}.`);
  };

export type WireConfig = Pick<GoogleTarget, 'auth' | 'baseUrl' | 'allowHosts'>;

/** Google's Admin SDK. `scopes`: what is asked for where the connection names none; `patience`: milliseconds lists may wait in all. */
export function googleWire(
  config: WireConfig,
  scopes: readonly string[],
  context: ConnectorContext,
  patience = 0,
): Wire {
  const { name } = context;
  const http = httpClient({
    ...{
      name,
      deadline: context.deadline,
      turn: context.turn,
      now: context.now,
      detail: detailOf,
      refusal: refusalOf(name),
    },
    baseUrl: `${config.baseUrl.replace(/\/+$/, '')}/admin/directory/v1`,
    auth: { ...config.auth, scope: config.auth.scope ?? scopes.join(' '), scopeIn: 'assertion' },
    allowHosts: [...context.allowHosts, ...config.allowHosts],
  });

  const send: Wire['send'] = async ({ json, ...request }, schema) => {
    const content = json === undefined ? {} : { json, headers: { 'Content-Type': 'application/json' } };
    try {
      return (await http.send({ ...request, ...content, schema })).body;
    } catch (error) {
      throw notDelegated(error, name);
    }
  };

  async function* pages({ path, rows, query, size }: List, signal: AbortSignal) {
    const Page = pageOf(rows);
    const used = new Set<string>();
    const waiting = waitsOf(patience, name, signal);
    for (let token: string | undefined; ; ) {
      const asked = { ...query, maxResults: size, ...(token === undefined ? {} : { pageToken: token }) };
      const page = await waiting(() => send({ method: 'GET', path, query: asked, patient: true, signal }, Page));
      yield page.rows;
      token = page.next;
      if (token === undefined) return;
      if (used.has(token)) throw new ConnectorError('unavailable', 'none', `${name} lists its ${rows} in a circle.`);
      used.add(token);
    }
  }

  return { send, pages, credentialsEnd: http.credentialsEnd, close: http.close };
}

/** A page has to say of what kind it is: a list without rows shows none, and could not be told from any other answer. */
const pageOf = (rows: List['rows']) =>
  z
    .object({ kind: z.literal(`admin#directory#${rows}`), nextPageToken: z.string().optional() })
    .loose()
    .transform((page, context) => {
      const found = z.array(z.unknown()).optional().safeParse(page[rows]);
      if (!found.success) context.addIssue({ code: 'custom', path: [rows], message: 'not a list' });
      return { rows: found.data ?? [], next: page.nextPageToken || undefined };
    });

/** The most common slip of all, said by Google in a way nobody would understand. */
function notDelegated(error: unknown, name: string): unknown {
  if (!(error instanceof ConnectorError && error.kind === 'auth' && /unauthorized_client/.test(error.message)))
    return error;
  return new ConnectorError('auth', 'none', error.message, {
    cause: error,
    remedy: `Delegate the scopes that ${name} needs to the service account’s client id (Admin console, Security > API controls > Domain-wide delegation).`,
  });
}

/** Google says that it is called too often, and not until when: each wait is twice the one before, up to `patience` in all. */
function waitsOf(patience: number, name: string, signal: AbortSignal) {
  let left = patience;
  return async <Result>(call: () => Promise<Result>): Promise<Result> => {
    for (let pause = 1_000; ; pause *= 2) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof ConnectorError && error.kind === 'throttled')) throw error;
        const wait = Math.max(pause, error.retryAfter ?? 0);
        if (wait > left) throw error;
        left -= wait;
        await sleep(wait, undefined, { signal }).catch(() => {
          throw new ConnectorError('unavailable', 'none', `${name} was not read further: no time left.`);
        });
      }
    }
  };
}

export const isOf = (error: unknown, ...kinds: readonly ConnectorError['kind'][]): error is ConnectorError =>
  error instanceof ConnectorError && kinds.includes(error.kind);
