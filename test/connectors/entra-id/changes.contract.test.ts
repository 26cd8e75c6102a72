import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryPage } from '../../../src/core/connector.ts';
import { readAll } from '../../contracts/reading.ts';
import { type Entra, startEntra } from '../../fakes/entra.ts';
import { failureOf, fill, guid, openDirectory } from './reading.ts';

let fake: Entra;
beforeEach(async () => {
  fake = await startEntra();
});
afterEach(() => fake.stop());

type Told = Awaited<ReturnType<typeof readAll>>;
const ids = ({ records }: Told) => records.map(({ externalId }) => externalId).sort();
const oneTo = (count: number) => Array.from({ length: count }, (_, index) => guid(index + 1));
const asked = (path: RegExp) => fake.log.filter(({ method, url }) => method === 'GET' && path.test(url));

describe('full reads of Entra ID', () => {
  it.each([1, 4, 5, 6, 9, 10, 11])('give each of %i users once, over pages of five', async (count) => {
    fill(fake, count);
    const read = await readAll(openDirectory(fake));
    expect(ids(read)).toEqual(oneTo(count));
    expect(read.end).toMatchObject({ kind: 'full', complete: true, rows: count });
    expect(asked(/users\/delta/)).toHaveLength(Math.ceil(count / 5));
  });

  it('say nothing about absence where there is nobody', async () => {
    expect((await readAll(openDirectory(fake))).end).toMatchObject({
      ...{ complete: false, reason: 'it has no users', cursor: null },
    });
  });

  it('select in the first call alone, and follow what it answers', async () => {
    fill(fake, 12);
    const directory = openDirectory(fake);
    const { end } = await readAll(directory);
    await readAll(directory, end.cursor);
    const [first, ...others] = asked(/users\/delta/).map(({ url }) => url);
    expect(first).toMatch(/\$select=id,accountEnabled,.*,manager$/);
    expect(others).toHaveLength(3);
    for (const url of others) expect(url).toMatch(/^\/v1\.0\/users\/delta\?\$(skip|delta)token=[\w-]+$/);
  });

  it('begin again where Graph forgets the place, and say nothing about absence where it keeps forgetting', async () => {
    fill(fake, 12);
    const gone = { error: { code: 'syncStateNotFound', message: 'gone' } };
    const forget = () => fake.fail({ kind: 'status', status: 410, body: gone }, { path: /users\/delta/ });
    fake.fail(
      { kind: 'status', status: 400, body: { error: { code: 'Directory_ExpiredPageToken' } } },
      { path: /users\/delta/ },
    );
    forget();
    const read = await readAll(openDirectory(fake));
    expect(read.end).toMatchObject({ complete: true, rows: 12 });
    for (let times = 0; times < 3; times += 1) forget();
    expect((await readAll(openDirectory(fake))).end).toMatchObject({ kind: 'full', complete: false, cursor: null });
  });

  it.each([true, false])(
    'look at whom Graph tells twice in two ways, and believe what is shown: enabled %s',
    async (enabled) => {
      fill(fake, 3);
      fake.tenant.put({ id: guid(2), accountEnabled: enabled });
      const row = (n: number, more: object) => ({ ...fake.tenant.users.get(guid(n)), ...more });
      const value = [row(1, {}), row(2, { accountEnabled: !enabled }), row(3, {}), row(2, { accountEnabled: enabled })];
      const gone = { id: guid(3), '@removed': { reason: 'changed' } };
      const end = { '@odata.deltaLink': `${fake.origin}/v1.0/users/delta?$deltatoken=x` };
      fake.fail({ kind: 'status', status: 200, body: { value: [...value, gone], ...end } }, { path: /users\/delta/ });
      const read = await readAll(openDirectory(fake));
      const last = new Map(read.records.map(({ externalId, status }) => [externalId, status]));
      expect(last.get(guid(2))).toBe(enabled ? 'active' : 'suspended');
      expect([last.get(guid(3)), read.gone, read.end.rows]).toEqual(['active', [], 3]);
    },
  );

  it('name managers by address, whoever comes first, and guests where they are asked for', async () => {
    fill(fake, 7);
    fake.tenant.manage(guid(1), guid(7));
    fake.tenant.manage(guid(7), guid(2));
    fake.tenant.put({ id: guid(2), mail: null });
    fake.tenant.put({ id: guid(8), userPrincipalName: 'g#EXT#@acme.test', mail: 'g@else.test', userType: 'Guest' });
    const { records } = await readAll(openDirectory(fake));
    const managers = new Map(records.map(({ externalId, attributes }) => [externalId, attributes.manager]));
    expect([managers.get(guid(1)), managers.get(guid(7)), managers.get(guid(2))]).toEqual([
      ...['p7@acme.test', 'p2@acme.test', undefined],
    ]);
    expect(managers.has(guid(8))).toBe(false);
    expect(ids(await readAll(openDirectory(fake, { guests: true })))).toContain(guid(8));
  });

  it('know the groups people are in, through others too, and only those asked for', async () => {
    fill(fake, 5);
    const [inner, outer, odd] = ['Inner', 'Outer', 'Odd'].map(
      (displayName) => fake.tenant.putGroup({ displayName }).id,
    );
    for (const n of [1, 2, 3, 4, 5]) fake.tenant.join(inner ?? '', guid(n));
    fake.tenant.join(outer ?? '', inner ?? '');
    fake.tenant.join(inner ?? '', outer ?? '');
    fake.tenant.join(odd ?? '', guid(3));
    const groupsOf = async (change: object) =>
      (await readAll(openDirectory(fake, change))).records
        .sort((a, b) => (a.externalId < b.externalId ? -1 : 1))
        .map(({ attributes }) => attributes.memberOf);
    expect(await groupsOf({})).toEqual(
      [1, 2, 3, 4, 5].map((n) => (n === 3 ? ['Inner', 'Odd', 'Outer'] : ['Inner', 'Outer'])),
    );
    expect(await groupsOf({ onlyGroups: ['Odd'] })).toEqual([undefined, undefined, ['Odd'], undefined, undefined]);
    expect(await groupsOf({ groups: 'none' })).toEqual([1, 2, 3, 4, 5].map(() => undefined));
    const lost = await failureOf(readAll(openDirectory(fake, { onlyGroups: ['Od'] })));
    expect(lost).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(lost.message).toContain('no group called "Od"');
  });

  it('read custom attributes where the config says, and days as days', async () => {
    fill(fake, 1);
    fake.tenant.put({
      ...{ id: guid(1), employeeOrgData: { costCenter: '4711' }, employeeLeaveDateTime: '2026-05-31T22:00:00Z' },
      ...{ businessPhones: ['+49 30 1'], onPremisesSamAccountName: 'p1', accountEnabled: false },
    });
    const attributes = { costCentre: 'employeeOrgData/costCenter', endDate: 'employeeLeaveDateTime' };
    const { records } = await readAll(openDirectory(fake, { attributes }));
    expect(records).toEqual([
      {
        ...{ externalId: guid(1), status: 'suspended' },
        attributes: {
          ...{ email: 'p1@acme.test', userName: 'p1@acme.test', userPrincipalName: 'p1@acme.test', phone: '+49 30 1' },
          ...{ samAccountName: 'p1', costCentre: '4711', endDate: '2026-05-31' },
        },
      },
    ]);
  });

  it('name whoever cannot be read, and are not complete where nobody can say who it is', async () => {
    fill(fake, 3);
    Object.assign(fake.tenant.users.get(guid(2)) ?? {}, { accountEnabled: 'yes' });
    const read = await readAll(openDirectory(fake));
    expect(read.problems.map(({ externalId }) => externalId)).toEqual([guid(2)]);
    expect(read.end.complete).toBe(true);
    fake.fail(
      {
        kind: 'status',
        status: 200,
        body: {
          value: [{ accountEnabled: true }],
          '@odata.deltaLink': `${fake.origin}/v1.0/users/delta?$deltatoken=x`,
        },
      },
      { path: /users\/delta/ },
    );
    expect((await readAll(openDirectory(fake))).end).toMatchObject({ complete: false, cursor: null });
  });
});

