import type { z } from 'zod';
import { type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import { type HttpAnswer, httpClient } from '../_http.ts';
import type { ScimConnection } from './connection.ts';
import { detailOf, ListResponse, type Resource, ServiceProviderConfig } from './resource.ts';

export type Endpoint = 'Users' | 'Groups';
export type Send = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: readonly string[];
  query?: Readonly<Record<string, string | number>>;
  json?: unknown;
  /** As in an HttpRequest. */
  secrets?: readonly string[];
  /** The version the change was computed from; sent where the app keeps versions (RFC 7644 section 3.14). */
  version?: string | undefined;
  signal: AbortSignal;
};
type Query = Readonly<Record<string, string>>;
type Filter = { attribute: string; value: string };
type Matches = (row: Resource) => boolean;

/** What the app says it can do. Discovery is never required: what it does not answer is assumed (RFC 7644 section 4). */
export type Abilities = { patch: boolean; etag: boolean };

export type Wire = {
  send<Body>(request: Send, schema: z.ZodType<Body>): Promise<HttpAnswer<Body>>;
  /** The same for a collection: where it is not there, the connection is wrong, not an account missing. */
  collection<Body>(request: Send & { path: readonly [Endpoint] }, schema: z.ZodType<Body>): Promise<HttpAnswer<Body>>;
  /** Every resource once, page by page. Throws rather than ending early. */
  pages(endpoint: Endpoint, query: Query, signal: AbortSignal): AsyncGenerator<Resource[], void, void>;
  /** Resources with `attribute eq value` that really `match`. Where the app refuses such a filter, all are looked through. */
  search(endpoint: Endpoint, filter: Filter, matches: Matches, signal: AbortSignal): Promise<Resource[]>;
  abilities(signal: AbortSignal): Promise<Abilities>;
  credentialsEnd(): number | null;
  close(): void;
};

/** A filter with its value as a JSON string, so that no value can end it (RFC 7644 section 3.4.2.2). */
export const equals = ({ attribute, value }: Filter) => `${attribute} eq ${JSON.stringify(value)}`;

export function scimWire(connection: ScimConnection, context: ConnectorContext): Wire {
  const http = httpClient({
    name: context.name,
    baseUrl: connection.baseUrl,
    auth: connection.auth,
    kept: context.kept,
    headers: { Accept: 'application/scim+json, application/json' },
    allowHosts: [...context.allowHosts, ...connection.allowHosts],
    deadline: context.deadline,
    detail: detailOf,
    now: context.now,
  });

  const send: Wire['send'] = ({ version, ...request }, schema) =>
    http.send({
      ...request,
      schema,
      headers: {
        ...(request.json === undefined ? {} : { 'Content-Type': 'application/scim+json' }),
        ...(version === undefined ? {} : { 'If-Match': version }),
      },
    });

  const collection: Wire['collection'] = async (request, schema) => {
    try {
      return await send(request, schema);
    } catch (error) {
      throw isMissing(error) ? noEndpoint(context.name, request.path[0]) : error;
    }
  };

  const page = async (endpoint: Endpoint, query: Query, startIndex: number, signal: AbortSignal) => {
    const paged = { ...query, startIndex, count: connection.options.pageSize };
    return (await collection({ method: 'GET', path: [endpoint], query: paged, signal }, ListResponse)).body;
  };

  /**
   * Advances by rows received and ends on a page without new rows, never on the total alone: servers get totals wrong, clamp pages and
   * start again past the end. The total is then held against what came; fewer rows mean a list that shifted or a server that skips.
   */
  async function* sweep(endpoint: Endpoint, query: Query, thorough: boolean, signal: AbortSignal) {
    const seen = new Set<string>();
    let received = 0;
    let total = 0;
    while (thorough || received === 0 || seen.size < total) {
      const { rows, total: said } = await page(endpoint, query, received + 1, signal);
      const fresh = [...new Map(rows.map((row) => [row.id, row])).values()].filter(({ id }) => !seen.has(id));
      total = Math.max(total, said);
      if (fresh.length === 0) break;
      for (const { id } of fresh) seen.add(id);
      received += rows.length;
      yield fresh;
    }
    if (seen.size < total) throw incomplete(context.name, endpoint, seen.size, total);
  }

  const refused = new Set<string>();
  const search: Wire['search'] = async (endpoint, filter, matches, signal) => {
    const kind = `${endpoint} ${filter.attribute}`;
    if (refused.has(kind)) return matching(sweep(endpoint, {}, true, signal), matches);
    try {
      return await matching(sweep(endpoint, { filter: equals(filter) }, false, signal), matches);
    } catch (error) {
      if (!(error instanceof ConnectorError && error.kind === 'rejected')) throw error;
      refused.add(kind);
      return search(endpoint, filter, matches, signal);
    }
  };

  let known: Promise<Abilities> | undefined;
  const discover = async (signal: AbortSignal): Promise<Abilities> => {
    try {
      const { body } = await send({ method: 'GET', path: ['ServiceProviderConfig'], signal }, ServiceProviderConfig);
      return { patch: body.patch?.supported ?? true, etag: body.etag?.supported ?? false };
    } catch (error) {
      if (!(error instanceof ConnectorError && ['missing', 'rejected'].includes(error.kind))) known = undefined;
      return { patch: true, etag: false };
    }
  };

  return {
    send,
    collection,
    pages: (endpoint, query, signal) => sweep(endpoint, query, true, signal),
    search,
    abilities: (signal) => {
      known ??= discover(signal);
      return known;
    },
    credentialsEnd: http.credentialsEnd,
    close: () => http.close(),
  };
}

async function matching(pages: AsyncIterable<Resource[]>, matches: Matches): Promise<Resource[]> {
  const found: Resource[] = [];
  for await (const page of pages) found.push(...page.filter(matches));
  return found;
}

export const isMissing = (error: unknown) => error instanceof ConnectorError && error.kind === 'missing';

const noEndpoint = (name: string, endpoint: Endpoint) =>
  new ConnectorError('rejected', 'none', `${name} has no /${endpoint} at its base URL.`, {
    remedy:
      endpoint === 'Users'
        ? 'Check the base URL of the connection: /Users is expected right below it.'
        : 'If the app has no groups, say so in the connection: options: { groups: false }.',
  });

const incomplete = (name: string, endpoint: Endpoint, got: number, total: number) =>
  new ConnectorError(
    'unavailable',
    'none',
    `${name} gave an incomplete list: ${got} of ${total} ${endpoint.toLowerCase()}.`,
    {
      remedy: 'Nothing was taken for gone; Rollcall reads the list again by itself.',
    },
  );
