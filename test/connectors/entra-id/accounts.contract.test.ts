import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountChange, NewAccount } from '../../../src/core/connector.ts';
import { all, none, soon } from '../../contracts/peer.ts';
import { type Entra, startEntra } from '../../fakes/entra.ts';
import { failureOf, openTarget } from './reading.ts';

let fake: Entra;
beforeEach(async () => {
  fake = await startEntra();
});
afterEach(() => fake.stop());

const zoe = (more: Partial<NewAccount> = {}): NewAccount => ({
  externalId: 'person-1',
  entitlements: {},
  ...more,
  attributes: { userName: 'zoe@acme.test', displayName: 'Zoë Lang', title: 'Clerk', ...more.attributes },
});
const setting = (set: AccountChange['set']): AccountChange => ({ ...none, set });
const writes = () => fake.log.filter(({ method, url }) => method !== 'GET' && !url.endsWith('/token'));

describe('reads of Entra ID that trail its writes', () => {
  it('are waited out: a change is done once it shows', async () => {
    const target = openTarget(fake, { lagSeconds: 5 });
    fake.tenant.state.lag = 2;
    const created = await target.create(zoe(), soon());
    expect(created).toMatchObject({ active: true, attributes: { title: 'Clerk' } });
    expect(await target.update(created.remoteId, setting({ title: 'CEO' }), soon())).toMatchObject({
      attributes: { title: 'CEO' },
    });
    expect((await target.suspend(created.remoteId, soon())).active).toBe(false);
  });

  it('never turn an account that was just made into none: it is looked for until the lag is over', async () => {
    let at = Date.now();
    const target = openTarget(fake, { lagSeconds: 60 }, () => at, 5_000);
    fake.tenant.state.lag = 1_000;
    const late = await failureOf(target.create(zoe(), soon()));
    expect(late).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    const [id = ''] = fake.tenant.users.keys();
    for (const call of [target.find({ externalId: 'person-1' }, soon()), target.get(id, soon())])
      expect(await failureOf(call)).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(writes().filter(({ method }) => method === 'POST')).toHaveLength(1);
    at += 61_000;
    expect(await target.find({ externalId: 'person-1' }, soon())).toEqual([]);
    expect(await target.get(id, soon())).toBeNull();
  });

  it('hide an account whose creation was not answered until it shows', async () => {
    const target = openTarget(fake, { lagSeconds: 60 });
    fake.tenant.state.lag = 2;
    fake.fail({ kind: 'reset', effect: true }, { method: 'POST', path: /users$/ });
    expect(await failureOf(target.create(zoe(), soon()))).toMatchObject({ effect: 'unknown' });
    const again = await failureOf(target.create(zoe(), soon()));
    expect(again).toMatchObject({ kind: 'conflict', effect: 'none' });
    const found = [];
    for (let times = 0; times < 4 && found.length === 0; times += 1)
      found.push(...(await target.find({ externalId: 'person-1' }, soon()).catch(() => [])));
    expect(found).toMatchObject([{ externalId: 'person-1', active: true }]);
    expect(fake.tenant.users.size).toBe(1);
  });

  it('do not keep a deleted account alive, nor forget that one is gone', async () => {
    const target = openTarget(fake, { lagSeconds: 60 });
    const { remoteId } = await target.create(zoe(), soon());
    await target.delete(remoteId, soon());
    expect(await target.get(remoteId, soon())).toBeNull();
    expect(await failureOf(target.update(remoteId, setting({ title: 'CEO' }), soon()))).toMatchObject({
      kind: 'missing',
    });
    expect(await target.get('zoe@acme.test', soon()), 'a user name is no id').toBeNull();
  });

  it('do not hinder a new account from being put into groups', async () => {
    fake.tenant.putGroup({ displayName: 'Sales' });
    const target = openTarget(fake, { lagSeconds: 10 });
    fake.tenant.state.lag = 2;
    const created = await target.create(zoe({ entitlements: { groups: ['Sales'] } }), soon());
    expect(created.entitlements.groups).toEqual(['Sales']);
  });
});

