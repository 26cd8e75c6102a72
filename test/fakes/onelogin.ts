import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Fault, spoilAnswer } from './fault-server.ts';

export type FakeUser = { id: number; status: number; state: number; updated_at: string } & Record<string, unknown>;
export type FakeCondition = { source: string; operator: string; value: string };
export type FakeAction = { action: string; value?: string[]; expression?: string; scriplet?: string; macro?: string };
export type FakeMapping = {
  id: number;
  name: string;
  match: 'all' | 'any';
  enabled: boolean;
  position: number;
  conditions: FakeCondition[];
  actions: FakeAction[];
};
export type FakeApp = {
  id: number;
  name: string;
  connector_id: number;
  provisioning?: { enabled: boolean };
  role_ids?: number[];
  configuration?: Record<string, unknown>;
  parameters?: Record<string, Record<string, unknown>>;
  rules?: FakeMapping[];
  /** What the values of a rule's action are called. */
  values?: Record<string, { name: string; value: string | number }[]>;
};
export type FakeEvent = { id: number; created_at: string; event_type_id: number; user_id: number | null };

/** A OneLogin account: what a test sets in it is what it answers. */
export type Tenant = {
  users: FakeUser[];
  roles: { id: number; name: string; apps?: number[]; users?: number[] }[];
  apps: FakeApp[];
  mappings: FakeMapping[];
  custom: { id: number; name: string; shortname: string }[];
  events: FakeEvent[];
  /** What each condition's operators are called, where the account says. */
  operators: Record<string, { name: string; value: string }[]>;
};

const client = { id: 'rollcall-client', secret: 'onelogin-s3cret-4711' };
const perPage = 50;

type Answer = { status: number; body?: unknown; headers?: Record<string, string> };
type Planned = { fault: Fault; path: RegExp; hit: () => void };

