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

const day = 86_400_000;
const reopen = (options: object): Target => {
  target.close?.();
  target = openTarget(fake, options, () => now);
  return target;
};
const stored = (id: string) => fake.tenant.users.get(id);
const says = (status: number, reason: string, message: string) =>
  ({ kind: 'status', status, body: { error: { code: status, message, errors: [{ reason, message }] } } }) as const;

describe('accounts of Google made again', () => {
  const made = async (n = 1) => (await target.create({ ...account(n), password: 'the-first-one' }, soon())).remoteId;
  const again = (change: object = {}) =>
    target.create({ ...account(1), attributes: { ...account(1).attributes, title: 'Back', ...change } }, soon());

  it('are brought back within twenty days, as what is wished now and with a password nobody knows', async () => {
    fake.tenant.addGroup('sales@acme.test');
    const remoteId = await made();
    await target.suspend(remoteId, soon());
    await target.delete(remoteId, soon());
    now += 19 * day;
    const entitlements = { groups: ['sales@acme.test'] };
    const attributes = { ...account(1).attributes, title: 'Back', orgUnitPath: '/Staff' };
    const back = await reopen({}).create({ ...account(1), attributes, entitlements }, soon());
    expect(back).toMatchObject({ remoteId, active: true, externalId: 'person-1', attributes, entitlements });
    expect(await target.get(remoteId, soon())).toEqual(back);
    expect(fake.tenant.users.size).toBe(1);
    expect(stored(remoteId)?.password).not.toBe('the-first-one');
  });

  it('are made anew after them, and where the connection says so', async () => {
    const remoteId = await made();
    await target.delete(remoteId, soon());
    expect((await reopen({ undelete: false }).create(account(1), soon())).remoteId).not.toBe(remoteId);
    const second = await made(2);
    await target.delete(second, soon());
    now += 21 * day;
    expect((await reopen({}).create(account(2), soon())).remoteId).not.toBe(second);
  });

  it('are never somebody else’s who had the address before, nor one of whom Google does not show whose it was', async () => {
    const remoteId = await made();
    await target.delete(remoteId, soon());
    const other = await target.create({ ...account(1), externalId: 'person-2' }, soon());
    expect(other.remoteId).not.toBe(remoteId);
    await target.delete(other.remoteId, soon());
    fake.tenant.state.sparse = true;
    expect([remoteId, other.remoteId]).not.toContain((await again()).remoteId);
  });

  it('are found whatever Google does with a search among the deleted', async () => {
    for (const deletedQuery of ['refused', 'ignored'] as const) {
      fake.tenant.state.deletedQuery = deletedQuery;
      const others = [await made(2), await made(3)];
      const remoteId = await made();
      for (const id of [...others, remoteId]) await target.delete(id, soon());
      expect((await again()).remoteId, deletedQuery).toBe(remoteId);
      fake.tenant.users.clear();
    }
  });

  it('are the last one where several were deleted', async () => {
    const first = await made();
    await target.delete(first, soon());
    const { remoteId } = await reopen({ undelete: false }).create(account(1), soon());
    now += day;
    await target.delete(remoteId, soon());
    now += day;
    expect((await reopen({}).create(account(1), soon())).remoteId).toBe(remoteId);
  });

  it('are in doubt while Google does not show them yet, or does not answer, and are found then', async () => {
    const remoteId = await made();
    await target.delete(remoteId, soon());
    fake.tenant.state.undeleteLag = 1;
    expect(await failureOf(again())).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    expect(await target.find({ externalId: 'person-1' }, soon())).toMatchObject([{ remoteId }]);
    fake.tenant.state.undeleteLag = 0;
    await target.delete(remoteId, soon());
    fake.fail({ kind: 'reset', effect: true }, { path: /undelete$/ });
    expect(await failureOf(again())).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    expect(await target.find({ externalId: 'person-1' }, soon())).toMatchObject([{ remoteId, active: true }]);
    expect(await failureOf(again())).toMatchObject({ kind: 'conflict', effect: 'none' });
  });

  it('are made anew where Google has nothing to bring back after all', async () => {
    const remoteId = await made();
    await target.delete(remoteId, soon());
    fake.fail(says(404, 'notFound', 'Resource Not Found: userKey'), { path: /undelete$/ });
    expect((await again()).remoteId).not.toBe(remoteId);
  });

  it('are refused whole where the unit is not there', async () => {
    const remoteId = await made();
    await target.delete(remoteId, soon());
    expect(await failureOf(again({ orgUnitPath: '/Nowhere' }))).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(await target.get(remoteId, soon())).toBeNull();
  });
});

describe('what Google shows late', () => {
  it('is found by its address at once, with our id, and by our id in the end', async () => {
    fake.tenant.lag(true);
    const { remoteId } = await target.create(account(1), soon());
    expect(await target.find({ externalId: 'person-1' }, soon())).toEqual([]);
    expect(await target.find({ userName: 'zoe.1@acme.test' }, soon())).toMatchObject([
      { remoteId, externalId: 'person-1' },
    ]);
    fake.tenant.lag(false);
    expect(await target.find({ externalId: 'person-1' }, soon())).toMatchObject([{ remoteId }]);
  });

  it('is told as Google itself has answered it', async () => {
    fake.tenant.addGroup('sales@acme.test');
    fake.tenant.addGroup('old@acme.test');
    const given = { ...account(1), entitlements: { groups: ['old@acme.test'] } };
    const { remoteId } = await target.create(given, soon());
    fake.tenant.lag(true);
    const groups = { add: ['sales@acme.test'], remove: ['old@acme.test'] };
    const moved = await target.update(remoteId, { ...none, entitlements: { groups } }, soon());
    expect(moved.entitlements).toEqual({ groups: ['sales@acme.test'] });
  });

  it('is read where the answer does not show all of it', async () => {
    const { remoteId } = await target.create(account(1), soon());
    fake.fail({ kind: 'empty', effect: true }, { method: 'PUT' });
    const moved = await target.update(remoteId, { ...none, set: { title: 'CEO' } }, soon());
    expect(moved.attributes.title).toBe('CEO');
    fake.tenant.addGroup('sales@acme.test');
    const missing = says(404, 'notFound', 'Resource Not Found: memberKey');
    fake.fail(missing, { method: 'POST', path: /members$/ });
    const joining = { ...account(2), entitlements: { groups: ['sales@acme.test'] } };
    expect(await failureOf(target.create(joining, soon()))).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
  });
});
