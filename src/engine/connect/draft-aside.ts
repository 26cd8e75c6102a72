import type { AppConfig } from '../../core/app-schema.ts';
import { App } from '../../core/app-schema.ts';
import type { Config, DirectoryConfig } from '../../core/config.ts';
import { Directory } from '../../core/config.ts';
import type { Draft } from '../../core/draft.ts';
import { configOf, draftEdit } from '../../core/draft-config.ts';
import { digestOf } from '../../core/hash.ts';
import { presentConfig } from '../configure/config-cases.ts';
import type { GovernanceDeps, Progress } from '../governance.ts';
import type { Connections, Deps } from '../ports.ts';
import type { AccountStore } from '../store-ports.ts';
import type { DraftDeps } from './drafts.ts';

/** A draft's app, or directory, connected for a look, and nothing else; close it after use. */
export async function connectAside(deps: DraftDeps, draft: Draft): Promise<Connections> {
  const { config } = await presentConfig(deps);
  const { name, connector, connection, kind } = draft;
  const apps: AppConfig[] = kind === 'app' ? [App.parse({ name, connector, connection })] : [];
  const directories: DirectoryConfig[] =
    kind === 'app' ? [] : [Directory.parse({ name, connector, config: connection })];
  return deps.connections.aside({ ...config, apps, directories, roles: [], mappings: [] });
}

/** The company as if the draft were connected. What is read of its app is kept under the draft's id, where no plan sees it. */
export type Aside = { deps: GovernanceDeps; config: Config };

/** Null: something is wrong with the draft still. */
export async function asideOf(
  deps: DraftDeps,
  draft: Draft,
  progress: Progress = () => undefined,
): Promise<Aside | null> {
  const stored = await presentConfig(deps);
  const made = configOf(draft);
  if ('wrong' in made) return null;
  const checked = deps.connections.check(draftEdit(draft, made)(stored.config));
  if ('problems' in checked) return null;
  const { config } = checked;
  const connections = deps.connections.aside(config);
  const accounts = accountsUnder(deps.store.accounts, draft);
  const read = async () => ({ ...stored, config, digest: digestOf(config) });
  const store = {
    ...deps.store,
    accounts,
    config: { read, replace: async () => false, followed: async () => undefined },
  };
  const own = { ...deps, store, connections };
  return { config, deps: { ...own, listApp: (app) => listAside(own, app, progress) } };
}

/** The app's name stands for the draft's id in everything that is kept of its accounts. */
function accountsUnder(accounts: AccountStore, { id, name }: Pick<Draft, 'id' | 'name'>): AccountStore {
  return new Proxy(accounts, {
    get(target, member, receiver) {
      const found: unknown = Reflect.get(target, member, receiver);
      if (typeof found !== 'function') return found;
      return (app: unknown, ...rest: unknown[]): unknown => found.apply(target, [app === name ? id : app, ...rest]);
    },
  });
}

/** Longest an app may take to list its accounts, milliseconds. */
const listDeadline = 30 * 60_000;

/** Lists the accounts, and touches no login. */
async function listAside(
  { store, clock, connections }: Pick<Deps, 'store' | 'clock' | 'connections'>,
  app: string,
  progress: Progress,
): Promise<void> {
  const started = clock.now();
  const sweep = await store.accounts.begin(app);
  let read = 0;
  for await (const accounts of connections.target(app).target.list(clock.deadline(listDeadline))) {
    await store.accounts.put(app, sweep, accounts);
    read += accounts.length;
    progress(read, null);
  }
  await store.accounts.finish(app, sweep, started);
}

/** What was read for a draft is of no use once it is over: another app may get the name. */
export async function forgetAside({ store, random, clock }: DraftDeps, { id }: Pick<Draft, 'id'>): Promise<void> {
  await store.accounts.finish(id, await store.accounts.begin(id), clock.now());
  await store.accounts.finishEntitlements(id, random.id('s'), clock.now());
}
