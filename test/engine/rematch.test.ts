import { describe, expect, it } from 'vitest';
import type { ListedAccount } from '../../src/core/connector.ts';
import type { Actor } from '../../src/core/model.ts';
import { explain } from '../../src/core/status.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const staff = () => [row('ada'), row('bea')];
const zoe = (change: Record<string, string> = {}, status?: 'active' | 'suspended' | 'left') =>
  row('zoe', { title: 'Head of Sales', department: 'Sales', ...change }, status);

const account = (remoteId: string, change: Partial<ListedAccount> = {}): ListedAccount => ({
  ...{ remoteId, active: true, attributes: { userName: `${remoteId}@old.test` }, entitlements: {} },
  ...{ externalId: null, userName: `${remoteId}@old.test`, emails: [] },
  ...change,
});

async function actorOf(acme: Acme, externalId: string): Promise<Actor> {
  const person = await acme.personOf(externalId);
  return { kind: 'person', person: person.id, name: externalId, via: 'slack' };
}

async function during<T>(acme: Acme, task: Promise<T>): Promise<T> {
  const settled = Promise.allSettled([task]);
  await acme.time.advance(60_000);
  await settled;
  return task;
}

const disassociate = async (acme: Acme, whose: string, by = 'ada') =>
  during(acme, acme.engine.useCases.disassociate((await acme.personOf(whose)).id, 'crm', await actorOf(acme, by)));
const rematch = async (acme: Acme, whose: string, choice: string | null, by = 'ada') =>
  during(acme, acme.engine.useCases.rematch((await acme.personOf(whose)).id, 'crm', await actorOf(acme, by), choice));

async function card(acme: Acme) {
  const [open] = await acme.openCards();
  if (open === undefined) throw new Error('no card');
  return open;
}

/** The app's list is from long ago: nothing is found in it any more. */
const age = (acme: Acme) => acme.store.accounts.finish('crm', 'none', 0);

/** Everybody has an account; then accounts appear in the app, and its list is old. */
async function withAccounts(...accounts: ListedAccount[]): Promise<Acme> {
  const acme = await company([...staff(), zoe()]);
  await acme.sync();
  for (const one of accounts) acme.app.accounts.set(one.remoteId, one);
  await age(acme);
  acme.app.calls.length = 0;
  return acme;
}

describe('disassociate', () => {
  it('leaves the account exactly as it is, whatever becomes of the person, and tells of it', async () => {
    const acme = await withAccounts();
    const remoteId = (await acme.loginOf('zoe'))?.remoteId ?? '';
    const before = acme.app.accounts.get(remoteId);
    expect((await disassociate(acme, 'zoe')).text).toContain('is unlinked: the account stays as it is');
    expect(await acme.word('zoe')).toBe('disassociated');
    const login = await acme.loginOf('zoe');
    expect(login).toMatchObject({
      remoteId: null,
      former: [remoteId],
      owned: [],
      observed: null,
      nextAt: null,
      pin: null,
    });
    expect(login && explain(login)).toContain('rematch it to manage it again');
    acme.directory.state.rows = [...staff(), zoe({ title: 'Boss' })];
    await acme.sync();
    acme.directory.state.rows = [...staff(), zoe({}, 'left')];
    await acme.sync();
    expect(acme.app.calls).toEqual([]);
    expect(acme.app.accounts.get(remoteId)).toEqual(before);
    const { id } = await acme.personOf('zoe');
    expect((await acme.engine.useCases.leaver(id)).open).toHaveLength(1);
    const [event] = await acme.store.events.list({ person: id, status: 'disassociated' }, null, 5);
    expect(event).toMatchObject({ type: 'login.disassociated', actor: { name: 'ada' } });
    await acme.stop();
  });

  it('supersedes what waits for consent, and its card closes', async () => {
    const acme = await company([...staff(), zoe()], configOf({ approval: { update: true } }));
    await acme.sync();
    acme.directory.state.rows = [...staff(), zoe({ title: 'Boss' })];
    await acme.sync();
    const open = await card(acme);
    await disassociate(acme, 'zoe');
    expect((await acme.store.approvals.get(open.id))?.state).toBe('closed');
    expect((await disassociate(acme, 'zoe')).text).toContain('is unlinked already');
    await acme.stop();
  });

  it('is refused while a change is being made, for oneself, and where there is no login', async () => {
    const acme = await withAccounts();
    await expect(disassociate(acme, 'ada')).rejects.toMatchObject({ code: 'own-login' });
    const login = await acme.loginOf('zoe');
    if (login?.operation == null) throw new Error('no login');
    const after = {
      ...login,
      version: login.version + 1,
      operation: { ...login.operation, state: 'applying' as const },
    };
    await acme.store.logins.swap([{ before: login, after }]);
    await expect(disassociate(acme, 'zoe')).rejects.toMatchObject({ code: 'busy' });
    await expect(rematch(acme, 'zoe', null)).rejects.toMatchObject({ code: 'busy' });
    const { id } = await acme.personOf('zoe');
    const elsewhere = acme.engine.useCases.disassociate(id, 'erp', await actorOf(acme, 'ada'));
    await expect(during(acme, elsewhere)).rejects.toMatchObject({ code: 'unknown-app' });
    await acme.stop();
  });
});

