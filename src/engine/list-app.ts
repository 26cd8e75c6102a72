import { milliseconds } from '../core/config.ts';
import { makeEvent, system } from '../core/event.ts';
import { changed } from '../core/login.ts';
import type { Login } from '../core/model.ts';
import { changeNewest } from './gather.ts';
import type { Deps } from './ports.ts';

export type ListDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections' | 'log'>;

const listDeadline = 30 * 60_000;
const verifier = system('verify');

/**
 * Reads an app's accounts whole, so that plans can match against them, and looks for managed accounts that are gone. An account
 * counts as missing only after two negative reads: the complete list, and a read of its own id.
 * @throws ConnectorError when the list could not be read to its end; the old one then stays.
 */
export async function listApp(deps: ListDeps, app: string): Promise<{ accounts: number; missing: number }> {
  const { target, connector } = deps.connections.target(app);
  const signal = deps.clock.deadline(listDeadline);
  const sweep = deps.random.id('s');
  const started = deps.clock.now();
  const seen = new Set<string>();
  for await (const accounts of target.list(signal)) {
    for (const account of accounts) seen.add(account.remoteId);
    await deps.store.accounts.put(app, sweep, accounts);
  }
  const { count } = await deps.store.accounts.finish(app, sweep, started);
  if (connector.capabilities.entitlements === true) await refreshEntitlements(deps, app, signal);
  return { accounts: count, missing: await findMissing(deps, app, seen, started) };
}

/** Lists the app when the last complete list is older than its setting; a fresh one stays. */
export async function listIfOld(deps: ListDeps, name: string): Promise<void> {
  const stored = await deps.store.config.read();
  const app = stored?.config.apps.find((entry) => entry.name === name);
  if (stored === null || app === undefined || !app.provisioning.enabled) return;
  deps.connections.use(stored.config);
  const listedAt = await deps.store.accounts.listedAt(name);
  if (listedAt !== null && listedAt + milliseconds(app.provisioning.verify) > deps.clock.now()) return;
  await listApp(deps, name);
}

async function refreshEntitlements(deps: ListDeps, app: string, signal: AbortSignal): Promise<void> {
  const values = [];
  for await (const page of deps.connections.target(app).target.entitlements(signal)) values.push(...page);
  await deps.store.accounts.putEntitlements(app, values);
}

async function findMissing(deps: ListDeps, app: string, seen: ReadonlySet<string>, listedAt: number): Promise<number> {
  let missing = 0;
  let after: string | null = null;
  for (;;) {
    const logins: Login[] = await deps.store.logins.list({ app }, after, 500);
    if (logins.length === 0) return missing;
    after = logins.at(-1)?.id ?? null;
    for (const login of logins)
      if (await isMissing(deps, app, seen, listedAt, login)) missing += await markMissing(deps, login);
  }
}

async function isMissing(
  deps: ListDeps,
  app: string,
  seen: ReadonlySet<string>,
  listedAt: number,
  login: Login,
): Promise<boolean> {
  const { remoteId, account, observed } = login;
  if (remoteId === null || seen.has(remoteId) || (account !== 'active' && account !== 'suspended')) return false;
  if (observed !== null && observed.at >= listedAt) return false;
  const { target } = deps.connections.target(app);
  return (await target.get(remoteId, deps.clock.deadline(30_000))) === null;
}

async function markMissing(deps: ListDeps, first: Login): Promise<number> {
  const swap = async (before: Login, after: Login) => (await deps.store.logins.swap([{ before, after }])).has(after.id);
  const at = deps.clock.now();
  const id = deps.random.id('e');
  const written = await changeNewest(deps.store.logins, swap, first, (login) => {
    if (login.remoteId !== first.remoteId || login.operation?.state === 'applying') return null;
    const message = 'the account is gone from the app';
    const { person, app, observed } = login;
    const event = makeEvent(
      { type: 'account.missing', message, actor: verifier, person, app, status: 'missing', before: observed },
      id,
      at,
    );
    return changed(login, { account: 'missing', remoteId: null }, [event]);
  });
  return written === null ? 0 : 1;
}