describe('a membership of Entra ID whose answer was lost', () => {
  it.each([0, 1_000])('is not refused when it is asked for again; reads trail by %i', async (lag) => {
    fake.tenant.putGroup({ displayName: 'Sales' });
    const target = openTarget(fake, { lagSeconds: 1 });
    const { remoteId } = await target.create(zoe(), soon());
    fake.tenant.state.lag = lag;
    const change = { ...none, entitlements: { groups: { add: ['Sales'], remove: [] } } };
    fake.fail({ kind: 'reset', effect: true }, { method: 'POST', path: /members/ });
    expect(await failureOf(target.update(remoteId, change, soon()))).toMatchObject({ effect: 'unknown' });
    const again = target.update(remoteId, change, soon());
    if (lag === 0) expect((await again).entitlements.groups).toEqual(['Sales']);
    else expect(await failureOf(again)).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
  });

  it('is known by who is in it, where Graph says it in other words', async () => {
    const group = fake.tenant.putGroup({ displayName: 'Sales' }).id;
    const target = openTarget(fake);
    const { remoteId } = await target.create(zoe(), soon());
    fake.tenant.join(group, remoteId);
    const change = { ...none, entitlements: { groups: { add: ['Sales'], remove: [] } } };
    const refuse = () => {
      const body = { error: { code: 'Request_BadRequest', message: 'No.' } };
      fake.fail({ kind: 'status', status: 400, body }, { method: 'POST', path: /members/ });
    };
    refuse();
    expect((await target.update(remoteId, change, soon())).entitlements.groups).toEqual(['Sales']);
    fake.tenant.leave(group, remoteId);
    refuse();
    expect(await failureOf(target.update(remoteId, change, soon()))).toMatchObject({
      kind: 'rejected',
      effect: 'none',
    });
  });
});

describe('somebody who comes back to Entra ID', () => {
  const leave = async (change: object = {}) => {
    const target = openTarget(fake, change);
    fake.tenant.putGroup({ displayName: 'Sales' });
    const first = await target.create(zoe({ entitlements: { groups: ['Sales'] } }), soon());
    await target.suspend(first.remoteId, soon());
    await target.delete(first.remoteId, soon());
    return { target, first };
  };

  it.each([true, false])(
    'gets the deleted account again, enabled and up to date; filters among the deleted: %s',
    async (filters) => {
      fake.state.deletedFilters = filters;
      const { target, first } = await leave();
      const again = await target.create(zoe({ attributes: { title: 'CEO' }, password: 'new-Canary 9' }), soon());
      expect(again).toEqual({ ...first, attributes: { ...first.attributes, title: 'CEO' } });
      expect([fake.tenant.users.size, fake.tenant.deleted.size]).toEqual([1, 0]);
      expect(fake.tenant.passwords.get(first.remoteId)).toBe('new-Canary 9');
    },
  );

  it('gets a new one where that is wished, or where the deleted one does not carry our id', async () => {
    const { target, first } = await leave({ restore: false });
    expect((await target.create(zoe(), soon())).remoteId).not.toBe(first.remoteId);
    expect(fake.tenant.deleted.size).toBe(1);
    const other = openTarget(fake);
    const another = zoe({ externalId: 'person-2', attributes: { userName: 'other@acme.test', displayName: 'Other' } });
    expect((await other.create(another, soon())).remoteId).not.toBe(first.remoteId);
    expect(fake.tenant.deleted.size).toBe(1);
  });

  it('is not made twice when the answer to the restoring is lost', async () => {
    const { target, first } = await leave();
    fake.fail({ kind: 'reset', effect: true }, { path: /restore$/ });
    expect(await failureOf(target.create(zoe(), soon()))).toMatchObject({ effect: 'unknown' });
    expect(await target.find({ externalId: 'person-1' }, soon())).toMatchObject([
      { remoteId: first.remoteId, active: false },
    ]);
  });

  it('collides where somebody else has the name by now', async () => {
    const { target } = await leave();
    fake.tenant.put({ userPrincipalName: 'zoe@acme.test' });
    expect(await failureOf(target.create(zoe(), soon()))).toMatchObject({ kind: 'conflict', effect: 'none' });
  });
});

