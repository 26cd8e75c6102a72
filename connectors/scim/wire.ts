import type { z } from 'zod';
import { type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import { type HttpAnswer, httpClient, nullIfMissing } from '../_http.ts';
import type { ScimConnection } from './connection.ts';
import { profileOf } from './manner.ts';
import { firstPage, type Page, sweep } from './paging.ts';
import type { Endpoint, Manner } from './profile.ts';
import {
  CursorResponse,
  detailOf,
  isScimError,
  ListResponse,
  type Resource,
  ServiceProviderConfig,
} from './resource.ts';

export type Send = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: readonly string[];
  query?: Readonly<Record<string, string | number>>;
  json?: unknown;
  /** As in an HttpRequest. */
  secrets?: readonly string[];
  /** As in an HttpRequest. */
  patient?: boolean;
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
  /** Asks for one row of the users. */
  probe(signal: AbortSignal): Promise<void>;
  /** Every resource once, page by page. Throws rather than ending early. */
  pages(endpoint: Endpoint, query: Query, signal: AbortSignal): AsyncGenerator<Resource[], void, void>;
  /** Does this filter find the resource of this id? What else it names may be unknown to the app. */
  finds(endpoint: Endpoint, id: string, filter: string, signal: AbortSignal): Promise<boolean>;
  /** Resources with `attribute eq value` that really `match`. Where the app knows no such filter, all are looked through. */
  search(endpoint: Endpoint, filter: Filter, matches: Matches, signal: AbortSignal): Promise<Resource[]>;
  abilities(signal: AbortSignal): Promise<Abilities>;
  credentialsEnd(): number | null;
  close(): void;
};

/** A filter with its value as a JSON string, so that no value can end it (RFC 7644 section 3.4.2.2). */
export const equals = ({ attribute, value }: Filter) => `${attribute} eq ${JSON.stringify(value)}`;

export function scimWire(connection: ScimConnection, manner: Manner, context: ConnectorContext): Wire {
  const { address } = profileOf(connection.profile);
  const http = httpClient({
    name: context.name,
    baseUrl: connection.baseUrl,
    auth: connection.auth,
    kept: context.kept,
    headers: { Accept: 'application/scim+json, application/json', ...manner.headers },
    allowHosts: [...context.allowHosts, ...connection.allowHosts],
    deadline: context.deadline,
    detail: detailOf,
    refusal: ({ status, body }, usual) =>
      status === 404 && usual.kind === 'missing' && !isScimError(body)
        ? new BareMissing('missing', 'none', usual.message)
        : usual,
    turn: context.turn,
    now: context.now,
  });

  const answered: z.ZodType<Page> = manner.paging.by === 'cursor' ? CursorResponse : ListResponse;
  /** Where all its accounts, or groups, are not there either, nothing follows for the one. */
  const lists = async (endpoint: Endpoint, signal: AbortSignal): Promise<void> => {
    const query = firstPage(manner.paging, 1);
    try {
      await http.send({ method: 'GET', path: [endpoint], query, schema: answered, signal });
    } catch (error) {
      if (isMissing(error)) throw awayAltogether(context.name, endpoint, address);
      if (!(error instanceof ConnectorError && error.kind === 'rejected')) throw error;
    }
  };

  const send: Wire['send'] = async ({ version, ...request }, schema) => {
    const headers = {
      ...(request.json === undefined ? {} : { 'Content-Type': manner.contentType }),
      ...(version === undefined ? {} : { 'If-Match': version }),
    };
    try {
      return await http.send({ ...request, schema, headers });
    } catch (error) {
      const [endpoint, id] = request.path;
      const isOne = id !== undefined && (endpoint === 'Users' || endpoint === 'Groups');
      if (error instanceof BareMissing && isOne) await lists(endpoint, request.signal);
      throw error;
    }
  };

  const collection: Wire['collection'] = async (request, schema) => {
    try {
      return await send(request, schema);
    } catch (error) {
      throw isMissing(error) ? noEndpoint(context.name, request.path[0], address) : error;
    }
  };

  const pages = (endpoint: Endpoint, query: Query, thorough: boolean, signal: AbortSignal) => {
    const ask = async (page: Send['query']) =>
      (
        await collection(
          { method: 'GET', path: [endpoint], query: { ...query, ...page }, patient: true, signal },
          answered,
        )
      ).body;
    return sweep({ name: context.name, endpoint, paging: manner.paging, thorough, ask });
  };

  const finds: Wire['finds'] = async (endpoint, id, filter, signal) => {
    const query = { ...firstPage(manner.paging, manner.paging.most), filter };
    const answer = await send({ method: 'GET', path: [endpoint], query, signal }, answered).catch(nullIfMissing);
    return answer?.body.rows.some((row) => row.id === id) === true;
  };

  const refused = new Set<string>();
  const isKnown = (endpoint: Endpoint, attribute: string) => manner.filters[endpoint]?.includes(attribute) ?? true;
  const search: Wire['search'] = async (endpoint, filter, matches, signal) => {
    const kind = `${endpoint} ${filter.attribute}`;
    if (refused.has(kind) || !isKnown(endpoint, filter.attribute))
      return matching(pages(endpoint, {}, true, signal), matches);
    try {
      return await matching(pages(endpoint, { filter: equals(filter) }, false, signal), matches);
    } catch (error) {
      if (!(error instanceof ConnectorError && error.kind === 'rejected')) throw error;
      const found = await matching(pages(endpoint, {}, true, signal), matches);
      // Only now is it the filter that was refused: an app that was not there at all may know it.
      refused.add(kind);
      return found;
    }
  };

  const unsaid: Abilities = { patch: manner.patchUnsaid, etag: false };
  let known: Promise<Abilities> | undefined;
  const discover = async (signal: AbortSignal): Promise<Abilities> => {
    for (const path of manner.configPaths) {
      try {
        const { body } = await send({ method: 'GET', path: [path], signal }, ServiceProviderConfig);
        return { patch: body.patch?.supported ?? unsaid.patch, etag: body.etag?.supported ?? false };
      } catch (error) {
        if (error instanceof ConnectorError && ['missing', 'rejected'].includes(error.kind)) continue;
        known = undefined;
        return unsaid;
      }
    }
    return unsaid;
  };

  return {
    send,
    collection,
    probe: async (signal) => {
      await collection({ method: 'GET', path: ['Users'], query: firstPage(manner.paging, 1), signal }, answered);
    },
    pages: (endpoint, query, signal) => pages(endpoint, query, true, signal),
    finds,
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

/** A 404 in no words of SCIM's (RFC 7644 section 3.12): a gateway says so of everything, and GitHub where the token may not look. */
class BareMissing extends ConnectorError {}

const awayAltogether = (name: string, endpoint: Endpoint, address: string) =>
  new ConnectorError('unavailable', 'none', `${name} answered 404, and so it does for all its ${endpoint}.`, {
    remedy: `Look whether the app answers, and whether its credentials may still see accounts; the base URL looks like ${address}.`,
  });

export const isMissing = (error: unknown) => error instanceof ConnectorError && error.kind === 'missing';

const noEndpoint = (name: string, endpoint: Endpoint, address: string) =>
  new ConnectorError('rejected', 'none', `${name} has no /${endpoint} at its base URL.`, {
    remedy:
      endpoint === 'Users'
        ? `Check the base URL of the connection: /Users is expected right below it, which looks like ${address}.`
        : 'If the app has no groups, say so in the connection: options: { groups: false }.',
  });
