import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '../../contracts/reading.ts';
import { type Google, startGoogle } from '../../fakes/google.ts';
import type { FakeUser } from '../../fakes/google-lists.ts';
import { failureOf, openDirectory } from './opening.ts';

let fake: Google;
beforeEach(async () => {
  fake = await startGoogle();
});
afterEach(() => fake.stop());

const put = (n: number, more: object = {}): FakeUser => {
  const id = String(10_000 + n);
  const user = { id, primaryEmail: `p${n}@acme.test`, name: { givenName: 'P', familyName: String(n) }, ...more };
  fake.tenant.users.set(id, user);
  return user;
};
const fill = (count: number) => Array.from({ length: count }, (_, index) => put(index + 1));
const asked = (path: string) => fake.log.filter(({ url }) => url.startsWith(`/admin/directory/v1/${path}`));
const member = (n: number, type: 'USER' | 'GROUP' | 'CUSTOMER' = 'USER') => ({
  id: String(10_000 + n),
  type,
  role: 'MEMBER',
});

/** Not the list of the deleted ones. */
const ofUsers = { path: /users$/, search: /^(?!.*showDeleted)/ };

describe('pages of Google', () => {
  it.each([1, 3, 4, 5, 8, 9])('give each of %i users once, in as many calls as it takes', async (count) => {
    fill(count);
    const { records, end } = await readAll(openDirectory(fake, { pageSize: 4 }));
    expect(records).toHaveLength(count);
    expect(end).toMatchObject({ kind: 'full', complete: true, rows: count, cursor: null });
    expect(asked('users').filter(({ url }) => !url.includes('showDeleted'))).toHaveLength(Math.ceil(count / 4));
  });

  it('say nothing about absence where a later one is refused, has rows of nobody, or goes in a circle', async () => {
    fill(9);
    const directory = openDirectory(fake, { pageSize: 4 });
    const kind = 'admin#directory#users';
    fake.fail({ kind: 'status', status: 200, body: { kind, users: [], nextPageToken: 'old' } }, ofUsers);
    expect((await readAll(directory)).end).toMatchObject({
      ...{ complete: false, reason: 'the place in its list was no longer known' },
    });
    fake.fail({ kind: 'status', status: 200, body: { kind, users: [{ primaryEmail: 'x@acme.test' }] } }, ofUsers);
    const nameless = await readAll(directory);
    expect(nameless.end).toMatchObject({ complete: false, reason: '1 users had no id that can be read' });
    expect(nameless.problems).toEqual([{ place: 'a user without an id', message: expect.stringContaining('id') }]);
    for (let pages = 0; pages < 2; pages += 1)
      fake.fail({ kind: 'status', status: 200, body: { kind, users: [], nextPageToken: 'again' } }, ofUsers);
    expect(await failureOf(readAll(directory))).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('are no list of nobody where they do not say what they are', async () => {
    fake.fail({ kind: 'status', status: 200, body: {} }, ofUsers);
    expect(await failureOf(readAll(openDirectory(fake)))).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('are waited for where Google is called too often, as long as the config says', async () => {
    fill(2);
    fake.state.throttles = ['userRateLimitExceeded'];
    expect(await failureOf(readAll(openDirectory(fake)))).toMatchObject({ kind: 'throttled', effect: 'none' });
    fake.state.throttles = ['quotaExceeded'];
    expect((await readAll(openDirectory(fake, { waitSeconds: 2 }))).end).toMatchObject({ complete: true, rows: 2 });
    expect(fake.state.throttles).toEqual([]);
  });
});

describe('deleted users of Google', () => {
  it('are gone by its own word, and come back under the same id', async () => {
    const [first] = fill(3);
    if (first === undefined) throw new Error('nobody');
    fake.tenant.state.sparse = true;
    fake.tenant.remove(first);
    const left = await readAll(openDirectory(fake));
    expect(left).toMatchObject({ gone: [first.id], end: { complete: true, rows: 2 } });
    put(1);
    const back = await readAll(openDirectory(fake));
    expect(back.gone).toEqual([]);
    expect(back.records.map(({ externalId }) => externalId)).toContain(first.id);
  });

  it('are told ahead of everybody else, also where nobody else can be read', async () => {
    const [first] = fill(3);
    if (first === undefined) throw new Error('nobody');
    fake.tenant.remove(first);
    fake.fail({ kind: 'status', status: 503 }, { path: /groups$/ });
    const reading = openDirectory(fake, { groups: true }).read(null, AbortSignal.timeout(20_000));
    expect((await reading.next()).value).toMatchObject({ records: [], gone: [first.id] });
    expect(await failureOf(reading.next())).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('are in no complete read where they were deleted meanwhile, and move nobody else out of it', async () => {
    const users = fill(9);
    let pages = 0;
    fake.tenant.state.beforePage = () => {
      pages += 1;
      // The first page is of the deleted, the second the first of the users.
      for (const user of pages === 3 ? [users[1], users[8]] : []) if (user !== undefined) fake.tenant.remove(user);
    };
    const { records, end } = await readAll(openDirectory(fake, { pageSize: 4 }));
    expect(records.map(({ externalId }) => externalId)).toEqual(users.slice(0, 8).map(({ id }) => id));
    expect(end).toMatchObject({ complete: true, rows: 8 });
  });

  it('are only those that say so themselves, should Google show everybody instead', async () => {
    fill(3);
    fake.tenant.state.ignoresDeleted = true;
    expect(await readAll(openDirectory(fake))).toMatchObject({ gone: [], end: { complete: true, rows: 3 } });
  });
});

describe('people of Google', () => {
  it('have what is theirs: manager, aliases, the own one of several, unit, and what custom schemas hold', async () => {
    put(1, {
      ...{
        primaryEmail: 'Zoe@acme.test',
        aliases: ['Z@acme.test', 'b@acme.test'],
        orgUnitPath: '/Staff',
        isAdmin: true,
      },
      relations: [
        { value: 'mum@home.test', type: 'mother' },
        { value: 'ada@acme.test', type: 'manager' },
      ],
      phones: [
        { value: '1', type: 'home' },
        { value: '2', type: 'work' },
      ],
      organizations: [
        { title: 'Old' },
        { title: 'CEO', name: 'Acme', costCenter: '42', location: 'Berlin', primary: true },
      ],
      externalIds: [
        { value: 'L1', type: 'login_id' },
        { value: 'E1', type: 'organization' },
      ],
      customSchemas: {
        HR: { start: '2026-02-28', badges: [{ value: 'red' }, { value: 'blue' }], level: 7 },
        Own: { x: 'y' },
      },
    });
    const attributes = { startDate: 'HR.start', badges: 'HR.badges', level: 'HR.level', nothing: 'HR.none' };
    const { records } = await readAll(openDirectory(fake, { attributes }));
    expect(records).toEqual([
      {
        ...{ externalId: '10001', status: 'active' },
        attributes: {
          ...{ email: 'zoe@acme.test', userName: 'zoe@acme.test', givenName: 'P', familyName: '1', displayName: 'P 1' },
          ...{
            aliases: ['b@acme.test', 'z@acme.test'],
            orgUnitPath: '/Staff',
            isAdmin: true,
            manager: 'ada@acme.test',
          },
          ...{ phone: '2', title: 'CEO', company: 'Acme', costCenter: '42', location: 'Berlin', employeeId: 'E1' },
          ...{ startDate: '2026-02-28', badges: ['red', 'blue'], level: 7 },
        },
      },
    ]);
    expect(asked('users').at(-1)?.url).toContain('projection=custom&customFieldMask=HR&');
  });

  it.each([
    ['suspended', { suspended: true, archived: true }],
    ['left', { suspended: true, archived: true }],
    ['active', { archived: true }],
  ] as const)('are as the config says where they are archived: %s', async (archived, state) => {
    put(1, state);
    const { records } = await readAll(openDirectory(fake, { archived }));
    expect(records[0]?.status).toBe(archived);
  });

  it('are those of a search alone where the config has one', async () => {
    put(1, { orgUnitPath: '/Staff/Sales' });
    put(2);
    const { records, end } = await readAll(openDirectory(fake, { query: 'orgUnitPath=/Staff' }));
    expect(records.map(({ externalId }) => externalId)).toEqual(['10001']);
    expect(end).toMatchObject({ complete: true, rows: 1 });
    const wrong = await failureOf(readAll(openDirectory(fake, { query: 'shoeSize=43' })));
    expect(wrong).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(wrong.remedy).toContain('`query`');
  });
});

describe('groups of Google', () => {
  const memberOf = async (change: object) => {
    const { records } = await readAll(openDirectory(fake, { groups: true, ...change }));
    return Object.fromEntries(records.map(({ externalId, attributes }) => [externalId, attributes.memberOf ?? []]));
  };

  it('are those people are in by themselves, or through other groups where asked', async () => {
    fill(3);
    const inner = fake.tenant.addGroup('inner@acme.test');
    const outer = fake.tenant.addGroup('outer@acme.test');
    const all = fake.tenant.addGroup('all@acme.test');
    inner.members.set('10001', member(1));
    outer.members.set(inner.id, { id: inner.id, type: 'GROUP', role: 'MEMBER' });
    outer.members.set('10002', member(2));
    all.members.set('C03az79cb', { id: 'C03az79cb', type: 'CUSTOMER', role: 'MEMBER' });
    expect(await memberOf({})).toEqual({ 10001: ['inner@acme.test'], 10002: ['outer@acme.test'], 10003: [] });
    expect(await memberOf({ derived: true })).toEqual({
      10001: ['all@acme.test', 'inner@acme.test', 'outer@acme.test'],
      10002: ['all@acme.test', 'outer@acme.test'],
      10003: ['all@acme.test'],
    });
  });

  it.each([199, 200, 201, 401])('have each of their %i members, over as many pages as it takes', async (count) => {
    fill(count);
    const group = fake.tenant.addGroup('staff@acme.test');
    for (let n = 1; n <= count; n += 1) group.members.set(String(10_000 + n), member(n));
    expect(Object.values(await memberOf({})).flat()).toHaveLength(count);
    expect(asked('groups/')).toHaveLength(Math.ceil(count / 200));
  });

  it('are all of them where there are more than a page', async () => {
    put(1);
    for (let n = 1; n <= 201; n += 1) fake.tenant.addGroup(`g${n}@acme.test`).members.set('10001', member(1));
    expect(Object.values(await memberOf({})).flat()).toHaveLength(201);
  });

  it('are those the config names, and fail the read where one of them is not there: it would look like access lost', async () => {
    put(1);
    for (const email of ['a@acme.test', 'b@acme.test']) fake.tenant.addGroup(email).members.set('10001', member(1));
    expect(await memberOf({ onlyGroups: ['B@acme.test'] })).toEqual({ 10001: ['b@acme.test'] });
    const error = await failureOf(memberOf({ onlyGroups: ['b@acme.test', 'c@acme.test'] }));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(error.message).toContain('no group "c@acme.test"');
  });

  it('may go while they are read', async () => {
    put(1);
    const group = fake.tenant.addGroup('old@acme.test');
    group.members.set('10001', member(1));
    fake.fail(
      { kind: 'status', status: 404, body: { error: { code: 404, message: 'Resource Not Found: groupKey' } } },
      { path: /members/ },
    );
    expect(await memberOf({})).toEqual({ 10001: [] });
  });
});

describe('access to Google', () => {
  it('asks for reading alone, and for groups only where they are read', async () => {
    put(1);
    fake.state.scopes = ['user.readonly'];
    expect((await readAll(openDirectory(fake))).end.complete).toBe(true);
    const error = await failureOf(readAll(openDirectory(fake, { groups: true })));
    expect(error).toMatchObject({ kind: 'auth', effect: 'none' });
    expect(error.remedy).toContain('Domain-wide delegation');
    fake.state.scopes = ['user.readonly', 'group.readonly'];
    expect((await readAll(openDirectory(fake, { groups: true }))).end.complete).toBe(true);
  });

  it('says that a limit of rights is none of calls', async () => {
    fake.state.throttles = ['forbidden'];
    expect(await failureOf(readAll(openDirectory(fake)))).toMatchObject({ kind: 'auth', effect: 'none' });
  });

  it('says that there is no such customer', async () => {
    const error = await failureOf(readAll(openDirectory(fake, { customer: 'C0none' })));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(error.remedy).toContain('`customer`');
  });
});
