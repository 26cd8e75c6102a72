import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../src/core/errors.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

const people = (...names: string[]) => names.map((name) => row(name));

describe('join', () => {
  it('makes an account with mapped and translated attributes', async () => {
    const acme = await company([row('zoe', { title: 'Rep', department: 'Sales' })]);
    const report = await acme.sync();
    expect(report).toMatchObject({ result: 'read', joined: 1 });
    const [account] = acme.app.accounts.values();
    expect(account).toMatchObject({
      active: true,
      userName: 'zoe@acme.test',
      attributes: { title: 'Rep' },
      entitlements: { groups: ['Sales and Marketing'] },
    });
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('asks for consent first where the app wants it, and makes nothing before', async () => {
    const acme = await company(people('ada', 'bea', 'zoe'), configOf({ approval: { create: true } }));
    await acme.sync();
    expect(acme.app.accounts.size).toBe(0);
    const cards = await acme.openCards();
    expect(cards).toHaveLength(3);
    const forZoe = cards.find((card) => card.circle.length === 2);
    expect(forZoe).toBeDefined();
    if (forZoe === undefined) return;
    expect(await acme.word('zoe')).toBe('pending approval');
    expect((await acme.decide(forZoe, 'ada')).result).toBe('decided');
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(acme.app.accounts.size).toBe(1);
    await acme.stop();
  });

  it('leaves no account after a rejection, and does not ask again', async () => {
    const acme = await company(people('ada', 'zoe'), configOf({ approval: { create: true } }));
    await acme.sync();
    const person = await acme.personOf('zoe');
    const card = (await acme.openCards()).find((open) => open.person === person.id);
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'ada', 'reject', 'not yet');
    expect(await acme.word('zoe')).toBe('rejected');
    await acme.engine.useCases.sync(null, { kind: 'system', name: 'test' });
    await acme.time.advance(60_000);
    expect(acme.app.accounts.size).toBe(0);
    expect((await acme.openCards()).some((open) => open.person === person.id)).toBe(false);
    await acme.stop();
  });

  it('asks one batch card for a large import, and the approver apart', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const acme = await company(people('ada', 'bea', ...names), configOf({ approval: { create: true } }));
    await acme.sync();
    const cards = await acme.openCards();
    expect(cards.map((card) => [card.kind, card.operations, card.circle.length]).sort()).toEqual([
      ['batch', 40, 2],
      ['person', 1, 1],
      ['person', 1, 1],
    ]);
    const batch = cards.find((card) => card.kind === 'batch');
    if (batch === undefined) throw new Error('no batch');
    await acme.decide(batch, 'bea');
    expect(acme.app.accounts.size).toBe(40);
    expect(await acme.store.logins.tally(batch.id)).toEqual({ applied: 40 });
    await acme.stop();
  });
});

describe('move', () => {
  it('writes only what changed, and only for whom it changed', async () => {
    const acme = await company([row('zoe', { title: 'Rep' }), row('max', { title: 'Rep' })]);
    await acme.sync();
    acme.app.calls.length = 0;
    acme.directory.state.rows = [row('zoe', { title: 'Lead' }), row('max', { title: 'Rep' })];
    await acme.sync();
    expect(acme.app.calls).toEqual([
      { kind: 'update', remoteId: expect.any(String), detail: { set: { title: 'Lead' }, clear: [], entitlements: {} } },
    ]);
    await acme.stop();
  });

  it('writes nothing at all when nothing changed', async () => {
    const acme = await company(people('ada', 'zoe'));
    await acme.sync();
    const before = await acme.personOf('zoe');
    acme.app.calls.length = 0;
    expect((await acme.sync()).changed).toBe(0);
    expect(await acme.personOf('zoe')).toEqual(before);
    expect(acme.app.calls).toEqual([]);
    await acme.stop();
  });
});

describe('leave', () => {
  it('suspends unasked when the directory says so', async () => {
    const acme = await company(people('ada', 'zoe'));
    await acme.sync();
    acme.directory.state.rows = [row('ada'), row('zoe', {}, 'suspended')];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('suspended');
    expect(await acme.word('ada')).toBe('provisioned');
    await acme.stop();
  });

  it('takes absence for leaving only after a complete read of more than half', async () => {
    const acme = await company(people('ada', 'bea', 'zoe', 'max'));
    await acme.sync();
    acme.directory.state.rows = people('ada', 'bea', 'zoe');
    acme.directory.state.complete = false;
    expect((await acme.sync()).result).toBe('refused');
    expect(await acme.word('max')).toBe('provisioned');
    acme.directory.state.complete = true;
    acme.directory.state.rows = people('ada');
    expect((await acme.sync()).result).toBe('refused');
    acme.directory.state.rows = people('ada', 'bea', 'zoe');
    expect((await acme.sync()).result).toBe('read');
    expect(await acme.word('max')).toBe('suspended');
    await acme.stop();
  });

  it('does not take a person with a bad row for absent', async () => {
    const acme = await company(people('ada', 'zoe', 'max'));
    await acme.sync();
    acme.directory.state.rows = people('ada', 'zoe');
    acme.directory.state.problems = [{ place: 'line 4', message: 'unknown status', externalId: 'max' }];
    await acme.sync();
    expect(await acme.word('max')).toBe('provisioned');
    await acme.stop();
  });

  it('holds a suspicious plan whole, as one urgent card to the admins', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
    const acme = await company(people('ada', ...names));
    await acme.sync();
    acme.directory.state.rows = people('ada', ...names.slice(8));
    await acme.sync();
    expect(acme.app.calls.filter((call) => call.kind === 'suspend')).toEqual([]);
    const [card] = await acme.openCards();
    expect(card).toMatchObject({ kind: 'threshold', operations: 8, leaving: true, expiresAt: null });
    if (card === undefined) return;
    expect(await acme.word('n1')).toBe('held');
    await acme.decide(card, 'ada');
    expect(acme.app.calls.filter((call) => call.kind === 'suspend')).toHaveLength(8);
    await acme.stop();
  });

  it('sees slow bleeding over the window', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `n${index}`);
    const acme = await company(people('ada', ...names));
    await acme.sync();
    let rest = names;
    for (let round = 0; round < 4; round += 1) {
      rest = rest.slice(2);
      acme.directory.state.rows = people('ada', ...rest);
      await acme.sync();
    }
    expect(acme.app.calls.filter((call) => call.kind === 'suspend')).toHaveLength(6);
    expect((await acme.openCards()).map((card) => [card.kind, card.operations])).toEqual([['threshold', 2]]);
    await acme.stop();
  });

  it('deletes where the app says so, after consent', async () => {
    const acme = await company(people('ada', 'bea', 'zoe'), configOf({ onDelete: 'delete' }));
    await acme.sync();
    acme.directory.state.rows = people('ada', 'bea');
    await acme.sync();
    const [card] = await acme.openCards();
    expect(card).toMatchObject({ operationKind: 'delete', leaving: true });
    expect(acme.app.accounts.size).toBe(3);
    if (card === undefined) return;
    await acme.decide(card, 'bea');
    expect(acme.app.accounts.size).toBe(2);
    expect(await acme.word('zoe')).toBe('deleted');
    await acme.stop();
  });
});

