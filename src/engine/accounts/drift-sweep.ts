import type { AppConfig } from '../../core/app-schema.ts';
import type { ListedAccount } from '../../core/connector.ts';
import { driftOf, withDrift, withSeen } from '../../core/drift.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Login } from '../../core/login-model.ts';
import type { Time } from '../../core/model.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';
import { soilPeople } from '../soil.ts';
import { verifier } from './entitlement-list.ts';

type SweepDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'connections' | 'log' | 'bell' | 'timings'>;

/** A login whose drift nobody planned away by then is looked at by the worker: the plan may have been lost with its process. */
const planWithin = 300_000;
/** Reads of single accounts at once. */
const width = 8;
const readDeadline = 30_000;

/**
 * May the answer, begun at `readAt`, be newer than what we last saw? An app may show its own past for as long as `settle`; and
 * what is being written, or is tried again, may show up at any moment without anybody's hand.
 */
export const mayTell = (login: Login, readAt: Time, settle: number): boolean =>
  (login.observed === null || login.observed.at + settle < readAt) && !isUnderWay(login);

const isUnderWay = ({ operation, attempts }: Login): boolean =>
  operation?.state === 'applying' || (operation?.state === 'approved' && attempts > 0);

/** Ids of the logins whose listed accounts are not as last seen. */
export async function suspectsIn(
  deps: SweepDeps,
  app: string,
  accounts: readonly ListedAccount[],
  listedAt: Time,
): Promise<string[]> {
  const byId = new Map(accounts.map((account) => [account.remoteId, account]));
  const logins = await deps.store.logins.byAccount(app, [...byId.keys()]);
  const suspects = logins.filter((login) => {
    const account = byId.get(login.remoteId ?? '');
    if (account === undefined || !mayTell(login, listedAt, deps.timings.settle)) return false;
    return driftOf(login, account) !== null || withSeen(login, account, listedAt) !== null;
  });
  return suspects.map(({ id }) => id);
}

/**
 * Reads each suspect once more by its own id: only what the app says twice counts as changed by hand. What is to be put back
 * makes its people dirty. Answers how many accounts had been changed by hand.
 */
export async function settleDrift(deps: SweepDeps, app: AppConfig, suspects: readonly string[]): Promise<number> {
  const drifted: Login[] = [];
  for (let start = 0; start < suspects.length; start += width) {
    const logins = await deps.store.logins.many(suspects.slice(start, start + width));
    const found = await Promise.all(logins.map((login) => settleOne(deps, app, login)));
    drifted.push(...found.filter((login) => login !== null));
  }
  const waiting = drifted.filter(({ nextAt }) => nextAt !== null).map(({ person }) => person);
  await soilPeople(deps.store.people, [...new Set(waiting)]);
  if (waiting.length > 0) deps.bell.ring('reconcile');
  return drifted.length;
}

/** The login, if it was changed by hand. */
async function settleOne(deps: SweepDeps, app: AppConfig, first: Login): Promise<Login | null> {
  const readAt = deps.clock.now();
  const account = await read(deps, first);
  if (account === null) return null;
  const id = deps.random.id('e');
  const sighting = { at: readAt, mode: app.provisioning.drift, actor: verifier, id, by: readAt + planWithin };
  const written = await changeNewest(deps.store.logins, first, (login) =>
    mayTell(login, readAt, deps.timings.settle)
      ? (withDrift(login, account, sighting) ?? withSeen(login, account, readAt))
      : null,
  );
  return written?.outbox.some((event) => event.id === id) === true ? written : null;
}

/** Null: gone, or the app did not answer; the next list looks again. */
async function read({ connections, clock, log }: SweepDeps, login: Login): Promise<ListedAccount | null> {
  const { app, remoteId } = login;
  if (remoteId === null) return null;
  try {
    return await connections.target(app).target.get(remoteId, clock.deadline(readDeadline));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    log.warn({ app, login: login.id, error }, 'an account that seems changed by hand could not be read');
    return null;
  }
}
