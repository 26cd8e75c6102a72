import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../../src/core/connector.ts';
import { type Google, startGoogle } from '../../fakes/google.ts';
import { account, failureOf, none, openTarget, soon } from './opening.ts';

let fake: Google;
let target: Target;
let now: number;
beforeEach(async () => {
  now = Date.now();
  fake = await startGoogle({ now: () => now });
  target = openTarget(fake);
});
afterEach(async () => {
  target.close?.();
  await fake.stop();
});

const reopen = (options: object): Target => {
  target.close?.();
  target = openTarget(fake, options, () => now);
  return target;
};
const stored = (id: string) => fake.tenant.users.get(id);
const writes = () => fake.log.filter(({ method }) => method !== 'GET');
const says = (status: number, reason: string, message: string) =>
  ({ kind: 'status', status, body: { error: { code: status, message, errors: [{ reason, message }] } } }) as const;

describe('refusals of Google', () => {
  it('are a matter of pace where its word says so, and of rights otherwise', async () => {
    const { remoteId } = await target.create(account(1), soon());
    const update = () => target.update(remoteId, { ...none, set: { title: 'CEO' } }, soon());
    for (const reason of ['userRateLimitExceeded', 'rateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded']) {
      fake.state.throttles = [reason];
      expect(await failureOf(update()), reason).toMatchObject({ kind: 'throttled', effect: 'none' });
      fake.fail(says(403, reason, 'Quota exceeded'), { method: 'PUT' });
      expect(await failureOf(update()), reason).toMatchObject({ kind: 'throttled', effect: 'none' });
    }
    fake.fail({ kind: 'status', status: 429, body: { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } } });
    expect(await failureOf(update())).toMatchObject({ kind: 'throttled', effect: 'none' });
    for (const reason of ['forbidden', 'insufficientPermissions', 'accessNotConfigured', 'domainCannotUseApis']) {
      fake.fail(says(403, reason, 'Not Authorized to access this resource/api'), { method: 'PUT' });
      expect(await failureOf(update()), reason).toMatchObject({ kind: 'auth', effect: 'none' });
    }
  });

  it('say what is wrong with a new account, and none is made', async () => {
    const wrong = {
      'Invalid Input: INVALID_OU_ID': { orgUnitPath: '/Nowhere' },
      'Domain not found.': { userName: 'zoe@elsewhere.test' },
      'Invalid Given/Family Name: GivenName': { givenName: 'Z'.repeat(61) },
    };
    for (const [message, attributes] of Object.entries(wrong)) {
      const given = { ...account(1), attributes: { ...account(1).attributes, ...attributes } };
      const error = await failureOf(target.create(given, soon()));
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
      expect(error.message).toContain(message);
    }
    expect(fake.tenant.users.size).toBe(0);
  });

  it('are a thing that is not ready yet, or an account that is full', async () => {
    fake.fail(says(412, 'conditionNotMet', 'User creation is not complete.'), { method: 'POST' });
    const early = await failureOf(target.create(account(1), soon()));
    expect(early).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(early.message).toContain('User creation is not complete.');
    fake.fail(says(412, 'limitExceeded', 'Domain user limit reached.'), { method: 'POST' });
    expect(await failureOf(target.create(account(1), soon()))).toMatchObject({ kind: 'rejected', effect: 'none' });
  });

  it('come of scopes that were not delegated, and say where that is done', async () => {
    fake.state.scopes = ['user', 'group.readonly'];
    const error = await failureOf(target.test(soon()));
    expect(error).toMatchObject({ kind: 'auth', effect: 'none' });
    expect(error.remedy).toContain('Domain-wide delegation');
    await reopen({ groups: false }).test(soon());
  });
});

