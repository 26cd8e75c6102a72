import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OneLogin, startOneLogin } from '../../fakes/onelogin.ts';
import { fill, open, readAll } from './reading.ts';

const minute = 60_000;
let fake: OneLogin;
let at: number;
beforeEach(async () => {
  at = Date.parse('2026-03-01T08:00:00Z');
  fake = await startOneLogin({ now: () => at });
});
afterEach(() => fake.stop());

const connect = (change: object = {}) => open(fake, change, 10_000, () => at);
const ids = (read: Awaited<ReturnType<typeof readAll>>) => read.records.map(({ externalId }) => externalId);
const gone = (read: Awaited<ReturnType<typeof readAll>>) => read.pages.flatMap((page) => page.gone);

describe('changes of OneLogin', () => {
  it('are read since the last read, some minutes of before included, and nobody else is', async () => {
    fill(fake, 120);
    at += 60 * minute;
    const directory = connect();
    const first = await readAll(directory);
    at += 60 * minute;
    fake.put({ id: 7, department: 'Sales' });
    const second = await readAll(directory, first.end.cursor);
    expect(second.end).toMatchObject({ kind: 'delta', complete: true, rows: 1 });
    expect(second.records).toEqual([
      { externalId: '7', status: 'active', attributes: { email: 'p7@acme.test', department: 'Sales' } },
    ]);
    at += 5 * minute;
    const third = await readAll(directory, second.end.cursor);
    expect(ids(third)).toEqual(['7']);
    at += 11 * minute;
    const fourth = await readAll(directory, third.end.cursor);
    expect(ids(fourth)).toEqual(['7']);
    at += minute;
    expect(ids(await readAll(directory, fourth.end.cursor))).toEqual([]);
  });

  it('that were on their way when the last read ended are not lost', async () => {
    fill(fake, 60);
    const directory = connect();
    const { end } = await readAll(directory);
    const late = fake.put({ id: 9, title: 'CEO' });
    late.updated_at = new Date(at - 9 * minute).toISOString();
    at += 15 * minute;
    expect(ids(await readAll(directory, end.cursor))).toContain('9');
  });

  it('of more than a page come whole, each once', async () => {
    fill(fake, 130);
    at += 60 * minute;
    const directory = connect();
    const { end } = await readAll(directory);
    at += 60 * minute;
    for (let id = 1; id <= 101; id += 1) fake.put({ id, title: 'Staff' });
    const read = await readAll(directory, end.cursor);
    expect(read.end).toMatchObject({ kind: 'delta', complete: true, rows: 101 });
    expect(new Set(ids(read)).size).toBe(101);
  });

  it('whose list breaks off leave the next read to begin where this one did', async () => {
    fill(fake, 130);
    at += 60 * minute;
    const directory = connect();
    const { end } = await readAll(directory);
    at += 60 * minute;
    for (let id = 1; id <= 101; id += 1) fake.put({ id, title: 'Staff' });
    fake.fail({ kind: 'status', status: 400 }, { path: /cursor=/ });
    const broken = await readAll(directory, end.cursor);
    expect(broken.end).toMatchObject({ kind: 'delta', complete: false, cursor: end.cursor });
    at += 60 * minute;
    expect((await readAll(directory, broken.end.cursor)).end).toMatchObject({ complete: true, rows: 101 });
  });

  it('whose list grew shorter leave the next read to begin where this one did: somebody had moved up and was passed over', async () => {
    fill(fake, 130);
    at += 60 * minute;
    const directory = connect();
    const { end } = await readAll(directory);
    at += 60 * minute;
    for (let id = 1; id <= 101; id += 1) fake.put({ id, title: 'Staff' });
    at += 30 * minute;
    let left = 1;
    fake.state.beforePage = (page) => {
      if (page === 2 && left-- > 0) fake.remove(10);
    };
    const short = await readAll(directory, end.cursor);
    expect(ids(short)).not.toContain('51');
    const reason = 'its list grew shorter while it was read';
    expect(short.end).toMatchObject({ kind: 'delta', complete: false, reason, cursor: end.cursor });
    at += 30 * minute;
    expect(ids(await readAll(directory, short.end.cursor))).toContain('51');
  });

  it('say who was deleted, by event and by looking', async () => {
    fill(fake, 60);
    const directory = connect();
    const { end } = await readAll(directory);
    at += minute;
    fake.remove(3);
    fake.tenant.events.push({ id: 99, created_at: new Date(at).toISOString(), event_type_id: 17, user_id: 4 });
    const read = await readAll(directory, end.cursor);
    expect(gone(read)).toEqual(['3']);
    expect(ids(read)).toContain('4');
  });

  it('need no more than the full read where the events may not be read, and say so', async () => {
    fill(fake, 60);
    fake.state.events = false;
    const directory = connect();
    const first = await readAll(directory);
    expect(first.end.complete).toBe(true);
    expect(first.problems.map(({ place }) => place)).toEqual(['the events']);
    fake.remove(3);
    at += 25 * 60 * minute;
    const next = await readAll(directory, first.end.cursor);
    expect(next.end).toMatchObject({ kind: 'full', complete: true, rows: 59 });
  });

  it('are left for a full read when the last one is too old, the cursor is nonsense, or too much was deleted', async () => {
    fill(fake, 260);
    const directory = connect({ fullReadHours: 2 });
    const { end } = await readAll(directory);
    expect((await readAll(directory, '{"v":2}')).end.kind).toBe('full');
    expect((await readAll(directory, 'x')).end.kind).toBe('full');
    at += minute;
    expect((await readAll(directory, end.cursor)).end.kind).toBe('delta');
    for (let id = 1; id <= 201; id += 1) fake.remove(id);
    expect((await readAll(directory, end.cursor)).end).toMatchObject({ kind: 'full', complete: true, rows: 59 });
    at += 120 * minute;
    expect((await readAll(directory, end.cursor)).end.kind).toBe('full');
  });
});