describe('changes of Entra ID', () => {
  it('are read alone: who was disabled, who left, who came back, whose groups are others', async () => {
    fill(fake, 20);
    const group = fake.tenant.putGroup({ displayName: 'Sales' }).id;
    const directory = openDirectory(fake);
    const first = await readAll(directory);
    fake.tenant.put({ id: guid(3), accountEnabled: false });
    fake.tenant.remove(guid(4));
    fake.tenant.remove(guid(5), { hard: true });
    fake.tenant.join(group, guid(6));
    fake.tenant.manage(guid(7), guid(8));
    const second = await readAll(directory, first.end.cursor);
    expect(second.end).toMatchObject({ kind: 'delta', complete: true });
    expect([...second.gone].sort()).toEqual([guid(4), guid(5)]);
    expect(
      second.records
        .map(({ externalId, status, attributes }) => [externalId, status, attributes.memberOf ?? attributes.manager])
        .sort(),
    ).toEqual([
      [guid(3), 'suspended', undefined],
      [guid(6), 'active', ['Sales']],
      [guid(7), 'active', 'p8@acme.test'],
    ]);
    expect(second.pages[0]?.gone.length, 'whoever leaves goes ahead').toBe(2);
    fake.tenant.restore(guid(4));
    expect(ids(await readAll(directory, second.end.cursor))).toContain(guid(4));
  });

  it('that a read shows late are waited for, and believed only then', async () => {
    fill(fake, 5);
    const directory = openDirectory(fake, { lagSeconds: 1 });
    const { end } = await readAll(directory);
    fake.tenant.state.lag = 2;
    fake.tenant.put({ id: guid(2), accountEnabled: false });
    fake.tenant.put({ id: guid(9), userPrincipalName: 'p9@acme.test', accountEnabled: true });
    const read = await readAll(directory, end.cursor);
    expect(read.records.map(({ externalId, status }) => [externalId, status]).sort()).toEqual([
      [guid(2), 'suspended'],
      [guid(9), 'active'],
    ]);
    expect(read.gone).toEqual([]);
  });

  it('that a read shows later still come with the next one, and a newcomer is not taken for gone', async () => {
    fill(fake, 5);
    const directory = openDirectory(fake, { groups: 'none' });
    const { end } = await readAll(directory);
    fake.tenant.state.lag = 1;
    fake.tenant.put({ id: guid(2), jobTitle: 'CEO' });
    fake.tenant.put({ id: guid(9), userPrincipalName: 'p9@acme.test', accountEnabled: true });
    const second = await readAll(directory, end.cursor);
    expect([second.records.map(({ attributes }) => attributes.title), second.gone]).toEqual([[undefined], []]);
    const third = await readAll(directory, second.end.cursor);
    expect(ids(third)).toEqual([guid(2), guid(9)]);
    expect(third.records.map(({ attributes }) => attributes.title)).toContain('CEO');
    expect((await readAll(directory, third.end.cursor)).records).toEqual([]);
  });

  it('of a week and more ago are a full read, whether the token is told to be gone by status or by code', async () => {
    fill(fake, 12);
    const directory = openDirectory(fake);
    const first = await readAll(directory);
    fake.tenant.remove(guid(1), { hard: true });
    fake.delta.expire();
    const second = await readAll(directory, first.end.cursor);
    expect(second.end).toMatchObject({ kind: 'full', complete: true, rows: 11 });
    fake.fail(
      { kind: 'status', status: 400, body: { error: { code: 'syncStateNotFound' } } },
      { path: /users\/delta/ },
    );
    expect((await readAll(directory, second.end.cursor)).end).toMatchObject({ kind: 'full', complete: true });
  });

  it('go on after a restart where groups are not read, and begin with a full read where they are', async () => {
    fill(fake, 5);
    for (const [groups, kind] of [
      ['none', 'delta'],
      ['all', 'full'],
    ]) {
      const { end } = await readAll(openDirectory(fake, { groups }));
      expect((await readAll(openDirectory(fake, { groups }), end.cursor)).end.kind).toBe(kind);
    }
  });

  it('are left for a full read when the last one is too old, the cursor is nonsense, or too many changed', async () => {
    fill(fake, 510);
    fake.delta.hazards.perPage = 200;
    let at = Date.parse('2026-03-01T08:00:00Z');
    const directory = openDirectory(fake, { fullReadHours: 2 }, () => at);
    const { end } = await readAll(directory);
    for (const cursor of ['x', '{"v":2}', null]) expect((await readAll(directory, cursor)).end.kind).toBe('full');
    fill(fake, 501);
    expect((await readAll(directory, end.cursor)).end).toMatchObject({ kind: 'full', rows: 510 });
    at += 2 * 3_600_000;
    expect((await readAll(directory, end.cursor)).end.kind).toBe('full');
  });

  it('whose groups could not be looked at are told by the next read', async () => {
    fill(fake, 5);
    const group = fake.tenant.putGroup({ displayName: 'Sales' }).id;
    const directory = openDirectory(fake);
    const { end } = await readAll(directory);
    fake.tenant.join(group, guid(2));
    fake.fail({ kind: 'status', status: 500 }, { path: /users\/0000/ });
    await failureOf(readAll(directory, end.cursor));
    expect((await readAll(directory, end.cursor)).records.map(({ attributes }) => attributes.memberOf)).toEqual([
      ['Sales'],
    ]);
  });

  it('of who was disabled or has left go ahead where the groups cannot be read, or one that counts is there no more', async () => {
    fill(fake, 5);
    const group = fake.tenant.putGroup({ displayName: 'Sales' }).id;
    fake.tenant.join(group, guid(2));
    const directory = openDirectory(fake, { onlyGroups: ['Sales'] });
    const { end } = await readAll(directory);
    fake.tenant.put({ id: guid(2), accountEnabled: false });
    fake.tenant.remove(guid(3));
    const told = async () => {
      const pages: DirectoryPage[] = [];
      const reading = directory.read(end.cursor, AbortSignal.timeout(20_000));
      const error = await failureOf(
        (async () => {
          for await (const page of reading) pages.push(page);
        })(),
      );
      const lines = pages.flatMap(({ records }) =>
        records.map(({ status, attributes }) => [status, attributes.memberOf]),
      );
      return { error, lines, gone: pages.flatMap((page) => page.gone) };
    };
    const wanted = { lines: [['suspended', ['Sales']]], gone: [guid(3)] };
    fake.fail({ kind: 'status', status: 500 }, { path: /groups\/delta/ });
    expect(await told()).toMatchObject({ ...wanted, error: { kind: 'unavailable', effect: 'none' } });
    fake.tenant.putGroup({ id: group, displayName: 'Sales EMEA' });
    expect(await told()).toMatchObject({ ...wanted, error: { kind: 'rejected', effect: 'none' } });
    fake.tenant.putGroup({ id: group, displayName: 'Sales' });
    expect((await readAll(directory, end.cursor)).end).toMatchObject({ kind: 'delta', complete: true });
  });

  it('take nobody for gone when something else than Graph says that they are not there', async () => {
    fill(fake, 5);
    const directory = openDirectory(fake);
    const { end } = await readAll(directory);
    fake.tenant.put({ id: guid(2), jobTitle: 'CEO' });
    fake.fail({ kind: 'status', status: 404, body: { detail: 'no such page' } }, { path: /users\/0000/ });
    expect(await failureOf(readAll(directory, end.cursor))).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(ids(await readAll(directory, end.cursor))).toEqual([guid(2)]);
  });
});

