import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/core/approval-model.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

const asking = { approval: { create: true, update: true } };
type Acme = Awaited<ReturnType<typeof company>>;

async function cardFor(acme: Acme, externalId: string): Promise<Approval> {
  const person = await acme.personOf(externalId);
  const card = (await acme.openCards()).find((open) => open.person === person.id);
  if (card === undefined) throw new Error(`no open card about ${externalId}`);
  return card;
}

async function press(
  acme: Acme,
  card: Approval,
  by: string,
  decision: 'approve' | 'reject',
  edition: number | null = card.edition,
) {
  return acme.engine.useCases.decide({
    approval: card.id,
    edition,
    decision,
    reason: null,
    actor: await acme.personOf(by),
  });
}

describe('approval', () => {
  it('has one winner among simultaneous clicks, and tells the others why', async () => {
    const acme = await company([row('ada'), row('bea'), row('zoe')], configOf(asking));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    const presses = Array.from({ length: 8 }, (_, index) =>
      press(acme, card, index % 2 === 0 ? 'ada' : 'bea', index % 3 === 0 ? 'reject' : 'approve'),
    );
    await acme.time.advance(60_000);
    const outcomes = await Promise.all(presses);
    expect(outcomes.filter((outcome) => outcome.result === 'decided')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.result === 'refused' && outcome.why === 'already')).toHaveLength(7);
    const decided = await acme.store.approvals.get(card.id);
    expect(acme.app.calls.filter((call) => call.kind === 'create')).toHaveLength(decided?.state === 'approved' ? 1 : 0);
    await acme.stop();
  });

  it('is asked for only once somebody may give it', async () => {
    const acme = await company([row('zoe')], configOf(asking));
    await acme.sync();
    expect(await acme.openCards()).toEqual([]);
    acme.directory.state.rows = [row('zoe'), row('ada')];
    await acme.sync();
    const ada = await acme.personOf('ada');
    expect((await cardFor(acme, 'zoe')).circle).toEqual([ada.id]);
    await acme.stop();
  });

  it('is asked of approvers and managers by any of their addresses', async () => {
    const [ada, max] = ['ada', 'max'].map((name) => row(name, { email: [`${name}@acme.test`, `${name}@old.test`] }));
    const settings = { admins: ['ADA@old.test'], approvers: ['ada@old.test', 'manager'], quorum: 1 };
    const zoe = row('zoe', { manager: 'max@old.test' });
    const acme = await company(
      [ada, max, zoe].flatMap((one) => one ?? []),
      configOf(asking, settings),
    );
    await acme.sync();
    const asked = [(await acme.personOf('ada')).id, (await acme.personOf('max')).id].sort();
    expect((await cardFor(acme, 'zoe')).circle).toEqual(asked);
    await acme.stop();
  });

  it('is asked of approvers by address where their directory joins by something else', async () => {
    const config = configOf(asking);
    const directories = config.directories.map((directory) => ({ ...directory, join: ['employeeId'] }));
    const acme = await company([row('ada'), row('zoe')], { ...config, directories });
    await acme.sync();
    expect((await cardFor(acme, 'zoe')).circle).toEqual([(await acme.personOf('ada')).id]);
    await acme.stop();
  });

  it('is asked of whoever has an approver’s address now, not of who had it and is gone', async () => {
    const email = 'office@acme.test';
    const settings = { approvers: [email], admins: [] };
    for (const here of [[row('ada', { email })], [row('ada'), row('eve', { email })]]) {
      const acme = await company([row('ada'), row('max', { email })], configOf(asking, settings));
      await acme.sync();
      const gone = (title: string) => row('max', { email, title }, 'left');
      for (const rows of [
        [row('ada'), gone('Clerk')],
        [...here, gone('Clerk')],
        [...here, gone('Late')],
        [...here, gone('Late'), row('zoe')],
      ]) {
        acme.directory.state.rows = rows;
        await acme.sync();
      }
      const now = await acme.personOf(here.at(-1)?.externalId ?? '');
      expect((await cardFor(acme, 'zoe')).circle).toEqual([now.id]);
      await acme.stop();
    }
  });

  it('waits for the quorum, counting each person once', async () => {
    const acme = await company([row('ada'), row('bea'), row('zoe')], configOf(asking, { quorum: 2 }));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    expect(await press(acme, card, 'ada', 'approve')).toMatchObject({ result: 'voted', missing: 1 });
    expect(await press(acme, card, 'ada', 'approve')).toMatchObject({ result: 'refused', why: 'already' });
    await acme.time.advance(10_000);
    expect(acme.app.calls).toEqual([]);
    await acme.decide(card, 'bea');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('is decided by its circle alone, never by the person it is about', async () => {
    const acme = await company([row('ada'), row('bea'), row('zoe')], configOf(asking));
    await acme.sync();
    expect(await press(acme, await cardFor(acme, 'zoe'), 'zoe', 'approve')).toMatchObject({ why: 'self' });
    expect(await press(acme, await cardFor(acme, 'ada'), 'ada', 'reject')).toMatchObject({ why: 'self' });
    expect(await press(acme, await cardFor(acme, 'ada'), 'zoe', 'reject')).toMatchObject({ why: 'not-allowed' });
    await acme.stop();
  });

  it('takes no decision from somebody who no longer works here', async () => {
    const acme = await company([row('ada'), row('bea'), row('zoe')], configOf(asking));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    acme.directory.state.rows = [row('ada'), row('bea', {}, 'suspended'), row('zoe')];
    await acme.sync();
    expect(await press(acme, card, 'bea', 'approve')).toMatchObject({ why: 'not-allowed' });
    await acme.stop();
  });

  it('refuses a click on a card that has changed since', async () => {
    const acme = await company([row('ada'), row('bea'), row('zoe')], configOf(asking));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    expect(await press(acme, card, 'ada', 'approve', card.edition + 1)).toMatchObject({ why: 'changed' });
    await acme.stop();
  });

  it('asks anew for what drifted; the old consent makes nothing', async () => {
    const acme = await company([row('ada'), row('bea'), row('zoe', { title: 'Rep' })], configOf(asking));
    await acme.sync();
    const old = await cardFor(acme, 'zoe');
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Lead' })];
    await acme.sync();
    const fresh = await cardFor(acme, 'zoe');
    expect(fresh.id).not.toBe(old.id);
    expect((await acme.store.approvals.get(old.id))?.state).toBe('closed');
    expect(await press(acme, old, 'ada', 'approve')).toMatchObject({ result: 'refused' });
    await acme.time.advance(60_000);
    expect(acme.app.calls).toEqual([]);
    await acme.decide(fresh, 'ada');
    expect(acme.app.calls).toMatchObject([{ kind: 'create', detail: { title: 'Lead' } }]);
    await acme.stop();
  });

  it('lapses when nobody answers, unless it is about somebody leaving', async () => {
    const acme = await company(
      [row('ada'), row('bea'), row('zoe'), row('max')],
      configOf({ approval: { create: false, suspend: true, update: true } }, { approvalExpiry: '1 hour' }),
    );
    await acme.sync();
    acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Lead' }), row('max', {}, 'suspended')];
    await acme.sync();
    const [leaving, moving] = [await cardFor(acme, 'max'), await cardFor(acme, 'zoe')];
    await acme.time.advance(3_700_000);
    const sweep = acme.engine.alarms.approvals();
    await acme.time.advance(60_000);
    await sweep;
    expect((await acme.store.approvals.get(moving.id))?.state).toBe('expired');
    expect((await acme.store.approvals.get(leaving.id))?.state).toBe('open');
    expect(await acme.word('zoe')).toBe('rejected');
    await acme.stop();
  });
});

describe('order', () => {
  it('suspends a leaver before it makes the accounts of a crowd of joiners', async () => {
    const crowd = Array.from({ length: 300 }, (_, index) => row(`n${index}`));
    const acme = await company([row('ada'), row('zoe')]);
    await acme.sync();
    acme.app.calls.length = 0;
    acme.directory.state.rows = [row('ada'), row('zoe', {}, 'suspended'), ...crowd];
    await acme.sync(300_000);
    expect(acme.app.calls[0]?.kind).toBe('suspend');
    expect(acme.app.calls.filter((call) => call.kind === 'create')).toHaveLength(300);
    await acme.stop();
  });
});

describe('configuration', () => {
  it('removing an app touches no account and leaves its logins disassociated', async () => {
    const config = configOf();
    const acme = await company([row('ada'), row('zoe')], config);
    await acme.sync();
    acme.app.calls.length = 0;
    await acme.engine.configure({ ...config, apps: [], roles: [] }, { kind: 'operator', name: 'ops', via: 'cli' });
    await acme.time.advance(60_000);
    expect(acme.app.calls).toEqual([]);
    expect(await acme.word('zoe')).toBe('disassociated');
    await acme.stop();
  });

  it('is imported once: the same again changes nothing', async () => {
    const config = configOf();
    const acme = await company([row('ada')], config);
    await acme.sync();
    const before = await acme.personOf('ada');
    const again = await acme.engine.configure(config, { kind: 'operator', name: 'ops', via: 'cli' });
    expect(again).toMatchObject({ result: 'unchanged', changes: [] });
    await acme.time.advance(10_000);
    expect(await acme.personOf('ada')).toEqual(before);
    await acme.stop();
  });

  it('previews what it would do, and does nothing', async () => {
    const acme = await company([row('ada'), row('zoe')]);
    await acme.sync();
    const plan = await acme.engine.previewConfig({ ...configOf(), mappings: [] }, 10);
    expect(plan.counts).toEqual([{ app: 'crm', kind: 'suspend', count: 2 }]);
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });
});

describe('two directories', () => {
  it('join one person by employee id', async () => {
    const config = configOf();
    const two = {
      ...config,
      directories: [...config.directories, { ...config.directories[0], name: 'ad' }],
    } as typeof config;
    const acme = await company([row('zoe', { employeeId: '7' })], two);
    await acme.sync();
    expect(await acme.store.people.count()).toBe(1);
    expect((await acme.personOf('zoe')).records.map((record) => record.directory).sort()).toEqual(['ad', 'hr']);
    await acme.stop();
  });
});