describe('super administrators of Google', () => {
  it('are shown and never touched', async () => {
    fake.tenant.addGroup('sales@acme.test');
    const { remoteId } = await target.create(account(1), soon());
    Object.assign(stored(remoteId) ?? {}, { isAdmin: true });
    expect((await target.get(remoteId, soon()))?.attributes.isAdmin).toBe(true);
    expect(await target.update(remoteId, none, soon())).toMatchObject({ active: true });
    const before = writes().length;
    const calls = [
      () => target.update(remoteId, { ...none, set: { title: 'CEO' } }, soon()),
      () =>
        target.update(
          remoteId,
          { ...none, entitlements: { groups: { add: ['sales@acme.test'], remove: [] } } },
          soon(),
        ),
      () => target.update(remoteId, { ...none, password: 'a-new-password' }, soon()),
      () => target.suspend(remoteId, soon()),
      () => target.reactivate(remoteId, none, soon()),
      () => target.delete(remoteId, soon()),
    ];
    for (const call of calls) {
      const error = await failureOf(call());
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
      expect(error.message).toContain('zoe.1@acme.test is a super administrator');
      expect(error.remedy).toContain('superAdmins');
    }
    expect(writes()).toHaveLength(before);
  });

  it('are touched where the connection says so', async () => {
    const { remoteId } = await reopen({ superAdmins: true }).create(account(1), soon());
    Object.assign(stored(remoteId) ?? {}, { isAdmin: true });
    expect(await target.suspend(remoteId, soon())).toMatchObject({ active: false });
  });

  it('are not made by us', async () => {
    const given = { ...account(1), attributes: { ...account(1).attributes, isAdmin: true } };
    expect(await failureOf(target.create(given, soon()))).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(writes()).toEqual([]);
  });
});

describe('names in Google', () => {
  it('are also aliases, and an address of another domain is nobody’s', async () => {
    const { remoteId } = await target.create(account(1), soon());
    const renamed = await target.update(remoteId, { ...none, set: { userName: 'Ada@acme.test' } }, soon());
    expect(renamed).toMatchObject({ userName: 'ada@acme.test', emails: ['ada@acme.test', 'zoe.1@acme.test'] });
    expect(await target.find({ userName: 'zoe.1@acme.test' }, soon())).toEqual([renamed]);
    expect(await target.find({ userName: 'zoe@elsewhere.test' }, soon())).toEqual([]);
    const twin = { ...account(2), attributes: { ...account(2).attributes, userName: 'zoe.1@acme.test' } };
    expect(await failureOf(target.create(twin, soon()))).toMatchObject({ kind: 'conflict', effect: 'none' });
  });

  it('are found by our own id alone: an id of another kind with the same value is not ours', async () => {
    const { remoteId } = await target.create(account(1), soon());
    Object.assign(stored(remoteId) ?? {}, { externalIds: [{ value: 'person-1', type: 'organization' }] });
    expect(await target.find({ externalId: 'person-1' }, soon())).toEqual([]);
  });
});

