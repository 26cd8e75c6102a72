import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connector } from '../../connectors/gitlab/index.ts';
import type { Target, TargetConnector } from '../../src/core/connector.ts';
import { all, none, soon } from '../contracts/peer.ts';
import { testTarget } from '../contracts/target.ts';
import { startGitlab } from '../fakes/gitlab.ts';

const token = 'canary-5d81f0c27a9e46b3';
const auth = { type: 'bearer', token };
const good = { baseUrl: 'https://gitlab.example/api/v4', auth };

testTarget({
  name: 'gitlab',
  start: async () => {
    const gitlab = await startGitlab(token);
    const connection = { baseUrl: `${gitlab.origin}/api/v4`, allowHosts: ['127.0.0.1'], pageSize: 3 };
    return {
      connector: connector as TargetConnector,
      connection: { ...connection, auth },
      wrongSecret: { ...connection, auth: { ...auth, token: `${token}-wrong` } },
      origin: gitlab.origin,
      secrets: [token],
      pageSize: 3,
      account: (n) => ({
        externalId: `person-${n}`,
        attributes: {
          ...{ userName: `zoe.${n}`, email: `zoe.${n}@acme.test`, displayName: `Zoë O'Neil "${n}"` },
          ...{ organization: 'Sales', location: 'Köln' },
        },
        entitlements: {},
      }),
      invalid: {
        externalId: 'nobody',
        attributes: { userName: 'zoe@acme.test', email: 'zoe@acme.test', displayName: 'Zoë' },
        entitlements: {},
      },
      attributes: { changed: 'organization', cleared: 'location', kept: 'displayName' },
      entitlement: { target: 'groups', values: ['sales', 'sales/managers'] },
      passwords: { accepts: async (id, password) => gitlab.accepts(id, password), refused: 'short-7' },
      outside: {
        createAccount: async (userName) => gitlab.add(userName.split('@')[0] ?? ''),
        give: async (group, id) => gitlab.give(group, id),
        holders: async (group) => gitlab.holders(group),
      },
      stop: gitlab.stop,
    };
  },
  nonsense: {
    nothing: {},
    'no token': { ...good, auth: { type: 'bearer' } },
    'credentials in the address': { ...good, baseUrl: 'https://me:secret@gitlab.example/api/v4' },
    'a misspelt field': { ...good, allowHost: ['127.0.0.1'] },
    'a role there is not': { ...good, accessLevel: 'king' },
  },
});

