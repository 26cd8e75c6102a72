import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Config } from '../../src/core/config.ts';
import { type DirectoryConnector, defineDirectory } from '../../src/core/connector.ts';
import { system } from '../../src/core/event.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { person, record } from '../core/samples.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Part = 'byKeys' | 'byRecords' | 'presentIn' | 'swap';

/** A company whose process stands still before one of its next calls for people, while `meanwhile` happens. */
async function frozenAt(part: Part, rows: ReturnType<typeof row>[]) {
  const store = memoryStore();
  let meanwhile: (() => Promise<void>) | null = null;
  const stands = async () => {
    const happens = meanwhile;
    meanwhile = null;
    await happens?.();
  };
  const people = {
    ...store.people,
    async *presentIn(directory: string) {
      if (part === 'presentIn') await stands();
      yield* store.people.presentIn(directory);
    },
    async byKeys(keys: readonly string[]) {
      const found = await store.people.byKeys(keys);
      if (part === 'byKeys') await stands();
      return found;
    },
    async byRecords(directory: string, ids: readonly string[]) {
      if (part === 'byRecords') await stands();
      return store.people.byRecords(directory, ids);
    },
    async swap(pairs: Parameters<typeof store.people.swap>[0]) {
      if (part === 'swap') await stands();
      return store.people.swap(pairs);
    },
  };
  const acme = await company(rows, undefined, { store: { ...store, people } });
  await acme.sync();
  return {
    acme,
    /** Something else happens to people, once. */
    once(happens: (people: typeof store.people) => Promise<unknown>): void {
      meanwhile = async () => void (await happens(store.people));
    },
    /** Another process takes the directory over, reads these rows, and is done. */
    during(newer: ReturnType<typeof row>[]): void {
      meanwhile = async () => {
        const seen = await store.leases.read('directory:hr');
        if (seen === null) throw new Error('nobody reads');
        await store.leases.replace(seen, { ...seen, owner: 'another', epoch: seen.epoch + 1, beat: 0 });
        const other = await company(newer, undefined, { store, ids: 'other' });
        const taken = await store.leases.read('directory:hr');
        await store.leases.replace(taken, { name: 'directory:hr', owner: '', epoch: seen.epoch + 1, beat: 1 });
        await other.sync();
        await other.stop();
      };
    },
  };
}

async function refusal(acme: Awaited<ReturnType<typeof company>>): Promise<unknown> {
  const read = acme.engine.useCases.sync('hr', system('test')).catch((error: unknown) => error);
  await acme.time.advance(60_000);
  return read;
}

const staff = () => ['ada', 'bea', 'zoe'].map((name) => row(name));

it('nobody leaves because a process that stood still never read of them', async () => {
  const { acme, during } = await frozenAt('presentIn', staff());
  during([...staff(), row('new')]);
  const outcome = await refusal(acme);
  expect(await acme.personOf('new')).toMatchObject({ status: 'active' });
  expect(outcome).toMatchObject({ code: 'busy' });
  await acme.stop();
});

it('nobody is let in again because a process that stood still had read of them before they left', async () => {
  const { acme, during } = await frozenAt('byRecords', staff());
  acme.directory.state.rows = [...staff().slice(0, 2), row('zoe', { title: 'Lead' })];
  during([...staff().slice(0, 2), row('zoe', {}, 'suspended')]);
  const outcome = await refusal(acme);
  expect(await acme.personOf('zoe')).toMatchObject({ status: 'suspended' });
  expect(outcome).toMatchObject({ code: 'busy' });
  await acme.stop();
});

it('what came late is read anew, though the directory did not change since', async () => {
  const { acme, during } = await frozenAt('swap', staff());
  acme.directory.state.rows = [...staff().slice(0, 2), row('zoe', { title: 'Lead' })];
  during(staff());
  const outcome = await refusal(acme);
  expect(await acme.store.directories.get('hr')).toMatchObject({ cursor: null, fingerprint: null });
  expect(outcome).toMatchObject({ code: 'busy' });
  acme.directory.state.rows = staff();
  await acme.sync();
  expect((await acme.personOf('zoe')).attributes).not.toHaveProperty('title');
  await acme.stop();
});

