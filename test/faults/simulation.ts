import { system } from '../../src/core/event.ts';
import { applyRecords, type JoinContext } from '../../src/core/join.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Person, PersonStatus } from '../../src/core/model.ts';
import { listExclusively } from '../../src/engine/accounts/list-app.ts';
import { workPartition } from '../../src/engine/apply/worker.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import { createCourtesy } from '../../src/engine/courtesy.ts';
import { createExclusive } from '../../src/engine/exclusive.ts';
import { createOwnership } from '../../src/engine/ownership.ts';
import { reconcile, reconcilePeople } from '../../src/engine/plan/reconcile.ts';
import type { Timings } from '../../src/engine/ports.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { configOf, silent } from '../engine/company.ts';
import { memoryDirectory } from '../fakes/memory-directory.ts';
import { testSealing } from '../fakes/sealing.ts';
import { promisesSettled, virtualClock } from '../fakes/virtual-clock.ts';
import { type AppOdds, faultyApp } from './faulty-app.ts';
import { faultyStore, type Life, type Odds } from './faulty-store.ts';
import { type Seeded, seeded } from './random.ts';

/** Shares of a process's calls that stand still: `freeze` of those to the store, `standstill` of those to the app, before they are sent. */
export type SimulationOptions = {
  uniqueKey: boolean;
  lag: number;
  freeze: number;
  standstill: number;
  changes: number;
};
export type Verdict = { seed: number; duplicates: number; wrong: string | null; states: string };

const actor = system('simulation');
const timings: Timings = { lease: 4_000, deadline: 1_500, settle: 6_000, retry: 200, retryMax: 2_000, attempts: 1_000 };
/** The same for every seed, checked once. */
const config = configOf({ approval: { create: false, reactivate: false, delete: false } });
const { sealer } = testSealing();
const odds = (options: SimulationOptions): Odds => ({
  crash: 0.004,
  freeze: options.freeze,
  storeUnknown: 0.03,
  frozenFor: 6_000,
});
/** Longer than anybody waits before the app is searched for what became of a call: no lease and no settle time helps there. */
const stoodStillFor = 20_000;
const appOdds = ({ lag, uniqueKey, standstill }: SimulationOptions, quiet: { over: boolean }): AppOdds => ({
  ...{ fault: 0.35, effect: 0.4, lateBy: 4_000, lag, uniqueKey, frozenFor: stoodStillFor },
  get freeze() {
    return quiet.over ? 0 : standstill;
  },
});
const lookEvery = 5_000;
/** Share of turns in which the accounts of the app are read whole, as the verify sweep does. */
const verifying = 0.03;

/**
 * One person, one app, three processes of the production engine on one store, everything failing at random. After the faults
 * stop, the app must hold exactly one account, as last wished.
 */
export async function simulate(seed: number, options: SimulationOptions): Promise<Verdict> {
  const random = seeded(seed);
  const time = virtualClock(undefined, promisesSettled);
  const store = memoryStore();
  const quiet = { over: false };
  const world = faultyApp(random, time.clock, appOdds(options, quiet));
  await store.config.replace(null, { config, digest: 'simulated', edition: 1, at: 0, by: actor });
  const processes = [1, 2, 3].map((index) => runProcess(index, { random, time, store, world, quiet, options, config }));
  const last = await changeWishes({ random, time, store, config }, options.changes);
  quiet.over = true;
  const verdict = await calmDown(() => judge(seed, store, world.accounts, last), time);
  for (const process of processes) process.stop();
  await time.advance(2_000);
  return verdict;
}

/** Without crashes and freezes everything must come right, and stay right for longer than any late effect. */
async function calmDown(look: () => Promise<Verdict>, time: Shared['time']): Promise<Verdict> {
  let good = 0;
  let verdict = await look();
  for (let round = 0; round < 60 && good * lookEvery <= stoodStillFor; round += 1) {
    await time.advance(lookEvery);
    verdict = await look();
    good = verdict.wrong === null && verdict.duplicates === 0 ? good + 1 : 0;
  }
  return verdict;
}

type Shared = {
  random: Seeded;
  time: ReturnType<typeof virtualClock>;
  store: Store;
  world: ReturnType<typeof faultyApp>;
  quiet: { over: boolean };
  options: SimulationOptions;
  config: ReturnType<typeof configOf>;
};

/** A process that works, crashes, and is started again under a new name. */
function runProcess(index: number, shared: Shared) {
  const { time, random, quiet } = shared;
  const stopping = new AbortController();
  let births = 0;
  let life: Life = { dead: false };

  async function live(): Promise<void> {
    while (!stopping.signal.aborted) {
      births += 1;
      life = { dead: false };
      await work(`process-${index}-${births}`, life).catch(() => undefined);
      await time.clock.sleep(random.between(50, 1_500));
    }
  }

  async function work(owner: string, mine: Life): Promise<void> {
    const calm = { crash: 0, freeze: 0, storeUnknown: 0, frozenFor: 0 };
    const now = () => (quiet.over ? calm : odds(shared.options));
    const engine = processEngine(owner, mine, shared, now);
    while (!mine.dead && !stopping.signal.aborted) {
      try {
        await engine.turn(stopping.signal);
      } catch {
        // A lost answer of the store: the next turn sees the truth.
      }
      await time.clock.sleep(random.between(100, 1_000));
    }
  }

  void live();
  return { stop: () => stopping.abort() };
}

