import { describe, expect, it, vi } from 'vitest';
import type { Config } from '../../src/core/config.ts';
import { explain } from '../../src/core/status.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

vi.setConfig({ testTimeout: 30_000 });

const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const people = (...names: string[]) => names.map((name) => row(name));
const minute = 60_000;
const hour = 60 * minute;

type Acme = Awaited<ReturnType<typeof company>>;
async function settled(config: Config = configOf()): Promise<Acme> {
  const acme = await company(people('ada', 'bea', 'zoe', 'max'), config);
  await acme.sync();
  acme.app.calls.length = 0;
  return acme;
}
const inAnHour = (acme: Acme) => acme.time.clock.now() + hour;
const explained = async (acme: Acme, name: string) => {
  const login = await acme.loginOf(name);
  return login === null ? null : explain(login);
};
const eventsOf = async (acme: Acme, type: string) =>
  (await acme.store.events.list({}, null, 500)).filter((event) => event.type.endsWith(type));

describe('a paused app', () => {
  it('gets nothing until the pause is over, which it says, and then goes on by itself', async () => {
    const acme = await settled();
    const { text } = await acme.engine.useCases.pause({ app: 'crm' }, inAnHour(acme), 'the vendor migrates', ada);
    expect(text).toMatch(/^CRM is paused until 2023-11-14 \d\d:\d\d UTC by Ada: the vendor migrates\.$/);
    acme.directory.state.rows = [...people('ada', 'bea', 'max'), row('zoe', { title: 'Lead' }), row('new')];
    await acme.sync(30 * minute);
    expect(acme.app.calls).toEqual([]);
    expect([await acme.word('zoe'), await acme.word('new'), await acme.word('max')]).toEqual([
      ...['held', 'held', 'provisioned'],
    ]);
    expect(await explained(acme, 'zoe')).toMatch(/^crm is paused until .* by Ada: the vendor migrates\./);
    const heldUp = async () => (await acme.engine.useCases.overview()).apps[0]?.heldUp;
    expect(await heldUp()).toMatchObject({ pause: { by: 'Ada', reason: 'the vendor migrates' }, people: 0 });
    expect(await acme.engine.useCases.pauses()).toMatchObject([
      { subject: { app: 'crm' }, reason: 'the vendor migrates', by: ada },
    ]);
    await acme.time.advance(31 * minute);
    expect([await acme.word('zoe'), await acme.word('new')]).toEqual(['provisioned', 'provisioned']);
    expect((await acme.loginOf('zoe'))?.operation?.trouble).toBeNull();
    expect(await acme.engine.useCases.pauses()).toEqual([]);
    expect(await heldUp()).toEqual({ pause: null, people: 0, window: null });
    await acme.engine.alarms.wake();
    await acme.time.advance(minute);
    expect(await eventsOf(acme, '.paused')).toMatchObject([{ type: 'app.paused', app: 'crm', actor: ada }]);
    expect(await eventsOf(acme, '.resumed')).toMatchObject([{ type: 'app.resumed', app: 'crm' }]);
    await acme.stop();
  });

  it('still lets leavers go at once, and whoever is disabled by name', async () => {
    const acme = await settled();
    await acme.engine.useCases.pause({ app: 'crm' }, null, null, ada);
    acme.directory.state.rows = [...people('ada', 'bea', 'max'), row('zoe', {}, 'suspended')];
    await acme.sync(10_000);
    expect(await acme.word('zoe')).toBe('suspended');
    const disabling = acme.engine.useCases.disable((await acme.personOf('max')).id, 'stolen laptop', ada);
    await acme.time.advance(10_000);
    await disabling;
    expect(await acme.word('max')).toBe('suspended');
    await acme.stop();
  });

  it('goes on at once when it is resumed, after a restart too', async () => {
    const acme = await settled();
    await acme.engine.useCases.pause({ app: 'crm' }, null, 'audit', ada);
    acme.directory.state.rows = [...people('ada', 'bea', 'max'), row('zoe', { title: 'Lead' })];
    await acme.sync();
    expect(await acme.word('zoe')).toBe('held');
    await acme.stop();
    const again = await company(acme.directory.state.rows, configOf(), { store: acme.store, ids: 'again-' });
    again.app.accounts.clear();
    for (const [id, account] of acme.app.accounts) again.app.accounts.set(id, account);
    await again.time.advance(5 * minute);
    expect(again.app.calls).toEqual([]);
    const resuming = again.engine.useCases.resume({ app: 'crm' }, ada);
    await again.time.advance(5_000);
    expect((await resuming).text).toBe('CRM is resumed: 1 change goes on.');
    expect(again.app.calls.map(({ kind }) => kind)).toEqual(['update']);
    expect((await again.engine.useCases.resume({ app: 'crm' }, ada)).text).toContain('is not paused');
    await again.stop();
  });

  it('is still planned and asked for: what is approved meanwhile waits', async () => {
    const acme = await settled(configOf({ approval: { create: true } }));
    for (const card of await acme.openCards()) await acme.decide(card, card.circle.length === 1 ? 'bea' : 'ada');
    await acme.engine.useCases.pause({ app: 'crm' }, null, null, ada);
    acme.directory.state.rows = people('ada', 'bea', 'zoe', 'max', 'new');
    await acme.sync();
    const person = await acme.personOf('new');
    const card = (await acme.openCards()).find((open) => open.person === person.id);
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, 'ada');
    expect(await acme.word('new')).toBe('held');
    const resuming = acme.engine.useCases.resume({ app: 'crm' }, ada);
    await acme.time.advance(5_000);
    await resuming;
    expect(await acme.word('new')).toBe('provisioned');
    await acme.stop();
  });

  it('that is paused for longer, or shorter, waits as long', async () => {
    const acme = await settled();
    await acme.engine.useCases.pause({ app: 'crm' }, null, null, ada);
    acme.directory.state.rows = [...people('ada', 'bea', 'max'), row('zoe', { title: 'Lead' })];
    await acme.sync();
    const shortening = acme.engine.useCases.pause({ app: 'crm' }, acme.time.clock.now() + 10 * minute, 'soon', ada);
    await acme.time.advance(minute);
    await shortening;
    expect(await explained(acme, 'zoe')).toContain('soon');
    expect(await acme.engine.useCases.pauses()).toHaveLength(1);
    await acme.time.advance(10 * minute);
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });
});

