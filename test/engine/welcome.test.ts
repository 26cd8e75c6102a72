import { describe, expect, it, vi } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { makeEvent, system } from '../../src/core/event.ts';
import type { OutboxItem } from '../../src/engine/mail-ports.ts';
import { welcomeSubscriber } from '../../src/engine/tell/welcome.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

vi.setConfig({ testTimeout: 60_000 });

const minute = 60_000;
const day = 24 * 60 * minute;

/** Two apps that everybody gets; the second may ask before. */
const twoApps = (settings: object = {}, asksFor = false): Config => {
  const { apps, ...config } = configOf({}, { ...settings });
  return Config.parse({
    ...config,
    roles: [{ name: 'Staff', apps: ['crm', 'wiki'] }],
    apps: [
      { ...apps[0], signOn: 'https://crm.acme.test' },
      {
        ...{ name: 'wiki', title: 'Wiki', connector: 'memory-wiki' },
        provisioning: { enabled: true, approval: { create: asksFor } },
      },
    ],
  });
};

async function open(config: Config, people = [row('ada'), row('bea')]) {
  const wiki = memoryApp();
  const acme = await company(people, config, { also: { ...wiki.connector, name: 'memory-wiki' } });
  const { store, time, engine } = acme;
  const welcomes = async (): Promise<OutboxItem[]> => {
    const people = ['ada', 'bea', 'zoe', 'max'].map(async (name) => {
      const [found] = await store.people.byRecords('hr', [name]);
      return found === undefined ? [] : (await store.outbox.about(found.id)).filter(({ kind }) => kind === 'welcome');
    });
    return (await Promise.all(people)).flat();
  };
  return {
    ...{ ...acme, wiki, welcomes },
    told: async (name: string) => engine.useCases.welcome((await acme.personOf(name)).id),
    /** What the Slack room does with a welcome that is due. */
    async show() {
      const due = (await store.outbox.due(time.clock.now(), 100)).filter(({ kind }) => kind === 'welcome');
      for (const { id, wanted } of due)
        await store.outbox.shown(id, wanted, { channel: 'D1', ts: String(time.clock.now() / 1_000) });
      return due.map(({ id }) => id);
    },
    async join(...more: ReturnType<typeof row>[]) {
      acme.directory.state.rows = [...people, ...more];
      await acme.sync();
    },
  };
}

describe('whoever is new', () => {
  it('is told once about all they got, a little after the last', async () => {
    const acme = await open(twoApps());
    await acme.join(row('zoe', { manager: 'ada@acme.test' }));
    const zoe = await acme.personOf('zoe');
    const [item] = (await acme.welcomes()).filter(({ subject }) => subject === zoe.id);
    expect(item).toMatchObject({ id: `welcome:${zoe.id}`, to: zoe.id, body: null, shown: 0 });
    expect(await acme.told('zoe')).toMatchObject({
      apps: [
        { title: 'CRM', signOn: 'https://crm.acme.test' },
        { title: 'Wiki', signOn: null },
      ],
      ...{ coming: [], manager: (await acme.personOf('ada')).id },
    });
    await acme.time.advance(3 * minute);
    expect(await acme.show()).toContain(item?.id);
    await acme.time.advance(10 * minute);
    expect(await acme.show()).toEqual([]);
    await acme.stop();
  });

  it('hears of one more account in the same message, and of none later', async () => {
    const acme = await open(twoApps({}, true));
    await acme.join(row('zoe'));
    await acme.time.advance(3 * minute);
    await acme.show();
    expect(await acme.told('zoe')).toMatchObject({ apps: [{ title: 'CRM' }], coming: [{ title: 'Wiki' }] });
    for (const card of await acme.openCards()) await acme.decide(card, 'ada');
    await acme.time.advance(3 * minute);
    expect(await acme.show()).toContain(`welcome:${(await acme.personOf('zoe')).id}`);
    expect(await acme.told('zoe')).toMatchObject({ apps: [{ title: 'CRM' }, { title: 'Wiki' }], coming: [] });
    await acme.stop();
  });

  it('is not told of what comes weeks later', async () => {
    const acme = await open(configOf());
    await acme.join(row('zoe'));
    await acme.time.advance(3 * minute);
    await acme.show();
    acme.time.leap(15 * day);
    const zoe = await acme.personOf('zoe');
    const subscriber = welcomeSubscriber({ store: acme.store, clock: acme.time.clock });
    await subscriber([made(zoe.id)]);
    await acme.time.advance(3 * minute);
    expect(await acme.show()).toEqual([]);
    await acme.stop();
  });
});

const made = (person: string) => ({
  ...makeEvent({ type: 'operation.succeed', message: '', actor: system('worker'), person, app: 'crm' }, person, 1),
  kind: 'create' as const,
});

describe('nobody is welcomed', () => {
  it('whose accounts were there before', async () => {
    const acme = await open(configOf());
    const userName = 'ada@acme.test';
    acme.app.accounts.set('x-ada', {
      ...{ remoteId: 'x-ada', active: true, attributes: { userName }, entitlements: {} },
      ...{ externalId: null, userName, emails: [userName] },
    });
    await acme.sync();
    for (const card of await acme.openCards()) await acme.decide(card, 'bea');
    expect((await acme.loginOf('ada'))?.provenance).toBe('adopted');
    const bea = await acme.personOf('bea');
    expect((await acme.welcomes()).map(({ subject }) => subject)).toEqual([bea.id]);
    expect(await acme.told('ada')).toBeNull();
    await acme.stop();
  });

  it('where the company does not want it', async () => {
    const acme = await open(twoApps({ welcome: false }));
    await acme.join(row('zoe'));
    expect(await acme.word('zoe')).toBe('provisioned');
    expect(await acme.welcomes()).toEqual([]);
    await acme.stop();
  });

  it('twice, where the message was taken away', async () => {
    const acme = await open(configOf());
    await acme.join(row('zoe'));
    const zoe = await acme.personOf('zoe');
    const [item] = (await acme.welcomes()).filter(({ subject }) => subject === zoe.id);
    await acme.store.outbox.shown(item?.id ?? '', item?.wanted ?? 0, { channel: 'D1', ts: '' });
    await welcomeSubscriber({ store: acme.store, clock: acme.time.clock })([made(zoe.id)]);
    await acme.time.advance(3 * minute);
    expect(await acme.show()).not.toContain(item?.id);
    await acme.stop();
  });
});

it('welcomes a large import one by one', async () => {
  const acme = await open(configOf(), []);
  const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
  await acme.join(...names.map((name) => row(name)));
  await acme.time.advance(10 * minute);
  const due = (await acme.store.outbox.due(acme.time.clock.now(), 100)).filter(({ kind }) => kind === 'welcome');
  const times = due.map(({ nextAt }) => nextAt);
  expect(due).toHaveLength(40);
  for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(500);
  await acme.stop();
});
