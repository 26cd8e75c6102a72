import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineDirectory, type RawRecord } from '../../src/core/connector.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

/** A directory that is read only when it changed, and that tells a departure outright and once. */
function fileOf(first: RawRecord[]) {
  const state = { rows: first, gone: [] as string[], reads: 0 };
  const connector = defineDirectory({
    kind: 'directory',
    name: 'hr-file',
    title: 'HR file',
    config: z.object({}),
    connect: () => ({
      fingerprint: async () => JSON.stringify([state.rows, state.gone]),
      async *read() {
        state.reads += 1;
        yield { records: state.rows, problems: [], gone: state.gone };
        return { kind: 'full', complete: true, cursor: `read ${state.reads}`, rows: state.rows.length } as const;
      },
    }),
  });
  return { state, connector };
}

/** A company in which somebody else changes everybody just before people are written, as a change of the configuration does. */
async function overtaken() {
  const store = memoryStore();
  let times = 0;
  const people = {
    ...store.people,
    async swap(pairs: Parameters<typeof store.people.swap>[0]) {
      if (times > 0) {
        times -= 1;
        await store.people.dirtyAll(null);
      }
      return store.people.swap(pairs);
    },
  };
  const file = fileOf(['ada', 'bea', 'zoe'].map((name) => row(name)));
  const config = configOf();
  const directories = config.directories.map((directory) => ({ ...directory, connector: 'hr-file' }));
  const options = { store: { ...store, people }, directory: file.connector };
  const acme = await company([], { ...config, directories }, options);
  await acme.sync();
  const account = () => [...acme.app.accounts.values()].find(({ userName }) => userName === 'zoe@acme.test');
  return {
    ...{ acme, file: file.state, account },
    overtake(count: number): void {
      times = count;
    },
  };
}

it('a suspension that was read while somebody else changed the person is not lost', async () => {
  const { acme, file, account, overtake } = await overtaken();
  file.rows = [row('ada'), row('bea'), row('zoe', {}, 'suspended')];
  overtake(1);
  await acme.sync();
  expect(await acme.personOf('zoe')).toMatchObject({ status: 'suspended', said: 'explicit' });
  expect(account()?.active).toBe(false);
  await acme.stop();
});

it('nor is a departure that was told once', async () => {
  const { acme, file, account, overtake } = await overtaken();
  file.rows = [row('ada'), row('bea')];
  file.gone = ['zoe'];
  overtake(1);
  const report = await acme.sync();
  expect(report).toMatchObject({ left: 1 });
  expect(await acme.personOf('zoe')).toMatchObject({ status: 'left', said: 'explicit' });
  expect(account()?.active).toBe(false);
  await acme.stop();
});

it('what others were faster with again and again is read anew, though the directory did not change since', async () => {
  const { acme, file, overtake } = await overtaken();
  file.rows = [row('ada'), row('bea'), row('zoe', {}, 'suspended')];
  overtake(1_000);
  await acme.sync();
  expect(await acme.personOf('zoe')).toMatchObject({ status: 'active' });
  expect(await acme.store.directories.get('hr')).toMatchObject({ cursor: null, fingerprint: null });
  overtake(0);
  await acme.sync();
  expect(await acme.personOf('zoe')).toMatchObject({ status: 'suspended' });
  await acme.stop();
});
