import { type JsonAnswer, startJsonServer } from '../../test/fakes/json-server.ts';

type Agent = Record<string, unknown> & { id: string; login: string; external_id: unknown; teams: string[] };

const teams = ['First line', 'Night shift'];
const known = ['external_id', 'login', 'email', 'name', 'title', 'phone', 'disabled', 'teams_add', 'teams_remove'];
const pageSize = 3;

/** The desk of the example as a real server on a loopback port: what its documentation says, and strict about it. */
export async function startDesk(token: string) {
  const agents = new Map<string, Agent>();
  let made = 0;

  const listed = (query: URLSearchParams): JsonAnswer => {
    const fits = (agent: Agent, field: 'login' | 'external_id') =>
      !query.has(field) || String(agent[field]).toLowerCase() === String(query.get(field)).toLowerCase();
    const found = [...agents.values()].filter((agent) => fits(agent, 'login') && fits(agent, 'external_id'));
    const page = Number(query.get('page') ?? 1);
    const rows = found.slice((page - 1) * pageSize, page * pageSize);
    return { status: 200, body: { agents: rows, next: page * pageSize < found.length ? page + 1 : null } };
  };

  const refusalOf = (id: string, body: Record<string, unknown>): JsonAnswer | null => {
    const refused = (status: number, error: string) => ({ status, body: { error } });
    const stray = Object.keys(body).find((field) => !known.includes(field));
    if (stray !== undefined) return refused(422, `there is no field ${stray}`);
    const login = body.login ?? agents.get(id)?.login;
    if (typeof login !== 'string' || login === '') return refused(422, 'login is missing');
    const isTaken = (other: Agent) => other.id !== id && other.login.toLowerCase() === login.toLowerCase();
    if ([...agents.values()].some(isTaken)) return refused(409, 'login is taken');
    const strange = namesIn(body.teams_add).find((name) => !teams.includes(name));
    return strange === undefined ? null : refused(422, `there is no team ${strange}`);
  };

  const write = (id: string, body: Record<string, unknown>): JsonAnswer => {
    const refusal = refusalOf(id, body);
    if (refusal !== null) return refusal;
    const { teams_add, teams_remove, ...values } = body;
    const before = agents.get(id);
    const kept = (before?.teams ?? []).filter((name) => !namesIn(teams_remove).includes(name));
    const given = { ...(before ?? { external_id: null, disabled: false }), ...values };
    const agent = { ...given, id, teams: [...new Set([...kept, ...namesIn(teams_add)])] } as Agent;
    agents.set(id, agent);
    return { status: before === undefined ? 201 : 200, body: agent };
  };

  const server = await startJsonServer(({ method, path: [, kind, id], query, headers, body }) => {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: { error: 'who are you?' } };
    if (kind === 'teams')
      return { status: 200, body: { teams: teams.map((name, index) => ({ id: `t${index}`, name })) } };
    if (kind !== 'agents') return { status: 404, body: { error: 'there is no such thing' } };
    if (id === undefined) return method === 'GET' ? listed(query) : write(`a${++made}`, body);
    const agent = agents.get(id);
    if (agent === undefined) return { status: 404, body: { error: `there is no agent ${id}` } };
    if (method === 'GET') return { status: 200, body: agent };
    if (method === 'PATCH') return write(id, body);
    agents.delete(id);
    return { status: 204 };
  });

  return {
    ...server,
    teams: teams as readonly string[] as readonly [string, string],
    /** What people do in the desk itself. */
    add: (login: string): string => {
      const id = `a${++made}`;
      write(id, { login });
      return id;
    },
    give: (team: string, id: string): void => {
      write(id, { teams_add: [team] });
    },
    holders: (team: string): string[] =>
      [...agents.values()].flatMap(({ id, teams: own }) => own.filter((name) => name === team).map(() => id)),
  };
}

const namesIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