describe('people of OneLogin', () => {
  it('have the attributes, the status and the manager of their user', async () => {
    fake.tenant.roles = [
      { id: 71, name: 'Sales' },
      { id: 72, name: 'All staff' },
    ];
    fake.put({
      ...{ id: 1, email: 'zoe@acme.test', username: 'zoe', firstname: 'Zoë', lastname: 'Lang', role_ids: [72, 71] },
      ...{
        manager_user_id: 90,
        group_id: 5,
        member_of: 'CN=Sales,OU=Groups,DC=acme;CN=All,DC=acme',
        samaccountname: ' ',
      },
      custom_attributes: { employee_id: 'E-1', costCentre: '4711', Start_Date: '2026-04-01', empty: null },
    });
    fake.put({ id: 2, status: 3, manager_user_id: 77 });
    fake.put({ id: 90, email: 'ada@acme.test', status: 1 });
    const { records } = await readAll(connect({ attributes: { 'cost centre': 'costCentre' } }));
    const [two, ada, zoe] = records.sort((a, b) =>
      a.attributes.email === undefined ? -1 : String(a.attributes.email).localeCompare(String(b.attributes.email)),
    );
    expect(zoe).toEqual({
      externalId: '1',
      status: 'active',
      attributes: {
        ...{ email: 'zoe@acme.test', userName: 'zoe', givenName: 'Zoë', familyName: 'Lang', groupId: '5' },
        ...{ memberOf: ['CN=Sales,OU=Groups,DC=acme', 'CN=All,DC=acme'], manager: 'ada@acme.test' },
        ...{ roles: ['All staff', 'Sales'], employeeId: 'E-1', 'cost centre': '4711', startDate: '2026-04-01' },
      },
    });
    expect(two).toEqual({ externalId: '2', status: 'active', attributes: {} });
    expect(ada?.status).toBe('active');
  });

  it.each([
    [0, 1, 'suspended'],
    [1, 1, 'active'],
    [2, 1, 'suspended'],
    [3, 1, 'active'],
    [4, 1, 'active'],
    [5, 1, 'active'],
    [7, 1, 'active'],
    [8, 1, 'active'],
    [1, 0, 'suspended'],
    [1, 2, 'left'],
    [2, 2, 'left'],
    [1, 3, 'suspended'],
    [1, null, 'active'],
  ])('with status %i and state %s are %s', async (status, state, meant) => {
    fake.put({ id: 1, status, state: state as number });
    const { records } = await readAll(connect());
    expect(records.map((record) => record.status)).toEqual([meant]);
  });

  it('with a status nobody knows are a problem, and the config has the word on the rest', async () => {
    fake.put({ id: 1, status: 0, state: 1 });
    fake.put({ id: 2, status: 1, state: 3 });
    fake.put({ id: 3, status: 6, state: 1 });
    const read = await readAll(connect({ people: { unactivated: 'active', unlicensed: 'left' } }));
    expect(read.records.map(({ status }) => status)).toEqual(['active', 'left']);
    expect(read.problems).toEqual([{ place: 'user 3', externalId: '3', message: expect.stringContaining('status 6') }]);
    expect(read.end.complete).toBe(true);
  });

  it('have their manager’s address in changes too, whom nobody has read yet', async () => {
    fake.put({ id: 1, manager_user_id: 2 });
    fake.put({ id: 2, email: 'ada@acme.test' });
    at += 60 * minute;
    const { end } = await readAll(connect());
    at += 60 * minute;
    fake.put({ id: 1, title: 'CEO' });
    const { records } = await readAll(connect(), end.cursor);
    expect(records.map(({ attributes }) => attributes)).toEqual([{ title: 'CEO', manager: 'ada@acme.test' }]);
  });

  it('are in the roles the roles name, where users do not; a change of these alone is a change', async () => {
    fill(fake, 3);
    at += 60 * minute;
    fake.state.hidden = ['role_ids'];
    fake.tenant.roles = [{ id: 71, name: 'Sales', users: [1, 2] }];
    const directory = connect({ roles: 'role' });
    const first = await readAll(directory);
    expect(first.records.map(({ attributes }) => attributes.roles)).toEqual([['Sales'], ['Sales'], undefined]);
    at += 60 * minute;
    fake.tenant.roles = [{ id: 71, name: 'Sales', users: [2, 3] }];
    const second = await readAll(directory, first.end.cursor);
    expect(second.end.kind).toBe('delta');
    expect(second.records.map(({ externalId, attributes }) => [externalId, attributes.roles])).toEqual([
      ['1', undefined],
      ['3', ['Sales']],
    ]);
    expect((await readAll(connect({ roles: 'role' }), second.end.cursor)).end.kind).toBe('full');
  });
});
