import { afterEach, describe, expect, it } from 'vitest';
import type { RawRecord } from '../../src/core/connector.ts';
import { type BadgeCompany, badgeCompany, badges, day, lab, later, office } from './by-hand.ts';

let acme: BadgeCompany;
afterEach(() => acme.stop());

/** Zoe has a badge, made by Olga. */
async function withBadge(config = badges()): Promise<void> {
  acme = await badgeCompany([...office(), lab('zoe', { title: 'Clerk' })], config);
  await acme.sync();
  await acme.decide(await acme.task('zoe'), 'olga');
  expect(await acme.word('zoe')).toBe('provisioned');
}
const sweep = () => acme.engine.alarms.approvals();
const verify = () => acme.engine.alarms.verify('badges');
async function zoeBecomes(...rows: RawRecord[]): Promise<void> {
  acme.directory.state.rows = [...office(), ...rows];
  await acme.sync();
}

describe('leaving', () => {
  it('is a task that never lapses; what cannot be done fails with its reason, and is asked anew', async () => {
    await withBadge();
    await zoeBecomes(lab('zoe', {}, 'left'));
    const task = await acme.task('zoe');
    expect(task).toMatchObject({ leaving: true, operationKind: 'suspend', expiresAt: null });
    const zoe = await acme.personOf('zoe');
    expect((await acme.engine.useCases.leaver(zoe.id)).pending).toHaveLength(1);
    const mute = await acme.decide(task, 'olga', 'reject');
    expect(mute).toMatchObject({ result: 'refused', why: 'no-reason' });
    await acme.decide(task, 'olga', 'reject', 'the reader is broken');
    const report = await acme.engine.useCases.leaver(zoe.id);
    expect(report.failed).toMatchObject([{ word: 'failed' }]);
    expect(report.failed[0]?.explanation).toContain('Person olga cannot do it: the reader is broken.');
    const ada = await acme.actor('ada');
    expect(await acme.engine.useCases.retry({ app: 'badges' }, ada)).toMatchObject({
      text: expect.stringContaining('1 change'),
    });
    await acme.time.advance(60_000);
    const again = await acme.task('zoe');
    expect(again.id).not.toBe(task.id);
    await acme.decide(again, 'olga');
    expect((await acme.engine.useCases.leaver(zoe.id)).closed).toHaveLength(1);
    expect(await acme.word('zoe')).toBe('suspended');
  });

  it('is reminded of again and again, and others are asked, never silently dropped', async () => {
    await withBadge();
    await zoeBecomes(lab('zoe', {}, 'left'));
    const { id } = await acme.task('zoe');
    for (let days = 0; days < 6; days += 1) await later(acme, day, sweep);
    const task = await acme.store.approvals.get(id);
    expect(task?.state).toBe('open');
    expect(task?.circle).toContain((await acme.personOf('ada')).id);
    const bodies = (await acme.store.outbox.about(id)).map(({ body }) => body ?? '');
    expect(bodies.filter((body) => body.startsWith('Still to be done by hand')).length).toBeGreaterThan(1);
    expect(bodies.join()).toContain(`/provision done ${id}`);
  });

  it('by name says where it is a task', async () => {
    await withBadge();
    const zoe = await acme.personOf('zoe');
    const { text } = await acme.engine.useCases.disable(zoe.id, 'badge stolen', await acme.actor('ada'));
    expect(text).toContain('1 in Badges is a task for whoever keeps it by hand');
    await acme.time.advance(60_000);
    expect(await acme.task('zoe')).toMatchObject({ leaving: true, operationKind: 'suspend' });
  });

  it('before the badge is made withdraws the task, and leaves nothing to close', async () => {
    acme = await badgeCompany([...office(), lab('zoe')]);
    await acme.sync();
    const { id } = await acme.task('zoe');
    await zoeBecomes(lab('zoe', {}, 'left'));
    expect((await acme.store.approvals.get(id))?.state).toBe('closed');
    expect(await acme.open()).toEqual([]);
    const olga = await acme.personOf('olga');
    const told = (await acme.store.outbox.about(id)).filter(({ to }) => to === olga.id);
    expect(told.map(({ body }) => body)).toEqual([
      expect.stringContaining('No longer to be done by hand: Person zoe in Badges'),
    ]);
  });

  it('can be kept longer: the task to delete is withdrawn', async () => {
    await withBadge(
      badges({ provisioning: { grace: { delete: '10 days' }, approval: { create: false, delete: false } } }),
    );
    await zoeBecomes(lab('zoe', {}, 'left'));
    await acme.decide(await acme.task('zoe'), 'olga');
    await later(acme, 11 * day, acme.engine.alarms.wake);
    const task = await acme.task('zoe');
    expect(task.operationKind).toBe('delete');
    const zoe = await acme.personOf('zoe');
    const until = acme.time.clock.now() + 30 * day;
    await acme.engine.useCases.keepLonger(zoe.id, 'badges', until, await acme.actor('ada'));
    await acme.time.advance(60_000);
    expect((await acme.store.approvals.get(task.id))?.state).toBe('closed');
    expect(await acme.word('zoe')).toBe('suspended');
  });
});