/** OneLogin's API on loopback, as its documentation tells it: the lists of the second API by cursor, the events of the first. */
export async function startOneLogin(options: { now?: () => number } = {}) {
  const now = options.now ?? Date.now;
  const tenant: Tenant = { users: [], roles: [], apps: [], mappings: [], custom: [], events: [], operators: {} };
  const state = {
    /** Users are listed with these left out, as accounts differ in what a list shows. */
    hidden: [] as string[],
    /** Events may be read. */
    events: true,
    /** Calls left in this hour; null: no limit is told. */
    remaining: null as number | null,
    reset: 0,
    totals: true,
    /** Called before a page of users is answered. */
    beforePage: (_page: number) => {},
  };
  const tokens = new Set<string>();
  const planned: Planned[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const log: { method: string; url: string }[] = [];
  let nextEvent = 1;

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://onelogin.test');
    const sent = await text(request);
    log.push({ method: request.method ?? 'GET', url: url.pathname + url.search });
    const index = planned.findIndex(({ path }) => path.test(url.pathname + url.search));
    const [plan] = index < 0 ? [] : planned.splice(index, 1);
    if (plan === undefined) return send(response, answer(request, url, sent));
    plan.hit();
    spoilAnswer(response, plan.fault, { status: 200, body: {} }, timers);
  }

  function answer({ method, headers }: IncomingMessage, url: URL, sent: string): Answer {
    if (url.pathname === '/auth/oauth2/v2/token') return token(method, headers, sent);
    const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    if (!tokens.has(given)) return failed(401, 'Unauthorized');
    if (method !== 'GET') return failed(405, 'Method Not Allowed');
    if (url.pathname === '/auth/rate_limit')
      return {
        status: 200,
        body: {
          status: { error: false, code: 200 },
          data: {
            'X-RateLimit-Limit': 5000,
            'X-RateLimit-Remaining': state.remaining ?? 5000,
            'X-RateLimit-Reset': state.reset,
          },
        },
      };
    if (state.remaining === 0) return { ...failed(429, 'Too Many Requests'), headers: {} };
    if (state.remaining !== null) state.remaining -= 1;
    const found = read(url);
    if (state.remaining === null) return found;
    const limits = { 'X-RateLimit-Remaining': String(state.remaining), 'X-RateLimit-Reset': String(state.reset) };
    return { ...found, headers: { ...found.headers, ...limits } };
  }

  function token(method: string | undefined, headers: IncomingMessage['headers'], sent: string): Answer {
    const basic = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
    const isJson = (headers['content-type'] ?? '').startsWith('application/json');
    if (method !== 'POST' || !isJson || JSON.parse(sent).grant_type !== 'client_credentials')
      return v1Failed(400, 'bad request', 'grant_type is incorrect/absent');
    if (headers.authorization !== basic) return v1Failed(401, 'Unauthorized', 'Authentication Failure');
    const given = randomUUID();
    tokens.add(given);
    const created_at = new Date(now()).toISOString();
    const body = {
      access_token: given,
      refresh_token: randomUUID(),
      created_at,
      expires_in: 36_000,
      token_type: 'bearer',
      account_id: 1,
    };
    return { status: 200, body };
  }

  function read({ pathname, searchParams: query }: URL): Answer {
    const [, root, version, kind, id = '', more = '', sub = '', fourth = ''] = pathname
      .split('/')
      .map(decodeURIComponent);
    if (root !== 'api') return failed(404, 'Not Found');
    if (version === '1' && kind === 'events') return eventPage(query);
    if (version !== '2') return failed(404, 'Not Found');
    if (kind === 'users' && id === 'custom_attributes') return { status: 200, body: tenant.custom };
    if (kind === 'users' && id === '') return users(query);
    if (kind === 'users') return one(tenant.users, id);
    if (kind === 'roles' && more === 'users') {
      const role = tenant.roles.find((entry) => String(entry.id) === id);
      return role === undefined
        ? failed(404, 'Not Found')
        : page(
            (role.users ?? []).map((user) => ({ id: user })),
            query,
          );
    }
    if (kind === 'roles' && id === '')
      return page(
        tenant.roles.map(({ users: _users, ...role }) => role),
        query,
      );
    if (kind === 'mappings' && id === 'conditions' && sub === 'operators')
      return { status: 200, body: tenant.operators[more] ?? [] };
    if (kind === 'mappings' && id === '') return { status: 200, body: enabled(tenant.mappings, query) };
    if (kind === 'apps' && id === '') return page(tenant.apps.map(listed), query);
    const app = tenant.apps.find((entry) => String(entry.id) === id);
    if (kind !== 'apps' || app === undefined) return failed(404, 'Not Found');
    if (more === 'rules' && sub === 'actions') return { status: 200, body: app.values?.[fourth] ?? [] };
    if (more === 'rules') return { status: 200, body: enabled(app.rules ?? [], query) };
    const { rules: _rules, values: _values, ...detail } = app;
    return { status: 200, body: detail };
  }

  function users(query: URLSearchParams): Answer {
    const since = Date.parse(query.get('updated_since') ?? '1970-01-01');
    const found = tenant.users.filter(({ updated_at }) => Date.parse(updated_at) >= since);
    state.beforePage(placeIn(query).page);
    const still = tenant.users.filter((user) => found.includes(user) || Date.parse(user.updated_at) >= since);
    const shown = still.map((user) =>
      Object.fromEntries(Object.entries(user).filter(([name]) => !state.hidden.includes(name))),
    );
    return page(shown, query);
  }

  /** A cursor is a limit and a page, so it is no snapshot. */
  function page(rows: readonly unknown[], query: URLSearchParams): Answer {
    const { page: number, limit, bad } = placeIn(query);
    if (bad) return failed(400, 'Invalid cursor');
    const part = rows.slice((number - 1) * limit, number * limit);
    const pages = Math.max(1, Math.ceil(rows.length / limit));
    const after = number < pages ? { 'After-Cursor': cursorOf(limit, number + 1) } : {};
    const totals = state.totals ? { 'Total-Count': String(rows.length), 'Total-Pages': String(pages) } : {};
    return {
      status: 200,
      body: part,
      headers: { 'Current-Page': String(number), 'Page-Items': String(part.length), ...totals, ...after },
    };
  }

  function eventPage(query: URLSearchParams): Answer {
    if (!state.events) return v1Failed(403, 'Forbidden', 'Insufficient scope');
    const since = Date.parse(query.get('since') ?? '1970-01-01');
    const type = query.get('event_type_id');
    const found = tenant.events.filter(
      (event) => Date.parse(event.created_at) >= since && (type === null || String(event.event_type_id) === type),
    );
    const start = Number(query.get('after_cursor') ?? 0);
    const next = start + perPage < found.length ? String(start + perPage) : null;
    const pagination = { before_cursor: null, after_cursor: next, previous_link: null, next_link: null };
    return {
      status: 200,
      body: {
        status: { error: false, code: 200, type: 'success', message: 'Success' },
        pagination,
        data: found.slice(start, start + perPage),
      },
    };
  }

  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stamp = () => new Date(now()).toISOString();
  let stopped = false;

  return {
    ...{ url, tenant, state, log, client },
    config: { url, clientId: client.id, clientSecret: client.secret, allowHosts: ['127.0.0.1'] },
    /** Adds a user or changes one, as now. */
    put(user: Partial<FakeUser> & { id: number }): FakeUser {
      const index = tenant.users.findIndex(({ id }) => id === user.id);
      const before = tenant.users[index] ?? { id: user.id, status: 1, state: 1, updated_at: '' };
      const after = { ...before, ...user, updated_at: stamp() };
      if (index < 0) tenant.users.push(after);
      else tenant.users[index] = after;
      return after;
    },
    /** Deletes a user, with its event where `silent` does not say otherwise. */
    remove(id: number, { silent = false } = {}): void {
      tenant.users = tenant.users.filter((user) => user.id !== id);
      if (!silent) tenant.events.push({ id: nextEvent++, created_at: stamp(), event_type_id: 17, user_id: id });
    },
    /** No token given out so far is taken any more. */
    endTokens: () => tokens.clear(),
    fail(fault: Fault, on: { path?: RegExp; hit?: () => void } = {}): void {
      planned.push({ fault, path: on.path ?? /^\/api/, hit: on.hit ?? (() => {}) });
    },
    async stop(): Promise<void> {
      if (stopped) return;
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function send(response: ServerResponse, { status, body, headers }: Answer): void {
    response.writeHead(status, { 'Content-Type': 'application/json', Date: new Date(now()).toUTCString(), ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }
}
export type OneLogin = Awaited<ReturnType<typeof startOneLogin>>;

const failed = (statusCode: number, message: string): Answer => ({
  status: statusCode,
  body: { statusCode, name: `${message.replaceAll(' ', '')}Error`, message },
});
const v1Failed = (code: number, type: string, message: string): Answer => ({
  status: code,
  body: { status: { error: true, code, type, message } },
});

const cursorOf = (limit: number, page: number) => Buffer.from(JSON.stringify({ limit, page })).toString('base64');

function placeIn(query: URLSearchParams): { page: number; limit: number; bad: boolean } {
  const limit = Math.min(perPage, Number(query.get('limit') ?? perPage));
  const cursor = query.get('cursor');
  if (cursor === null) return { page: 1, limit, bad: false };
  try {
    const { page, limit: own } = JSON.parse(Buffer.from(cursor, 'base64').toString()) as {
      page: number;
      limit: number;
    };
    return { page, limit: own, bad: false };
  } catch {
    return { page: 1, limit, bad: true };
  }
}

const one = (rows: readonly { id: number }[], id: string): Answer => {
  const found = rows.find((row) => String(row.id) === id);
  return found === undefined ? failed(404, 'Not Found') : { status: 200, body: found };
};

/** Enabled ones, or those that are not, never both. */
const enabled = (rows: readonly FakeMapping[], query: URLSearchParams) => {
  const wanted = query.get('enabled') !== 'false';
  return rows.filter((row) => row.enabled === wanted).sort((a, b) => a.position - b.position);
};

const listed = ({ id, name, connector_id }: FakeApp) => ({ id, name, connector_id, visible: true, auth_method: 2 });
