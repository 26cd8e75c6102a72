import { describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import type { Actor } from '../../src/core/model.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

/** Nobody is in a role that has the CRM but Sales; everybody may ask for it. Bea owns it. */
function configWith(change: { create?: boolean; app?: object; role?: object } = {}): Config {
  const base = configOf({ approval: { create: change.create ?? false, reactivate: false } });
  return Config.parse({
    ...base,
    roles: [{ name: 'Sales team', apps: ['crm'], requestable: true, ...change.role }],
    mappings: [
      {
        name: 'Sales',
        conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }],
        roles: ['Sales team'],
      },
    ],
    apps: base.apps.map((app) => ({ ...app, owners: ['bea@acme.test'], requestable: true, ...change.app })),
  });
}

const staff = [
  row('ada', { department: 'IT' }),
  row('bea', { department: 'IT' }),
  row('zoe', { department: 'Support' }),
  row('sam', { department: 'Sales' }),
];

async function office(config = configWith()) {
  const acme = await company(staff, config);
  await acme.sync();
  const idOf = async (name: string) => (await acme.personOf(name)).id;
  const actorOf = async (name: string): Promise<Actor> => ({
    ...{ kind: 'person', person: await idOf(name), name: `Person ${name}`, via: 'slack' },
  });
  const { useCases } = acme.engine;
  async function ask(
    name: string,
    wanted: { kind?: 'app' | 'role'; name?: string; why?: string; until?: string | null } = {},
  ) {
    const asked = await useCases.requestAccess(
      await idOf(name),
      { kind: 'app', name: 'crm', why: 'covers for Sam', until: null, ...wanted },
      await actorOf(name),
    );
    await acme.time.advance(60_000);
    return asked;
  }
  const wordsOf = async (name: string) =>
    (await useCases.requestsOf(await idOf(name))).map(({ apps }) => apps.map(({ word }) => word).join());
  const card = async () => {
    const [only, another] = await acme.openCards();
    if (only === undefined || another !== undefined) throw new Error('not one card');
    return only;
  };
  return { ...acme, idOf, actorOf, ask, wordsOf, card, useCases };
}

