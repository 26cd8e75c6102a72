import { randomUUID } from 'node:crypto';

/** How this app departs from the protocol; everything unset is as RFC 7644 says. Each value was met in a real server. */
export type Quirks = {
  /** `ignored` gives everything, `blind` nothing, `refused` answers 400; `exact-case` compares by case. */
  filter: 'honest' | 'ignored' | 'exact-case' | 'refused' | 'blind';
  /** Row numbers from zero; the first page for ever; past the end the first page again; totals that are wrong. */
  paging: 'honest' | 'from-zero' | 'first-page' | 'restarts' | 'total-high' | 'total-page';
  /** Most rows given at a time. */
  maxPage: number;
  /** Keeps versions and refuses an If-Match that is not the present one. */
  etag: boolean;
  patch: 'resource' | 'empty' | 'unsupported';
  create: 'resource' | 'empty' | 'location';
  uniqueUserName: boolean;
  /** Does a user show its groups? */
  userGroups: boolean;
  discovery: boolean;
};

export const honest: Quirks = {
  filter: 'honest',
  paging: 'honest',
  maxPage: 100,
  etag: false,
  patch: 'resource',
  create: 'resource',
  uniqueUserName: true,
  userGroups: true,
  discovery: true,
};

export type Tree = Record<string, unknown>;
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };
export type Asked = {
  method: string;
  path: readonly string[];
  query: URLSearchParams;
  ifMatch?: string | undefined;
  body: unknown;
};
type Stored = Tree & { id: string; version: number };

const message = (name: string) => `urn:ietf:params:scim:api:messages:2.0:${name}`;
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const urnPath = /^(urn:[\w:.-]+):(\w+)$/;

class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, detail: string, scimType?: string) {
    super(detail);
    const type = scimType === undefined ? {} : { scimType };
    this.answer = { status, body: { schemas: [message('Error')], status: String(status), detail, ...type } };
  }
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const members = (group: Tree): Tree[] => (Array.isArray(group.members) ? group.members.filter(isTree) : []);