describe('a paused person', () => {
  it('is left as they are, while everybody else goes on', async () => {
    const acme = await settled();
    const zoe = await acme.personOf('zoe');
    const { text } = await acme.engine.useCases.pause({ person: zoe.id }, null, 'parental leave', ada);
    expect(text).toMatch(/ is paused by Ada: parental leave\.$/);
    acme.directory.state.rows = [...people('ada', 'bea'), row('zoe', { title: 'Lead' }), row('max', { title: 'Lead' })];
    await acme.sync();
    expect([await acme.word('zoe'), await acme.word('max')]).toEqual(['held', 'provisioned']);
    expect(await explained(acme, 'zoe')).toContain('this person is paused by Ada: parental leave');
    expect(await eventsOf(acme, '.paused')).toMatchObject([{ type: 'person.paused', person: zoe.id }]);
    const other = acme.engine.useCases.resume({ app: 'crm' }, ada);
    await acme.time.advance(5_000);
    expect((await other).text).toContain('is not paused');
    const resuming = acme.engine.useCases.resume({ person: zoe.id }, ada);
    await acme.time.advance(5_000);
    expect((await resuming).text).toContain('1 change goes on');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('in a paused app waits for both', async () => {
    const acme = await settled();
    const zoe = await acme.personOf('zoe');
    await acme.engine.useCases.pause({ person: zoe.id, app: 'crm' }, null, null, ada);
    await acme.engine.useCases.pause({ app: 'crm' }, inAnHour(acme), null, ada);
    acme.directory.state.rows = [...people('ada', 'bea'), row('zoe', { title: 'Lead' }), row('max', { title: 'Lead' })];
    await acme.sync(2 * hour);
    expect([await acme.word('zoe'), await acme.word('max')]).toEqual(['held', 'provisioned']);
    const resuming = acme.engine.useCases.resume({ person: zoe.id, app: 'crm' }, ada);
    await acme.time.advance(5_000);
    await resuming;
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });
});

it('a pause is refused where there is nothing to pause, and for a time that has passed', async () => {
  const acme = await settled();
  const { pause } = acme.engine.useCases;
  await expect(pause({}, null, null, ada)).rejects.toMatchObject({ code: 'nothing-named', next: 'show' });
  await expect(pause({ app: 'erp' }, null, null, ada)).rejects.toMatchObject({ code: 'unknown-app' });
  await expect(pause({ person: 'p-0' }, null, null, ada)).rejects.toMatchObject({ code: 'unknown-person' });
  await expect(pause({ app: 'crm' }, acme.time.clock.now(), null, ada)).rejects.toMatchObject({ code: 'pause-past' });
  expect(await acme.engine.useCases.pauses()).toEqual([]);
  await acme.stop();
});

describe('a change window', () => {
  // The virtual clock starts on Tuesday, 14 November 2023, at 22:13 UTC.
  const config = configOf();
  const [crm] = config.apps;
  if (crm === undefined) throw new Error('no app');
  const window = { days: ['wednesday' as const], from: '02:00', to: '04:00', timezone: 'Europe/Berlin' };
  const shut = { ...config, apps: [{ ...crm, provisioning: { ...crm.provisioning, window } }] };

  it('keeps changes waiting, visibly, until it opens, and lets leavers go meanwhile', async () => {
    const acme = await company(people('ada', 'zoe', 'max'));
    await acme.sync();
    await acme.engine.configure(shut, ada);
    acme.app.calls.length = 0;
    acme.directory.state.rows = [row('ada'), row('zoe', { title: 'Lead' }), row('max', {}, 'suspended')];
    await acme.sync(30 * minute);
    expect(acme.app.calls.map(({ kind }) => kind)).toEqual(['suspend']);
    expect(await acme.word('zoe')).toBe('modifying');
    expect(await explained(acme, 'zoe')).toContain(
      'waits for the change window of crm, which opens 2023-11-15 02:00 (Europe/Berlin)',
    );
    await acme.time.advance(2.5 * hour);
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('that is taken away keeps nobody waiting', async () => {
    const acme = await company(people('ada', 'zoe'), shut);
    await acme.sync();
    expect(acme.app.calls).toEqual([]);
    await acme.engine.configure(configOf(), ada);
    await acme.time.advance(minute);
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });
});
