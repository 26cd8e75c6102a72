import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/core/model.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import { consider } from '../../src/engine/plan/consider.ts';
import { type ReconcileDeps, reconcile, reconcilePeople } from '../../src/engine/plan/reconcile.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { loadWorld } from '../../src/engine/world.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, countingRandom, silent } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Another planner on the same store, that stands still before it writes logins until the gate opens: its lease is long gone. */
function sleeper(acme: Acme) {
  const { opened, open } = gate();
  const { logins } = acme.store;
  let reached = false;
  const store: Store = {
    ...acme.store,
    logins: {
      ...logins,
      swap: async (pairs) => {
        reached = true;
        await opened;
        return logins.swap(pairs);
      },
    },
  };
  const directories = new Map([['memory-directory', acme.directory.connector]]);
  const targets = new Map([['memory', acme.app.connector]]);
  const deps: ReconcileDeps = {
    ...{ store, clock: acme.time.clock, random: countingRandom('late-'), log: silent },
    connections: createConnections({ targets, directories }, () => undefined, acme.time.clock.now),
    bell: acme.engine.bell,
    courtesy: acme.engine.courtesy,
    exclusive: (_name, task) => task(),
    listApp: async () => {},
  };
  return { deps, wake: open, isAsleep: () => reached };
}

/** The person as a directory read would change them; `dirty`: this engine's own planner sees it. */
async function retitle(acme: Acme, title: string, dirty: boolean): Promise<Person> {
  const before = await acme.personOf('zoe');
  const after = {
    ...{ ...before, version: before.version + 1, revision: before.revision + 1, dirty },
    attributes: { ...before.attributes, title },
  };
  expect(await acme.store.people.swap([{ before, after }])).toEqual(new Set([after.id]));
  return after;
}

async function hired(): Promise<Acme> {
  const acme = await company([row('ada'), row('zoe', { title: 'A' })]);
  await acme.sync();
  acme.app.calls.length = 0;
  return acme;
}

const titleInApp = (acme: Acme) =>
  [...acme.app.accounts.values()].find(({ userName }) => userName === 'zoe@acme.test')?.attributes.title;

async function planned(acme: Acme): Promise<void> {
  acme.engine.bell.ring('reconcile');
  await acme.time.advance(60_000);
}

describe('a planner that stood still', () => {
  it('loses to the plan of a newer person', async () => {
    const acme = await hired();
    const late = sleeper(acme);
    const zoe = await retitle(acme, 'B', false);
    const sleeping = reconcilePeople(late.deps, { people: [zoe.id], app: null, again: false, requester: null });
    await acme.time.advance(1_000);
    expect(late.isAsleep()).toBe(true);
    await retitle(acme, 'C', true);
    await planned(acme);
    late.wake();
    await acme.time.advance(60_000);
    await sleeping;
    expect(titleInApp(acme)).toBe('C');
    expect(acme.app.calls.map(({ detail }) => detail)).toMatchObject([{ set: { title: 'C' } }]);
    await acme.stop();
  });

  it('leaves nothing behind when the person was changed and changed back: what it wrote is planned anew', async () => {
    const acme = await hired();
    const late = sleeper(acme);
    await acme.time.advance(1_000);
    await retitle(acme, 'B', true);
    const sleeping = reconcile(late.deps);
    for (let turn = 0; turn < 100 && !late.isAsleep(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(late.isAsleep()).toBe(true);
    await retitle(acme, 'A', true);
    await planned(acme);
    expect((await acme.personOf('zoe')).dirty).toBe(false);
    late.wake();
    await sleeping;
    expect((await acme.loginOf('zoe'))?.wish?.attributes.title).toBe('B');
    expect((await acme.personOf('zoe')).dirty).toBe(true);
    await planned(acme);
    expect((await acme.loginOf('zoe'))?.wish?.attributes.title).toBe('A');
    expect(acme.app.calls).toEqual([]);
    expect(titleInApp(acme)).toBe('A');
    await acme.stop();
  });

  it('and that dies right after it wrote, has nothing of it applied: the worker follows the newest person', async () => {
    const acme = await hired();
    const late = sleeper(acme);
    const zoe = await retitle(acme, 'B', false);
    // Planning by name marks nobody dirty or clean: the same as dying before the round is concluded.
    const sleeping = reconcilePeople(late.deps, { people: [zoe.id], app: null, again: false, requester: null });
    await acme.time.advance(1_000);
    await retitle(acme, 'A', true);
    await planned(acme);
    late.wake();
    await sleeping;
    expect((await acme.loginOf('zoe'))?.operation).toMatchObject({ state: 'approved', kind: 'update' });
    expect((await acme.personOf('zoe')).dirty).toBe(false);
    await acme.time.advance(60_000);
    expect(acme.app.calls).toEqual([]);
    expect(await acme.word('zoe')).toBe('provisioned');
    expect((await acme.loginOf('zoe'))?.operation?.state).toBe('superseded');
    await acme.stop();
  });
});

describe('a plan', () => {
  async function considering(change: Partial<Person>, editions: number) {
    const acme = await hired();
    const connections = sleeper(acme).deps.connections;
    const world = await loadWorld({ store: acme.store, clock: acme.time.clock, connections });
    const app = world.apps.get('crm');
    if (app === undefined) throw new Error('no app');
    const person = { ...(await acme.personOf('zoe')), attributes: { email: 'zoe@acme.test', title: 'X' }, ...change };
    const login = await acme.loginOf('zoe');
    await acme.stop();
    return consider({
      ...{ world: { ...world, edition: world.edition + editions }, app, person, login },
      ...{ accounts: [], taken: new Set<string>(), id: () => 'o-x', again: false, requester: null },
    });
  }

  it('of an older person, or under an older configuration, is none at all', async () => {
    expect(await considering({ revision: 0 }, 0)).toEqual({ outcome: 'stale' });
    expect(await considering({}, -1)).toEqual({ outcome: 'stale' });
  });

  it('says what it was made from', async () => {
    const made = await considering({ revision: 7 }, 2);
    expect(made).toMatchObject({ outcome: 'write', login: { basis: { revision: 7, edition: 3 } } });
  });
});