describe('changes in Google', () => {
  it('leave other numbers, organisations, ids and relations as they are', async () => {
    const { remoteId } = await target.create(account(1), soon());
    const home = { value: '+49891', type: 'home' };
    const former = { name: 'Old Ltd', title: 'Trainee', type: 'school' };
    const mother = { value: 'mum@home.test', type: 'mother' };
    const user = stored(remoteId) as Record<string, object[]>;
    user.phones = [home, ...(user.phones ?? [])];
    user.organizations = [former, ...(user.organizations ?? [])];
    user.relations = [mother];
    const set = { phone: '+4930777', title: 'CEO', manager: 'ada@acme.test', employeeId: 'E9' };
    const moved = await target.update(remoteId, { ...none, set }, soon());
    expect(moved.attributes).toMatchObject({ ...set, department: 'Sales & Marketing' });
    const after = stored(remoteId) as Record<string, object[]>;
    expect(after.phones).toEqual([home, { value: '+4930777', type: 'work', primary: true }]);
    expect(after.organizations?.[0]).toEqual(former);
    expect(after.relations).toEqual([mother, { value: 'ada@acme.test', type: 'manager' }]);
    expect(moved.externalId).toBe('person-1');
    await target.update(remoteId, { ...none, clear: ['phone', 'manager', 'employeeId'] }, soon());
    expect(stored(remoteId)).toMatchObject({ phones: [home], relations: [mother] });
    expect(await target.find({ externalId: 'person-1' }, soon())).toHaveLength(1);
  });

  it('empty what is the last of its kind, and put whoever has no unit to the top', async () => {
    const given = {
      ...account(1),
      attributes: { ...account(1).attributes, orgUnitPath: '/Staff', recoveryPhone: '+4930' },
    };
    const { remoteId } = await target.create(given, soon());
    const clear = ['title', 'department', 'phone', 'orgUnitPath', 'recoveryPhone'];
    const cleared = await target.update(remoteId, { ...none, clear }, soon());
    expect(cleared.attributes).toEqual({
      ...{
        userName: 'zoe.1@acme.test',
        givenName: 'Zoë',
        familyName: `O'Neil "1"`,
        employeeId: 'E1',
        orgUnitPath: '/',
      },
    });
    expect(stored(remoteId)).not.toHaveProperty('organizations');
  });

  it('reach the fields of custom schemas the connection names, and no other field of theirs', async () => {
    const attributes = { costCentre: 'HR.costCentre', badge: 'HR.badge' };
    const given = { ...account(1), attributes: { ...account(1).attributes, costCentre: '42', badge: 7 } };
    const { remoteId } = await reopen({ attributes }).create(given, soon());
    expect(stored(remoteId)?.customSchemas).toEqual({ HR: { costCentre: '42', badge: 7 } });
    const customSchemas = { HR: { costCentre: '42', badge: 7, grade: 'A' }, Own: { x: 'y' } };
    Object.assign(stored(remoteId) ?? {}, { customSchemas });
    const moved = await target.update(remoteId, { ...none, set: { costCentre: '43' }, clear: ['badge'] }, soon());
    expect(moved.attributes).toMatchObject({ costCentre: '43', title: 'Clerk' });
    expect(moved.attributes).not.toHaveProperty('badge');
    expect(stored(remoteId)?.customSchemas).toEqual({ HR: { costCentre: '43', grade: 'A' }, Own: { x: 'y' } });
    expect(await target.find({ externalId: 'person-1' }, soon())).toEqual([moved]);
    const listed = [];
    for await (const page of target.list(soon())) listed.push(...page);
    expect(listed).toEqual([moved]);
    const withoutThem = await failureOf(reopen({}).update(remoteId, { ...none, set: { costCentre: '44' } }, soon()));
    expect(withoutThem).toMatchObject({ kind: 'rejected', effect: 'none' });
  });

  it('are refused where Google could not hold them, before anything is sent', async () => {
    const { remoteId } = await target.create(account(1), soon());
    const before = writes().length;
    const wrong = [
      { ...none, set: { shoeSize: 43 } },
      { ...none, set: { title: ['a', 'b'] } },
      { ...none, set: { isAdmin: true } },
      { ...none, clear: ['userName'] },
      { ...none, clear: ['__proto__'] },
      { ...none, entitlements: { licences: { add: ['E5'], remove: [] } } },
    ];
    for (const change of wrong)
      expect(await failureOf(target.update(remoteId, change, soon()))).toMatchObject({
        kind: 'rejected',
        effect: 'none',
      });
    expect(writes()).toHaveLength(before);
  });

  it('bring back whoever is archived, and tell that they are not active', async () => {
    const { remoteId } = await target.create(account(1), soon());
    Object.assign(stored(remoteId) ?? {}, { archived: true });
    expect(await target.get(remoteId, soon())).toMatchObject({ active: false });
    expect(await target.reactivate(remoteId, none, soon())).toMatchObject({ active: true });
  });

  it('sign whoever is suspended out where the connection says so', async () => {
    const { remoteId } = await target.create(account(1), soon());
    await target.suspend(remoteId, soon());
    expect(fake.tenant.state.signedOut).toEqual([]);
    await reopen({ signOut: true }).suspend(remoteId, soon());
    expect(fake.tenant.state.signedOut).toEqual([remoteId]);
    await target.reactivate(remoteId, none, soon());
    fake.fail({ kind: 'status', status: 503 }, { path: /signOut$/ });
    expect(await failureOf(target.suspend(remoteId, soon()))).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    expect(await target.get(remoteId, soon())).toMatchObject({ active: false });
  });

  it('have a password handed out changed at first sign-in where the connection says so', async () => {
    const { remoteId } = await reopen({ changePassword: true }).create(
      { ...account(1), password: 'handed-out' },
      soon(),
    );
    expect(stored(remoteId)).toMatchObject({ password: 'handed-out', changePasswordAtNextLogin: true });
    const other = await target.create(account(2), soon());
    expect(stored(other.remoteId)).not.toHaveProperty('changePasswordAtNextLogin');
    expect(String(stored(other.remoteId)?.password)).toMatch(/^[\w-]{48}$/);
  });
});
