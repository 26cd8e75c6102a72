import { afterEach, describe, expect, it } from 'vitest';
import type { RawRecord } from '../../src/core/connector.ts';
import { row } from '../fakes/memory-directory.ts';
import { type BadgeCompany, badgeCompany, badges } from './by-hand.ts';

const office = () => [row('ada'), row('olga')];
const lab = (name: string, attributes: RawRecord['attributes'] = {}, status: RawRecord['status'] = 'active') =>
  row(name, { department: 'Lab', ...attributes }, status);

let acme: BadgeCompany;
afterEach(() => acme.stop());

/** Zoe has a badge, made by Olga. */
async function withBadge(config = badges()): Promise<void> {
  acme = await badgeCompany([...office(), lab('zoe', { title: 'Clerk' })], config);
  await acme.sync();
  await acme.decide(await acme.task('zoe'), 'olga');
  expect(await acme.word('zoe')).toBe('provisioned');
}
/** So long passes, as over a machine that sleeps, and what the alarm clock calls then is done. */
async function later(milliseconds: number, alarm: () => Promise<unknown>): Promise<void> {
  acme.time.leap(milliseconds);
  await acme.time.advance(60_000);
  const rung = alarm();
  await acme.time.advance(60_000);
  await rung;
}
const day = 24 * 3_600_000;
const sweep = () => acme.engine.alarms.approvals();
const verify = () => acme.engine.alarms.verify('badges');
async function zoeBecomes(...rows: RawRecord[]): Promise<void> {
  acme.directory.state.rows = [...office(), ...rows];
  await acme.sync();
}

describe('joining an app kept by hand', () => {
  it('is a task of its owners, and done once one of them says so', async () => {
    acme = await badgeCompany([...office(), lab('zoe', { title: 'Clerk' })]);
    await acme.sync();
    const olga = await acme.personOf('olga');
    const task = await acme.task('zoe');
    expect(task).toMatchObject({ task: true, kind: 'person', circle: [olga.id], expiresAt: null, leaving: false });
    expect(await acme.word('zoe')).toBe('to do');
    const outcome = await acme.decide(task, 'olga');
    expect(outcome).toMatchObject({ result: 'decided', text: 'Thank you: noted as done.' });
    const login = await acme.login('zoe');
    expect(login).toMatchObject({ account: 'active', provenance: 'created', remoteId: login.operation?.id });
    expect(login.observed).toMatchObject({
      attributes: { userName: 'zoe@acme.test', displayName: 'Person zoe', email: 'zoe@acme.test', title: 'Clerk' },
      entitlements: { rooms: ['Lab'] },
    });
    expect(login.owned).toEqual([{ target: 'rooms', value: 'Lab', provenance: 'created' }]);
    const [done] = await acme.store.events.list({ operation: login.operation?.id ?? '' }, null, 1);
    expect(done).toMatchObject({
      type: 'operation.succeed',
      message: 'create done: made by hand',
      actor: { name: 'Person olga' },
    });
  });

  it('is approved first where the app asks, by its approvers, and only then a task', async () => {
    acme = await badgeCompany([...office(), lab('zoe')], badges({ provisioning: { approval: { create: true } } }));
    await acme.sync();
    expect(await acme.open()).toEqual([]);
    const [request] = await acme.openCards();
    if (request === undefined) throw new Error('nothing is asked');
    expect(request).toMatchObject({ byHand: true });
    expect(await acme.decide(request, 'ada')).toMatchObject({ result: 'decided' });
    expect(await acme.word('zoe')).toBe('to do');
    expect(await acme.decide(await acme.task('zoe'), 'ada')).toMatchObject({ result: 'refused', why: 'not-allowed' });
    await acme.decide(await acme.task('zoe'), 'olga');
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(await acme.events('zoe')).toEqual(['ask', 'approve', 'hand', 'succeed'].map((step) => `operation.${step}`));
    expect(await acme.engine.useCases.approvedBy((await acme.personOf('zoe')).id)).toEqual({ badges: ['Person ada'] });
  });

  it('of many at once is one task, of which some can be said to be done', async () => {
    const crowd = Array.from({ length: 40 }, (_, index) => lab(`n${index}`));
    acme = await badgeCompany([...office(), ...crowd]);
    await acme.sync();
    const [task, ...others] = await acme.open();
    expect(others).toEqual([]);
    expect(task).toMatchObject({ kind: 'batch', operations: 40, people: 40, operationKind: 'create' });
    if (task === undefined) return;
    const only = [(await acme.login('n1')).id, (await acme.login('n2')).id];
    const actor = await acme.personOf('olga');
    await acme.engine.useCases.decide({
      ...{ approval: task.id, edition: task.edition, decision: 'approve', reason: null, actor, only },
    });
    await acme.time.advance(60_000);
    expect([await acme.word('n1'), await acme.word('n2'), await acme.word('n3')]).toEqual([
      ...['provisioned', 'provisioned', 'to do'],
    ]);
    const [rest] = await acme.open();
    expect(rest).toMatchObject({ task: true, operations: 38, expiresAt: null });
  });
});

