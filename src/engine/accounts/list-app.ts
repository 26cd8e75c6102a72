import type { AppConfig } from '../../core/app-schema.ts';
import { ConnectorError, type TargetConnector } from '../../core/connector.ts';
import { makeEvent } from '../../core/event.ts';
import { changed } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Time } from '../../core/model.ts';
import { formerWith } from '../../core/rehire.ts';
import { milliseconds } from '../../core/time-schema.ts';
import type { Exclusive } from '../exclusive.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';
import { mayTell, settleDrift, suspectsIn } from './drift-sweep.ts';
import { importEntitlements, verifier } from './entitlement-list.ts';

export type ListDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections' | 'log' | 'bell' | 'timings'>;

const listDeadline = 30 * 60_000;

export type Listing = { accounts: number; missing: number; drifted: number };

/**
 * Reads an app's accounts whole, so that plans can match against them, and looks for managed accounts that are gone or were
 * changed by hand. An account counts as missing, or as changed, only after two reads: the complete list, and a read of its own id.
 * @throws ConnectorError when the list could not be read to its end; the old one then stays.
 */
export async function listApp(deps: ListDeps, app: string): Promise<Listing> {
  const { target, connector } = deps.connections.target(app);
  const signal = deps.clock.deadline(listDeadline);
  const started = deps.clock.now();
  const sweep = await deps.store.accounts.begin(app);
  const seen = new Set<string>();
  const suspects: string[] = [];
  if (connector.capabilities.byHand === true) return keptByHand(deps, app, { sweep, started }, connector, signal);
  for await (const accounts of target.list(signal)) {
    for (const account of accounts) seen.add(account.remoteId);
    await deps.store.accounts.put(app, sweep, accounts);
    suspects.push(...(await suspectsIn(deps, app, accounts, started)));
  }
  const { count } = await deps.store.accounts.finish(app, sweep, started);
  if (connector.capabilities.entitlements === true) await importEntitlements(deps, app, signal);
  const missing = await findMissing(deps, app, seen, started);
  return { accounts: count, missing, drifted: await findDrift(deps, app, suspects) };
}

/**
 * Nobody can list an app that people keep by hand: all that is known of its accounts is what they said, and stands in the logins. What
 * was listed while it was still called is no longer true.
 */
async function keptByHand(
  deps: ListDeps,
  app: string,
  { sweep, started }: { sweep: string; started: Time },
  { capabilities }: TargetConnector,
  signal: AbortSignal,
): Promise<Listing> {
  await deps.store.accounts.finish(app, sweep, started);
  if (capabilities.entitlements === true) await importEntitlements(deps, app, signal);
  return { accounts: 0, missing: 0, drifted: 0 };
}

/** Only under a configuration that manages the app's accounts does it matter what they look like. */
async function findDrift(deps: ListDeps, name: string, suspects: readonly string[]): Promise<number> {
  if (suspects.length === 0) return 0;
  const app = (await deps.store.config.read())?.config.apps.find((entry) => entry.name === name);
  return app?.provisioning.enabled ? settleDrift(deps, app, suspects) : 0;
}

/**
 * The listing of plans and people: one of an app at a time, since two would drop what the other has read. Whoever waited for a
 * list that was begun after they had asked takes that one.
 */
export const listExclusively =
  (deps: ListDeps & { exclusive: Exclusive }) =>
  async (app: string): Promise<void> => {
    const asked = deps.clock.now();
    await deps.exclusive(`list:${app}`, async () => {
      const listedAt = await deps.store.accounts.listedAt(app);
      if (listedAt === null || listedAt < asked) await listApp(deps, app);
    });
  };

/** Lists the app when the last complete list is older than its setting; a fresh one stays. */
export async function listIfOld(deps: ListDeps, name: string): Promise<void> {
  const stored = await deps.store.config.read();
  const app = stored?.config.apps.find((entry) => entry.name === name);
  if (stored === null || app === undefined || !app.provisioning.enabled) return;
  deps.connections.use(stored.config);
  if (isOld(app, await deps.store.accounts.listedAt(name), deps.clock.now())) await listApp(deps, name);
}

/** Is the last complete list older than the app's setting allows? */
export const isOld = ({ provisioning }: AppConfig, listedAt: Time | null, now: Time): boolean =>
  listedAt === null || listedAt + milliseconds(provisioning.verify) <= now;

/** So many accounts in a row that cannot be read are no longer theirs to answer for: the app is left until its next list. */
const patience = 3;

async function findMissing(deps: ListDeps, app: string, seen: ReadonlySet<string>, listedAt: number): Promise<number> {
  let missing = 0;
  let unread = 0;
  let after: string | null = null;
  for (;;) {
    const logins: Login[] = await deps.store.logins.list({ app }, after, 500);
    if (logins.length === 0) return missing;
    after = logins.at(-1)?.id ?? null;
    for (const login of logins) {
      if (!isUnseen(deps, login, seen, listedAt)) continue;
      const gone = await isGone(deps, login);
      unread = gone === null ? unread + 1 : 0;
      if (unread === patience) return missing;
      if (gone === true) missing += await markMissing(deps, login, listedAt);
    }
  }
}

type Unseen = Login & { remoteId: string };

function isUnseen(deps: ListDeps, login: Login, seen: ReadonlySet<string>, listedAt: number): login is Unseen {
  const { remoteId, account } = login;
  if (remoteId === null || seen.has(remoteId) || (account !== 'active' && account !== 'suspended')) return false;
  // Both reads may show the app as it was before the account was made: it would be made once more.
  return mayTell(login, listedAt, deps.timings.settle);
}

/** Null: nobody can say. One account that may not be read says nothing of the app, and stops no other. */
async function isGone({ connections, clock, log }: ListDeps, { id, app, remoteId }: Unseen): Promise<boolean | null> {
  try {
    return (await connections.target(app).target.get(remoteId, clock.deadline(30_000))) === null;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    log.warn({ app, login: id, error }, 'an account that is not in the list of its app could not be read');
    return null;
  }
}

async function markMissing(deps: ListDeps, first: Login, listedAt: Time): Promise<number> {
  const at = deps.clock.now();
  const id = deps.random.id('e');
  const written = await changeNewest(deps.store.logins, first, (login) => {
    if (login.remoteId !== first.remoteId || !mayTell(login, listedAt, deps.timings.settle)) return null;
    const message = 'the account is gone from the app';
    const { person, app, observed } = login;
    const event = makeEvent(
      { type: 'account.missing', message, actor: verifier, person, app, status: 'missing', before: observed },
      id,
      at,
    );
    return changed(login, { account: 'missing', remoteId: null, former: formerWith(login) }, [event]);
  });
  return written === null ? 0 : 1;
}
