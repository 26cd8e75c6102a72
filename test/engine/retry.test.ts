import { describe, expect, it, vi } from 'vitest';
import { ConnectorError } from '../../src/core/errors.ts';
import { explain } from '../../src/core/status.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

vi.setConfig({ testTimeout: 30_000 });

const ops = { kind: 'operator', name: 'ops', via: 'cli' } as const;
const names = ['zoe', 'max', 'eva', 'tom'];
const people = (...who: string[]) => who.map((name) => row(name));
const titled = (title: string) => ['ada', ...names].map((name) => row(name, { title }));
const refusal = (text: string) => new ConnectorError('rejected', 'none', text);
const down = new ConnectorError('unavailable', 'none', 'no answer');

type Acme = Awaited<ReturnType<typeof company>>;
async function settled(timings: Record<string, unknown> = {}): Promise<Acme> {
  const acme = await company(people('ada', ...names), configOf({}, { timings }));
  await acme.sync();
  acme.app.calls.length = 0;
  return acme;
}
async function retried(acme: Acme, named: { app?: string; person?: string; cause?: string }): Promise<string> {
  const answer = acme.engine.useCases.retry(named, ops);
  await acme.time.advance(30_000);
  return (await answer).text;
}
const words = (acme: Acme) => Promise.all(['ada', ...names].map((name) => acme.word(name)));

describe('what failed', () => {
  it('in an app is tried again, of one cause or of all', async () => {
    const acme = await settled();
    acme.app.failNext(refusal('title is too long'), refusal('title is too long'), refusal('manager is unknown'));
    acme.directory.state.rows = titled('Lead');
    await acme.sync();
    expect((await words(acme)).filter((word) => word === 'failed')).toHaveLength(3);
    expect(await retried(acme, { app: 'crm', cause: 'Manager is unknown' })).toBe('1 change of CRM is tried again.');
    expect((await words(acme)).filter((word) => word === 'failed')).toHaveLength(2);
    expect(await retried(acme, { app: 'crm', cause: 'auth' })).toBe('Nothing of CRM failed: nothing to try again.');
    expect(await retried(acme, { app: 'crm', cause: 'rejected' })).toBe('2 changes of CRM are tried again.');
    expect(await words(acme)).toEqual(['provisioned', 'provisioned', 'provisioned', 'provisioned', 'provisioned']);
    const events = await acme.store.events.list({ app: 'crm' }, null, 500);
    expect(events.filter(({ type, actor }) => type === 'operation.retry' && actor.name === 'ops')).toHaveLength(3);
    await acme.stop();
  });

  it('of one person is tried again, and of nobody else', async () => {
    const acme = await settled();
    acme.app.failNext(...Array.from({ length: 5 }, () => refusal('no')));
    acme.directory.state.rows = titled('Lead');
    await acme.sync();
    const zoe = await acme.personOf('zoe');
    expect(await retried(acme, { person: zoe.id })).toMatch(/^1 change of .+ is tried again\.$/);
    expect(await acme.word('zoe')).toBe('provisioned');
    expect((await words(acme)).filter((word) => word === 'failed')).toHaveLength(4);
    await acme.stop();
  });

  it('keeps its approval, and is not asked for again', async () => {
    const acme = await company(people('ada', 'bea'), configOf({ approval: { create: true } }));
    acme.directory.state.rows = people('ada', 'bea', 'zoe');
    await acme.sync();
    const zoe = await acme.personOf('zoe');
    const card = (await acme.openCards()).find(({ person }) => person === zoe.id);
    if (card === undefined) throw new Error('no card');
    acme.app.failNext(refusal('not yet'));
    await acme.decide(card, 'ada');
    expect(await acme.word('zoe')).toBe('failed');
    const before = (await acme.openCards()).length;
    await retried(acme, { app: 'crm' });
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(await acme.openCards()).toHaveLength(before);
    expect((await acme.loginOf('zoe'))?.operation?.decidedBy).toMatchObject([{ name: expect.any(String) }]);
    await acme.stop();
  });

  it('since the account is missing is left out, and told', async () => {
    const acme = await settled();
    acme.app.failNext(new ConnectorError('missing', 'none', 'gone'), refusal('no'));
    acme.directory.state.rows = titled('Lead');
    await acme.sync();
    expect(await retried(acme, { app: 'crm' })).toBe(
      '1 change of CRM is tried again. 1 account is missing in the app and was left out: rematch or re-provision them.',
    );
    expect((await words(acme)).filter((word) => word === 'provisioned')).toHaveLength(4);
    await acme.stop();
  });
});