describe('a request for access', () => {
  it('asks the owners of the app even where making accounts needs no approval, and gives nothing before', async () => {
    const acme = await office();
    const { text } = await acme.ask('zoe');
    expect(text).toBe('Person zoe asks for CRM. Whoever decides about it is asked now.');
    expect(await acme.word('zoe')).toBe('pending approval');
    const card = await acme.card();
    expect(card.circle).toEqual([await acme.idOf('bea')]);
    expect((await acme.loginOf('zoe'))?.operation?.reasons.map(({ because }) => because)).toContain(
      'Person zoe asked for it: covers for Sam',
    );
    await acme.decide(card, 'bea');
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(await acme.wordsOf('zoe')).toEqual(['given']);
    await acme.stop();
  });

  it('gives nothing when it is refused, is not asked again by itself, and can be asked anew', async () => {
    const acme = await office();
    await acme.ask('zoe');
    await acme.decide(await acme.card(), 'bea', 'reject', 'not needed');
    expect(await acme.word('zoe')).toBe('rejected');
    expect(await acme.wordsOf('zoe')).toEqual(['refused']);
    await acme.sync();
    expect(await acme.openCards()).toEqual([]);
    await acme.ask('zoe', { why: 'now it is' });
    await acme.decide(await acme.card(), 'bea');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('ends by itself after its last day', async () => {
    const acme = await office();
    const until = new Date(acme.time.clock.now()).toISOString().slice(0, 10);
    await acme.ask('zoe', { until });
    await acme.decide(await acme.card(), 'bea');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.time.advance(86_400_000);
    await acme.engine.alarms.wake();
    await acme.time.advance(60_000);
    expect(await acme.word('zoe')).toBe('suspended');
    expect(await acme.wordsOf('zoe')).toEqual(['over']);
    await acme.stop();
  });

  it('is answered to whoever asked, once: given, refused and why, over', async () => {
    const acme = await office();
    const until = new Date(acme.time.clock.now()).toISOString().slice(0, 10);
    const told = async () => {
      const items = await acme.store.outbox.about(await acme.idOf('zoe'));
      return items.filter(({ id }) => id.startsWith('access:')).map(({ to, body, wanted }) => ({ to, body, wanted }));
    };
    await acme.ask('zoe');
    expect(await told()).toEqual([]);
    await acme.decide(await acme.card(), 'bea', 'reject', 'not needed');
    const to = await acme.idOf('zoe');
    const refused = { to, body: 'Your request for CRM was rejected by Person bea: not needed.', wanted: 1 };
    expect(await told()).toEqual([refused]);
    await acme.ask('zoe', { until });
    await acme.decide(await acme.card(), 'bea');
    await acme.sync();
    const body = `You have CRM now, until ${until}: what you asked for was approved by Person bea.`;
    expect((await told()).filter((one) => one.body === body)).toEqual([{ to, body, wanted: 1 }]);
    await acme.time.advance(86_400_000);
    await acme.engine.alarms.wake();
    await acme.time.advance(60_000);
    const all = await told();
    expect(all).toHaveLength(3);
    expect(all.map((one) => one.body)).toContain(
      `Your access to CRM has ended: you asked for it until ${until}. Ask again with \`/provision request\` if you still need it.`,
    );
    await acme.stop();
  });

  it('is answered where nobody decided in time as well', async () => {
    const base = configWith();
    const acme = await office(Config.parse({ ...base, settings: { ...base.settings, approvalExpiry: '10 minutes' } }));
    await acme.ask('zoe');
    await acme.time.advance(11 * 60_000);
    const swept = acme.engine.alarms.approvals();
    await acme.time.advance(60_000);
    await swept;
    const items = await acme.store.outbox.about(await acme.idOf('zoe'));
    expect(items.filter(({ id }) => id.startsWith('access:')).map(({ body }) => body)).toEqual([
      'Nobody decided in time about your request for CRM. Ask again with `/provision request` if you still need it.',
    ]);
    await acme.stop();
  });

  it('is withdrawn before anybody decided, and taken back after', async () => {
    const acme = await office();
    const first = await acme.ask('zoe');
    await acme.useCases.endRequest(await acme.idOf('zoe'), first.id, await acme.actorOf('zoe'));
    await acme.time.advance(60_000);
    expect(await acme.openCards()).toEqual([]);
    expect(acme.app.accounts.size).toBe(1);
    const second = await acme.ask('zoe');
    await acme.decide(await acme.card(), 'bea');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.useCases.endRequest(await acme.idOf('zoe'), second.id, await acme.actorOf('ada'));
    await acme.time.advance(60_000);
    expect(await acme.word('zoe')).toBe('suspended');
    expect(await acme.wordsOf('zoe')).toEqual(['ended', 'ended']);
    await acme.stop();
  });

  it('of a role reaches its apps, and says so', async () => {
    const acme = await office();
    await acme.ask('zoe', { kind: 'role', name: 'Sales team' });
    await acme.decide(await acme.card(), 'bea');
    expect(await acme.word('zoe')).toBe('provisioned');
    const { chain } = await acme.useCases.explain(await acme.idOf('zoe'), 'crm');
    expect(chain.map(({ because }) => because)).toContain('Person zoe asked for the role Sales team: covers for Sam');
    await acme.stop();
  });

  it('never keeps an account that another reason gave and nobody consented to keep', async () => {
    const acme = await office();
    await expect(acme.ask('sam')).rejects.toThrow('has CRM already');
    acme.directory.state.rows = staff.map((one) => (one.externalId === 'sam' ? row('sam', { department: 'IT' }) : one));
    const person = await acme.personOf('sam');
    const grant = {
      ...{ id: 'g-sly', app: 'crm', role: null, until: null, why: 'just in case', endedAt: null },
      ...{ by: await acme.actorOf('sam'), at: acme.time.clock.now() },
    };
    await acme.store.people.swap([
      { before: person, after: { ...person, version: person.version + 1, grants: [grant] } },
    ]);
    await acme.sync();
    expect((await acme.loginOf('sam'))?.account).toBe('suspended');
    const card = await acme.card();
    expect(card.operationKind).toBe('reactivate');
    await acme.decide(card, 'bea');
    expect(await acme.word('sam')).toBe('provisioned');
    await acme.stop();
  });

  it.each([
    ['not-requestable', { name: 'wiki' }],
    ['no-reason', { why: '  ' }],
    ['not-a-day', { until: 'tomorrow' }],
    ['day-over', { until: '2001-01-01' }],
  ])('is refused with %s', async (code, wanted) => {
    const acme = await office();
    await expect(acme.ask('zoe', wanted)).rejects.toMatchObject({ code });
    await acme.stop();
  });

  it('is refused while the first waits', async () => {
    const acme = await office();
    await acme.ask('zoe');
    await expect(acme.ask('zoe')).rejects.toMatchObject({ code: 'asked-already' });
    expect((await acme.useCases.requestables(await acme.idOf('zoe'))).map(({ name, state }) => [name, state])).toEqual([
      ['crm', 'waiting'],
      ['Sales team', 'open'],
    ]);
    await acme.stop();
  });
});