function processEngine(owner: string, life: Life, shared: Shared, present: () => Odds) {
  const { time, random, world, config } = shared;
  const { clock } = time;
  const changing: Odds = {
    get crash() {
      return present().crash;
    },
    get freeze() {
      return present().freeze;
    },
    get storeUnknown() {
      return present().storeUnknown;
    },
    get frozenFor() {
      return present().frozenFor;
    },
  };
  const store = faultyStore(shared.store, life, random, clock, changing);
  const directory = memoryDirectory();
  const connections = createConnections(
    {
      targets: new Map([['memory', world.line(life)]]),
      directories: new Map([['memory-directory', directory.connector]]),
    },
    () => undefined,
    clock.now,
  );
  connections.use(config);
  const ownership = createOwnership({ leases: store.leases, clock, owner, lease: timings.lease });
  const exclusive = createExclusive({ ownership, clock, lease: timings.lease });
  let count = 0;
  const ids = {
    id: (prefix: string) => `${prefix}-${owner}-${++count}`,
    fraction: random.fraction,
    bytes: (length: number) => Uint8Array.from({ length }, () => random.between(0, 255)),
  };
  const ground = { store, clock, random: ids, connections, timings, log: silent, sealer };
  const deps = { ...ground, bell: { ring() {} }, courtesy: createCourtesy(clock), exclusive };
  const planning = { ...deps, listApp: listExclusively(deps) };
  const working = {
    ...deps,
    replan: async (people: readonly string[]) =>
      void (await reconcilePeople(planning, { people, app: null, again: false, requester: null })),
    happened() {},
  };
  return {
    async turn(signal: AbortSignal): Promise<void> {
      if ((await store.people.dirty(false, null, 1)).length + (await store.people.dirty(true, null, 1)).length > 0) {
        await reconcile(planning);
      }
      if (random.chance(verifying)) await planning.listApp('crm');
      const lease = await ownership.acquire('crm:0');
      if (lease !== null) await workPartition(working, lease, 'crm', signal);
    },
  };
}

type LastWish = { title: string; status: PersonStatus };

/** The directory, which never fails here: titles change, the person is suspended and comes back. */
async function changeWishes(
  { random, time, store, config }: Pick<Shared, 'random' | 'time' | 'store' | 'config'>,
  changes: number,
): Promise<LastWish> {
  let person: Person | null = null;
  let last: LastWish = { title: 'none', status: 'active' };
  for (let change = 0; change < changes; change += 1) {
    last = { title: `title ${change}`, status: change > 0 && random.chance(0.3) ? 'suspended' : 'active' };
    person = await wish(store, last, { directories: config.directories, at: time.clock.now(), actor });
    await time.advance(random.between(10, 9_000));
  }
  if (person === null) throw new Error('no change');
  return last;
}

async function wish(store: Store, { title, status }: LastWish, context: JoinContext): Promise<Person> {
  for (;;) {
    const [before] = await store.people.byRecords('hr', ['1']);
    const attributes = { email: 'zoe@acme.test', title };
    const records = [{ directory: 'hr', externalId: '1', status, attributes, said: 'explicit' as const }];
    const after = applyRecords(before ?? null, before?.id ?? 'p-zoe', records, context);
    if (after === null) throw new Error('every change changes something');
    const written =
      before === undefined ? await store.people.insert([after]) : await store.people.swap([{ before, after }]);
    if (written.has(after.id)) return after;
  }
}

async function judge(
  seed: number,
  store: Store,
  accounts: ReadonlyMap<string, { active: boolean; attributes: Record<string, unknown> }>,
  last: LastWish,
): Promise<Verdict> {
  const login = await store.logins.get('p-zoe:crm');
  const all = [...accounts.values()];
  const states = describe(login);
  return { seed, duplicates: Math.max(0, all.length - 1), wrong: wrongness(all, last, login), states };
}

const describe = (login: Login | null): string =>
  login === null
    ? 'no login'
    : `${login.account} ${login.operation?.kind} ${login.operation?.state} ${login.operation?.trouble?.message ?? ''}`;

function wrongness(
  all: readonly { active: boolean; attributes: Record<string, unknown> }[],
  last: LastWish,
  login: Login | null,
): string | null {
  const [account] = all;
  if (login?.operation?.state === 'held') return `held: ${login.operation.trouble?.message}`;
  if (account === undefined) return last.status === 'active' ? 'no account' : null;
  if (account.active !== (last.status === 'active')) return `active is ${account.active}, wished ${last.status}`;
  if (last.status === 'active' && account.attributes.title !== last.title)
    return `title ${String(account.attributes.title)}, wished ${last.title}`;
  return null;
}
