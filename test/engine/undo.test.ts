import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/model.ts';
import { explain } from '../../src/core/status.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const zoe = (change: Record<string, string> = {}, status?: 'active' | 'suspended' | 'left') =>
  row('zoe', { title: 'Rep', department: 'Sales', ...change }, status);
const staff = () => [row('ada'), row('bea')];

async function actorOf(acme: Acme, externalId: string): Promise<Actor> {
  const person = await acme.personOf(externalId);
  return { kind: 'person', person: person.id, name: externalId, via: 'slack' };
}

/** Whatever takes virtual time, while it passes. */
async function during<T>(acme: Acme, task: Promise<T>): Promise<T> {
  const settled = Promise.allSettled([task]);
  await acme.time.advance(60_000);
  await settled;
  return task;
}

async function lastOperation(acme: Acme, externalId: string): Promise<string> {
  const operation = (await acme.loginOf(externalId))?.operation;
  if (!operation) throw new Error(`no operation of ${externalId}`);
  return operation.id;
}

const undo = async (acme: Acme, operation: string, by = 'ada', carryOut = true) =>
  during(acme, acme.engine.useCases.undo({ operation }, await actorOf(acme, by), carryOut));

async function accountOf(acme: Acme, externalId: string) {
  const remoteId = (await acme.loginOf(externalId))?.remoteId ?? '';
  return acme.app.accounts.get(remoteId);
}

async function moved(config = configOf()): Promise<Acme> {
  const acme = await company([...staff(), zoe()], config);
  await acme.sync();
  acme.directory.state.rows = [...staff(), zoe({ title: 'Lead', department: 'Ops' })];
  await acme.sync();
  return acme;
}

describe('undo of an update', () => {
  it('puts the old values and memberships back, and the next sync does not redo it', async () => {
    const acme = await moved();
    expect(await accountOf(acme, 'zoe')).toMatchObject({
      attributes: { title: 'Lead' },
      entitlements: { groups: [] },
    });
    const plan = await undo(acme, await lastOperation(acme, 'zoe'));
    expect(plan).toMatchObject({ steps: [{ kind: 'update', app: 'crm' }], cannot: [] });
    const back = { attributes: { title: 'Rep' }, entitlements: { groups: ['Sales and Marketing'] } };
    expect(await accountOf(acme, 'zoe')).toMatchObject(back);
    acme.app.calls.length = 0;
    acme.directory.state.rows = [...staff(), zoe({ title: 'Boss', department: 'Ops' })];
    await acme.sync();
    expect(acme.app.calls).toEqual([]);
    expect(await accountOf(acme, 'zoe')).toMatchObject(back);
    const login = await acme.loginOf('zoe');
    expect(login && explain(login)).toContain('pinned by ada: not following the directory until released');
    await acme.stop();
  });

  it('changes nothing when it is only looked at', async () => {
    const acme = await moved();
    acme.app.calls.length = 0;
    const before = await acme.loginOf('zoe');
    const plan = await undo(acme, await lastOperation(acme, 'zoe'), 'ada', false);
    expect(plan.steps).toMatchObject([
      { before: { attributes: { title: 'Lead' } }, after: { attributes: { title: 'Rep' } } },
    ]);
    expect(plan.text).toBe('One change would be undone, and hold until released.');
    expect(await acme.loginOf('zoe')).toEqual(before);
    expect(acme.app.calls).toEqual([]);
    await acme.stop();
  });

  it('is redone by release', async () => {
    const acme = await moved();
    await undo(acme, await lastOperation(acme, 'zoe'));
    const { id } = await acme.personOf('zoe');
    await during(acme, acme.engine.useCases.release(id, 'crm', await actorOf(acme, 'ada')));
    expect(await accountOf(acme, 'zoe')).toMatchObject({
      attributes: { title: 'Lead' },
      entitlements: { groups: [] },
    });
    expect((await acme.loginOf('zoe'))?.pin).toBeNull();
    await acme.stop();
  });

  it('is itself asked where updates ask, and never of whoever undoes', async () => {
    const acme = await company([...staff(), zoe()], configOf({ approval: { update: true } }));
    await acme.sync();
    acme.directory.state.rows = [...staff(), zoe({ title: 'Lead' })];
    await acme.sync();
    const [first] = await acme.openCards();
    if (first === undefined) throw new Error('no card');
    await acme.decide(first, 'bea');
    const operation = await lastOperation(acme, 'zoe');
    await undo(acme, operation);
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    expect(card.circle).toEqual([(await acme.personOf('bea')).id]);
    expect(card.requester).toMatchObject({ name: 'ada' });
    expect((await undo(acme, operation)).cannot).toMatchObject([{ why: 'it is being undone already' }]);
    expect((await acme.decide(card, 'ada')).result).toBe('refused');
    expect(await accountOf(acme, 'zoe')).toMatchObject({ attributes: { title: 'Lead' } });
    await acme.decide(card, 'bea');
    expect(await accountOf(acme, 'zoe')).toMatchObject({ attributes: { title: 'Rep' } });
    await acme.stop();
  });

  it('is refused when a newer change stands on it', async () => {
    const acme = await moved();
    const older = await lastOperation(acme, 'zoe');
    acme.directory.state.rows = [...staff(), zoe({ title: 'Boss', department: 'Ops' })];
    await acme.sync();
    acme.app.calls.length = 0;
    const plan = await undo(acme, older);
    expect(plan.steps).toEqual([]);
    expect(plan.text).toBe(
      'This cannot be undone for Person zoe in crm: changed since (title): undo the newer change first.',
    );
    expect(acme.app.calls).toEqual([]);
    await acme.stop();
  });

  it('is refused for one’s own account', async () => {
    const acme = await moved();
    const plan = await undo(acme, await lastOperation(acme, 'zoe'), 'zoe');
    expect(plan.cannot).toMatchObject([{ why: 'nobody undoes a change of their own account' }]);
    await acme.stop();
  });

  it('gives way to leaving: a pinned account is suspended like any other', async () => {
    const acme = await moved();
    await undo(acme, await lastOperation(acme, 'zoe'));
    acme.directory.state.rows = [...staff(), zoe({}, 'suspended')];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('suspended');
    await acme.stop();
  });
});

