import { createHash, randomInt } from 'node:crypto';
import { type Answer, type FakeUser, pageOf, Refusal, searchOf, sizeIn, type Tree } from './google-lists.ts';

export type FakeGroup = { id: string; email: string; name: string; members: Map<string, FakeMember> };
export type FakeMember = { id: string; email?: string; type: 'USER' | 'GROUP' | 'CUSTOMER'; role: string };
export type Asked = { method: string; path: readonly string[]; query: URLSearchParams; body: Tree };

type Shown = { users: Map<string, FakeUser>; groups: Map<string, FakeGroup> };

const day = 86_400_000;
const entryLists = ['organizations', 'phones', 'externalIds', 'relations', 'emails', 'addresses', 'locations'];
/** Whatever of these is sent is left out without a word. */
const readOnly = ['id', 'kind', 'etag', 'isAdmin', 'isDelegatedAdmin', 'aliases', 'nonEditableAliases', 'creationTime'];

/** The users and groups of one Google Workspace account, as the Admin SDK tells and changes them. */
export function createTenant(now: () => number) {
  const users = new Map<string, FakeUser>();
  const groups = new Map<string, FakeGroup>();
  const state = {
    domains: ['acme.test'],
    orgUnits: ['/', '/Staff', '/Staff/Sales'],
    /** Lists and searches show what was there when this was set; null: what is there. */
    lagging: null as Shown | null,
    /** Deleted users show little more than their ids. */
    sparse: false,
    /** Searches among deleted users are refused, or ignored. */
    deletedQuery: 'honest' as 'honest' | 'refused' | 'ignored',
    /** Everybody is shown where the deleted ones were asked for. */
    ignoresDeleted: false,
    /** A user who was brought back is found after so many reads. */
    undeleteLag: 0,
    /** Called before a page of users is answered. */
    beforePage: () => {},
    signedOut: [] as string[],
  };
  const hidden = new Map<string, number>();

  const shownNow = (): Shown => state.lagging ?? { users, groups };
  const isLive = (user: FakeUser) => user.deletionTime === undefined;

  function view(user: FakeUser, projection = 'basic', mask: readonly string[] = []): Tree {
    const { password: _password, customSchemas, name, ...rest } = user;
    if (!isLive(user) && state.sparse)
      return {
        kind: 'admin#directory#user',
        id: user.id,
        primaryEmail: user.primaryEmail,
        deletionTime: user.deletionTime,
      };
    const { givenName = '', familyName = '', displayName } = (name ?? {}) as Record<string, string>;
    const schemas = Object.entries((customSchemas ?? {}) as Tree).filter(
      ([schema]) => projection === 'full' || (projection === 'custom' && mask.includes(schema)),
    );
    const told = {
      ...{ kind: 'admin#directory#user', suspended: false, archived: false, isAdmin: false, orgUnitPath: '/', ...rest },
      name: { givenName, familyName, fullName: `${givenName} ${familyName}`, ...(displayName && { displayName }) },
      ...(schemas.length > 0 && { customSchemas: Object.fromEntries(schemas) }),
    };
    return { ...told, etag: createHash('sha256').update(JSON.stringify(told)).digest('base64') };
  }

  const addresses = (user: FakeUser) =>
    [user.primaryEmail, ...((user.aliases as string[] | undefined) ?? [])].map((one) => one.toLowerCase());

  function userFor(key: string): FakeUser {
    const domain = key.includes('@') ? key.slice(key.indexOf('@') + 1).toLowerCase() : null;
    if (domain !== null && !state.domains.includes(domain))
      throw new Refusal(403, 'forbidden', 'Not Authorized to access this resource/api');
    const found = [...users.values()].find(
      (user) => isLive(user) && (user.id === key || addresses(user).includes(key.toLowerCase())),
    );
    const wait = found === undefined ? 0 : (hidden.get(found.id) ?? 0);
    if (found !== undefined && wait > 0) hidden.set(found.id, wait - 1);
    if (found === undefined || wait > 0) throw new Refusal(404, 'notFound', 'Resource Not Found: userKey');
    return found;
  }

  function check(user: FakeUser): void {
    const domain = String(user.primaryEmail ?? '').split('@')[1];
    if (!/^[^\s@]+@[^\s@]+$/.test(String(user.primaryEmail ?? '')))
      throw new Refusal(400, 'invalid', 'Invalid Input: primary_user_email');
    if (domain === undefined || !state.domains.includes(domain.toLowerCase()))
      throw new Refusal(404, 'notFound', 'Domain not found.');
    const { givenName, familyName } = (user.name ?? {}) as Tree;
    for (const [field, value] of Object.entries({ GivenName: givenName, FamilyName: familyName }))
      if (typeof value !== 'string' || value === '' || value.length > 60)
        throw new Refusal(400, 'invalid', `Invalid Given/Family Name: ${field}`);
    // It says too much, as servers do.
    if (typeof user.password !== 'string' || user.password.length < 8 || user.password.length > 100)
      throw new Refusal(400, 'invalid', `Invalid Password: ${String(user.password)}`);
    if (!state.orgUnits.includes(String(user.orgUnitPath ?? '/')))
      throw new Refusal(400, 'invalid', 'Invalid Input: INVALID_OU_ID');
    for (const list of entryLists) checkEntries(list, user[list]);
    const taken = [...users.values()].some(
      (other) => other.id !== user.id && isLive(other) && addresses(other).includes(user.primaryEmail.toLowerCase()),
    );
    if (taken || [...groups.values()].some(({ email }) => email === user.primaryEmail.toLowerCase()))
      throw new Refusal(409, 'duplicate', 'Entity already exists.');
  }

  /** PUT has patch semantics: what is not named stays, null clears. PATCH cannot empty a list. */
  function merged(user: FakeUser, body: Tree, method: string): FakeUser {
    const next: Tree = structuredClone(user);
    for (const [key, value] of Object.entries(body)) {
      if (readOnly.includes(key)) continue;
      const isEmptied = value === null || (Array.isArray(value) && value.length === 0);
      if (isEmptied && method === 'PATCH' && entryLists.includes(key)) continue;
      if (key === 'customSchemas') next.customSchemas = mergedSchemas(next.customSchemas, value);
      else if (key === 'name') next.name = withoutNull({ ...(user.name as Tree), ...(value as Tree) });
      else if (isEmptied) delete next[key];
      else next[key] = key === 'primaryEmail' ? String(value).toLowerCase() : value;
    }
    if (next.orgUnitPath === undefined) next.orgUnitPath = '/';
    if (next.primaryEmail !== user.primaryEmail && user.primaryEmail !== '')
      next.aliases = [...((user.aliases as string[] | undefined) ?? []), user.primaryEmail];
    return next as FakeUser;
  }

  function insert(body: Tree, id = String(randomInt(10 ** 12, 10 ** 14))): FakeUser {
    const blank = { id, primaryEmail: '', creationTime: new Date(now()).toISOString(), aliases: undefined } as FakeUser;
    const user = merged(blank, body, 'POST');
    check(user);
    users.set(id, user);
    return user;
  }

  function listUsers(query: URLSearchParams): Answer {
    checkWhose(query);
    const size = sizeIn(query, 500);
    const deleted = query.get('showDeleted') === 'true';
    state.beforePage();
    const search = query.get('query');
    if (deleted && search !== null && state.deletedQuery === 'refused')
      throw new Refusal(400, 'invalid', 'Invalid Input: query');
    const matches = search === null || (deleted && state.deletedQuery === 'ignored') ? () => true : searchOf(search);
    const rows = [...shownNow().users.values()].filter((user) => {
      const isOld = !isLive(user) && now() - Date.parse(String(user.deletionTime)) > 20 * day;
      return (isLive(user) === !deleted || (deleted && state.ignoresDeleted)) && !isOld && matches(user);
    });
    const mask = (query.get('customFieldMask') ?? '').split(',');
    return pageOf(rows, 'users', query, size, (user) => view(user, query.get('projection') ?? 'basic', mask));
  }

  function checkWhose(query: URLSearchParams): void {
    const domain = query.get('domain');
    const isKnown = domain !== null ? state.domains.includes(domain) : query.get('customer') === 'my_customer';
    if (query.get('customer') === null && domain === null) throw new Refusal(400, 'badRequest', 'Bad Request');
    if (!isKnown) throw new Refusal(404, 'notFound', 'Domain not found.');
  }

  function undelete(id: string, body: Tree): Answer {
    const user = users.get(id);
    const since = now() - Date.parse(String(user?.deletionTime));
    if (user === undefined || !(since <= 20 * day)) throw new Refusal(404, 'notFound', 'Resource Not Found: userKey');
    const { deletionTime: _deleted, ...rest } = user;
    const back = { ...rest, orgUnitPath: body.orgUnitPath ?? '' } as FakeUser;
    check(back);
    users.set(id, back);
    hidden.set(id, state.undeleteLag);
    return { status: 204 };
  }

  function remove(user: FakeUser): Answer {
    users.set(user.id, { ...user, deletionTime: new Date(now()).toISOString() });
    for (const group of groups.values()) group.members.delete(user.id);
    return { status: 204 };
  }

  function write(user: FakeUser, method: string, body: Tree): Answer {
    const next = merged(user, body, method);
    check(next);
    users.set(user.id, next);
    return { status: 200, body: view(next) };
  }

  function answerUsers({ method, path, query, body }: Asked): Answer {
    const [, key, act] = path;
    if (key === undefined) return method === 'GET' ? listUsers(query) : { status: 200, body: view(insert(body)) };
    if (act === 'undelete') return undelete(key, body);
    const user = userFor(key);
    if (act === 'signOut') {
      state.signedOut.push(user.id);
      return { status: 204 };
    }
    const mask = (query.get('customFieldMask') ?? '').split(',');
    if (method === 'GET') return { status: 200, body: view(user, query.get('projection') ?? 'basic', mask) };
    return method === 'DELETE' ? remove(user) : write(user, method, body);
  }

  function groupFor(key: string): FakeGroup {
    const found = [...groups.values()].find(({ id, email }) => id === key || email === key.toLowerCase());
    if (found === undefined) throw new Refusal(404, 'notFound', 'Resource Not Found: groupKey');
    return found;
  }

  function answerGroups({ method, path, query, body }: Asked): Answer {
    const [, key, act, member] = path;
    if (key === undefined) return listGroups(query);
    const group = groupFor(key);
    if (act !== 'members') return { status: 200, body: groupView(group) };
    if (method === 'GET') return listMembers(group, query);
    if (method === 'POST') return addMember(group, body);
    const [held] = [...group.members.values()].filter((one) => one.id === member || one.email === member);
    if (held === undefined) throw new Refusal(404, 'notFound', 'Resource Not Found: memberKey');
    group.members.delete(held.id);
    return { status: 204 };
  }

  function listGroups(query: URLSearchParams): Answer {
    const userKey = query.get('userKey');
    if (userKey !== null && query.get('customer') !== null) throw new Refusal(400, 'badRequest', 'Bad Request');
    if (userKey === null) checkWhose(query);
    const user = userKey === null ? null : userFor(userKey);
    const rows = [...shownNow().groups.values()].filter((group) => user === null || group.members.has(user.id));
    return pageOf(rows, 'groups', query, sizeIn(query, 200), groupView);
  }

  function listMembers(group: FakeGroup, query: URLSearchParams): Answer {
    const isDerived = query.get('includeDerivedMembership') === 'true';
    const rows = isDerived ? derived(group, new Set()) : [...group.members.values()];
    const once = [...new Map(rows.map((row) => [row.id, row])).values()];
    return pageOf(once, 'members', query, sizeIn(query, 200), (row) => ({ kind: 'admin#directory#member', ...row }));
  }

  function derived(group: FakeGroup, seen: Set<string>): FakeMember[] {
    if (seen.has(group.id)) return [];
    seen.add(group.id);
    return [...group.members.values()].flatMap((member) => {
      const inner = member.type === 'GROUP' ? groups.get(member.id) : undefined;
      return inner === undefined ? [member] : [member, ...derived(inner, seen)];
    });
  }

  function addMember(group: FakeGroup, body: Tree): Answer {
    if (typeof body.email !== 'string') throw new Refusal(400, 'required', 'Missing required field: memberKey');
    const user = [...users.values()].find((one) => isLive(one) && addresses(one).includes(String(body.email)));
    if (user === undefined) throw new Refusal(404, 'notFound', 'Resource Not Found: memberKey');
    if (group.members.has(user.id)) throw new Refusal(409, 'duplicate', 'Member already exists.');
    const member: FakeMember = { id: user.id, email: user.primaryEmail, type: 'USER', role: String(body.role) };
    group.members.set(user.id, member);
    return { status: 200, body: { kind: 'admin#directory#member', ...member } };
  }

  return {
    ...{ users, groups, state, insert, remove },
    addGroup(email: string, id = `0${email}`): FakeGroup {
      const group: FakeGroup = { id, email, name: email.split('@')[0] ?? '', members: new Map() };
      groups.set(id, group);
      return group;
    },
    /** From now on lists and searches show nothing new; `false`: everything shows. */
    lag(on: boolean): void {
      state.lagging = on ? { users: structuredClone(users), groups: structuredClone(groups) } : null;
    },
    handle: (asked: Asked): Answer => (asked.path[0] === 'users' ? answerUsers(asked) : answerGroups(asked)),
  };
}

const groupView = ({ id, email, name, members }: FakeGroup): Tree => ({
  ...{ kind: 'admin#directory#group', id, email, name, directMembersCount: String(members.size) },
});

/** Schemas and fields that are not named stay; null empties a field. */
function mergedSchemas(before: unknown, named: unknown): Tree {
  const schemas = Object.entries((named ?? {}) as Record<string, Tree>).map(
    ([schema, fields]) => [schema, withoutNull({ ...(before as Record<string, Tree>)?.[schema], ...fields })] as const,
  );
  return { ...(before as Tree), ...Object.fromEntries(schemas) };
}

const withoutNull = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== null));

function checkEntries(list: string, value: unknown): void {
  if (value === undefined) return;
  const entries = Array.isArray(value) ? (value as Tree[]) : [];
  const isWrong = entries.some(({ type, customType }) => type === 'custom' && !customType);
  const primaries = entries.filter(({ primary }) => primary === true).length;
  if (!Array.isArray(value) || isWrong || primaries > 1) throw new Refusal(400, 'invalid', `Invalid Input: ${list}`);
}