describe('rematch', () => {
  it('shows the accounts it could be with what linking each would change, and links the chosen one with consent', async () => {
    const acme = await withAccounts(
      account('x1', { emails: ['zoe@acme.test'], attributes: { userName: 'z', title: 'Clerk' }, userName: 'z' }),
    );
    await disassociate(acme, 'zoe');
    const shown = await rematch(acme, 'zoe', null);
    if (shown.result !== 'choose') throw new Error(shown.text);
    expect(shown.candidates.map(({ remoteId, heldBy }) => [remoteId, heldBy])).toEqual([
      ['r3', null],
      ['x1', null],
    ]);
    expect(shown.candidates[0]?.difference).toEqual([]);
    expect(shown.candidates[1]?.difference).toEqual([
      'email: (empty) → zoe@acme.test',
      'title: Clerk → Head of Sales',
      'userName: z → zoe@acme.test',
      'groups: + Sales and Marketing',
    ]);
    expect(await acme.word('zoe')).toBe('disassociated');
    const asked = await rematch(acme, 'zoe', 'r3');
    expect(asked).toMatchObject({ result: 'asked', text: expect.stringContaining('r3') });
    expect(await acme.word('zoe')).toBe('needs match');
    const open = await card(acme);
    expect(open).toMatchObject({ operationKind: 'adopt', requester: { name: 'ada' } });
    expect(open.circle).toEqual([(await acme.personOf('bea')).id]);
    await acme.decide(open, 'bea');
    expect(await acme.loginOf('zoe')).toMatchObject({ remoteId: 'r3', provenance: 'adopted', chosen: null });
    expect(await acme.word('zoe')).toBe('provisioned');
    acme.directory.state.rows = [...staff(), zoe({ title: 'Boss' })];
    await acme.sync();
    expect(acme.app.accounts.get('r3')?.attributes.title).toBe('Boss');
    expect(acme.app.accounts.get('x1')?.attributes.title).toBe('Clerk');
    await acme.stop();
  });

  it('keeps the choice through every later plan, and asks anew when the wish changes', async () => {
    const acme = await withAccounts(account('x1'));
    await disassociate(acme, 'zoe');
    await rematch(acme, 'zoe', 'x1');
    const open = await card(acme);
    await acme.sync();
    const { id } = await acme.personOf('zoe');
    await during(acme, acme.engine.useCases.reprovision(id, 'crm', await actorOf(acme, 'bea')));
    expect((await card(acme)).id).toBe(open.id);
    expect((await acme.loginOf('zoe'))?.operation).toMatchObject({ kind: 'adopt', remoteId: 'x1', state: 'awaiting' });
    acme.directory.state.rows = [...staff(), zoe({ title: 'Boss' })];
    await acme.sync();
    const fresh = await card(acme);
    expect(fresh.id).not.toBe(open.id);
    expect(fresh.circle).toEqual(open.circle);
    expect((await acme.loginOf('zoe'))?.operation).toMatchObject({ kind: 'adopt', remoteId: 'x1', state: 'awaiting' });
    await acme.decide(fresh, 'bea');
    expect(acme.app.accounts.get('x1')?.attributes.title).toBe('Boss');
    await acme.stop();
  });

  it('puts a suspended account in use again when it is linked', async () => {
    const acme = await withAccounts(account('x1', { active: false }));
    await disassociate(acme, 'zoe');
    await rematch(acme, 'zoe', 'x1');
    await acme.decide(await card(acme), 'bea');
    expect(acme.app.accounts.get('x1')).toMatchObject({ active: true, attributes: { title: 'Head of Sales' } });
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('refuses an account another person holds, and one that is not there', async () => {
    const acme = await withAccounts();
    await disassociate(acme, 'zoe');
    const held = (await acme.loginOf('bea'))?.remoteId ?? '';
    await expect(rematch(acme, 'zoe', held)).rejects.toMatchObject({
      code: 'held-account',
      message: `account ${held} in CRM is Person bea’s`,
    });
    await expect(rematch(acme, 'zoe', 'x9')).rejects.toMatchObject({ code: 'unknown-account' });
    expect(await acme.word('zoe')).toBe('disassociated');
    expect(await acme.openCards()).toEqual([]);
    await acme.stop();
  });

  it('leaves a linked login linked, and asks nothing for somebody who is not to have an account', async () => {
    const acme = await withAccounts();
    const remoteId = (await acme.loginOf('zoe'))?.remoteId ?? '';
    expect(await rematch(acme, 'zoe', remoteId)).toMatchObject({ result: 'linked' });
    expect((await rematch(acme, 'zoe', null)).text).toContain('unlink the login first');
    await disassociate(acme, 'zoe');
    acme.directory.state.rows = [...staff(), zoe({}, 'left')];
    await acme.sync();
    const outcome = await rematch(acme, 'zoe', remoteId);
    expect(outcome).toMatchObject({ result: 'nothing', text: expect.stringContaining('is not to have an account') });
    await acme.stop();
  });

  it('says so when nobody but the one who chooses may decide', async () => {
    const acme = await company([row('ada'), zoe()]);
    await acme.sync();
    await disassociate(acme, 'zoe');
    const remoteId = (await acme.loginOf('zoe'))?.former[0] ?? '';
    const outcome = await rematch(acme, 'zoe', remoteId);
    expect(outcome).toMatchObject({ result: 'nothing', text: expect.stringContaining('Name another approver first') });
    expect(await acme.word('zoe')).toBe('disassociated');
    await acme.stop();
  });

  it('settles several candidates: the chosen one is asked for, the others are left alone', async () => {
    const acme = await company(staff());
    for (const remoteId of ['x1', 'x2'])
      acme.app.accounts.set(remoteId, account(remoteId, { emails: ['zoe@acme.test'] }));
    await acme.sync();
    acme.directory.state.rows = [...staff(), zoe()];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('needs match');
    expect(await acme.openCards()).toEqual([]);
    expect(await rematch(acme, 'zoe', 'x2')).toMatchObject({ result: 'asked' });
    await acme.decide(await card(acme), 'bea');
    expect(await acme.loginOf('zoe')).toMatchObject({ remoteId: 'x2', provenance: 'adopted', candidates: [] });
    expect(acme.app.accounts.get('x1')).toEqual(account('x1', { emails: ['zoe@acme.test'] }));
    await acme.stop();
  });

  it('makes a new account when none is theirs, also after an adoption was refused, and finds the others no more', async () => {
    const acme = await company(staff());
    acme.app.accounts.set('x1', account('x1', { emails: ['zoe@acme.test'] }));
    await acme.sync();
    acme.directory.state.rows = [...staff(), zoe()];
    await acme.sync();
    await acme.decide(await card(acme), 'bea', 'reject', 'another Zoe');
    expect(acme.app.calls.filter(({ kind }) => kind === 'create')).toHaveLength(2);
    const outcome = await rematch(acme, 'zoe', 'none');
    expect(outcome).toMatchObject({ result: 'made' });
    expect(await acme.loginOf('zoe')).toMatchObject({ provenance: 'created', account: 'active', chosen: null });
    expect(acme.app.accounts.get('x1')).toEqual(account('x1', { emails: ['zoe@acme.test'] }));
    await acme.stop();
  });

  it('never makes a new account in place of a chosen one that is gone', async () => {
    const acme = await withAccounts(account('x1'));
    await disassociate(acme, 'zoe');
    await rematch(acme, 'zoe', 'x1');
    acme.app.accounts.delete('x1');
    await age(acme);
    acme.directory.state.rows = [...staff(), zoe({ title: 'Boss' })];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('needs match');
    expect(acme.app.calls).toEqual([]);
    expect(await acme.openCards()).toEqual([]);
    await acme.stop();
  });

  it('does not take the former account for the new one when the app says the name is taken', async () => {
    const acme = await withAccounts();
    const former = (await acme.loginOf('zoe'))?.remoteId ?? '';
    await disassociate(acme, 'zoe');
    await rematch(acme, 'zoe', 'none');
    expect(await acme.word('zoe')).toBe('held');
    expect(await acme.loginOf('zoe')).toMatchObject({ remoteId: null, candidates: [former] });
    await acme.stop();
  });
});