describe('a first import', () => {
  it('of more people than are read at once is one task all the same, and done by one press', async () => {
    const crowd = Array.from({ length: 620 }, (_, index) => lab(`n${index}`));
    acme = await badgeCompany([...office(), ...crowd]);
    await acme.sync(120_000);
    const tasks = await acme.open();
    expect(tasks.map(({ operations, kind }) => [kind, operations])).toEqual([['batch', 620]]);
    const [task] = tasks;
    if (task !== undefined) await acme.decide(task, 'olga');
    expect(await acme.store.logins.overview()).toEqual([
      { app: 'badges', account: 'active', state: 'applied', count: 620 },
    ]);
  });
});

describe('whose task it is', () => {
  it('is never the person’s own: the approvers’ where they are the only owner', async () => {
    acme = await badgeCompany(
      [row('ada'), row('bea'), lab('olga')],
      badges({ settings: { approvers: ['bea@acme.test'] } }),
    );
    await acme.sync();
    const task = await acme.task('olga');
    expect(task).toMatchObject({ circle: [(await acme.personOf('bea')).id] });
    expect(await acme.decide(task, 'olga')).toMatchObject({ result: 'refused', why: 'self' });
    await acme.decide(task, 'bea');
    expect(await acme.word('olga')).toBe('provisioned');
  });

  it('stays open where nobody is left, tells the admins, and is theirs once there is another', async () => {
    acme = await badgeCompany([lab('ada')], badges({ owners: [] }));
    await acme.sync();
    const task = await acme.task('ada');
    expect(task.circle).toEqual([]);
    await later(0, sweep);
    expect((await acme.store.approvals.get(task.id))?.stuckAt).not.toBeNull();
    const told = await acme.store.outbox.about(task.id);
    expect(told.some(({ body }) => body?.startsWith('Nobody is left who may'))).toBe(true);
  });

  it('may be whoever wished the change: it is no consent', async () => {
    acme = await badgeCompany([row('ada'), row('olga'), row('zoe')], badges({ more: { requestable: true } }));
    await acme.sync();
    const zoe = await acme.personOf('zoe');
    const olga = await acme.actor('olga');
    await acme.engine.useCases.setMember('Staff', 'zoe@acme.test', { until: null }, olga);
    await acme.time.advance(60_000);
    expect((await acme.task('zoe')).requester).toMatchObject({ person: (await acme.personOf('olga')).id });
    await acme.decide(await acme.task('zoe'), 'olga');
    expect((await acme.store.logins.get(`${zoe.id}:badges`))?.account).toBe('active');
  });

  it('is no consent where somebody asked for it: they hear who agreed, not who made it', async () => {
    acme = await badgeCompany([row('ada'), row('olga'), row('zoe')], badges({ more: { requestable: true } }));
    await acme.sync();
    const zoe = await acme.personOf('zoe');
    const wanted = { kind: 'app', name: 'badges', until: null, why: 'I work in the lab now' } as const;
    await acme.engine.useCases.requestAccess(zoe.id, wanted, await acme.actor('zoe'));
    await acme.time.advance(60_000);
    const [request] = await acme.openCards();
    if (request === undefined) throw new Error('nothing is asked');
    expect(request).toMatchObject({ byHand: true, circle: [(await acme.personOf('olga')).id] });
    await acme.decide(request, 'olga');
    await acme.decide(await acme.task('zoe'), 'olga');
    const told = (await acme.store.outbox.about(zoe.id)).map(({ body }) => body);
    expect(told).toContain('You have Badges now: what you asked for was approved.');
  });

  it('is also the delegate’s of whoever keeps the app', async () => {
    acme = await badgeCompany([...office(), row('bea'), lab('zoe')]);
    await acme.sync();
    const bea = await acme.personOf('bea');
    const until = acme.time.clock.now() + 5 * day;
    await acme.engine.useCases.delegate(bea.id, until, await acme.actor('olga'));
    const task = await acme.task('zoe');
    await acme.decide(task, 'bea');
    expect(await acme.store.approvals.get(task.id)).toMatchObject({ votes: [{ for: { name: 'Person olga' } }] });
    expect(await acme.word('zoe')).toBe('provisioned');
  });

  it('goes on to others when an owner leaves', async () => {
    acme = await badgeCompany([...office(), lab('zoe')]);
    await acme.sync();
    const { id } = await acme.task('zoe');
    acme.directory.state.rows = [row('ada'), row('olga', {}, 'left'), lab('zoe')];
    await acme.sync();
    await later(0, sweep);
    expect((await acme.store.approvals.get(id))?.circle).toContain((await acme.personOf('ada')).id);
  });
});