/** A small, strict SCIM 2.0 app in memory. */
export function createScimApp(given: Partial<Quirks> = {}) {
  const quirks = { ...honest, ...given };
  const users = new Map<string, Stored>();
  const groups = new Map<string, Stored>();

  const shown = (kind: string, row: Stored): Tree => {
    const { version, password: _password, ...rest } = row;
    const meta = {
      resourceType: kind,
      location: `/${kind}/${row.id}`,
      ...(quirks.etag ? { version: `W/"${version}"` } : {}),
    };
    if (kind !== 'Users' || !quirks.userGroups) return { ...rest, meta };
    const own = [...groups.values()].filter((group) => members(group).some(({ value }) => value === row.id));
    return { ...rest, meta, groups: own.map(({ id, displayName }) => ({ value: id, display: displayName })) };
  };

  const matches = (row: Stored, filter: string): boolean => {
    const [, attribute = '', literal = '""'] = /^([\w.]+) eq (".*")$/.exec(filter) ?? [];
    if (attribute === '') throw new Refusal(400, 'the filter is not understood', 'invalidFilter');
    const sought = String(JSON.parse(literal));
    if (attribute === 'members.value') return members(row).some(({ value }) => value === sought);
    const value = String(row[attribute] ?? '');
    return attribute === 'userName' && quirks.filter !== 'exact-case'
      ? value.toLowerCase() === sought.toLowerCase()
      : value === sought;
  };

  const selected = (rows: Stored[], filter: string | null): Stored[] => {
    if (filter === null || quirks.filter === 'ignored') return rows;
    if (quirks.filter === 'refused') throw new Refusal(400, 'filters are not supported', 'invalidFilter');
    return quirks.filter === 'blind' ? [] : rows.filter((row) => matches(row, filter));
  };

  const list = (kind: string, rows: Stored[], query: URLSearchParams): Answer => {
    const found = selected(rows, query.get('filter'));
    const count = Math.min(Number(query.get('count') ?? 20), quirks.maxPage);
    const asked = Number(query.get('startIndex') ?? 1) - (quirks.paging === 'from-zero' ? 0 : 1);
    const pastEnd = quirks.paging === 'restarts' && asked >= found.length;
    const start = quirks.paging === 'first-page' || pastEnd ? 0 : Math.max(asked, 0);
    const page = found.slice(start, start + count).map((row) => shown(kind, row));
    const wrong = { 'total-high': found.length + 1, 'total-page': page.length };
    const totalResults = quirks.paging in wrong ? wrong[quirks.paging as keyof typeof wrong] : found.length;
    const body = { schemas: [message('ListResponse')], totalResults, startIndex: start + 1, itemsPerPage: page.length };
    return { status: 200, body: page.length === 0 ? body : { ...body, Resources: page } };
  };

  const checkUser = (user: Tree, id: string) => {
    if (typeof user.userName !== 'string' || user.userName === '')
      throw new Refusal(400, 'userName is required', 'invalidValue');
    // It says too much, as servers do.
    if (typeof user.password === 'string' && user.password.length < 8)
      throw new Refusal(400, `the password "${user.password}" is too short`, 'invalidValue');
    const name = user.userName.toLowerCase();
    const taken = [...users.values()].some((other) => other.id !== id && String(other.userName).toLowerCase() === name);
    if (taken && quirks.uniqueUserName) throw new Refusal(409, 'userName is taken', 'uniqueness');
  };
  const checkGroup = (group: Tree) => {
    for (const { value } of members(group))
      if (!users.has(String(value))) throw new Refusal(400, `there is no user ${String(value)}`, 'invalidValue');
  };

  const save = (kind: string, row: Tree, id: string, version: number): Stored => {
    if (kind === 'Users') checkUser(row, id);
    else checkGroup(row);
    const { groups: _groups, meta: _meta, ...kept } = row;
    const stored = { ...kept, id, version };
    (kind === 'Users' ? users : groups).set(id, stored);
    return stored;
  };

  const create = (kind: string, body: unknown): Answer => {
    if (!isTree(body) || !Array.isArray(body.schemas) || (kind === 'Users' && !body.schemas.includes(userSchema)))
      throw new Refusal(400, 'the schemas are missing', 'invalidSyntax');
    const stored = save(kind, body, randomUUID(), 1);
    const headers = quirks.create === 'location' ? { Location: `https://app.test/scim/${kind}/${stored.id}` } : {};
    return { status: 201, headers, ...(quirks.create === 'resource' ? { body: shown(kind, stored) } : {}) };
  };

  const one = (kind: string, id: string): Stored => {
    const row = (kind === 'Users' ? users : groups).get(id);
    if (row === undefined) throw new Refusal(404, `${kind} ${id} not found`);
    return row;
  };

  const write = (asked: Asked, kind: string, id: string): Answer => {
    const row = one(kind, id);
    if (quirks.etag && asked.ifMatch !== undefined && asked.ifMatch !== `W/"${row.version}"`)
      throw new Refusal(412, 'the resource was changed meanwhile');
    if (asked.method === 'PATCH' && quirks.patch === 'unsupported') throw new Refusal(501, 'PATCH is not supported');
    const next = asked.method === 'PATCH' ? patched(row, asked.body) : isTree(asked.body) ? asked.body : {};
    const kept = row.password === undefined ? {} : { password: row.password };
    const stored = save(kind, { externalId: row.externalId, ...kept, ...next }, id, row.version + 1);
    if (asked.method === 'PATCH' && quirks.patch === 'empty') return { status: 204 };
    return { status: 200, body: shown(kind, stored) };
  };

  const remove = (kind: string, id: string): Answer => {
    one(kind, id);
    (kind === 'Users' ? users : groups).delete(id);
    for (const group of groups.values()) group.members = members(group).filter(({ value }) => value !== id);
    return { status: 204 };
  };

  const discovery: Answer = {
    status: 200,
    body: { patch: { supported: quirks.patch !== 'unsupported' }, etag: { supported: quirks.etag } },
  };

  const answer = (asked: Asked): Answer => {
    const [kind = '', id] = asked.path;
    if (kind === 'ServiceProviderConfig' && quirks.discovery) return discovery;
    if (kind !== 'Users' && kind !== 'Groups') throw new Refusal(404, 'there is no such endpoint');
    const rows = [...(kind === 'Users' ? users : groups).values()];
    if (asked.method === 'GET' && id === undefined) return list(kind, rows, asked.query);
    if (asked.method === 'POST' && id === undefined) return create(kind, asked.body);
    if (id === undefined) throw new Refusal(405, 'not here');
    if (asked.method === 'DELETE') return remove(kind, id);
    if (asked.method !== 'GET') return write(asked, kind, id);
    const row = one(kind, id);
    return { status: 200, body: shown(kind, row), ...(quirks.etag ? { headers: { ETag: `W/"${row.version}"` } } : {}) };
  };

  return {
    users,
    groups,
    handle: (asked: Asked): Answer => {
      try {
        return answer(asked);
      } catch (error) {
        if (error instanceof Refusal) return error.answer;
        throw error;
      }
    },
  };
}
export type ScimApp = ReturnType<typeof createScimApp>;