describe('links and limits of Entra ID', () => {
  it('that lead elsewhere are not followed, since the token would go with them', async () => {
    fill(fake, 5);
    const calls: string[] = [];
    const elsewhere = createServer((request, response) => {
      calls.push(String(request.headers.authorization));
      response.end('{}');
    });
    await new Promise<void>((resolve) => void elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    for (const link of [
      `http://127.0.0.1:${port}/v1.0/users/delta?$skiptoken=x`,
      'nonsense',
      `${fake.origin}/beta/users`,
    ]) {
      fake.fail(
        { kind: 'status', status: 200, body: { value: [], '@odata.nextLink': link } },
        { path: /users\/delta/ },
      );
      const error = await failureOf(readAll(openDirectory(fake)));
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
      expect(error.message).toContain('leads elsewhere');
    }
    expect(calls).toEqual([]);
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  it('that end without a place to go on from, or go in a circle, are no whole list', async () => {
    fill(fake, 5);
    const link = `${fake.origin}/v1.0/users/delta?$skiptoken=x`;
    const body = { value: [], '@odata.nextLink': link };
    fake.fail({ kind: 'status', status: 200, body: { value: [] } }, { path: /users\/delta/ });
    expect(await failureOf(readAll(openDirectory(fake)))).toMatchObject({ kind: 'unavailable', effect: 'none' });
    for (let times = 0; times < 2; times += 1)
      fake.fail({ kind: 'status', status: 200, body }, { path: /users\/delta/ });
    expect((await failureOf(readAll(openDirectory(fake)))).message).toContain('circle');
  });

  it('of calls are waited out where that is short, and told with the time where it is long', async () => {
    fill(fake, 12);
    const throttle = (headers: Record<string, string>, status = 429) =>
      fake.fail({ kind: 'status', status, headers }, { path: /users\/delta/ });
    throttle({ 'Retry-After': '0' });
    throttle({ 'Retry-After': '1' }, 503);
    expect((await readAll(openDirectory(fake))).end).toMatchObject({ complete: true, rows: 12 });
    throttle({ 'Retry-After': '150' });
    expect(await failureOf(readAll(openDirectory(fake)))).toMatchObject({ kind: 'throttled', retryAfter: 150_000 });
    for (let times = 0; times < 4; times += 1) throttle({ 'Retry-After': '0' });
    expect(await failureOf(readAll(openDirectory(fake)))).toMatchObject({ kind: 'throttled' });
  });

  it('of tokens are cured by another one', async () => {
    fill(fake, 3);
    const directory = openDirectory(fake);
    const { end } = await readAll(directory);
    fake.endTokens();
    expect((await readAll(directory, end.cursor)).end).toMatchObject({ kind: 'delta', complete: true });
  });
});