describe('groups of Entra ID', () => {
  it('are offered where Rollcall may change who is in them', async () => {
    const odd = [
      { displayName: 'Dynamic', groupTypes: ['DynamicMembership'] },
      { displayName: 'Synchronised', onPremisesSyncEnabled: true },
      { displayName: 'Administrators', isAssignableToRole: true },
      { displayName: 'Distribution', mailEnabled: true, securityEnabled: false },
      { displayName: 'Mail-enabled security', mailEnabled: true },
    ];
    const target = openTarget(fake);
    const { remoteId } = await target.create(zoe(), soon());
    for (const group of odd) fake.tenant.join(fake.tenant.putGroup(group).id, remoteId);
    fake.tenant.putGroup({ displayName: 'Security' });
    fake.tenant.putGroup({ displayName: 'Team', groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false });
    const fresh = openTarget(fake);
    expect((await all(fresh.entitlements(soon()))).map(({ value }) => value).sort()).toEqual(['Security', 'Team']);
    expect((await fresh.get(remoteId, soon()))?.entitlements.groups).toEqual([]);
    expect((await all(fresh.list(soon())))[0]?.entitlements.groups).toEqual([]);
    const refused = await failureOf(
      fresh.update(remoteId, { ...none, entitlements: { groups: { add: ['Dynamic'], remove: [] } } }, soon()),
    );
    expect(refused).toMatchObject({ kind: 'rejected', effect: 'none' });
  });

  it('of one name are told apart by nobody', async () => {
    for (let times = 0; times < 2; times += 1) fake.tenant.putGroup({ displayName: 'Sales' });
    const call = openTarget(fake).create(zoe({ entitlements: { groups: ['Sales'] } }), soon());
    expect((await failureOf(call)).message).toContain('has 2 groups called "Sales"');
    expect(fake.tenant.users.size).toBe(0);
  });

  it('that are gone meanwhile are named, and hinder no other', async () => {
    const target = openTarget(fake);
    const ids = ['One', 'Two', 'Three'].map((displayName) => fake.tenant.putGroup({ displayName }).id);
    const { remoteId } = await target.create(zoe({ entitlements: { groups: ['One'] } }), soon());
    fake.tenant.removeGroup(ids[1] ?? '');
    fake.tenant.removeGroup(ids[0] ?? '');
    const change = { ...none, entitlements: { groups: { add: ['Two', 'Three'], remove: ['One'] } } };
    const error = await failureOf(target.update(remoteId, change, soon()));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'unknown' });
    expect(error.message).toContain('refused the group "Two"');
    expect((await target.get(remoteId, soon()))?.entitlements.groups).toEqual(['Three']);
  });
});

describe('licences of Entra ID', () => {
  const skuId = randomUUID();
  const give = (add: string[], remove: string[] = []) => ({ ...none, entitlements: { licences: { add, remove } } });
  beforeEach(() => {
    fake.tenant.skus.push({ skuId, skuPartNumber: 'ENTERPRISEPACK', appliesTo: 'User', left: 5 });
    fake.tenant.skus.push({ skuId: randomUUID(), skuPartNumber: 'SOLD_OUT', appliesTo: 'User', left: 0 });
    fake.tenant.skus.push({ skuId: randomUUID(), skuPartNumber: 'COMPANY', appliesTo: 'Company', left: 5 });
  });

  it('need a country, said before anything is sent', async () => {
    const target = openTarget(fake);
    const refused = await failureOf(target.create(zoe({ entitlements: { licences: ['ENTERPRISEPACK'] } }), soon()));
    expect(refused).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(refused.remedy).toContain('usageLocation');
    const { remoteId } = await target.create(zoe(), soon());
    const before = writes().length;
    const change = { ...give(['ENTERPRISEPACK']), set: { title: 'CEO' } };
    expect(await failureOf(target.update(remoteId, change, soon()))).toMatchObject({
      kind: 'rejected',
      effect: 'none',
    });
    expect(writes().length).toBe(before);
    const both = await target.update(remoteId, { ...change, set: { usageLocation: 'DE' } }, soon());
    expect(both.entitlements.licences).toEqual(['ENTERPRISEPACK']);
    expect((await target.update(remoteId, give([], ['ENTERPRISEPACK']), soon())).entitlements.licences).toEqual([]);
  });

  it('that are there already are not given again, which would switch on what is switched off in them', async () => {
    const target = openTarget(fake);
    const account = zoe({ attributes: { usageLocation: 'DE' }, entitlements: { licences: ['ENTERPRISEPACK'] } });
    const { remoteId } = await target.create(account, soon());
    const before = writes().length;
    await target.update(remoteId, give(['ENTERPRISEPACK'], []), soon());
    expect(writes().length).toBe(before);
  });

  it('of a group are the group’s, and those of the company nobody’s', async () => {
    const target = openTarget(fake);
    const { remoteId } = await target.create(zoe({ attributes: { usageLocation: 'DE' } }), soon());
    const states = [{ skuId, assignedByGroup: randomUUID(), state: 'Active' }];
    fake.tenant.put({ id: remoteId, licenseAssignmentStates: states });
    expect((await target.get(remoteId, soon()))?.entitlements.licences).toEqual([]);
    await target.update(remoteId, give([], ['ENTERPRISEPACK']), soon());
    expect(fake.tenant.users.get(remoteId)?.licenseAssignmentStates).toEqual(states);
    expect((await all(target.entitlements(soon()))).map(({ value }) => value)).toEqual(['ENTERPRISEPACK', 'SOLD_OUT']);
  });

  it('that are all taken are refused by what Graph says', async () => {
    const target = openTarget(fake);
    const { remoteId } = await target.create(zoe({ attributes: { usageLocation: 'DE' } }), soon());
    const error = await failureOf(target.update(remoteId, give(['SOLD_OUT']), soon()));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(error.message).toContain('does not have any available licenses');
  });
});