describe('what GitLab does in its own way', () => {
  let gitlab: Awaited<ReturnType<typeof startGitlab>>;
  const opened: Target[] = [];

  const connect = (options: object = {}, api = '/api/v4'): Target => {
    const connection = { baseUrl: `${gitlab.origin}${api}`, allowHosts: ['127.0.0.1'], auth, pageSize: 2, ...options };
    const context = { name: 'gitlab', allowHosts: [], deadline: 10_000, now: Date.now };
    const target = connector.connect(connector.config.parse(connection), context);
    opened.push(target);
    return target;
  };
  const zoe = (more: object = {}) => ({
    externalId: 'person-1',
    attributes: { userName: 'zoe', email: 'zoe@acme.test', displayName: 'Zoë' },
    entitlements: {},
    ...more,
  });
  const regroup = (add: string[], remove: string[] = []) => ({ ...none, entitlements: { groups: { add, remove } } });

  beforeEach(async () => {
    gitlab = await startGitlab(token);
  });
  afterEach(async () => {
    for (const target of opened.splice(0)) target.close?.();
    await gitlab.stop();
  });

  test('a list whose links are cut off is not taken for whole', async () => {
    for (const name of ['ada', 'ben', 'cleo']) gitlab.add(name);
    expect(await all(connect().list(soon()))).toHaveLength(3);
    gitlab.state.links = false;
    const cut = { kind: 'unavailable', effect: 'none' };
    await expect(all(connect().list(soon()))).rejects.toMatchObject(cut);
    Object.assign(gitlab.state, { links: true, numbers: false });
    await expect(all(connect().list(soon()))).rejects.toMatchObject({ ...cut, message: /x-next-page/ });
    await expect(all(connect().entitlements(soon()))).rejects.toMatchObject(cut);
  });

  test('nobody is passed over when another one is deleted while the list is read', async () => {
    const [first] = ['ada', 'ben', 'cleo', 'dora'].map((name) => gitlab.add(name));
    const listed: string[] = [];
    for await (const page of connect().list(soon())) {
      listed.push(...page.map(({ userName }) => String(userName)));
      gitlab.users.delete(Number(first));
    }
    expect(listed).toEqual(['ada', 'ben', 'cleo', 'dora']);
  });

  test('whoever is only dormant still works, and is blocked; what others have blocked stays', async () => {
    const id = gitlab.add('ada');
    const user = gitlab.users.get(Number(id));
    if (user === undefined) throw new Error('the fake lost a user');
    user.state = 'deactivated';
    expect(await connect().get(id, soon())).toMatchObject({ active: true });
    expect(await connect().suspend(id, soon())).toMatchObject({ active: false });
    expect(user.state).toBe('blocked');
    user.state = 'ldap_blocked';
    await expect(connect().reactivate(id, none, soon())).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
  });

  test('a group is left alone, not with those below it, and a higher role is kept', async () => {
    const id = gitlab.add('ada');
    gitlab.give('tools', id, 50);
    gitlab.give('tools/build', id, 50);
    expect((await connect().update(id, regroup(['tools']), soon())).entitlements.groups).toEqual([
      'tools',
      'tools/build',
    ]);
    expect(gitlab.groups.find(({ full_path }) => full_path === 'tools')?.members.get(Number(id))).toBe(50);
    expect((await connect().update(id, regroup([], ['tools']), soon())).entitlements.groups).toEqual(['tools/build']);
  });

  test('the role of the connection is given, and what waits for an administrator is told', async () => {
    const id = gitlab.add('ada');
    await connect({ accessLevel: 'reporter' }).update(id, regroup(['tools']), soon());
    expect(gitlab.groups.find(({ full_path }) => full_path === 'tools')?.members.get(Number(id))).toBe(20);
    gitlab.state.queues = true;
    const waiting = connect().update(id, regroup(['sales']), soon());
    await expect(waiting).rejects.toMatchObject({ kind: 'rejected', effect: 'unknown', message: /administrator/ });
  });

  test('only the groups that are named are looked at', async () => {
    const target = connect({ onlyGroups: ['sales'] });
    const id = gitlab.add('ada');
    gitlab.give('tools', id);
    expect((await target.update(id, regroup(['sales'], ['tools']), soon())).entitlements.groups).toEqual(['sales']);
    expect(gitlab.holders('tools')).toEqual([id]);
    expect((await all(target.entitlements(soon()))).map(({ value }) => value)).toEqual(['sales']);
    const outside = target.update(id, regroup(['tools/build']), soon());
    await expect(outside).rejects.toMatchObject({ kind: 'rejected', effect: 'none', message: /tools\/build/ });
  });

  test('the owner of a group that has no other is not deleted, and the reason is told', async () => {
    const id = gitlab.add('ada');
    gitlab.give('sales', id, 50);
    await expect(connect().delete(id, soon())).rejects.toMatchObject({
      ...{ kind: 'rejected', effect: 'none', message: /sole-owner/, remedy: /another owner/ },
    });
  });

  test('a name that a group has is refused in GitLab’s words; an address of others is a conflict, also on a change', async () => {
    const target = connect();
    const taken = target.create(zoe({ attributes: { ...zoe().attributes, userName: 'tools' } }), soon());
    await expect(taken).rejects.toMatchObject({ kind: 'conflict', message: /username has already been taken/ });
    const { remoteId } = await target.create(zoe(), soon());
    gitlab.add('ada');
    const change = target.update(remoteId, { ...none, set: { email: 'ada@acme.test' } }, soon());
    await expect(change).rejects.toMatchObject({ kind: 'conflict', effect: 'none' });
  });

  test('a wrong address or a token of no administrator is told as such, and nobody is taken to be gone', async () => {
    const id = gitlab.add('ada');
    const wrong = connect({}, '/api/v3');
    await expect(wrong.get(id, soon())).rejects.toMatchObject({ kind: 'rejected', remedy: /api\/v4/ });
    await expect(wrong.delete(id, soon())).rejects.toMatchObject({ kind: 'rejected' });
    gitlab.state.owner = {};
    await expect(connect().test(soon())).rejects.toMatchObject({ kind: 'auth', message: /administrator/ });
  });

  test('a new address holds at once, or it is told that it does not', async () => {
    const { remoteId } = await connect().create(zoe(), soon());
    const moved = { ...none, set: { email: 'Zoe.K@acme.test' } };
    expect((await connect().update(remoteId, moved, soon())).emails).toEqual(['zoe.k@acme.test']);
    const later = connect({ skipConfirmation: false }).update(
      remoteId,
      { ...none, set: { email: 'z@acme.test' } },
      soon(),
    );
    await expect(later).rejects.toMatchObject({ kind: 'rejected', effect: 'unknown', message: /until the new one/ });
  });

  test('an attribute no user is without is not emptied', async () => {
    const { remoteId } = await connect().create(zoe(), soon());
    const emptied = connect().update(remoteId, { ...none, clear: ['email'] }, soon());
    await expect(emptied).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
    const outside = await connect().update(remoteId, { ...none, set: { external: true } }, soon());
    expect(outside.attributes.external).toBe(true);
  });
});