it('a change of which one group was refused for good fails at once, naming it, and is tried again by name', async () => {
  const acme = await settled();
  const update = acme.app.target.update;
  let bad = true;
  acme.app.target.update = async (id, change, signal) => {
    const account = await update(id, change, signal);
    if (bad)
      throw new ConnectorError('rejected', 'unknown', 'crm refused the group "Sales and Marketing": it is full.');
    return account;
  };
  acme.app.target.get = async (id) => {
    const account = acme.app.accounts.get(id);
    return account === undefined ? null : { ...account, entitlements: bad ? {} : account.entitlements };
  };
  acme.directory.state.rows = [...people('ada', ...names.slice(1)), row('zoe', { department: 'Sales' })];
  await acme.sync();
  expect(await acme.word('zoe')).toBe('failed');
  expect((await acme.loginOf('zoe'))?.operation?.trouble?.message).toContain('the group "Sales and Marketing"');
  bad = false;
  expect(await retried(acme, { app: 'crm' })).toBe('1 change of CRM is tried again.');
  expect(await acme.word('zoe')).toBe('provisioned');
  await acme.stop();
});

describe('what is held since its attempts are used up', () => {
  it('says so, and is put back by retry with all its attempts', async () => {
    const acme = await settled({ attempts: 3, retry: '1 second' });
    // One record alone fails, so that the app as a whole is well.
    const update = acme.app.target.update;
    let bad = true;
    acme.app.target.update = async (id, change, signal) => {
      const account = acme.app.accounts.get(id);
      if (bad && account?.userName === 'zoe@acme.test') throw down;
      return update(id, change, signal);
    };
    acme.directory.state.rows = titled('Lead');
    await acme.sync(120_000);
    const held = await acme.loginOf('zoe');
    expect(await acme.word('zoe')).toBe('held');
    expect(held?.operation?.trouble).toMatchObject({ kind: 'unavailable', tries: 3 });
    expect(held === null ? '' : explain(held)).toBe(
      'given up after 3 attempts: no answer. Look at crm, then put it back with `/provision retry crm`.',
    );
    expect((await words(acme)).filter((word) => word === 'provisioned')).toHaveLength(4);
    bad = false;
    expect(await retried(acme, { app: 'crm', cause: 'unavailable' })).toBe('1 change of CRM is tried again.');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('is told from what the threshold or an open question holds, which retry leaves alone', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `n${index}`);
    const acme = await company(people('ada', ...many));
    await acme.sync();
    acme.directory.state.rows = people('ada', ...many.slice(8));
    await acme.sync();
    expect(await acme.word('n1')).toBe('held');
    expect(await retried(acme, { app: 'crm' })).toBe('Nothing of CRM failed: nothing to try again.');
    expect(await acme.word('n1')).toBe('held');
    await acme.stop();
  });
});

it('what waits for its next attempt goes now', async () => {
  const acme = await settled({ retry: '10 minutes' });
  acme.app.failNext(down);
  acme.directory.state.rows = titled('Lead');
  await acme.sync(30_000);
  expect((await words(acme)).filter((word) => word === 'modifying')).toHaveLength(1);
  expect(await retried(acme, { app: 'crm' })).toBe('1 change of CRM goes now instead of later.');
  expect((await words(acme)).filter((word) => word === 'provisioned')).toHaveLength(5);
  await acme.stop();
});

it('a pause stands whatever is tried again', async () => {
  const acme = await settled();
  acme.app.failNext(refusal('no'));
  acme.directory.state.rows = titled('Lead');
  await acme.sync();
  await acme.engine.useCases.pause({ app: 'crm' }, null, null, ops);
  await retried(acme, { app: 'crm' });
  expect((await words(acme)).filter((word) => word === 'held')).toHaveLength(1);
  expect(await retried(acme, { app: 'crm' })).toMatch(
    /^Nothing of CRM failed: nothing to try again\. It waits: crm is paused by ops\. It goes on once somebody resumes it/,
  );
  await acme.stop();
});

it('retry is refused without a name, and for names nobody has', async () => {
  const acme = await settled();
  const { retry } = acme.engine.useCases;
  await expect(retry({}, ops)).rejects.toMatchObject({ code: 'nothing-named', next: 'show' });
  await expect(retry({ app: 'erp' }, ops)).rejects.toMatchObject({ code: 'unknown-app' });
  await expect(retry({ person: 'p-0' }, ops)).rejects.toMatchObject({ code: 'unknown-person' });
  await acme.stop();
});