describe('accounts of Entra ID', () => {
  it('have the manager that is named, and none where that is cleared', async () => {
    const target = openTarget(fake);
    const ada = fake.tenant.put({ userPrincipalName: 'ada@acme.test', mail: 'a.lang@acme.test' });
    const made = await target.create(zoe({ attributes: { manager: 'ADA@acme.test' } }), soon());
    expect(made.attributes.manager).toBe('ada@acme.test');
    expect(fake.tenant.managers.get(made.remoteId)).toBe(ada.id);
    const without = { ...none, clear: ['manager'] };
    expect((await target.update(made.remoteId, without, soon())).attributes.manager).toBeUndefined();
    expect((await target.update(made.remoteId, without, soon())).attributes.manager).toBeUndefined();
    const byMail = openTarget(fake, { managerBy: 'mail' });
    const moved = await byMail.update(made.remoteId, setting({ manager: 'a.lang@acme.test' }), soon());
    expect(moved.attributes.manager).toBe('a.lang@acme.test');
    const unknown = zoe({
      externalId: 'person-2',
      attributes: { userName: 'b@acme.test', manager: 'nobody@acme.test' },
    });
    const refused = await failureOf(target.create(unknown, soon()));
    expect(refused).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(fake.tenant.users.size).toBe(2);
  });

  it('keep our id where the connection says, and are found by it whatever Graph lets filter', async () => {
    const extension = `extension_${'a'.repeat(32)}_rollcall`;
    for (const externalId of ['extensionAttribute3', 'employeeId', 'extensionAttribute15']) {
      const target = openTarget(fake, { externalId });
      const userName = `${externalId}@acme.test`;
      const { remoteId } = await target.create(zoe({ externalId, attributes: { userName } }), soon());
      expect((await target.find({ externalId }, soon())).map((one) => one.remoteId)).toEqual([remoteId]);
    }
    const refused = openTarget(fake, { externalId: 'employeeId' }).create(
      zoe({ attributes: { employeeId: 'E1' } }),
      soon(),
    );
    expect((await failureOf(refused)).message).toContain('holds Rollcall’s own id');
    fake.tenant.put({ userPrincipalName: 'x@acme.test', [extension]: 'person-9' });
    expect(await openTarget(fake, { externalId: extension }).find({ externalId: 'person-9' }, soon())).toHaveLength(1);
  });

  it('get a password to be changed at the next sign-in, unless the connection says otherwise, and one nobody knows where there is none', async () => {
    for (const changePassword of [true, false]) {
      const userName = `p-${changePassword}@acme.test`;
      const account = zoe({ externalId: userName, attributes: { userName }, password: 'first-Canary 7' });
      await openTarget(fake, { changePassword }).create(account, soon());
      expect(writes().at(-1)?.body).toContain(`"forceChangePasswordNextSignIn":${changePassword}`);
    }
    const { remoteId } = await openTarget(fake).create(zoe(), soon());
    expect(fake.tenant.passwords.get(remoteId)).toMatch(/^[\w-]{32}aA1!$/);
  });

  it('of administrators are refused one by one, and reading that is not allowed is the connection’s fault', async () => {
    const target = openTarget(fake);
    const { remoteId } = await target.create(zoe(), soon());
    fake.state.admins.add(remoteId);
    const refused = await failureOf(target.suspend(remoteId, soon()));
    expect(refused).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(refused.remedy).toContain('administrator role');
    const body = { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges.' } };
    fake.fail({ kind: 'status', status: 403, body });
    expect(await failureOf(target.test(soon()))).toMatchObject({ kind: 'auth', effect: 'none' });
  });

  it('that cannot be changed just now are left for later, whatever status says so', async () => {
    const target = openTarget(fake);
    const { remoteId } = await target.create(zoe(), soon());
    const change = () => failureOf(target.update(remoteId, setting({ title: 'CEO' }), soon()));
    const meet = (status: number, code: string, headers = {}) =>
      fake.fail(
        { kind: 'status', status, headers, body: { error: { code, message: 'Try again.' } } },
        { method: 'PATCH' },
      );
    meet(409, 'Directory_ConcurrencyViolation');
    expect(await change()).toMatchObject({ kind: 'unavailable', effect: 'none' });
    meet(503, 'Request_ThrottledTemporarily', { 'Retry-After': '9' });
    expect(await change()).toMatchObject({ kind: 'throttled', effect: 'none', retryAfter: 9_000 });
    meet(429, 'TooManyRequests', { 'Retry-After': '3' });
    expect(await change()).toMatchObject({ kind: 'throttled', retryAfter: 3_000 });
    meet(504, 'UnknownError');
    expect(await change()).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    meet(400, 'Request_BadRequest');
    expect((await change()).message).toContain('Try again. (Request_BadRequest)');
  });
});
