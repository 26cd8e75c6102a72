import { expect, it } from 'vitest';
import type { Config } from '../../src/core/config.ts';
import { system } from '../../src/core/event.ts';
import type { Actor } from '../../src/core/model.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const people = () => ['ada', 'bea', 'zoe'].map((name) => row(name, { title: 'Rep' }));

/** The app's title attribute says something else; updates are asked. */
const titled = (template: string): Config => {
  const config = configOf({ approval: { update: true } }, { quorum: 1 });
  const titles = [{ target: 'title', template }];
  return { ...config, apps: config.apps.map((app) => ({ ...app, parameters: titles })) };
};

/** A company whose next change of the configuration is written, and whose author dies before anybody follows it. */
async function halfChanged(): Promise<{ acme: Acme; ada: Actor }> {
  const store = memoryStore();
  let dies = false;
  const mortal = {
    ...store,
    people: {
      ...store.people,
      async dirtyAll(by: Actor | null) {
        if (!dies) return store.people.dirtyAll(by);
        dies = false;
        throw new Error('the process died');
      },
    },
  };
  const acme = await company(people(), titled('{{ title }}'), { store: mortal });
  await acme.sync();
  const ada: Actor = { kind: 'person', person: (await acme.personOf('ada')).id, name: 'ada', via: 'slack' };
  dies = true;
  await expect(acme.engine.configure(titled('Senior {{ title }}'), ada)).rejects.toThrow('the process died');
  return { acme, ada };
}

it('is followed in the name of its author although they died before anybody was to follow it', async () => {
  const { acme } = await halfChanged();
  expect(await acme.openCards()).toEqual([]);
  expect((await acme.store.config.read())?.unfollowed).toMatchObject({ before: { version: 1 } });
  await acme.time.advance(120_000);
  expect((await acme.store.config.read())?.unfollowed).toBeNull();
  const cards = await acme.openCards();
  // Of three people; nobody is left who may decide about Bea.
  expect(cards.reduce((sum, { operations }) => sum + operations, 0)).toBe(2);
  for (const { requester } of cards) expect(requester).toMatchObject({ name: 'ada' });
  await acme.stop();
});

it('is nobody else’s doing where somebody is planned before everybody follows it', async () => {
  const { acme } = await halfChanged();
  acme.directory.state.rows = [...people().slice(0, 2), row('zoe', { title: 'Lead' })];
  await acme.sync(1_000);
  expect((await acme.store.config.read())?.unfollowed).not.toBeNull();
  const [card] = await acme.openCards();
  if (card === undefined) throw new Error('nothing is asked');
  expect(card).toMatchObject({ operationKind: 'update', requester: { name: 'ada' } });
  expect(card.circle).toEqual([(await acme.personOf('bea')).id]);
  await acme.stop();
});

it('is followed first where another change comes after it', async () => {
  const { acme, ada } = await halfChanged();
  const config = titled('Senior {{ title }}');
  const changing = acme.engine.configure({ ...config, apps: [] }, ada);
  await acme.time.advance(5_000);
  await changing;
  expect(await acme.store.config.read()).toMatchObject({ edition: 3, unfollowed: null, config: { apps: [] } });
  expect(await acme.loginOf('zoe')).toMatchObject({ disassociated: true });
  await acme.stop();
});

/** A company whose process stands still before it looks for the logins of an app that was taken out, while `meanwhile` happens. */
async function standing(meanwhile: (store: Store, acme: Acme) => Promise<void>): Promise<Acme> {
  const store = memoryStore();
  let stands = false;
  const logins: Store['logins'] = {
    ...store.logins,
    async list(filter, after, limit) {
      const found = await store.logins.list(filter, after, limit);
      if (!stands) return found;
      stands = false;
      await meanwhile(store, acme);
      return store.logins.list(filter, after, limit);
    },
  };
  const acme: Acme = await company(people(), configOf(), { store: { ...store, logins } });
  await acme.sync();
  stands = true;
  const changing = acme.engine.configure({ ...configOf(), apps: [], roles: [], mappings: [] }, system('test'));
  await acme.time.advance(5_000);
  await changing;
  return acme;
}

it('is not followed once another process has brought back what it took out', async () => {
  const acme = await standing(async (store) => {
    const other = await company([...people(), row('new')], configOf(), { store, ids: 'other' });
    await other.sync();
    await other.stop();
  });
  expect(await acme.loginOf('zoe')).toMatchObject({ disassociated: true });
  expect(await acme.loginOf('new')).toMatchObject({ disassociated: false, account: 'active' });
  await acme.stop();
});
