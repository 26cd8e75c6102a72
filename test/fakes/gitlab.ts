import { type JsonAnswer, type JsonAsked, startJsonServer } from './json-server.ts';

type User = Record<string, unknown> & { id: number; username: string; email: string; state: string };
type Identity = { provider: string; extern_uid: string };
type Row = { id: number };

/** What POST and PUT of a user take, beside what only one of them does (doc/api/users.md). */
const common = ['email', 'name', 'username', 'password', 'extern_uid', 'provider', 'organization', 'location', 'note'];
const more = { POST: ['skip_confirmation', 'force_random_password', 'reset_password'], PUT: ['skip_reconfirmation'] };
const yesOrNo = ['external', ...more.POST.slice(0, 3), ...more.PUT];
const levels = [5, 10, 15, 20, 30, 40, 50];

const refused = (status: number, message: unknown): JsonAnswer => ({ status, body: { message } });
const wrong = (error: string): JsonAnswer => ({ status: 400, body: { error } });
const nowhere: JsonAnswer = { status: 404, body: { error: '404 Not Found' } };
const noUser = refused(404, '404 User Not Found');

/** The users, groups and members of a self-managed GitLab on loopback, as its documentation tells them; the token's owner is a service account. */
export async function startGitlab(token: string) {
  const users = new Map<number, User>();
  const identities = new Map<number, Identity[]>();
  const passwords = new Map<number, string>();
  const groups = ['sales', 'sales/managers', 'tools', 'tools/build'].map((full_path, index) => ({
    ...{ id: 11 + index, full_path, name: full_path.split('/').at(-1) },
    members: new Map<number, number>(),
  }));
  const state = { owner: { is_admin: true } as Record<string, unknown>, queues: false, links: true, numbers: true };
  let made = 100;
  let origin = '';

  const shown = (user: User) => ({ ...user, identities: identities.get(user.id) ?? [] });
  const same = (a: unknown, b: unknown) => String(a).toLowerCase() === String(b).toLowerCase();

  /** Pages by number with their headers, or by keyset with the link alone (doc/api/rest). */
  const paged = (rows: readonly Row[], { path, query }: JsonAsked): JsonAnswer => {
    const size = Math.min(Number(query.get('per_page') ?? 20), 100);
    if (path[2] === 'users' && path.length === 3 && query.get('pagination') === 'keyset')
      return byKeyset(rows, query, size);
    const page = Number(query.get('page') ?? 1);
    const next = page * size < rows.length ? String(page + 1) : '';
    const headers: Record<string, string> = state.numbers ? { 'x-next-page': next } : {};
    return { status: 200, body: rows.slice((page - 1) * size, page * size), headers };
  };

  const byKeyset = (rows: readonly Row[], query: URLSearchParams, size: number): JsonAnswer => {
    if (query.get('order_by') !== 'id' || !['asc', 'desc'].includes(query.get('sort') ?? ''))
      return refused(405, 'Keyset pagination is not yet available for this type of request');
    const way = query.get('sort') === 'asc' ? 1 : -1;
    const after = query.get('id_after');
    const left = rows.toSorted((a, b) => way * (a.id - b.id)).filter(({ id }) => after === null || id > Number(after));
    const body = left.slice(0, size);
    const next = new URLSearchParams(query);
    next.set('id_after', String(body.at(-1)?.id));
    const link = { Link: `<${origin}/api/v4/users?${next}>; rel="next"` };
    return { status: 200, body, headers: body.length < left.length && state.links ? link : {} };
  };

  const listed = (asked: JsonAsked): JsonAnswer => {
    const { query } = asked;
    const [uid, provider] = [query.get('extern_uid'), query.get('provider')];
    if ((uid === null) !== (provider === null)) return wrong('extern_uid, provider provide all or none of parameters');
    const isMeant = (user: User) =>
      (!query.has('username') || same(user.username, query.get('username'))) &&
      (uid === null || identities.get(user.id)?.some((own) => own.provider === provider && own.extern_uid === uid));
    return paged([...users.values()].filter(isMeant).map(shown), asked);
  };

  /** Grape's checks of parameters first, then the model's. */
  const refusalOf = (method: 'POST' | 'PUT', id: number, body: JsonAsked['body']): JsonAnswer | null => {
    const missing = ['email', 'name', 'username'].filter((field) => method === 'POST' && body[field] === undefined);
    if (missing.length > 0) return wrong(missing.map((field) => `${field} is missing`).join(', '));
    if (method === 'POST' && !['password', 'reset_password', 'force_random_password'].some((field) => field in body))
      return wrong(
        'password, reset_password, force_random_password are missing, at least one parameter must be provided',
      );
    if ('extern_uid' in body !== 'provider' in body)
      return wrong('extern_uid, provider provide all or none of parameters');
    const stray = Object.entries(body).find(
      ([field, value]) => typeof value !== (yesOrNo.includes(field) ? 'boolean' : 'string'),
    );
    if (stray !== undefined) return wrong(`${stray[0]} is invalid`);
    const others = [...users.values()].filter((other) => other.id !== id);
    // So the page of PUT says of an address of others: "404 even in cases where a 409 would be more appropriate".
    if (others.some(({ email }) => same(email, body.email)))
      return method === 'PUT' ? refused(404, '404 Not Found') : refused(409, 'Email has already been taken');
    if (others.some(({ username }) => same(username, body.username)))
      return refused(409, 'Username has already been taken');
    return modelRefusal(id, body);
  };

  const modelRefusal = (id: number, { username, email, name, password, extern_uid, provider }: JsonAsked['body']) => {
    const problems: Record<string, string[]> = {};
    if (username !== undefined && !/^[A-Za-z0-9_.][A-Za-z0-9_.-]*$(?<!\.|\.git|\.atom)/.test(String(username)))
      problems.username = [
        "can contain only letters, digits, '_', '-' and '.'. It must not end in '.', '.git' or '.atom'.",
      ];
    if (groups.some(({ full_path }) => same(full_path, username))) problems.username = ['has already been taken'];
    if (email !== undefined && !/^\S+@\S+$/.test(String(email))) problems.email = ['is invalid'];
    if (name === '') problems.name = ["can't be blank"];
    if (password !== undefined && String(password).length < 8)
      problems.password = [`is too short (minimum is 8 characters): ${password}`];
    const isTaken = (other: number, own: Identity[]) =>
      other !== id && own.some((one) => one.provider === provider && one.extern_uid === extern_uid);
    if ([...identities].some(([other, own]) => isTaken(other, own)))
      problems['identities.extern_uid'] = ['has already been taken'];
    return Object.keys(problems).length === 0 ? null : refused(400, problems);
  };

  const write = (method: 'POST' | 'PUT', id: number, body: JsonAsked['body']): JsonAnswer => {
    // What is not declared is dropped without a word.
    const known = Object.entries(body).filter(([field]) => [...common, 'external', ...more[method]].includes(field));
    const refusal = refusalOf(method, id, Object.fromEntries(known));
    if (refusal !== null) return refusal;
    const { password, extern_uid, provider, ...given } = Object.fromEntries(known);
    if (method === 'PUT' && given.skip_reconfirmation !== true) delete given.email;
    for (const field of [...more.POST, ...more.PUT]) delete given[field];
    const before = users.get(id) ?? { state: 'active', external: false, organization: '', location: null, note: null };
    users.set(id, { ...before, ...given, id } as User);
    if (provider !== undefined) identities.set(id, [{ provider: String(provider), extern_uid: String(extern_uid) }]);
    if (password !== undefined) passwords.set(id, String(password));
    return { status: method === 'POST' ? 201 : 200, body: shown(users.get(id) as User) };
  };

  const switchTo = (user: User, verb: string): JsonAnswer => {
    if (user.state === 'ldap_blocked')
      return refused(403, '403 Forbidden - LDAP blocked users cannot be modified by the API');
    if (verb === 'unblock' && user.state === 'deactivated')
      return refused(403, '403 Forbidden - Deactivated users cannot be unblocked by the API');
    const wasBlocked = user.state === 'blocked';
    user.state = verb === 'block' ? 'blocked' : 'active';
    return { status: 201, body: verb === 'block' && wasBlocked ? null : true };
  };

  const userCalls = (asked: JsonAsked): JsonAnswer => {
    const { method, path, body } = asked;
    const [id, verb] = path.slice(3);
    if (id === undefined) return method === 'GET' ? listed(asked) : write('POST', ++made, body);
    if (!/^\d+$/.test(id)) return nowhere;
    const user = users.get(Number(id));
    if (user === undefined) return noUser;
    if (verb === 'memberships') return paged(heldBy(user.id), asked);
    if (method === 'POST' && (verb === 'block' || verb === 'unblock')) return switchTo(user, verb);
    if (verb !== undefined) return nowhere;
    if (method === 'GET') return { status: 200, body: shown(user) };
    if (method === 'PUT') return write('PUT', user.id, body);
    return method === 'DELETE' ? removed(user, asked.query.get('hard_delete') === 'true') : nowhere;
  };

  const removed = (user: User, hard: boolean): JsonAnswer => {
    const owns = groups.some(({ members }) => {
      const owners = [...members].filter(([, level]) => level === 50);
      return owners.length === 1 && owners[0]?.[0] === user.id;
    });
    if (owns && !hard) return refused(409, 'User cannot be removed while is the sole-owner of a group');
    users.delete(user.id);
    identities.delete(user.id);
    for (const { members } of groups) members.delete(user.id);
    return { status: 204 };
  };

  const heldBy = (id: number) =>
    groups.flatMap(({ id: source_id, name, members }) =>
      members.has(id)
        ? [
            {
              id: source_id,
              source_id,
              source_name: name,
              source_type: 'Namespace',
              access_level: String(members.get(id)),
            },
          ]
        : [],
    );

  const groupCalls = (asked: JsonAsked): JsonAnswer => {
    const { method, path, body, query } = asked;
    const [key, kind, whom] = path.slice(3);
    const shownGroups = groups.map(({ id, full_path, name }) => ({ id, full_path, name }));
    if (key === undefined) return paged(shownGroups, asked);
    const group = groups.find(({ id, full_path }) => (/^\d+$/.test(key) ? id === Number(key) : same(full_path, key)));
    if (group === undefined) return refused(404, '404 Group Not Found');
    if (kind === undefined) return { status: 200, body: shownGroups.find(({ id }) => id === group.id) };
    const memberOf = (id: number) => ({ ...users.get(id), access_level: group.members.get(id) });
    if (whom === undefined && method === 'GET') return paged([...group.members.keys()].map(memberOf) as never, asked);
    if (whom === undefined) return joined(group, body) ?? { status: 201, body: memberOf(Number(body.user_id)) };
    if (!group.members.delete(Number(whom))) return refused(404, '404 Not found');
    if (query.get('skip_subresources') !== 'true')
      for (const below of groups)
        if (below.full_path.startsWith(`${group.full_path}/`)) below.members.delete(Number(whom));
    return { status: 204 };
  };

  const joined = (group: (typeof groups)[number], { user_id, access_level }: JsonAsked['body']): JsonAnswer | null => {
    if (!levels.includes(Number(access_level))) return wrong('access_level does not have a valid value');
    if (group.members.has(Number(user_id))) return refused(409, 'Member already exists');
    const user = users.get(Number(user_id));
    if (user === undefined) return noUser;
    const above = groups.find(({ full_path }) => full_path === group.full_path.split('/').slice(0, -1).join('/'));
    if ((above?.members.get(user.id) ?? 0) > Number(access_level))
      return refused(400, { access_level: ['should be greater than or equal to the membership inherited from above'] });
    if (state.queues)
      return { status: 200, body: { message: { [user.username]: 'Request queued for administrator approval.' } } };
    group.members.set(user.id, Number(access_level));
    return null;
  };

  const server = await startJsonServer((asked) => {
    const { path, headers } = asked;
    if (path[0] !== 'api' || path[1] !== 'v4') return nowhere;
    if (headers['private-token'] !== token) return refused(401, '401 Unauthorized');
    if (path[2] === 'user') return { status: 200, body: state.owner };
    if (path[2] === 'users') return userCalls(asked);
    return path[2] === 'groups' ? groupCalls(asked) : nowhere;
  });
  origin = server.origin;

  return {
    ...{ ...server, state, users, groups },
    /** What people do in GitLab itself. */
    add: (username: string): string => {
      const id = ++made;
      write('POST', id, { username, email: `${username}@acme.test`, name: username, force_random_password: true });
      return String(id);
    },
    give: (path: string, id: string, level = 30): void => {
      groups.find(({ full_path }) => full_path === path)?.members.set(Number(id), level);
    },
    holders: (path: string): string[] =>
      [...(groups.find(({ full_path }) => full_path === path)?.members.keys() ?? [])].map(String),
    accepts: (id: string, password: string): boolean => passwords.get(Number(id)) === password,
  };
}
