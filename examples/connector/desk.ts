import { z } from 'zod';
import { authorizationOf } from '../../connectors/_authorize.ts';
import { AllowHosts, Auth, BaseUrl, httpClient, nullIfMissing } from '../../connectors/_http.ts';
import {
  type AccountChange,
  type Attributes,
  type ConnectorContext,
  ConnectorError,
  defineTarget,
  type ListedAccount,
  type Target,
} from '../../src/core/connector.ts';

const Connection = z.strictObject({
  baseUrl: BaseUrl.describe('Where the API of the desk begins, such as https://desk.example/api'),
  auth: Auth,
  allowHosts: AllowHosts.default([]).describe('Hosts and networks of your own that may be called beside public ones'),
});
type Connection = z.infer<typeof Connection>;

/** Our names, and the fields of an agent they are. */
const fields = { userName: 'login', email: 'email', displayName: 'name', title: 'title', phone: 'phone' } as const;

const text = z.string().nullish();
const Agent = z.object({
  id: z.string().min(1),
  external_id: text,
  login: z.string(),
  ...{ email: text, name: text, title: text, phone: text },
  disabled: z.boolean(),
  teams: z.array(z.string()),
});
type Agent = z.infer<typeof Agent>;
/** Without `next` the page could not be told from the last one. */
const Agents = z.object({ agents: z.array(Agent), next: z.number().int().nullable() });
const Teams = z.object({ teams: z.array(z.object({ id: z.string(), name: z.string() })) });
const Refusal = z.object({ error: z.string() });

const normal = (value: string) => value.trim().toLowerCase();

function listedOf(agent: Agent): ListedAccount {
  const found = Object.entries(fields).flatMap(([name, field]) => (agent[field] ? [[name, agent[field]]] : []));
  return {
    remoteId: agent.id,
    active: !agent.disabled,
    attributes: Object.fromEntries(found) as Attributes,
    entitlements: { teams: [...agent.teams].sort() },
    externalId: agent.external_id ?? null,
    userName: normal(agent.login),
    emails: agent.email ? [normal(agent.email)] : [],
  };
}

/** What a request sends for attributes; null empties a field. */
function bodyOf({ set, clear }: Pick<AccountChange, 'set' | 'clear'>): Record<string, unknown> {
  const values = [...Object.entries(set), ...clear.map((name): [string, null] => [name, null])];
  const named = values.map(([name, value]) => {
    const field = Object.hasOwn(fields, name) ? fields[name as keyof typeof fields] : undefined;
    if (field === undefined || Array.isArray(value))
      throw new ConnectorError('rejected', 'none', `The desk has no place for "${name}".`);
    return [field, value];
  });
  return Object.fromEntries(named);
}

function deskTarget(connection: Connection, given: ConnectorContext): Target {
  const context = { ...given, allowHosts: [...given.allowHosts, ...connection.allowHosts] };
  const http = httpClient({
    ...context,
    baseUrl: connection.baseUrl,
    auth: connection.auth,
    detail: (body) => Refusal.safeParse(body).data?.error,
  });

  const page = async (query: Record<string, string | number>, signal: AbortSignal) =>
    (await http.send({ method: 'GET', path: ['agents'], query, schema: Agents, patient: true, signal })).body;

  const write = async (method: 'POST' | 'PATCH', path: readonly string[], json: unknown, signal: AbortSignal) =>
    listedOf((await http.send({ method, path, json, schema: Agent, signal })).body);

  const change = (id: string, { set, clear, entitlements }: AccountChange, more: object, signal: AbortSignal) => {
    const { add = [], remove = [] } = entitlements.teams ?? {};
    const json = { ...bodyOf({ set, clear }), teams_add: add, teams_remove: remove, ...more };
    return write('PATCH', ['agents', id], json, signal);
  };

  return {
    test: async (signal) => {
      await page({ page: 1 }, signal);
    },
    list: async function* (signal) {
      for (let next: number | null = 1; next !== null; ) {
        const found: z.infer<typeof Agents> = await page({ page: next }, signal);
        yield found.agents.map(listedOf);
        next = found.next;
      }
    },
    get: async (id, signal) => {
      const call = http.send({ method: 'GET', path: ['agents', id], schema: Agent, signal });
      return call.then(({ body }) => listedOf(body), nullIfMissing);
    },
    find: async ({ externalId, userName }, signal) => {
      const found = new Map<string, ListedAccount>();
      const take = (account: ListedAccount, fits: boolean) => fits && found.set(account.remoteId, account);
      if (externalId !== undefined)
        for (const agent of (await page({ external_id: externalId }, signal)).agents.map(listedOf))
          take(agent, agent.externalId === externalId);
      if (userName !== undefined)
        for (const agent of (await page({ login: userName }, signal)).agents.map(listedOf))
          take(agent, agent.userName === normal(userName));
      return [...found.values()];
    },
    create: async ({ externalId, attributes, entitlements }, signal) => {
      const json = { external_id: externalId, ...bodyOf({ set: attributes, clear: [] }) };
      return write('POST', ['agents'], { ...json, teams_add: entitlements.teams ?? [] }, signal);
    },
    update: async (id, asked, signal) => change(id, asked, {}, signal),
    suspend: async (id, signal) => change(id, { set: {}, clear: [], entitlements: {} }, { disabled: true }, signal),
    reactivate: async (id, asked, signal) => change(id, asked, { disabled: false }, signal),
    delete: async (id, signal) => {
      const call = http.send({ method: 'DELETE', path: ['agents', id], schema: z.undefined(), signal });
      await call.catch(nullIfMissing);
    },
    entitlements: async function* (signal) {
      const { body } = await http.send({ method: 'GET', path: ['teams'], schema: Teams, signal });
      yield body.teams.map(({ id, name }) => ({ target: 'teams', value: name, remoteId: id }));
    },
    credentialsEnd: () => http.credentialsEnd(),
    authorization: () => authorizationOf(connection.auth, context),
    close: () => http.close(),
  };
}

/** A made-up help desk: the example of a connector. */
export const connector = defineTarget<Connection>({
  kind: 'target',
  name: 'desk',
  title: 'Example desk',
  config: Connection,
  capabilities: { suspend: true, delete: true, entitlements: true, uniqueKey: true },
  attributes: [
    { name: 'userName', kind: 'value', type: 'string', required: true, unique: true },
    { name: 'email', kind: 'value', type: 'string' },
    { name: 'displayName', kind: 'value', type: 'string' },
    { name: 'title', kind: 'value', type: 'string' },
    { name: 'phone', kind: 'value', type: 'string' },
    { name: 'teams', kind: 'entitlement', type: 'string' },
  ],
  parameters: [
    { target: 'userName', from: 'email' },
    { target: 'email', from: 'email' },
    { target: 'displayName', from: 'displayName' },
  ],
  rate: { perSecond: 10, concurrency: 4 },
  connect: deskTarget,
});
