import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/core/approval-model.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const staff = (...names: string[]) =>
  names.map((name) => row(name, name === 'zoe' ? { manager: 'max@acme.test' } : {}));
const everybody = staff('ada', 'bea', 'max', 'own', 'sec', 'zoe');
const [manager, owners, security] = [
  { who: ['manager'], fallback: ['owners'] },
  { who: ['owners'] },
  { who: ['sec@acme.test'] },
];
const inSteps = (steps: object[], more: object = {}, settings: object = {}) =>
  configOf(
    { owners: ['own@acme.test'], approval: { create: { steps, ...more }, update: false } },
    { admins: ['ada@acme.test'], ...settings },
  );

async function cardFor(acme: Acme, externalId: string): Promise<Approval> {
  const person = await acme.personOf(externalId);
  const [card] = (await acme.openCards()).filter((open) => open.person === person.id);
  if (card === undefined) throw new Error(`no open card about ${externalId}`);
  return card;
}
const press = async (acme: Acme, id: string, by: string, decision: 'approve' | 'reject' = 'approve') =>
  acme.engine.useCases.decide({
    ...{ approval: id, edition: null, decision, reason: null },
    actor: await acme.personOf(by),
  });
const ids = (acme: Acme, ...names: string[]) =>
  Promise.all(names.map(async (name) => (await acme.personOf(name)).id)).then((found) => found.sort());
async function sweep(acme: Acme): Promise<void> {
  const swept = acme.engine.alarms.approvals();
  await acme.time.advance(60_000);
  await swept;
}
const eventsOf = async (acme: Acme, id: string) => {
  await acme.time.advance(60_000);
  const events = await acme.store.events.list({ approval: id }, null, 100);
  return events
    .map(({ type }) => type)
    .filter((type) => type.startsWith('approval.') && type !== 'approval.refused')
    .reverse();
};
async function noticesTo(acme: Acme, name: string): Promise<string[]> {
  const { id } = await acme.personOf(name);
  const due = await acme.store.outbox.due(acme.time.clock.now() + 1, 1_000);
  return due.filter((item) => item.kind === 'notice' && item.to === id).map(({ body }) => body ?? '');
}

