import { describe, expect, it } from 'vitest';
import { unresolved } from '../../src/engine/approve/unresolved.ts';
import { adminsOf, knownBy, workingAt } from '../../src/engine/world.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { config, person, record, robot } from '../core/samples.ts';

/** Eve had the address of the boss, under an id she had before; the boss has it now. */
const eve = person({
  ...{ id: 'p-eve', attributes: { displayName: 'Eve', email: 'eve@acme.test' } },
  keys: ['email=boss@acme.test', 'email=eve@acme.test'],
  records: [
    record({ externalId: 'e1', status: 'left', attributes: { email: 'boss@acme.test' } }),
    record({ externalId: 'e2', attributes: { email: 'eve@acme.test' } }),
  ],
});
const boss = person({
  ...{ id: 'p-boss', attributes: { displayName: 'Bo', email: ['bo@acme.test', 'Boss@acme.test'] } },
  keys: ['email=bo@acme.test', 'email=boss@acme.test'],
  records: [record({ externalId: 'b1' })],
});
const named = config({ settings: { admins: ['boss@acme.test'] } });

async function storeWith(...people: (typeof eve)[]) {
  const store = memoryStore();
  await store.people.insert(people);
  await store.config.replace(null, { config: named, digest: 'd', edition: 1, at: 0, by: robot });
  return store;
}

describe('an address', () => {
  it('is that of whoever goes by it: who had it before is no admin, and neither asked nor told', async () => {
    const store = await storeWith(boss, eve);
    expect(await adminsOf({ store })).toEqual([boss]);
    expect(await knownBy({ store }, ['eve@acme.test', 'bo@acme.test'])).toEqual([eve, boss]);
  });

  it('is written to whoever goes by it; where nobody does, to who has it in a directory still', async () => {
    const elsewhere = record({ directory: 'ad', externalId: 'c1', attributes: { email: 'Boss@acme.test' } });
    const cal = { ...eve, id: 'p-cal', records: [elsewhere] };
    expect(await workingAt({ store: await storeWith(eve, cal, boss) }, 'boss@acme.test')).toEqual([boss]);
    expect(await workingAt({ store: await storeWith(eve, cal) }, 'boss@acme.test')).toEqual([cal]);
  });

  it('that nobody goes by any more names nobody, and it is said who had it and what they are called', async () => {
    const store = await storeWith(eve);
    expect(await adminsOf({ store })).toEqual([]);
    expect(await unresolved({ store }, named)).toMatchObject([
      { word: 'boss@acme.test', why: expect.stringContaining('goes by another one'), remedy: 'Write eve@acme.test.' },
    ]);
  });
});