it('nobody becomes two people because a process that stood still had looked for them before another one wrote them', async () => {
  const { acme, once } = await frozenAt('byKeys', staff());
  const { leases } = acme.store;
  acme.directory.state.rows = [...staff(), row('new')];
  const [attributes, keys] = [{ email: 'new@acme.test' }, ['email=new@acme.test']];
  once(async (people) => {
    const seen = await leases.read('newcomers');
    if (seen === null) throw new Error('nobody places newcomers');
    await leases.replace(seen, { ...seen, owner: 'another', epoch: seen.epoch + 1, beat: 0 });
    const records = [record({ directory: 'ad', externalId: 'n1', attributes })];
    await people.insert([person({ id: 'p-new', attributes, keys, records })]);
    await leases.replace(await leases.read('newcomers'), { ...seen, owner: '', epoch: seen.epoch + 1, beat: 1 });
  });
  await acme.sync();
  expect((await acme.personOf('new')).id).toBe('p-new');
  expect(await acme.store.people.count()).toBe(4);
  await acme.stop();
});

it('a directory is read on where nobody took it over', async () => {
  const { acme } = await frozenAt('presentIn', staff());
  acme.directory.state.rows = staff().slice(0, 2);
  await acme.sync();
  expect(await acme.personOf('zoe')).toMatchObject({ status: 'left' });
  expect((await acme.store.leases.read('directory:hr'))?.owner).toBe('');
  await acme.stop();
});

describe('whoever is written by somebody else while they are read', () => {
  /** They are pinned to their Slack user in the moment before the read is written. */
  async function pinnedMeanwhile({ acme, once }: Awaited<ReturnType<typeof frozenAt>>): Promise<void> {
    const before = await acme.personOf('zoe');
    const after = { ...before, version: before.version + 1, slack: { team: 'T1', user: 'U0ZOE0001' } };
    once((people) => people.swap([{ before, after }]));
    await acme.sync();
  }

  it('is looked at anew: neither is lost', async () => {
    const frozen = await frozenAt('swap', staff());
    frozen.acme.directory.state.rows = [...staff().slice(0, 2), row('zoe', {}, 'suspended')];
    await pinnedMeanwhile(frozen);
    expect(await frozen.acme.personOf('zoe')).toMatchObject({ status: 'suspended', slack: { user: 'U0ZOE0001' } });
    expect(await frozen.acme.word('zoe')).toBe('suspended');
    await frozen.acme.stop();
  });

  it('is gone where a source that tells changes alone says so', async () => {
    const frozen = await frozenAt('swap', staff());
    Object.assign(frozen.acme.directory.state, { rows: [], gone: ['zoe'] });
    await pinnedMeanwhile(frozen);
    expect(await frozen.acme.personOf('zoe')).toMatchObject({ status: 'left', slack: { user: 'U0ZOE0001' } });
    await frozen.acme.stop();
  });

  it('has the directory read whole next time, where somebody else is faster each time', async () => {
    let reads = 0;
    const changes = defineDirectory({
      ...{ kind: 'directory', name: 'changes', title: 'Changes', config: z.object({}) },
      connect: () => ({
        async *read() {
          yield { records: [row('zoe', { title: String(++reads) })], problems: [], gone: [] };
          return { kind: 'full', complete: true, cursor: 'c-1', rows: 1 } as const;
        },
        fingerprint: async () => String(reads),
      }),
    }) as DirectoryConnector;
    const store = memoryStore();
    let faster = false;
    const swap: typeof store.people.swap = (pairs) => (faster ? Promise.resolve(new Set()) : store.people.swap(pairs));
    const directories = [{ name: 'hr', connector: 'changes' }];
    const config = Config.parse({ ...configOf(), directories });
    const acme = await company([], config, {
      store: { ...store, people: { ...store.people, swap } },
      directory: changes,
    });
    await acme.sync();
    expect(await store.directories.get('hr')).toMatchObject({ cursor: 'c-1', fingerprint: '0' });
    faster = true;
    const read = acme.engine.useCases.sync('hr', system('test'));
    await acme.time.advance(1_000);
    faster = false;
    await acme.time.advance(60_000);
    await read;
    expect(await store.directories.get('hr')).toMatchObject({ cursor: null, fingerprint: null });
    await acme.stop();
  });
});

it('somebody new to two directories that are read at once is one person', async () => {
  const config = configOf();
  const directories = [...config.directories, { ...config.directories[0], name: 'ad' }];
  const acme = await company(staff(), Config.parse({ ...config, directories }));
  const reads = ['hr', 'ad'].map((name) => acme.engine.useCases.sync(name, system('test')));
  await acme.time.advance(60_000);
  await Promise.all(reads);
  expect(await acme.store.people.count()).toBe(3);
  expect((await acme.personOf('zoe')).records.map(({ directory }) => directory)).toEqual(['hr', 'ad']);
  await acme.stop();
});
