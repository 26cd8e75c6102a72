import type { Config } from '../../../src/core/config.ts';
import type { ListedAccount } from '../../../src/core/connector.ts';
import type { Login } from '../../../src/core/login-model.ts';
import type { Store } from '../../../src/engine/store-ports.ts';
import { memoryStore } from '../../../src/store/memory.ts';
import { memoryApp } from '../../fakes/memory-app.ts';
import { memoryDirectory } from '../../fakes/memory-directory.ts';
import { promisesSettled, virtualClock } from '../../fakes/virtual-clock.ts';
import type { Seeded } from '../random.ts';
import { configOf, stranger } from './company.ts';
import { type Hooks, noHooks, type Records } from './hooks.ts';
import { createInstance, type Instance } from './instance.ts';
import type { Kind } from './kinds.ts';

/** One company, one app, and processes of Rollcall on one store, with the faults that are to come. */
export type Scene = {
  kind: Kind;
  config: Config;
  random: Seeded;
  time: ReturnType<typeof virtualClock>;
  store: Store;
  app: ReturnType<typeof memoryApp>;
  directory: ReturnType<typeof memoryDirectory>;
  hooks: Hooks;
  records: Records;
  instances: Instance[];
  /** How often the fault has met something. */
  strikes: number;
  /** How much is still to happen by itself, such as effects on their way: all is not calm before. */
  pending: number;
  /** Zoe’s login as the store has it. */
  login(): Promise<Login | null>;
  start(name: string): Instance;
  /** Something happens after so long, and all is not calm before. */
  after(milliseconds: number, happen?: () => unknown): void;
};

const first = 1_700_000_000_000;

const configs = new Map<Kind, Config>();
/** Parsed once: it is the same for every seed. */
function configFor(kind: Kind): Config {
  const config = configs.get(kind) ?? configOf(kind.app, kind.provisioning);
  configs.set(kind, config);
  return config;
}

export function openScene(
  kind: Kind,
  random: Seeded,
  { at = first, store = memoryStore(), accounts = [stranger, ...(kind.found ?? [])] }: Partial<Begun> = {},
): Scene {
  const app = memoryApp({ groups: ['Sales', 'Chess', 'Choir'], first: accounts.length });
  for (const account of accounts) app.accounts.set(account.remoteId, structuredClone(account));
  const scene: Scene = {
    ...{ kind, random, store, app, config: configFor(kind) },
    time: virtualClock(at, promisesSettled),
    directory: memoryDirectory(),
    hooks: noHooks(),
    records: { calls: [], effects: [], reads: [] },
    ...{ instances: [], strikes: 0, pending: 0 },
    async login() {
      const [person] = await store.people.byRecords('hr', ['zoe']);
      return person === undefined ? null : store.logins.get(`${person.id}:${kind.app}`);
    },
    start(name) {
      const instance = createInstance(scene, name);
      scene.instances.push(instance);
      instance.engine.start();
      return instance;
    },
    after(milliseconds, happen = () => undefined) {
      scene.pending += 1;
      void scene.time.clock.sleep(milliseconds).then(async () => {
        await happen();
        scene.pending -= 1;
      });
    },
  };
  return scene;
}

/** A company as it stood at a moment. */
export type Begun = { at: number; store: Store; accounts: readonly ListedAccount[] };

/** The same store once more; what is in it is shared, being frozen. Leases end with the processes that held them. */
export async function copyOf(store: Store): Promise<Store> {
  const copy = memoryStore();
  await copy.people.insert(await store.people.page(null, 100));
  await copy.logins.insert(await store.logins.page(null, 100));
  await copy.approvals.insert(await store.approvals.page(null, 100));
  for (const partition of await store.events.partitions())
    await copy.events.append(await store.events.chain(partition, 0, 1_000));
  for (const app of ['crm', 'badges']) await copyAccounts(store, copy, app);
  const [config, directory] = [await store.config.read(), await store.directories.get('hr')];
  if (config !== null) await copy.config.replace(null, config);
  if (directory !== null) await copy.directories.put(directory);
  return copy;
}

async function copyAccounts(from: Store, to: Store, app: string): Promise<void> {
  const [listedAt, refreshedAt] = [await from.accounts.listedAt(app), await from.accounts.refreshedAt(app)];
  await to.accounts.put(app, 'copy', await from.accounts.list(app, null, 100));
  if (listedAt !== null) await to.accounts.finish(app, 'copy', listedAt);
  await to.accounts.putEntitlements(app, 'copy', 0, await from.accounts.entitlements(app));
  if (refreshedAt !== null) await to.accounts.finishEntitlements(app, 'copy', refreshedAt);
}
