import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Answered, deltaOf } from './entra-delta.ts';
import {
  type Answer,
  bad,
  filtered,
  license,
  merged,
  notFound,
  pick,
  refused,
  selectIn,
  shownUser,
  whyNot,
} from './entra-query.ts';
import { createTenant, type FakeUser, type Tree } from './entra-tenant.ts';
import { client, tenantId, tokenService } from './entra-tokens.ts';
import { type Fault, spoilAnswer } from './fault-server.ts';

type Planned = { fault: Fault; path: RegExp; method: string | undefined; hit: () => void };
export type Asked = {
  method: string;
  path: string[];
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Tree;
};

/** Microsoft Graph and its token service on loopback, as Microsoft's pages tell them; what they do not offer is refused. */
export async function startEntra(options: { certificate?: string; pageSize?: number } = {}) {
  const tenant = createTenant();
  const delta = deltaOf(tenant, (row, select) => pick(row, select));
  const state = {
    /** Properties an advanced query may filter by. */
    advanced: ['onPremisesExtensionAttributes/extensionAttribute15'],
    /** Among the deleted, too. */
    deletedFilters: true,
    /** Most rows on a page. */
    pageSize: options.pageSize ?? 100,
    /** Refuses what changes these people, as of administrators. */
    admins: new Set<string>(),
  };
  const tokens = tokenService(options.certificate);
  const lists = new Map<string, { rows: Tree[]; query: URLSearchParams }>();
  const planned: Planned[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const log: { method: string; url: string; body: string }[] = [];

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const sent = await text(request);
    const method = request.method ?? 'GET';
    log.push({ method, url: decodeURIComponent(url.pathname + url.search), body: sent });
    const index = planned.findIndex((plan) => plan.path.test(url.pathname) && (plan.method ?? method) === method);
    const [plan] = index < 0 ? [] : planned.splice(index, 1);
    const answered = () => answer(method, url, request.headers, sent);
    if (plan === undefined) return send(response, answered());
    plan.hit();
    const { status } = plan.fault.effect === true ? answered() : { status: 200 };
    spoilAnswer(response, plan.fault, { status }, timers);
  }

  function answer(method: string, url: URL, headers: IncomingMessage['headers'], sent: string): Answer {
    const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
    if (path[1] === 'oauth2') return tokens.answer(path, sent);
    if (!tokens.accepts(headers.authorization))
      return refused(401, 'InvalidAuthenticationToken', 'Access token is empty or expired.');
    if (path[0] !== 'v1.0') return bad('Invalid version.');
    const body = sent === '' ? {} : (JSON.parse(sent) as Tree);
    const asked = { method, path: path.slice(1), query: url.searchParams, headers, body };
    const [kind, id, third] = asked.path;
    const odd = [...asked.query.keys()].find(
      (name) => !/^\$(select|top|filter|expand|count|skiptoken|deltatoken)$/.test(name),
    );
    if (odd !== undefined) return bad(`'${odd}' is not supported by the service.`);
    if (kind === 'users' && id === 'delta') return deltaPage('users', asked);
    if (kind === 'groups' && id === 'delta') return deltaPage('groups', asked);
    if (kind === 'users') return id === undefined ? usersList(asked) : ofUser(asked, id, third);
    if (kind === 'groups') return id === undefined ? page(groupRows(), asked) : ofGroup(asked, id, third);
    if (kind === 'subscribedSkus') return { status: 200, body: { value: tenant.skus } };
    if (kind === 'directory' && id === 'deletedItems') return ofDeleted(asked);
    return refused(400, 'BadRequest', `Resource not found for the segment '${kind}'.`);
  }

  function deltaPage(kind: 'users' | 'groups', { query }: Asked): Answer {
    const held = query.get('$skiptoken');
    const ended = query.get('$deltatoken');
    const isFirst = held === null && (ended === null || ended === 'latest');
    if (query.has('$top') || query.has('$expand') || query.has('$filter'))
      return bad('The query is not supported by delta.');
    if (!isFirst && query.has('$select')) return bad("'$select' is only supported in the first request.");
    const select = selectIn(query) ?? [];
    const found: Answered = isFirst
      ? delta.begin(kind, select, ended === 'latest')
      : held !== null
        ? delta.page(held)
        : delta.round(ended ?? '');
    if (found === 'bad') return bad('The token is not valid.');
    const address = `${origin}/v1.0/${kind}/delta`;
    if (found === 'expired') {
      const gone = refused(410, 'syncStateNotFound', 'The sync state generation is not found.');
      return { ...gone, headers: { Location: `${address}?$deltatoken=` } };
    }
    const next = found.next === undefined ? {} : { '@odata.nextLink': `${address}?$skiptoken=${found.next}` };
    const end = found.delta === undefined ? {} : { '@odata.deltaLink': `${address}?$deltatoken=${found.delta}` };
    return { status: 200, body: { value: found.rows, ...next, ...end } };
  }

  /** A page of rows; the next is asked for by a token that only this list knows. */
  function page(rows: Tree[], { path, query }: Asked): Answer {
    const held = query.get('$skiptoken');
    const list = held === null ? { rows, query } : lists.get(held);
    if (list === undefined)
      return refused(400, 'Directory_ExpiredPageToken', 'The specified page token value has expired.');
    const top = Number(list.query.get('$top') ?? 100);
    if (!(top >= 1 && top <= 999))
      return bad(`Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`);
    const size = Math.min(top, state.pageSize);
    const value = list.rows.slice(0, size);
    if (list.rows.length <= size) return { status: 200, body: { value } };
    const next = randomUUID();
    lists.set(next, { rows: list.rows.slice(size), query: list.query });
    return { status: 200, body: { value, '@odata.nextLink': `${origin}/v1.0/${path.join('/')}?$skiptoken=${next}` } };
  }

  const isAdvanced = ({ headers, query }: Asked) =>
    headers.consistencylevel === 'eventual' && query.get('$count') === 'true';

  function usersList(asked: Asked): Answer {
    if (asked.method === 'POST') return create(asked.body);
    if (asked.query.has('$skiptoken')) return page([], asked);
    const rows = filtered(tenant.seenUsers(), asked.query, isAdvanced(asked), state.advanced);
    return Array.isArray(rows)
      ? page(
          rows.map((row) => shownUser(tenant, row, asked.query)),
          asked,
        )
      : rows;
  }

  function create(body: Tree): Answer {
    const refusal = whyNot(tenant, body, null);
    if (refusal !== null) return refusal;
    const user = tenant.put(merged({ licenseAssignmentStates: [] }, body));
    tenant.passwords.set(user.id, String((body.passwordProfile as Tree).password));
    return { status: 201, body: pick(user, null) };
  }

  function ofUser(asked: Asked, key: string, part: string | undefined): Answer {
    const { method, body, query } = asked;
    const named = [...tenant.users.values()].find((user) => user.userPrincipalName.toLowerCase() === key.toLowerCase());
    const id = named?.id ?? key;
    if (method === 'GET' && part === undefined) {
      const { user } = tenant.seen(id);
      return user === null ? notFound(key) : { status: 200, body: shownUser(tenant, user, query) };
    }
    if (method === 'GET' && part === 'memberOf') {
      const { user, groups } = tenant.seen(id, false);
      const roles = [
        { '@odata.type': '#microsoft.graph.directoryRole', id: `role-${id}`, displayName: 'Reports Reader' },
      ];
      const rows = groups.map((group) => groupRow(group));
      return user === null ? notFound(key) : page([...roles, ...rows], asked);
    }
    const user = tenant.users.get(id);
    if (user === undefined) return notFound(key);
    if (state.admins.has(id))
      return refused(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    if (part === 'manager') return manage(asked, id);
    if (part === 'assignLicense') return license(tenant, user, body);
    if (method === 'DELETE') {
      tenant.remove(id);
      return { status: 204 };
    }
    if (method !== 'PATCH') return bad('Specified HTTP method is not allowed.');
    const refusal = whyNot(tenant, body, id);
    if (refusal !== null) return refusal;
    const password = (body.passwordProfile as Tree | undefined)?.password;
    if (password !== undefined) tenant.passwords.set(id, String(password));
    tenant.put(merged(user, body) as FakeUser);
    return { status: 204 };
  }

  function manage({ method, body }: Asked, id: string): Answer {
    if (method === 'DELETE' && !tenant.managers.has(id)) return notFound('manager');
    const manager = referred(body);
    if (method === 'PUT' && !tenant.users.has(manager)) return notFound(manager);
    tenant.manage(id, method === 'DELETE' ? null : manager);
    return { status: 204 };
  }

  const groupRow = (id: string): Tree => {
    const { members: _members, ...row } = tenant.groups.get(id) ?? { members: new Set() };
    return { '@odata.type': '#microsoft.graph.group', ...row };
  };
  const groupRows = (): Tree[] => [...tenant.groups.keys()].map(groupRow);

  function ofGroup(asked: Asked, id: string, part: string | undefined): Answer {
    const { method, path, body } = asked;
    const group = tenant.groups.get(id);
    if (group === undefined) return notFound(id);
    if (method === 'GET' && part === undefined) return { status: 200, body: groupRow(id) };
    const typed = (member: string) => ({
      '@odata.type': `#microsoft.graph.${tenant.groups.has(member) ? 'group' : 'user'}`,
      id: member,
    });
    const there = [...group.members].filter((member) => tenant.users.has(member) || tenant.groups.has(member));
    if (method === 'GET') return page(there.map(typed), asked);
    const types = group.groupTypes as string[];
    if (types.includes('DynamicMembership') || group.onPremisesSyncEnabled === true)
      return refused(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    const member = method === 'DELETE' ? (path[3] ?? '') : referred(body);
    if (method === 'DELETE') {
      if (!group.members.has(member)) return notFound(member);
      tenant.leave(id, member);
      return { status: 204 };
    }
    if (tenant.seen(member).user === null) return notFound(member);
    if (group.members.has(member))
      return bad("One or more added object references already exist for the following modified properties: 'members'.");
    tenant.join(id, member);
    return { status: 204 };
  }

  function ofDeleted(asked: Asked): Answer {
    const [, , id = '', part] = asked.path;
    if (id === 'microsoft.graph.user') {
      if (asked.query.has('$skiptoken')) return page([], asked);
      const known = state.deletedFilters ? state.advanced : [];
      const rows = filtered([...tenant.deleted.values()], asked.query, isAdvanced(asked), known);
      return Array.isArray(rows)
        ? page(
            rows.map((row) => pick(row, selectIn(asked.query))),
            asked,
          )
        : rows;
    }
    const user = tenant.deleted.get(id);
    if (user === undefined) return notFound(id);
    if (asked.method === 'POST' && part === 'restore') {
      const taken = whyNot(tenant, { userPrincipalName: user.userPrincipalName }, id);
      if (taken !== null) return taken;
      tenant.restore(id);
    }
    return { status: 200, body: { '@odata.type': '#microsoft.graph.user', ...pick(user, null) } };
  }

  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = { tenant: tenantId, clientId: client.id, graph: origin, login: origin, allowHosts: ['127.0.0.1'] };
  let stopped = false;

  return {
    ...{ origin, tenant, delta, state, log, client, base },
    config: { ...base, auth: { type: 'client-secret', clientSecret: client.secret } },
    endTokens: tokens.end,
    fail(fault: Fault, on: { path?: RegExp; method?: string; hit?: () => void } = {}): void {
      planned.push({ fault, path: on.path ?? /^\/v1/, method: on.method, hit: on.hit ?? (() => {}) });
    },
    async stop(): Promise<void> {
      if (stopped) return;
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type Entra = Awaited<ReturnType<typeof startEntra>>;

const referred = (body: Tree): string =>
  /\/(?:directoryObjects|users)\/([\w-]+)$/.exec(String(body['@odata.id'] ?? ''))?.[1] ?? '';

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