describe('governing it', () => {
  it('undo of a badge is a task to take it back', async () => {
    await withBadge();
    const login = await acme.login('zoe');
    const plan = await acme.engine.useCases.undo(
      { operation: login.operation?.id ?? '' },
      await acme.actor('ada'),
      true,
    );
    expect(plan.cannot).toEqual([]);
    await acme.time.advance(60_000);
    expect((await acme.login('zoe')).operation).toMatchObject({ kind: 'suspend', state: 'handed' });
    await acme.decide(await acme.task('zoe'), 'olga');
    expect(await acme.word('zoe')).toBe('suspended');
  });

  it('unlinking withdraws the task; rematching has a badge made, as there is no list to choose from', async () => {
    await withBadge();
    await zoeBecomes(lab('zoe', { title: 'Lead' }));
    const zoe = await acme.personOf('zoe');
    const ada = await acme.actor('ada');
    const { id } = await acme.task('zoe');
    await acme.engine.useCases.disassociate(zoe.id, 'badges', ada);
    await acme.time.advance(60_000);
    expect((await acme.store.approvals.get(id))?.state).toBe('closed');
    expect(await acme.engine.useCases.rematch(zoe.id, 'badges', ada, null)).toMatchObject({ candidates: [] });
    await acme.engine.useCases.rematch(zoe.id, 'badges', ada, 'none');
    await acme.time.advance(60_000);
    expect((await acme.login('zoe')).operation).toMatchObject({ kind: 'create', state: 'handed' });
  });

  it('is found by its word, explained and counted', async () => {
    acme = await badgeCompany([...office(), lab('zoe')]);
    await acme.sync();
    const { useCases } = acme.engine;
    const found = await useCases.findLogins({ app: 'badges', word: 'to do' }, null, 10);
    expect(found.logins).toMatchObject([{ word: 'to do', personName: 'Person zoe' }]);
    const zoe = await acme.personOf('zoe');
    expect((await useCases.explain(zoe.id, 'badges')).text).toContain('is a task for whoever keeps the app');
    expect((await useCases.overview()).apps).toMatchObject([{ words: { 'to do': 1 } }]);
    const olga = await acme.personOf('olga');
    expect(await useCases.pending(olga, { admin: false, approver: true, auditor: false }, 10)).toMatchObject([
      { total: 1 },
    ]);
  });

  it('reads no lists, loses nobody to a sweep, and imports what it offers', async () => {
    await withBadge();
    await later(acme, 25 * 3_600_000, verify);
    expect(await acme.word('zoe')).toBe('provisioned');
    const refreshed = await acme.engine.useCases.refresh('badges', await acme.actor('ada'));
    expect(refreshed.text).toContain('Badges has 2 entitlement values');
  });

  it('waits while it is paused, and is handed over after that', async () => {
    acme = await badgeCompany(office());
    const ada = { kind: 'operator', name: 'ada', via: 'cli' } as const;
    await acme.engine.useCases.pause({ app: 'badges' }, null, 'stock-taking', ada);
    await zoeBecomes(lab('zoe'));
    expect(await acme.word('zoe')).toBe('held');
    expect(await acme.open()).toEqual([]);
    await acme.engine.useCases.resume({ app: 'badges' }, ada);
    await acme.time.advance(60_000);
    expect(await acme.word('zoe')).toBe('to do');
  });
});

describe('a crash', () => {
  it('between handing over and showing the task leaves it to be opened', async () => {
    acme = await badgeCompany([...office(), lab('zoe')]);
    await acme.sync();
    const task = await acme.task('zoe');
    const gathering = { ...task, version: task.version + 1, state: 'gathering' as const, operations: 0 };
    await acme.store.approvals.swap([{ before: task, after: gathering }]);
    await later(acme, 10 * 60_000, sweep);
    expect(await acme.task('zoe')).toMatchObject({ operations: 1, expiresAt: null });
  });

  it('after the answer is kept, before it is followed, loses no answer', async () => {
    acme = await badgeCompany([...office(), lab('zoe')]);
    await acme.sync();
    const task = await acme.task('zoe');
    const olga = await acme.actor('olga');
    const answered = { ...task, version: task.version + 1, state: 'approved' as const, decidedBy: olga, decidedAt: 1 };
    await acme.store.approvals.swap([{ before: task, after: answered }]);
    await later(acme, 0, sweep);
    expect(await acme.word('zoe')).toBe('provisioned');
    await later(acme, 0, sweep);
    expect((await acme.events('zoe')).filter((type) => type === 'operation.succeed')).toHaveLength(1);
  });

  it('of the whole process in the middle asks once', async () => {
    acme = await badgeCompany([...office(), lab('zoe')]);
    const reading = acme.engine.useCases.sync(null, { kind: 'system', name: 'test' });
    await acme.time.advance(1_000);
    await reading;
    const { store } = acme;
    await acme.stop();
    acme = await badgeCompany([...office(), lab('zoe')], badges(), { store, ids: 'b' });
    await acme.time.advance(120_000);
    expect(await acme.open()).toHaveLength(1);
    await acme.decide(await acme.task('zoe'), 'olga');
    expect(await acme.word('zoe')).toBe('provisioned');
  });
});