describe('an approval in steps', () => {
  it('goes from the manager to the owners to security, and then the account is made', async () => {
    const acme = await company(everybody, inSteps([manager, owners, security]));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    expect(card.circle).toEqual(await ids(acme, 'max'));
    expect(await press(acme, card.id, 'own')).toMatchObject({ why: 'not-allowed' });
    expect(await press(acme, card.id, 'max')).toMatchObject({
      result: 'voted',
      text: 'Thank you. Now step 2 of 3 (owners) is asked.',
    });
    expect(await press(acme, card.id, 'max')).toMatchObject({ why: 'already' });
    expect(await press(acme, card.id, 'own')).toMatchObject({ result: 'voted' });
    await acme.time.advance(60_000);
    expect(acme.app.calls).toEqual([]);
    const deciding = press(acme, card.id, 'sec');
    await acme.time.advance(60_000);
    expect(await deciding).toMatchObject({ result: 'decided' });
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(await eventsOf(acme, card.id)).toEqual([
      ...['approval.opened', 'approval.voted', 'approval.voted', 'approval.approved'],
    ]);
    await acme.stop();
  });

  it('ends with a rejection in any step', async () => {
    const acme = await company(everybody, inSteps([manager, owners]));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    await press(acme, card.id, 'max');
    const ending = press(acme, card.id, 'own', 'reject');
    await acme.time.advance(60_000);
    expect(await ending).toMatchObject({ result: 'decided' });
    expect(await acme.word('zoe')).toBe('rejected');
    await acme.stop();
  });

  it('asks the fallback where a step leads to nobody, and the admins where that does', async () => {
    const acme = await company(staff('ada', 'own', 'sec', 'max'), inSteps([manager, owners]));
    await acme.sync();
    const [boss, owner] = [await cardFor(acme, 'max'), await cardFor(acme, 'own')];
    expect(boss.steps.map(({ circle, fellBack }) => [circle, fellBack])).toEqual([
      [await ids(acme, 'own'), true],
      [await ids(acme, 'own'), false],
    ]);
    expect(owner.steps.map(({ circle }) => circle)).toEqual([await ids(acme, 'ada'), await ids(acme, 'ada')]);
    await acme.stop();
  });

  it('asks the fallback where whoever was asked has left since, with an event that says so', async () => {
    const acme = await company(everybody, inSteps([manager, owners]));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    acme.directory.state.rows = staff('ada', 'bea', 'own', 'sec', 'zoe').concat(row('max', {}, 'suspended'));
    await acme.sync();
    expect(await press(acme, card.id, 'max')).toMatchObject({ why: 'not-allowed' });
    await sweep(acme);
    const wide = await acme.store.approvals.get(card.id);
    expect(wide?.circle).toEqual(await ids(acme, 'max', 'own'));
    expect(await eventsOf(acme, card.id)).toContain('approval.fell-back');
    expect(await noticesTo(acme, 'own')).toHaveLength(1);
    await sweep(acme);
    expect((await acme.store.approvals.get(card.id))?.version).toBe(wide?.version);
    await acme.stop();
  });

  it('is asked at once of others where the next step’s only person has spoken already', async () => {
    const acme = await company(
      [...staff('ada', 'own'), row('zoe', { manager: 'own@acme.test' })],
      inSteps([manager, owners]),
    );
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    await press(acme, card.id, 'own');
    const second = await acme.store.approvals.get(card.id);
    expect(second).toMatchObject({ step: 1, circle: await ids(acme, 'ada', 'own') });
    expect(await press(acme, card.id, 'own')).toMatchObject({ why: 'already' });
    await acme.stop();
  });

  it('counts no consent of somebody who was suspended before the quorum was there', async () => {
    const acme = await company(
      everybody,
      inSteps([{ who: ['ada@acme.test', 'bea@acme.test', 'own@acme.test'], quorum: 2 }]),
    );
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    await press(acme, card.id, 'bea');
    acme.directory.state.rows = staff('ada', 'max', 'own', 'sec', 'zoe').concat(row('bea', {}, 'suspended'));
    await acme.sync();
    expect(await press(acme, card.id, 'ada')).toMatchObject({ result: 'voted', missing: 1 });
    await acme.time.advance(60_000);
    expect(acme.app.calls).toEqual([]);
    expect(await eventsOf(acme, card.id)).toContain('approval.vote-void');
    await acme.decide(card, 'own');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('counts no consent of somebody who became a guest in Slack meanwhile', async () => {
    const guests = new Set<string>();
    const isMember = async ({ attributes }: { attributes: { email?: unknown } }) =>
      !guests.has(String(attributes.email));
    const acme = await company(everybody, inSteps([manager, owners]), { isMember: isMember as never });
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    await press(acme, card.id, 'max');
    guests.add('max@acme.test');
    expect(await press(acme, card.id, 'own')).toMatchObject({ why: 'not-allowed' });
    expect(await acme.store.approvals.get(card.id)).toMatchObject({ step: 0, votes: [], state: 'open' });
    await acme.stop();
  });

  it('never lowers a quorum that is written: it waits, and the admins are told', async () => {
    const acme = await company(
      staff('ada', 'own', 'zoe'),
      inSteps([{ who: ['own@acme.test', 'bea@acme.test', 'cem@acme.test'], quorum: 3 }]),
    );
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    expect(card).toMatchObject({ quorum: 3, circle: await ids(acme, 'ada', 'own') });
    await sweep(acme);
    expect(await eventsOf(acme, card.id)).toContain('approval.stuck');
    expect((await noticesTo(acme, 'ada')).join()).toContain('Nobody is left who may decide');
    const { version } = (await acme.store.approvals.get(card.id)) ?? {};
    await sweep(acme);
    expect((await acme.store.approvals.get(card.id))?.version).toBe(version);
    await acme.stop();
  });

  it('keeps a joiner’s apps of the same steps on one card, others apart', async () => {
    const one = inSteps([manager]);
    const app = one.apps[0];
    if (app === undefined) throw new Error('no app');
    const config = {
      ...one,
      roles: [{ name: 'Staff', apps: ['crm', 'wiki', 'pay'], members: [] }],
      apps: [
        ...[app, { ...app, name: 'wiki' }],
        {
          ...app,
          name: 'pay',
          provisioning: { ...app.provisioning, approval: { ...app.provisioning.approval, create: true } },
        },
      ],
    };
    const acme = await company(staff('ada', 'max', 'own', 'zoe'), config);
    await acme.sync();
    const { id } = await acme.personOf('zoe');
    const cards = (await acme.openCards()).filter(({ person }) => person === id);
    expect(cards.map(({ operations, steps }) => [operations, steps[0]?.who]).sort()).toEqual([
      [1, []],
      [2, ['manager']],
    ]);
    await acme.stop();
  });

  it('has steps of its own where it gives privileged access', async () => {
    const plain = inSteps([manager]);
    const app = plain.apps[0];
    if (app === undefined) throw new Error('no app');
    const provisioning = {
      ...app.provisioning,
      privileged: { groups: ['Managers'] },
      approval: { ...app.provisioning.approval, create: false, privileged: { steps: [{ ...security, fallback: [] }] } },
    };
    const parameters = [{ target: 'groups', value: 'Managers' }];
    const acme = await company(staff('ada', 'sec', 'zoe'), { ...plain, apps: [{ ...app, provisioning, parameters }] });
    await acme.sync();
    expect((await cardFor(acme, 'zoe')).circle).toEqual(await ids(acme, 'sec'));
    await acme.stop();
  });
});

it('asks somebody named by their Slack user id', async () => {
  const acme = await company(staff('ada', 'sec', 'zoe'), inSteps([{ who: ['U0SEC00001'] }]));
  await acme.sync();
  const sec = await acme.personOf('sec');
  const slack = { team: 'T1', user: 'U0SEC00001' };
  await acme.store.people.swap([{ before: sec, after: { ...sec, version: sec.version + 1, slack } }]);
  acme.directory.state.rows = staff('ada', 'sec').concat(row('zoe', { title: 'Clerk' }));
  await acme.sync();
  expect((await cardFor(acme, 'zoe')).circle).toEqual([sec.id]);
  await acme.stop();
});

it('tells the admins where nobody may decide at all, once a day', async () => {
  const acme = await company([row('ada')], inSteps([{ who: ['ada@acme.test'] }]));
  for (let time = 0; time < 2; time += 1) {
    acme.directory.state.rows = [row('ada', { title: `Clerk ${time}` })];
    await acme.sync();
  }
  expect(await acme.openCards()).toEqual([]);
  expect(await noticesTo(acme, 'ada')).toEqual([expect.stringContaining('Nobody may decide about some people in CRM')]);
  await acme.stop();
});

describe('what a crowd is asked', () => {
  it('lets nobody’s own operation go with the rest, who decides in the place of another', async () => {
    const crowd = Array.from({ length: 8 }, (_, index) => `n${index}`);
    const acme = await company(staff('ada', 'own', ...crowd), inSteps([owners]));
    await acme.sync();
    const card = (await acme.openCards()).find(({ kind }) => kind === 'batch');
    if (card === undefined) throw new Error('no batch');
    const [owner, n0] = [await acme.personOf('own'), await acme.personOf('n0')];
    const actor = { kind: 'person', person: owner.id, name: 'Own', via: 'slack' } as const;
    await acme.engine.useCases.delegate(n0.id, acme.time.clock.now() + 86_400_000, actor);
    await acme.decide(card, 'n0');
    expect(await acme.word('n1')).toBe('provisioned');
    expect(await acme.word('n0')).toBe('pending approval');
    const rest = await cardFor(acme, 'n0');
    expect(rest).toMatchObject({ operations: 1, circle: [owner.id] });
    expect(await press(acme, rest.id, 'n0')).toMatchObject({ why: 'self' });
    await acme.decide(rest, 'own');
    expect(await acme.word('n0')).toBe('provisioned');
    await acme.stop();
  });
});
