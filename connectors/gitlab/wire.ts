import { z } from 'zod';
import { type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import { type HttpRequest, httpClient, type Refused } from '../_http.ts';
import type { Connection } from './config.ts';

const Refusal = z.object({ message: z.unknown().optional(), error: z.unknown().optional() });

export const rejected = (message: string, remedy?: string) =>
  new ConnectorError('rejected', 'none', message, remedy === undefined ? {} : { remedy });

/** What GitLab shows does not hold together. */
export const unsure = (name: string, why: string) =>
  new ConnectorError('unavailable', 'none', `${name} gave an answer that cannot be relied on: ${why}.`);

export const isOf = (error: unknown, kind: ConnectorError['kind']): error is ConnectorError =>
  error instanceof ConnectorError && error.kind === kind;

/** GitLab's own sentence: a text, or by field what is wrong with it. */
function sentenceIn(body: unknown): string | undefined {
  const { message, error } = Refusal.safeParse(body).data ?? {};
  const said = message ?? error;
  if (typeof said !== 'object' || said === null) return said === undefined ? undefined : String(said);
  return Object.entries(said)
    .map(([field, what]) => `${field} ${[what].flat().join(', ')}`)
    .join('; ');
}

/** Where the status says less than the sentence. */
function refusalOf({ status, body }: Refused, usual: ConnectorError): ConnectorError {
  const said = sentenceIn(body) ?? '';
  if (status === 400 && /\b(username|email|extern_uid)\b[^;]* has already been taken/.test(said))
    return new ConnectorError('conflict', 'none', usual.message);
  if (status === 403 && /cannot be (modified|blocked|unblocked|activated)|internal user/i.test(said))
    return rejected(usual.message, 'Look at the user in the Admin area of GitLab, then retry.');
  // So the API speaks of a path it does not have; of a user or group it does not have, it speaks in `message`.
  if (status === 404 && Refusal.safeParse(body).data?.error !== undefined)
    return rejected(usual.message, 'Check the base URL of the connection: it ends with /api/v4.');
  return usual;
}

/** The query of the next page; the address before it is never followed. Null: there is none. */
function nextIn(link: string | null): Record<string, string> | null {
  const url = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  return url === undefined ? null : Object.fromEntries(new URL(url, 'https://gitlab.invalid').searchParams);
}

/** The way to a GitLab: its token, its refusals, and its two kinds of pages. */
export function gitlabWire({ baseUrl, auth, pageSize }: Connection, context: ConnectorContext) {
  const { name } = context;
  const http = httpClient({
    ...{ name, deadline: context.deadline, allowHosts: context.allowHosts, turn: context.turn, now: context.now },
    ...{ baseUrl, headers: { 'PRIVATE-TOKEN': auth.token } },
    ...{ answerHeaders: ['x-next-page'], detail: sentenceIn, refusal: refusalOf },
  });
  return {
    send: async <Body>(request: HttpRequest<Body>): Promise<Body> => (await http.send(request)).body,

    /** Pages by number. @throws ConnectorError where one does not say whether there is another. */
    async *pages<Row>(path: readonly string[], row: z.ZodType<Row>, query: object, signal: AbortSignal) {
      for (let page = '1'; page !== ''; ) {
        const asked = { per_page: pageSize, ...query, page };
        const request = { method: 'GET', path, query: asked, schema: z.array(row), patient: true, signal } as const;
        const { body, headers } = await http.send(request);
        yield body;
        const next = headers.get('x-next-page');
        if (next === null) throw unsure(name, 'a page did not say whether there is another one (x-next-page)');
        page = next;
      }
    },

    /**
     * Everybody but bots by keyset, so that nobody is passed over when another one is deleted meanwhile. The last page says so by
     * silence (no `Link`), so the newest user, asked for before, has to be reached. @throws ConnectorError
     */
    async *users<Row extends { id: number }>(row: z.ZodType<Row>, signal: AbortSignal) {
      const people = { humans: 'true', exclude_internal: 'true', without_project_bots: 'true' };
      const keyset = { ...people, pagination: 'keyset', order_by: 'id' };
      const request = { method: 'GET', path: ['users'], schema: z.array(row), patient: true, signal } as const;
      const [newest] = (await http.send({ ...request, query: { ...keyset, sort: 'desc', per_page: 1 } })).body;
      let last = 0;
      let query: Record<string, string | number> | null = { ...keyset, sort: 'asc', per_page: pageSize };
      while (query !== null) {
        const { body, headers } = await http.send({ ...request, query });
        yield body;
        last = Math.max(last, ...body.map(({ id }) => id));
        query = nextIn(headers.get('link'));
      }
      if (newest !== undefined && last < newest.id) throw unsure(name, 'the list of users ended before the newest one');
    },
    close: () => http.close(),
  };
}
export type Wire = ReturnType<typeof gitlabWire>;
