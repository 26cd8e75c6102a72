import { afterEach, describe, expect, it } from 'vitest';
import type { RawRecord } from '../../src/core/connector.ts';
import { row } from '../fakes/memory-directory.ts';
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
    await later(acme, 0, sweep);
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
    await later(acme, 0, sweep);
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
    await later(acme, 7 * day, verify);
    expect((await acme.task('zoe')).id).toBe(id);
    expect(await acme.store.health.get('badges')).toBeNull();
  });
});
