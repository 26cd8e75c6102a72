import { afterEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/scim/index.ts';
import type { Target } from '../../../src/core/connector.ts';
import { type FaultServer, startFaultServer } from '../../fakes/fault-server.ts';
import type { Quirks } from '../../fakes/scim-app.ts';
import { account, bareScim, token } from '../../fakes/scim-peers.ts';

const pageSize = 4;
const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
const soon = () => AbortSignal.timeout(20_000);
const running: { server: FaultServer; target: Target }[] = [];

async function open(quirks: Partial<Quirks>, people: number) {
  const server = await startFaultServer({ token, quirks: { userGroups: false, ...quirks } });
  const bare = bareScim(server.baseUrl, token);
  for (const userName of names(people))
    server.app.handle({ method: 'POST', path: ['Users'], query: new URLSearchParams(), body: { schemas, userName } });
  const target = connector.connect(
    connector.config.parse({
      ...{ baseUrl: server.baseUrl, auth: { type: 'bearer', token }, allowHosts: ['127.0.0.1'], options: { pageSize } },
    }),
    { name: 'crm', allowHosts: [], deadline: 20_000, now: Date.now },
  );
  running.push({ server, target });
  return { server, target, bare };
}

const listed = async (target: Target) => {
  const found: (string | null)[] = [];
  for await (const page of target.list(soon())) found.push(...page.map(({ userName }) => userName));
  return found;
};
const names = (count: number) => Array.from({ length: count }, (_, index) => `p${index + 1}@acme.test`);

afterEach(async () => {
  for (const { server, target } of running.splice(0)) {
    target.close?.();
    await server.stop();
  }
});

describe('scim lists', () => {
  for (const count of [0, 1, pageSize - 1, pageSize, pageSize + 1, 3 * pageSize]) {
    it(`gives each of ${count} accounts once, from an honest app`, async () => {
      const { target } = await open({}, count);
      expect(await listed(target)).toEqual(names(count));
    });

    it(`gives each of ${count} accounts once, from one that clamps, starts again and miscounts`, async () => {
      for (const quirks of [{ maxPage: 3 }, { paging: 'restarts' }, { paging: 'total-page' }] as const) {
        const { target } = await open(quirks, count);
        expect(await listed(target), JSON.stringify(quirks)).toEqual(names(count));
      }
    });
  }

  it('never passes off a part as the whole', async () => {
    for (const paging of ['from-zero', 'first-page', 'total-high'] as const) {
      const { target } = await open({ paging }, 2 * pageSize + 1);
      const list = listed(target);
      await expect(list, paging).rejects.toMatchObject({ kind: 'unavailable', effect: 'none' });
      await expect(list, paging).rejects.toThrow(/incomplete list: \d+ of \d+ (users|groups)/);
    }
  });

  it('sees that rows moved up while it read', async () => {
    const { server, target } = await open({}, 3 * pageSize);
    const pages = target.list(soon())[Symbol.asyncIterator]();
    await pages.next();
    const [first] = server.app.users.keys();
    server.app.users.delete(first ?? '');
    const rest = (async () => {
      while ((await pages.next()).done !== true);
    })();
    await expect(rest).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('does not take an answer without a total for an empty list', async () => {
    const { server, target } = await open({}, 2);
    server.fail({ kind: 'status', status: 200, body: {} });
    await expect(listed(target)).rejects.toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('reads the groups once for a whole list, and not at all where users show theirs', async () => {
    for (const userGroups of [false, true]) {
      const { server, target, bare } = await open({ userGroups }, 2 * pageSize);
      await bare.createGroup('Sales');
      const [id = ''] = server.app.users.keys();
      await bare.give('Sales', id);
      const before = server.log.length;
      const accounts = [];
      for await (const page of target.list(soon())) accounts.push(...page);
      expect(accounts.map(({ entitlements }) => entitlements.groups)).toEqual([['Sales'], ...Array(7).fill([])]);
      const asked = server.log.slice(before).filter(({ url }) => url.includes('/Groups'));
      expect(asked.length).toBe(userGroups ? 0 : 2);
    }
  });
});

describe('scim searches', () => {
  it('finds the one account whatever the app does with filters, short of hiding it', async () => {
    for (const filter of ['honest', 'ignored', 'exact-case', 'refused'] as const) {
      const { target } = await open({ filter }, 2 * pageSize);
      await target.create(account(1), soon());
      for (const match of [{ externalId: 'person-1' }, { userName: 'ZOE.1@acme.test' }]) {
        const found = await target.find(match, soon());
        expect(
          found.map(({ userName }) => userName),
          `${filter} ${JSON.stringify(match)}`,
        ).toEqual(['zoe.1@acme.test']);
      }
      expect(await target.find({ userName: 'nobody@acme.test' }, soon()), filter).toEqual([]);
    }
  });

  it('shows two accounts where our id and the name are on different ones', async () => {
    const { target } = await open({}, 1);
    const { remoteId } = await target.create(account(1), soon());
    const found = await target.find({ externalId: 'person-1', userName: 'p1@acme.test' }, soon());
    expect(found.map((one) => one.userName).sort()).toEqual(['p1@acme.test', 'zoe.1@acme.test']);
    expect(found.map((one) => one.remoteId)).toContain(remoteId);
  });

  it('says which group is there twice', async () => {
    const { target, bare } = await open({}, 0);
    await bare.createGroup('Sales');
    await bare.createGroup('Sales');
    const call = target.create({ ...account(1), entitlements: { groups: ['Sales'] } }, soon());
    await expect(call).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
    await expect(call).rejects.toThrow('crm has 2 groups called "Sales"');
  });

  it('finds a group again that was made anew under its name', async () => {
    const { server, target, bare } = await open({}, 0);
    await bare.createGroup('Sales');
    await target.create({ ...account(1), entitlements: { groups: ['Sales'] } }, soon());
    server.app.groups.clear();
    await bare.createGroup('Sales');
    const second = await target.create({ ...account(2), entitlements: { groups: ['Sales'] } }, soon());
    expect(second.entitlements.groups).toEqual(['Sales']);
    expect(await bare.holders('Sales')).toEqual([second.remoteId]);
  });
});

describe('scim changes', () => {
  const title = { set: { title: 'Manager' }, clear: [], entitlements: {} };

  it('puts by itself where the app says it knows no PATCH, and keeps what it does not know', async () => {
    const { server, target } = await open({ patch: 'unsupported' }, 0);
    const { remoteId } = await target.create(account(1), soon());
    Object.assign(server.app.users.get(remoteId) ?? {}, { active: false, 'urn:acme:1.0:User': { badge: 7 } });
    await target.update(remoteId, title, soon());
    expect(server.app.users.get(remoteId)).toMatchObject({
      ...{ title: 'Manager', active: false, externalId: 'person-1', 'urn:acme:1.0:User': { badge: 7 } },
    });
    expect(server.log.some(({ method }) => method === 'PATCH')).toBe(false);
  });

  it('sends the version it read where the app keeps versions, and works it out anew, once, after a change in between', async () => {
    const { server, target } = await open({ etag: true, patch: 'unsupported' }, 0);
    const { remoteId } = await target.create(account(1), soon());
    await target.update(remoteId, title, soon());
    expect(server.log.find(({ method }) => method === 'PUT')?.headers['if-match']).toBe('W/"1"');
    const outdated = () => {
      const user = server.app.users.get(remoteId);
      if (user !== undefined) Object.assign(user, { version: user.version + 1, nickName: `zo-${user.version}` });
    };
    server.fail({ kind: 'status', status: 412 }, { method: 'PUT', hit: outdated });
    const moved = await target.update(remoteId, { ...title, set: { title: 'Owner' } }, soon());
    expect(moved.attributes).toMatchObject({ title: 'Owner', nickName: 'zo-2' });
    for (const _ of [1, 2]) server.fail({ kind: 'status', status: 412 }, { method: 'PUT', hit: outdated });
    const lost = target.update(remoteId, title, soon());
    await expect(lost).rejects.toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(server.app.users.get(remoteId)).toMatchObject({ title: 'Owner', nickName: 'zo-5' });
  });

  it('writes groups whole where the app knows no PATCH, with everybody else in them', async () => {
    const { server, target, bare } = await open({ etag: true, patch: 'unsupported' }, 1);
    const { id } = await bare.createGroup('Sales');
    const [other = ''] = server.app.users.keys();
    const group = server.app.groups.get(id);
    if (group !== undefined) group.members = [{ value: other }];
    const joining = { groups: { add: ['Sales'], remove: [] } };
    const { remoteId } = await target.create({ ...account(1), entitlements: { groups: ['Sales'] } }, soon());
    expect(await bare.holders('Sales')).toEqual([other, remoteId]);
    server.fail({ kind: 'status', status: 412 }, { method: 'PUT', path: /Groups/ });
    const left = await target.update(
      remoteId,
      { ...title, set: {}, entitlements: { groups: { add: [], remove: ['Sales'] } } },
      soon(),
    );
    expect(left.entitlements).toEqual({ groups: [] });
    expect(await bare.holders('Sales')).toEqual([other]);
    await target.update(remoteId, { ...title, set: {}, entitlements: joining }, soon());
    expect(await bare.holders('Sales')).toEqual([other, remoteId]);
    const versions = server.log.filter(({ method, url }) => method === 'PUT' && url.includes('/Groups/'));
    expect(versions.every(({ headers }) => headers['if-match'] !== undefined)).toBe(true);
  });

  it('sends no version where the app keeps none', async () => {
    const { server, target } = await open({}, 0);
    const { remoteId } = await target.create(account(1), soon());
    await target.update(remoteId, { ...title, set: { email: 'new@acme.test' } }, soon());
    expect(server.log.every(({ headers }) => headers['if-match'] === undefined)).toBe(true);
  });

  it('changes the primary address and leaves the others', async () => {
    const { server, target } = await open({}, 0);
    const { remoteId } = await target.create(account(1), soon());
    const home = { value: 'zoe@home.test', type: 'home' };
    const user = server.app.users.get(remoteId) ?? {};
    Object.assign(user, { emails: [home, { value: 'zoe.1@acme.test', type: 'work', primary: true }] });
    const changed = await target.update(remoteId, { ...title, set: { email: 'zoe@new.test' } }, soon());
    expect(changed.emails).toEqual(['zoe@home.test', 'zoe@new.test']);
    const cleared = await target.update(remoteId, { ...title, set: {}, clear: ['email'] }, soon());
    expect(server.app.users.get(remoteId)?.emails).toEqual([home]);
    expect(cleared.attributes.email).toBeUndefined();
  });

  it('refuses attributes and entitlements that are none, before anything is sent', async () => {
    const { server, target } = await open({}, 0);
    const { remoteId } = await target.create(account(1), soon());
    const before = server.log.length;
    const wrong = [
      { ...title, set: { shoeSize: 43 } },
      { ...title, set: { title: ['a', 'b'] } },
      { ...title, clear: ['__proto__'] },
      { ...title, entitlements: { licences: { add: ['E5'], remove: [] } } },
    ];
    for (const change of wrong)
      await expect(target.update(remoteId, change, soon())).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(server.log.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
