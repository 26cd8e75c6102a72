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

describe('groups in Google', () => {
  const regroup = (remoteId: string, add: string[], remove: string[] = []) =>
    target.update(remoteId, { ...none, entitlements: { groups: { add, remove } } }, soon());

  it('are joined by whoever is in them already, and left by whoever is not, or whose group is gone', async () => {
    fake.tenant.addGroup('sales@acme.test');
    const { remoteId } = await target.create({ ...account(1), entitlements: { groups: ['sales@acme.test'] } }, soon());
    expect((await regroup(remoteId, ['sales@acme.test'])).entitlements).toEqual({ groups: ['sales@acme.test'] });
    expect((await regroup(remoteId, [], ['sales@acme.test'])).entitlements).toEqual({ groups: [] });
    const left = await regroup(remoteId, [], ['sales@acme.test', 'gone@acme.test']);
    expect(left.entitlements).toEqual({ groups: [] });
  });

  it('that are refused stop no other, and are all named', async () => {
    fake.tenant.addGroup('sales@acme.test');
    const { remoteId } = await target.create(account(1), soon());
    const error = await failureOf(regroup(remoteId, ['no@acme.test', 'sales@acme.test', 'nor@acme.test']));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'unknown' });
    expect(error.message).toContain('refused 2 groups ("no@acme.test", "nor@acme.test")');
    expect((await target.get(remoteId, soon()))?.entitlements).toEqual({ groups: ['sales@acme.test'] });
    expect(await failureOf(regroup(remoteId, ['no@acme.test']))).toMatchObject({ kind: 'rejected', effect: 'none' });
  });

  it('go by their own address, and not by another name of theirs', async () => {
    const { id } = fake.tenant.addGroup('sales@acme.test');
    const { remoteId } = await target.create(account(1), soon());
    const body = { kind: 'admin#directory#group', id, email: 'sales@acme.test' };
    fake.fail({ kind: 'status', status: 200, body }, { method: 'GET', path: /groups\/vertrieb/ });
    const error = await failureOf(regroup(remoteId, ['vertrieb@acme.test']));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(error.remedy).toContain('sales@acme.test');
  });

  it('are looked at where the connection names them alone', async () => {
    for (const email of ['sales@acme.test', 'secret@acme.test']) fake.tenant.addGroup(email);
    const { remoteId } = await target.create({ ...account(1), entitlements: { groups: ['sales@acme.test'] } }, soon());
    await regroup(remoteId, ['secret@acme.test']);
    reopen({ onlyGroups: ['Sales@acme.test'] });
    expect((await target.get(remoteId, soon()))?.entitlements).toEqual({ groups: ['sales@acme.test'] });
    const listed = [];
    for await (const page of target.list(soon())) listed.push(...page);
    expect(listed.map(({ entitlements }) => entitlements)).toEqual([{ groups: ['sales@acme.test'] }]);
    const values = [];
    for await (const page of target.entitlements(soon())) values.push(...page.map(({ value }) => value));
    expect(values).toEqual(['sales@acme.test']);
    const error = await failureOf(regroup(remoteId, ['secret@acme.test']));
    expect(error.remedy).toContain('onlyGroups');
  });

  it('are not asked for where they are switched off', async () => {
    fake.state.scopes = ['user'];
    const { remoteId, entitlements } = await reopen({ groups: false }).create(account(1), soon());
    expect(entitlements).toEqual({});
    expect(await failureOf(regroup(remoteId, ['sales@acme.test']))).toMatchObject({ kind: 'rejected', effect: 'none' });
  });
});

describe('lists of Google', () => {
  it.each([0, 1, 3, 4, 5, 8])('give each of %i accounts once', async (count) => {
    reopen({ pageSize: 4, undelete: false });
    for (let n = 1; n <= count; n += 1) await target.create(account(n), soon());
    const ids: string[] = [];
    for await (const page of target.list(soon())) ids.push(...page.map(({ remoteId }) => remoteId));
    expect(ids.sort()).toEqual([...fake.tenant.users.keys()].sort());
  });

  it('never pass off a row that cannot be read as an account that is gone', async () => {
    const { remoteId } = await target.create(account(1), soon());
    Object.assign(stored(remoteId) ?? {}, { suspended: 'perhaps' });
    const drain = async () => {
      for await (const _ of target.list(soon()));
    };
    expect(await failureOf(drain())).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });
});