describe('safe entitlements', () => {
  it('asks before it adopts a look-alike, and never touches strangers', async () => {
    const acme = await company(people('ada', 'bea', 'zoe'));
    const stranger = {
      remoteId: 'x1',
      active: true,
      attributes: { title: 'Robot' },
      entitlements: {},
      externalId: null,
      userName: 'robot',
      emails: [],
    };
    const alike = { ...stranger, remoteId: 'x2', attributes: { userName: 'zoe@acme.test' }, userName: 'zoe@acme.test' };
    acme.app.accounts.set('x1', stranger);
    acme.app.accounts.set('x2', alike);
    await acme.store.accounts.finish('crm', 'none', 0);
    await acme.sync();
    expect(acme.app.accounts.get('x1')).toEqual(stranger);
    expect(acme.app.accounts.get('x2')).toEqual(alike);
    const [card] = await acme.openCards();
    expect(card).toMatchObject({ operationKind: 'adopt', kind: 'person' });
    if (card === undefined) return;
    await acme.decide(card, 'ada');
    expect((await acme.loginOf('zoe'))?.provenance).toBe('adopted');
    expect(acme.app.accounts.size).toBe(4);
    await acme.stop();
  });

  it('never creates after a refused adoption', async () => {
    const acme = await company(people('ada', 'bea', 'zoe'));
    acme.app.accounts.set('x2', {
      remoteId: 'x2',
      active: true,
      attributes: {},
      entitlements: {},
      externalId: null,
      userName: 'zoe@acme.test',
      emails: [],
    });
    await acme.sync();
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'bea', 'reject', 'another Zoe');
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Lead' })];
    await acme.sync();
    expect(acme.app.calls.filter((call) => call.kind === 'create')).toHaveLength(2);
    await acme.stop();
  });
});

describe('failures', () => {
  it('says what is wrong when the credentials are refused, and goes on when told', async () => {
    const acme = await company(people('ada', 'zoe'));
    acme.app.failNext(new ConnectorError('auth', 'none', '401 from the app'));
    await acme.sync(1_000);
    const words = [await acme.word('ada'), await acme.word('zoe')].sort();
    expect(words).toContain('failed');
    await acme.time.advance(120_000);
    const failed = (await acme.word('ada')) === 'failed' ? 'ada' : 'zoe';
    const person = await acme.personOf(failed);
    const answer = acme.engine.useCases.reprovision(person.id, null, { kind: 'operator', name: 'ops', via: 'cli' });
    await acme.time.advance(60_000);
    await answer;
    expect(await acme.word(failed)).toBe('provisioned');
    await acme.stop();
  });

  it('never makes a second account after an unknown outcome', async () => {
    const acme = await company(people('zoe'));
    const create = acme.app.target.create;
    let lost = true;
    acme.app.target.create = async (account, signal) => {
      const made = await create(account, signal);
      if (!lost) return made;
      lost = false;
      throw new ConnectorError('unavailable', 'unknown', 'the connection was reset');
    };
    await acme.sync(300_000);
    expect(acme.app.accounts.size).toBe(1);
    expect(acme.app.calls.filter((call) => call.kind === 'create')).toHaveLength(1);
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('holds an operation for a person after too many attempts', async () => {
    const acme = await company(people('zoe'), configOf({}, { timings: { attempts: 3 } }));
    acme.app.failNext(...Array.from({ length: 9 }, () => new ConnectorError('unavailable', 'none', 'no answer')));
    await acme.sync(3_600_000);
    expect(await acme.word('zoe')).toBe('held');
    expect(acme.app.calls).toHaveLength(3);
    await acme.stop();
  });
});

describe('history', () => {
  it('chains every event exactly once', async () => {
    const acme = await company(people('ada', 'zoe'));
    await acme.sync();
    const person = await acme.personOf('zoe');
    const events = await acme.store.events.list({ person: person.id }, null, 100);
    const types = events.map((event) => event.type).sort();
    expect(types).toEqual(['operation.start', 'operation.succeed', 'operation.waive', 'person.joined']);
    const chain = await acme.store.events.chain('crm:0', 0, 100);
    expect(chain.map((event) => event.sequence)).toEqual(chain.map((_, index) => index + 1));
    expect(new Set(chain.map((event) => event.id)).size).toBe(chain.length);
    await acme.stop();
  });
});