/** Zoe is in the role by being in Sales, and loses it by moving. */
async function outOfRole(app: Parameters<typeof configOf>[0] = {}): Promise<Acme> {
  const config = configOf(app);
  const conditions = [{ attribute: 'title', operator: '=' as const, value: 'Rep' }];
  const mappings = config.mappings.map((mapping) => ({ ...mapping, conditions }));
  const acme = await company([...staff(), zoe()], { ...config, mappings });
  await acme.sync();
  acme.directory.state.rows = [...staff(), zoe({ title: 'Lead' })];
  await acme.sync();
  return acme;
}

describe('undo of a suspension', () => {
  it('reactivates after consent, memberships included, and the next sync does not suspend again', async () => {
    const acme = await outOfRole();
    expect(await acme.word('zoe')).toBe('suspended');
    await undo(acme, await lastOperation(acme, 'zoe'));
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    expect(card).toMatchObject({ operationKind: 'reactivate', requester: { name: 'ada' } });
    await acme.decide(card, 'bea');
    expect(await accountOf(acme, 'zoe')).toMatchObject({
      active: true,
      attributes: { title: 'Rep' },
      entitlements: { groups: ['Sales and Marketing'] },
    });
    acme.directory.state.rows = [...staff(), zoe({ title: 'Boss' })];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('is refused for somebody who left: releasing or rehiring them is the way', async () => {
    const acme = await company([...staff(), zoe()]);
    await acme.sync();
    acme.directory.state.rows = [...staff(), zoe({}, 'suspended')];
    await acme.sync();
    const plan = await undo(acme, await lastOperation(acme, 'zoe'));
    expect(plan.text).toContain('release them, or let the directory bring them back');
    expect(await acme.word('zoe')).toBe('suspended');
    await acme.stop();
  });
});

describe('undo of what takes away or gives', () => {
  it('refuses a deletion', async () => {
    const acme = await outOfRole({ onRoleLoss: 'delete', approval: { delete: false } });
    expect(await acme.word('zoe')).toBe('deleted');
    const plan = await undo(acme, await lastOperation(acme, 'zoe'));
    expect(plan.text).toContain('a deleted account cannot be brought back');
    expect((await acme.loginOf('zoe'))?.pin).toBeNull();
    await acme.stop();
  });

  it('ends a creation as the app ends what nobody has a reason for, and makes no new account', async () => {
    const acme = await company([...staff(), zoe()]);
    await acme.sync();
    const plan = await undo(acme, await lastOperation(acme, 'zoe'));
    expect(plan.steps).toMatchObject([{ kind: 'suspend' }]);
    expect(await acme.word('zoe')).toBe('suspended');
    acme.directory.state.rows = [...staff(), zoe({ title: 'Lead' })];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('suspended');
    await acme.stop();
  });

  it('gives an adopted account back as it was and leaves it alone from then on', async () => {
    const acme = await company([...staff(), zoe()]);
    const found = {
      ...{ remoteId: 'x1', active: true, externalId: null, userName: 'zoe@acme.test', emails: [] },
      attributes: { userName: 'zoe@acme.test', title: 'Clerk' },
      entitlements: { groups: ['Managers'] },
    };
    acme.app.accounts.set('x1', structuredClone(found));
    await acme.sync();
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'bea');
    expect(acme.app.accounts.get('x1')).toMatchObject({
      attributes: { title: 'Rep' },
      entitlements: { groups: ['Managers', 'Sales and Marketing'] },
    });
    const plan = await undo(acme, await lastOperation(acme, 'zoe'));
    expect(plan.steps).toMatchObject([{ note: 'Then Rollcall leaves the account alone.' }]);
    expect(acme.app.accounts.get('x1')).toEqual(found);
    expect(await acme.word('zoe')).toBe('disassociated');
    acme.directory.state.rows = [...staff(), zoe({}, 'left')];
    await acme.sync();
    expect(acme.app.accounts.get('x1')).toEqual(found);
    await acme.stop();
  });

  it('says of an operation nobody approved yet that it is to be rejected instead', async () => {
    const acme = await company([...staff(), zoe()], configOf({ approval: { create: true } }));
    await acme.sync();
    const plan = await undo(acme, await lastOperation(acme, 'zoe'));
    expect(plan.cannot).toMatchObject([{ why: 'it is not applied yet: reject it instead' }]);
    await expect(undo(acme, 'o-unknown')).rejects.toMatchObject({ code: 'unknown-operation' });
    await acme.stop();
  });
});

describe('undo of everything an approval let through', () => {
  it('takes each change back but those that were changed since, as one request', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
    const acme = await company(
      [...staff(), ...names.map((name) => row(name))],
      configOf({ approval: { update: true } }),
    );
    await acme.sync();
    acme.directory.state.rows = [...staff(), ...names.map((name) => row(name, { title: 'Lead' }))];
    await acme.sync();
    const [batch] = await acme.openCards();
    if (batch === undefined) throw new Error('no card');
    expect(batch).toMatchObject({ kind: 'batch', operations: 8 });
    await acme.decide(batch, 'bea');
    acme.directory.state.rows = [
      ...staff(),
      ...names.map((name) => row(name, { title: name === 'n0' ? 'Boss' : 'Lead' })),
    ];
    await acme.sync();
    const [one] = await acme.openCards();
    if (one === undefined) throw new Error('no card');
    await acme.decide(one, 'bea');
    const actor = await actorOf(acme, 'ada');
    const plan = await during(acme, acme.engine.useCases.undo({ approval: batch.id }, actor, true));
    expect(plan.steps).toHaveLength(7);
    expect(plan.cannot).toMatchObject([{ why: 'changed since (title): undo the newer change first' }]);
    const [back] = await acme.openCards();
    if (back === undefined) throw new Error('no card');
    expect(back).toMatchObject({ kind: 'batch', operations: 7, requester: { name: 'ada' } });
    await acme.decide(back, 'bea');
    const titles = [...acme.app.accounts.values()].map(({ attributes }) => attributes.title);
    expect(titles.filter((title) => title === 'Lead')).toEqual([]);
    expect(titles.filter((title) => title === 'Boss')).toEqual(['Boss']);
    await acme.stop();
  });
});