describe('moving', () => {
  it('is a task of exactly what changes, and leaves the rest', async () => {
    await withBadge();
    await zoeBecomes(lab('zoe', { title: 'Lead' }));
    const { operation } = await acme.login('zoe');
    expect(operation).toMatchObject({ kind: 'update', state: 'handed', before: { attributes: { title: 'Clerk' } } });
    await acme.decide(await acme.task('zoe'), 'olga');
    const login = await acme.login('zoe');
    expect(login.observed).toMatchObject({ attributes: { title: 'Lead', userName: 'zoe@acme.test' } });
    expect(login.owned).toHaveLength(1);
  });

  it('while a task waits withdraws it and asks anew; nobody says that the old one is done', async () => {
    acme = await badgeCompany([...office(), lab('zoe', { title: 'Clerk' })]);
    await acme.sync();
    const old = await acme.task('zoe');
    await zoeBecomes(lab('zoe', { title: 'Lead' }));
    const fresh = await acme.task('zoe');
    expect(fresh.id).not.toBe(old.id);
    expect((await acme.store.approvals.get(old.id))?.state).toBe('closed');
    expect(await acme.decide(old, 'olga')).toMatchObject({ result: 'refused', why: 'already' });
    expect(await acme.word('zoe')).toBe('to do');
    await acme.decide(fresh, 'olga');
    expect((await acme.login('zoe')).observed?.attributes.title).toBe('Lead');
  });

  it('is asked once, however often it is planned', async () => {
    acme = await badgeCompany([...office(), lab('zoe')]);
    await acme.sync();
    const { id } = await acme.task('zoe');
    const zoe = await acme.personOf('zoe');
    await acme.engine.useCases.reprovision(zoe.id, 'badges', await acme.actor('ada'));
    await acme.sync();
    await later(7 * day, verify);
    expect((await acme.task('zoe')).id).toBe(id);
    expect(await acme.store.health.get('badges')).toBeNull();
  });
});

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
    for (let days = 0; days < 6; days += 1) await later(day, sweep);
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
    await later(11 * day, acme.engine.alarms.wake);
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
    expect(await useCases.pending(olga, { admin: false, approver: true }, 10)).toMatchObject([{ total: 1 }]);
  });

  it('reads no lists, loses nobody to a sweep, and imports what it offers', async () => {
    await withBadge();
    await later(25 * 3_600_000, verify);
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
    await later(10 * 60_000, sweep);
    expect(await acme.task('zoe')).toMatchObject({ operations: 1, expiresAt: null });
  });

  it('after the answer is kept, before it is followed, loses no answer', async () => {
    acme = await badgeCompany([...office(), lab('zoe')]);
    await acme.sync();
    const task = await acme.task('zoe');
    const olga = await acme.actor('olga');
    const answered = { ...task, version: task.version + 1, state: 'approved' as const, decidedBy: olga, decidedAt: 1 };
    await acme.store.approvals.swap([{ before: task, after: answered }]);
    await later(0, sweep);
    expect(await acme.word('zoe')).toBe('provisioned');
    await later(0, sweep);
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