/** A PATCH as RFC 7644 section 3.5.2 has it, for the paths clients send; all or nothing. */
function patched(row: Tree, body: unknown): Tree {
  if (!isTree(body) || !Array.isArray(body.schemas) || !body.schemas.includes(message('PatchOp')))
    throw new Refusal(400, 'this is no PatchOp', 'invalidSyntax');
  const steps = Array.isArray(body.Operations) ? body.Operations.filter(isTree) : [];
  if (steps.length === 0) throw new Refusal(400, 'there are no operations', 'invalidValue');
  return steps.reduce<Tree>(step, structuredClone(row));
}

function step(row: Tree, { op, path, value }: Tree): Tree {
  if (typeof path !== 'string') {
    if (op === 'remove' || !isTree(value)) throw new Refusal(400, 'a path is missing', 'noTarget');
    return Object.entries(value).reduce((tree, [name, part]) => put(tree, [name], merge(tree[name], part)), row);
  }
  const [, urn, attribute] = urnPath.exec(path) ?? [];
  const steps = urn !== undefined && attribute !== undefined ? [urn, attribute] : path.split('.');
  if (path.startsWith('members')) return { ...row, members: membersAfter(row, String(op), path, value) };
  if (op === 'remove') return put(row, steps, undefined);
  if (value === undefined) throw new Refusal(400, 'a value is missing', 'invalidValue');
  return put(row, steps, value);
}

const merge = (old: unknown, part: unknown) => (isTree(old) && isTree(part) ? { ...old, ...part } : part);

function put(tree: Tree, [name = '', ...rest]: readonly string[], value: unknown): Tree {
  const next = rest.length === 0 ? value : put(isTree(tree[name]) ? tree[name] : {}, rest, value);
  const { [name]: _, ...others } = tree;
  return next === undefined ? others : { ...others, [name]: next };
}

/** Strict, as Entra ID's groups are: adding a member twice or removing a stranger is refused. */
function membersAfter(row: Tree, op: string, path: string, value: unknown): Tree[] {
  const present = members(row);
  const [, removed] = /^members\[value eq "([^"]+)"\]$/.exec(path) ?? [];
  if (op === 'remove' && removed !== undefined) {
    if (!present.some((member) => member.value === removed)) throw new Refusal(400, 'not a member', 'noTarget');
    return present.filter((member) => member.value !== removed);
  }
  if (op !== 'add' || path !== 'members' || !Array.isArray(value))
    throw new Refusal(400, 'not understood', 'invalidPath');
  const added = value.filter(isTree);
  if (added.some(({ value: id }) => present.some((member) => member.value === id)))
    throw new Refusal(400, 'already a member', 'invalidValue');
  return [...present, ...added];
}
